from odoo.tests import tagged

from .early_consumption_common import EarlyConsumptionCommon


@tagged('post_install', '-at_install')
class TestEarlyConsumptionLots(EarlyConsumptionCommon):
    """Lots that were used early are traced, given back and unbuilt."""

    def _make_tracked(self):
        self.beans = self._create_product("Tracked beans", self.kg, cost=8.0, tracking='lot')
        self.coffee = self._create_product("Tracked coffee", self.unit, tracking='lot')
        template = self._create_coffee_template(self.coffee)
        template.bom_line_ids[0].product_id = self.beans
        lots = self.env['stock.lot'].create([
            {'name': name, 'product_id': self.beans.id} for name in ("SACK-1", "SACK-2")])
        self._stock(self.beans, 3, lots[0])
        self._stock(self.beans, 10, lots[1])
        return lots

    def test_early_lots_are_traced_and_unbuilt(self):
        lots = self._make_tracked()
        order = self._create_order(20, product=self.coffee)
        for stage in order.workorder_ids:
            self._run(stage)
        self.assertEqual(order.state, 'done')
        lot = order.lot_producing_ids
        self.assertEqual(len(lot), 1)
        finished_line = order.move_finished_ids.move_line_ids
        self.assertEqual(finished_line.lot_id, lot)
        self.assertEqual(finished_line.consume_line_ids.lot_id, lots)
        self.assertEqual(
            finished_line.consume_line_ids.product_id, self.beans | self.bag | self.label | self.valve)
        unbuild = self.env['mrp.unbuild'].create({
            'mo_id': order.id, 'product_id': self.coffee.id, 'lot_id': lot.id, 'product_qty': 20,
            'product_uom_id': self.unit.id})
        unbuild.action_unbuild()
        self.assertAlmostEqual(self._qty(self.beans), 13)
        self.assertEqual(self._qty(self.coffee), 0)
        quants = self.env['stock.quant'].search([
            ('product_id', '=', self.beans.id), ('location_id', '=', self.stock_location.id)])
        self.assertEqual({quant.lot_id: quant.quantity for quant in quants}, {lots[0]: 3, lots[1]: 10})

    def test_unbuild_after_a_cancelled_start(self):
        """What came back when the start was cancelled comes back once."""
        order = self._create_order(20)
        order.workorder_ids[0].stage_start()
        order.workorder_ids[0].stage_cancel_start()
        for stage in order.workorder_ids:
            self._run(stage)
        unbuild = self.env['mrp.unbuild'].create({
            'mo_id': order.id, 'product_id': self.coffee.id, 'product_qty': 5, 'product_uom_id': self.unit.id})
        unbuild.action_unbuild()
        self.assertAlmostEqual(self._qty(self.beans), 100 - 5.2 + 1.3)
        self.assertEqual((self._qty(self.bag), self._qty(self.coffee)), (485, 15))

    def test_lots_are_chosen_and_given_back(self):
        lots = self._make_tracked()
        order = self._create_order(20, product=self.coffee)
        roasting = order.workorder_ids[0]
        roasting.stage_start()
        taken = self._raw(order, self.beans)
        self.assertEqual(
            {line.lot_id: round(line.quantity, 2) for line in taken.move_line_ids}, {lots[0]: 3, lots[1]: 2.2})
        roasting.stage_cancel_start()
        quants = self.env['stock.quant'].search([
            ('product_id', '=', self.beans.id), ('location_id', '=', self.stock_location.id)])
        self.assertEqual({quant.lot_id: quant.quantity for quant in quants}, {lots[0]: 3, lots[1]: 10})
        roasting.stage_start()
        roasting.stage_finish(materials=[
            {'product_id': self.beans.id, 'qty': 0.3, 'lot_id': lots[1].id}])
        self.assertAlmostEqual(self._qty(self.beans), 13 - 5.5)
