from freezegun import freeze_time

from odoo.fields import Command
from odoo.tests import Form, tagged

from .early_consumption_common import EarlyConsumptionCommon


@tagged('post_install', '-at_install')
class TestEarlyConsumption(EarlyConsumptionCommon):
    """Materials leave stock stage by stage and part by part, and their cost reaches the product."""

    # ------------------------------------------------------------
    # Cost
    # ------------------------------------------------------------

    def test_cost_of_early_materials_reaches_the_product(self):
        """20 bags: 5.2 kg at 8.00 and 20 × (0.30 + 0.05 + 0.10) are 50.60, 2.53 a bag."""
        order = self._create_order(20)
        for stage in order.workorder_ids:
            self._run(stage)
        self.assertEqual(order.state, 'done')
        finished = order.move_finished_ids
        self.assertAlmostEqual(finished.price_unit, 2.53, places=4)
        self.assertAlmostEqual(finished.value, 50.60)
        self.assertAlmostEqual(sum(self._raw(order, product).value for product in (
            self.beans, self.bag, self.label, self.valve)), 50.60)

    def test_cost_of_byproducts(self):
        chaff = self._create_product("Chaff", self.kg)
        self.template.byproduct_ids = [Command.create({
            'product_id': chaff.id, 'product_qty': 0.02, 'product_uom_id': self.kg.id, 'cost_share': 10})]
        order = self._create_order(20)
        for stage in order.workorder_ids:
            self._run(stage)
        self.assertEqual(self._qty(chaff), 0.4)
        main, byproduct = order.move_finished_ids.sorted(lambda move: move.product_id == chaff)
        self.assertAlmostEqual(byproduct.value, 5.06)
        self.assertAlmostEqual(main.value + byproduct.value, 50.60)

    def test_given_back_material_costs_nothing(self):
        order = self._create_order(20)
        roasting = order.workorder_ids[0]
        roasting.stage_start()
        roasting.stage_cancel_start()
        for stage in order.workorder_ids:
            self._run(stage)
        self.assertAlmostEqual(order.move_finished_ids.value, 50.60)

    # ------------------------------------------------------------
    # Part by part
    # ------------------------------------------------------------

    def test_partial_finishes_take_their_share(self):
        order = self._create_order(20)
        _roasting, _grinding, packing = order.workorder_ids
        self._run(order.workorder_ids[0])
        self._run(order.workorder_ids[1])
        self._run(packing, qty=7)
        self.assertEqual(self._raw(order, self.bag, 'done').quantity, 7)
        rest = self._raw(order, self.bag, 'assigned')
        self.assertEqual(
            (rest.product_uom_qty, rest.quantity, rest.picked, rest.workorder_id, rest.value, rest.norm_qty),
            (13, 13, False, packing, 0, 13))
        self._run(packing, qty=6)
        self._run(packing)
        self.assertEqual(order.state, 'done')
        self.assertEqual(sorted(self._raw(order, self.bag).mapped('quantity')), [6, 7, 7])
        self.assertEqual(set(self._raw(order, self.bag).mapped('state')), {'done'})
        self.assertEqual(self._qty(self.bag), 480)
        self.assertAlmostEqual(order.move_finished_ids.value, 50.60)

    def _arrive_after_the_start(self):
        """Return a stage that was started with 10 units, to whose other 10 came later."""
        self.template.operation_ids[1].consumption_mode = 'start'
        self.template.bom_line_ids.operation_id = self.template.operation_ids[1]
        order = self._create_order(20)
        roasting, grinding, _packing = order.workorder_ids
        self._run(roasting, qty=10)
        grinding.stage_start(override_reason="Test")
        self._run(roasting)
        return grinding

    def test_units_that_come_after_the_start_take_their_materials_too(self):
        grinding = self._arrive_after_the_start()
        self.assertEqual(self._qty(self.bag), 490)
        grinding.stage_finish(qty=15)
        self.assertEqual((self._qty(self.bag), grinding.qty_supplied), (485, 15))
        grinding.stage_finish()
        self.assertEqual(self._qty(self.bag), 480)
        self._run(grinding.production_id.workorder_ids[2])
        self.assertEqual(grinding.production_id.cost_total, 50.60)
        self.assertAlmostEqual(grinding.production_id.move_finished_ids.value, 50.60)
        self.assertEqual(set(grinding.move_raw_ids.stage_event_id.mapped('kind')), {'start', 'finish'})

    def test_the_dialog_shows_what_the_finish_still_takes(self):
        grinding = self._arrive_after_the_start()
        form = Form(self.env['mrp.stage.finish'].with_context(default_workorder_id=grinding.id))

        def norms():
            return sorted(line['norm'] for line in form.line_ids._records if line['product_id'] == self.bag.id)

        self.assertEqual(norms(), [10, 10])
        form.qty = 15
        self.assertEqual(norms(), [5, 10])

    def test_typed_actuals_part_by_part(self):
        """What was used beyond the norm of a part is not taken from the norm of the rest."""
        order = self._create_order(20)
        self._run(order.workorder_ids[0])
        self._run(order.workorder_ids[1])
        packing = order.workorder_ids[2]
        bags = self._raw(order, self.bag)
        self._run(packing, qty=10, materials=[{'move_id': bags.id, 'qty': 12}])
        self._run(packing, materials=[{'product_id': self.bag.id, 'qty': 9}])
        self.assertEqual(self._qty(self.bag), 500 - 21)
        line = next(line for line in order.material_summary() if line['product_id'] == self.bag.id)
        self.assertEqual((line['norm'], line['consumed'], line['remaining'], line['overconsumption']), (20, 21, 0, 1))

    def test_material_that_was_not_needed(self):
        order = self._create_order(20)
        self._run(order.workorder_ids[0])
        self._run(order.workorder_ids[1])
        self._run(order.workorder_ids[2], materials=[{'product_id': self.label.id, 'qty': 0}])
        self.assertEqual(order.state, 'done')
        self.assertEqual(self._qty(self.label), 500)
        line = next(line for line in order.material_summary() if line['product_id'] == self.label.id)
        self.assertEqual((line['norm'], line['consumed'], line['remaining'], line['reserved']), (20, 0, 0, 0))

    def test_material_the_norm_lacks(self):
        tape = self._create_product("Tape", self.unit, cost=2.0)
        self._stock(tape, 10)
        order = self._create_order(20)
        self._run(order.workorder_ids[0])
        dozen = self.env.ref('uom.product_uom_dozen')
        self._run(order.workorder_ids[1], materials=[
            {'product_id': tape.id, 'qty': 3},
            {'product_id': self.bag.id, 'qty': 1, 'uom_id': dozen.id},
        ])
        self.assertEqual((self._qty(tape), self._qty(self.bag)), (7, 488))
        grinding_materials = {
            line['product_id']: (line['norm'], line['consumed'], line['overconsumption'])
            for line in order.material_summary() if line['workorder_id'] == order.workorder_ids[1].id}
        self.assertEqual(grinding_materials, {tape.id: (0, 3, 3), self.bag.id: (0, 12, 12)})
        self._run(order.workorder_ids[2])
        self.assertAlmostEqual(order.move_finished_ids.value, 50.60 + 3 * 2 + 12 * 0.30)

    def test_correcting_what_left_at_the_start(self):
        """5.2 kg left stock at the start; at the end the scales say 5.5, another time 5.0."""
        for used in (5.5, 5.0):
            order = self._create_order(20)
            before = self._qty(self.beans)
            roasting = order.workorder_ids[0]
            roasting.stage_start()
            move = self._raw(order, self.beans)
            roasting.stage_finish(materials=[{'move_id': move.id, 'qty': used}])
            self.assertAlmostEqual(before - self._qty(self.beans), used)
            line = next(line for line in order.material_summary() if line['product_id'] == self.beans.id)
            self.assertAlmostEqual(line['consumed'], used)
            self._run(order.workorder_ids[1])
            self._run(order.workorder_ids[2])
            self.assertAlmostEqual(order.move_finished_ids.value, used * 8 + 9)

    def test_nothing_typed_is_lost(self):
        """Half the batch has been loaded; more of the material is typed in, by product and by its open line."""
        self.template.operation_ids[1].consumption_mode = 'start'
        self.template.bom_line_ids.filtered(
            lambda line: line.product_id == self.label).operation_id = self.template.operation_ids[1]
        order = self._create_order(20)
        roasting, grinding, _packing = order.workorder_ids
        self._run(roasting, qty=10)
        grinding.stage_start(override_reason="Test")
        self.assertEqual(self._qty(self.label), 490)
        rest = self._raw(order, self.label, 'assigned')
        grinding.stage_finish(qty=4, materials=[{'product_id': self.label.id, 'qty': 2}])
        self.assertEqual(self._qty(self.label), 488)
        grinding.stage_finish(materials=[{'move_id': rest.id, 'qty': 3}])
        self.assertEqual(self._qty(self.label), 485)
        line = next(line for line in order.material_summary() if line['product_id'] == self.label.id)
        self.assertEqual((line['norm'], line['consumed'], line['remaining'], line['overconsumption']), (20, 15, 10, 5))

    # ------------------------------------------------------------
    # The end
    # ------------------------------------------------------------

    def test_norm_without_a_stage_is_used_at_the_last_one(self):
        self.template.bom_line_ids.filtered(lambda line: line.product_id == self.valve).operation_id = False
        order = self._create_order(20)
        self.assertEqual(self._raw(order, self.valve).workorder_id, order.workorder_ids[2])
        for stage in order.workorder_ids:
            self._run(stage)
        self.assertEqual(self._qty(self.valve), 480)

    def test_closing_by_hand(self):
        self.template.auto_close = False
        with freeze_time("2026-03-02 06:00:00"):
            order = self._create_order(20)
            for stage in order.workorder_ids:
                self._run(stage)
            self.assertEqual((order.state, order.board_status), ('to_close', 'partial'))
            order.button_mark_done()
        self.assertEqual((order.state, order.board_status), ('done', 'done'))
        self.assertEqual(self._qty(self.coffee), 20)
        self.assertEqual(order.workorder_ids.mapped('duration'), [0, 0, 0], "no planned time is booked")
