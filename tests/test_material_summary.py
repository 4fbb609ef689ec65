from odoo.tests import Form, tagged

from .common import StageCommon


@tagged('post_install', '-at_install')
class TestMaterialSummary(StageCommon):
    """Norm, reserved, consumed and remaining side by side, at every moment, on the order and in its Materials tab."""

    def _rows(self, order, stage):
        """What the tab shows of a stage: per material norm, reserved, consumed, remaining, over, short."""
        names = ['norm', 'reserved', 'consumed', 'remaining', 'overconsumption', 'shortage']
        # First, and with nothing read anew: what it says is as it is now, also within one call of several acts.
        summary = {
            self.env['product.product'].browse(line['product_id']): tuple(round(line[name], 2) for name in names)
            for line in order.material_summary() if line['workorder_id'] == stage.id}
        self.env.flush_all()
        self.env.invalidate_all()
        rows = {
            row.product_id: tuple(round(row[name], 2) for name in names)
            for row in order.material_ids if row.workorder_id == stage}
        self.assertEqual(rows, summary, "the API says the same")
        return rows

    def _pass(self, *stages):
        for stage in stages:
            stage.stage_start(override_reason="Test")
            stage.stage_finish()

    def test_actuals_over_and_under_norm(self):
        order = self._create_order(20)
        roasting, grinding, packing = order.workorder_ids
        self._pass(roasting, grinding)
        packing.stage_start()
        packing.stage_finish(qty=10, materials=[
            {'product_id': self.bag.id, 'qty': 12}, {'product_id': self.label.id, 'qty': 8}])
        self.assertEqual(self._rows(order, packing), {
            self.bag: (20, 10, 12, 10, 2, 0),
            self.label: (20, 10, 8, 10, 0, 0),
            self.valve: (20, 10, 10, 10, 0, 0),
        })
        tape = self._create_product("Tape", self.unit)
        self._stock(tape, 10)
        packing.stage_finish(materials=[
            {'product_id': self.label.id, 'qty': 11}, {'product_id': tape.id, 'qty': 3}])
        self.assertEqual(self._rows(order, packing), {
            self.bag: (20, 0, 22, 0, 2, 0),
            self.label: (20, 0, 19, 0, 0, 0),
            self.valve: (20, 0, 20, 0, 0, 0),
            tape: (0, 0, 3, 0, 3, 0),
        })
        self.assertEqual(
            [self._qty(product) for product in (self.bag, self.label, self.valve, tape)], [478, 481, 480, 7])

    def test_shortage_and_overconsumption_at_once(self):
        """15 bags there, 20 needed; 12 go into the first 10."""
        scarce = self._create_product("Scarce bag", self.unit)
        self._stock(scarce, 15)
        self.template.bom_line_ids[1].product_id = scarce
        order = self._create_order(20)
        packing = order.workorder_ids[2]
        self.assertEqual(self._rows(order, packing)[scarce], (20, 15, 0, 20, 0, 5))
        self.assertEqual((order.has_shortage, order.has_overconsumption), (True, False))
        self._pass(*order.workorder_ids[:2])
        packing.stage_start()
        packing.stage_finish(qty=10, materials=[{'product_id': scarce.id, 'qty': 12}])
        self.assertEqual(self._rows(order, packing)[scarce], (20, 3, 12, 10, 2, 7))
        form = Form(order, view='mrp_production_stage.mrp_production_view_form_stages')
        self.assertEqual((form.has_shortage, form.has_overconsumption), (True, True))

    def test_stock_after_a_cancelled_start_is_as_before(self):
        order = self._create_order(20)
        roasting = order.workorder_ids[0]
        before = (self._rows(order, roasting), self._qty(self.beans), self.beans.total_value)
        roasting.stage_start()
        self.assertEqual(self._rows(order, roasting)[self.beans], (5.2, 0, 5.2, 0, 0, 0))
        roasting.stage_cancel_start()
        self.assertEqual((self._rows(order, roasting), self._qty(self.beans), self.beans.total_value), before)
        moves = self.env['stock.move'].search([
            ('product_id', '=', self.beans.id), ('reference', '=', order.name), ('state', '=', 'done')])
        self.assertEqual(
            sorted((move.location_id.usage, move.location_dest_id.usage, move.quantity) for move in moves),
            [('internal', 'production', 5.2), ('production', 'internal', 5.2)], "both moves stay visible")
        roasting.stage_start()
        self.assertEqual(self._rows(order, roasting)[self.beans], (5.2, 0, 5.2, 0, 0, 0))
        self.assertAlmostEqual(self._qty(self.beans), 94.8)

    def test_a_return_brings_back_the_value_that_was_taken(self):
        """Beans became dearer between the start and its cancellation."""
        order = self._create_order(20)
        order.workorder_ids[0].stage_start()
        self.beans.standard_price = 20
        before = self.beans.total_value
        order.workorder_ids[0].stage_cancel_start()
        self.env.invalidate_all()
        taken, back = self.env['stock.move'].search([
            ('product_id', '=', self.beans.id), ('reference', '=', order.name), ('state', '=', 'done')], order='id')
        self.assertAlmostEqual(taken.value, 41.6)
        self.assertAlmostEqual(back.value, 41.6)
        self.assertAlmostEqual(self.beans.total_value, before + 41.6)
