from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import StageCommon


@tagged('post_install', '-at_install')
class TestEarlyConsumption(StageCommon):
    """Core assumes that materials leave stock when an order closes. Where that shows, it is mended: cost,
    partial use, backorder, change of quantity, cancel and delete, traceability, over-use."""

    def _run(self, stage, **finish):
        if not stage.is_started:
            stage.stage_start(override_reason="Test")
        return stage.stage_finish(**finish)

    def _raw(self, order, product, state=None):
        return order.move_raw_ids.filtered(
            lambda move: move.product_id == product and (not state or move.state == state))

    # ------------------------------------------------------------
    # 1. Cost
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
    # 2. Part by part
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
    # 3. Backorder
    # ------------------------------------------------------------

    def test_a_started_order_is_not_split_into_backorders(self):
        order = self._create_order(20)
        order.workorder_ids[0].stage_start()
        with self.assertRaisesRegex(UserError, "has started"):
            order._split_productions({order: [10, 10]})
        self._run(order.workorder_ids[0], qty=10)
        with self.assertRaisesRegex(UserError, "Finish its stages first: Roasting, Grinding, Packing"):
            order.with_context(skip_backorder=False).button_mark_done()
        self.assertEqual(len(order.production_group_id.production_ids), 1)
        self.assertAlmostEqual(sum(self._raw(order, self.beans).mapped('product_uom_qty')), 5.2)

    def test_an_order_that_has_not_started_can_be_split(self):
        order = self._create_order(20)
        orders = order._split_productions({order: [12, 8]})
        self.assertEqual(orders.mapped('product_qty'), [12, 8])
        self.assertEqual(orders.mapped('use_stages'), [True, True])
        for part in orders:
            self.assertEqual(part.workorder_ids.mapped('stage_status'), ['ready', 'waiting', 'waiting'])
            self.assertEqual(part.workorder_ids.mapped('wait_after'), [12, 0, 0])
            for stage in part.workorder_ids:
                self._run(stage)
        self.assertEqual(self._qty(self.coffee), 20)
        self.assertAlmostEqual(100 - self._qty(self.beans), 5.2)
        self.assertEqual(500 - self._qty(self.bag), 20)

    # ------------------------------------------------------------
    # 4. Change of quantity
    # ------------------------------------------------------------

    def _change_quantity(self, order, qty):
        wizard = Form(self.env['change.production.qty'].with_context(default_mo_id=order.id))
        wizard.product_qty = qty
        wizard.save().change_prod_qty()

    def test_more_units_after_materials_were_taken(self):
        order = self._create_order(20)
        roasting, grinding, packing = order.workorder_ids
        self._run(roasting)
        self._change_quantity(order, 30)
        self.assertEqual(roasting.stage_status, 'ready')
        self.assertEqual((roasting.qty_ready, grinding.qty_ready, packing.qty_ready), (10, 20, 0))
        self.assertAlmostEqual(self._raw(order, self.beans, 'assigned').product_uom_qty, 2.6)
        self.assertEqual(self._raw(order, self.bag).product_uom_qty, 30)
        self.assertEqual(order.move_finished_ids.product_uom_qty, 30)
        for stage in order.workorder_ids:
            self._run(stage)
        self.assertEqual(order.state, 'done')
        self.assertEqual(self._qty(self.coffee), 30)
        self.assertAlmostEqual(100 - self._qty(self.beans), 7.8)
        self.assertAlmostEqual(order.move_finished_ids.value, 2.53 * 30)

    def test_fewer_units_before_and_while_it_runs(self):
        order = self._create_order(20)
        self._change_quantity(order, 16)
        roasting, grinding, _packing = order.workorder_ids
        self.assertAlmostEqual(self._raw(order, self.beans).product_uom_qty, 4.16)
        roasting.stage_start()
        roasting.stage_finish(qty=10)
        with self.assertRaisesRegex(UserError, "10.00 Units of .* have already passed Roasting"):
            self._change_quantity(order, 9)
        self.assertEqual(order.product_qty, 16)
        self._change_quantity(order, 10)
        self.assertEqual((roasting.stage_status, roasting.is_started), ('done', False))
        self.assertFalse(roasting.time_ids.filtered(lambda time: not time.date_end))
        self.assertEqual(grinding.qty_ready, 10)
        self.assertEqual(self._raw(order, self.bag).product_uom_qty, 10)
        line = next(line for line in order.material_summary() if line['product_id'] == self.beans.id)
        self.assertAlmostEqual(line['overconsumption'], 1.56, msg="4.16 were loaded for 16, 10 need 2.6")
        self._change_quantity(order, 20)
        self.assertAlmostEqual(
            self._raw(order, self.beans, 'assigned').product_uom_qty, 1.04, msg="what was loaded still counts")
        for stage in order.workorder_ids:
            self._run(stage)
        self.assertAlmostEqual(100 - self._qty(self.beans), 5.2)
        self.assertEqual(order.state, 'done')

    # ------------------------------------------------------------
    # 5. Cancel and delete
    # ------------------------------------------------------------

    def test_cancel_keeps_what_was_used_and_returns_what_came_back(self):
        order = self._create_order(20)
        order.workorder_ids[0].stage_start()
        order.action_cancel()
        self.assertEqual((order.state, order.board_status), ('cancel', 'cancel'))
        self.assertEqual(order.workorder_ids.mapped('stage_status'), ['cancel'] * 3)
        self.assertFalse(order.workorder_ids.time_ids.filtered(lambda time: not time.date_end))
        self.assertAlmostEqual(self._qty(self.beans), 94.8)
        self.assertFalse(self._raw(order, self.bag).filtered(lambda move: move.state != 'cancel'))
        used = self._raw(order, self.beans, 'done')
        with self.assertRaisesRegex(UserError, "cannot come back"):
            order.return_materials([{'move_id': used.id, 'qty': 5.21}])
        order.return_materials([{'move_id': used.id, 'qty': 3}])
        self.assertAlmostEqual(self._qty(self.beans), 97.8)
        with self.assertRaisesRegex(UserError, "cannot come back"):
            order.return_materials([{'move_id': used.id, 'qty': 2.3}])
        order.return_materials([{'move_id': used.id, 'qty': 2.2}])
        self.assertAlmostEqual(self._qty(self.beans), 100)
        self.assertAlmostEqual(self.beans.total_value, 800)

    def test_an_order_that_used_materials_is_not_deleted(self):
        order = self._create_order(20)
        order.workorder_ids[0].stage_start()
        moves = order.move_raw_ids
        with self.assertRaisesRegex(UserError, "cannot be deleted"), self.env.cr.savepoint():
            order.unlink()
        order.action_cancel()
        with self.assertRaisesRegex(UserError, "cannot be deleted"), self.env.cr.savepoint():
            order.unlink()
        self.assertTrue(moves.exists())
        self.assertAlmostEqual(self._qty(self.beans), 94.8)

    def test_an_order_nobody_worked_on_is_deleted(self):
        order = self._create_order(20)
        order.unlink()
        self.assertFalse(order.exists())

    def test_cancel_start_keeps_both_moves_visible(self):
        order = self._create_order(20)
        roasting = order.workorder_ids[0]
        roasting.stage_start()
        taken = self._raw(order, self.beans)
        roasting.stage_cancel_start()
        self.assertEqual((taken.state, taken.quantity), ('done', 5.2))
        back = taken._get_given_back()
        self.assertEqual((back.state, back.quantity, back.location_dest_id), ('done', 5.2, self.stock_location))
        self.assertEqual(back.value, taken.value)
        self.assertEqual(
            (taken.stage_event_id.kind, back.stage_event_id.kind), ('start', 'cancel_start'))
        self.assertEqual(back.reference, order.name)
        again = self._raw(order, self.beans, 'assigned')
        self.assertEqual((again.product_uom_qty, again.quantity, again.workorder_id), (5.2, 5.2, roasting))
        line = next(line for line in order.material_summary() if line['product_id'] == self.beans.id)
        self.assertEqual((line['norm'], line['consumed'], line['remaining'], line['overconsumption']), (5.2, 0, 5.2, 0))

    def test_a_copy_asks_for_the_norm_once(self):
        order = self._create_order(20)
        roasting = order.workorder_ids[0]
        roasting.stage_start()
        roasting.stage_cancel_start()
        self._run(roasting, qty=5)
        self._run(roasting, materials=[{'product_id': self.bag.id, 'qty': 2}])
        copy = order.copy()
        self.assertEqual((copy.state, copy.use_stages), ('draft', True))
        copy.action_confirm()
        demand = {
            product: sum(moves.mapped('norm_qty'))
            for product, moves in copy.move_raw_ids.grouped('product_id').items()}
        self.assertEqual(demand, {self.beans: 5.2, self.bag: 20, self.label: 20, self.valve: 20})
        self.assertEqual(copy.workorder_ids.mapped('stage_status'), ['ready', 'waiting', 'waiting'])
        self.assertFalse(copy.event_ids | copy.workorder_ids.event_ids)

    # ------------------------------------------------------------
    # 6. Traceability
    # ------------------------------------------------------------

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

    # ------------------------------------------------------------
    # 7. Over the norm, and other orders
    # ------------------------------------------------------------

    def test_overuse_shows_and_leaves_other_reservations_alone(self):
        other = self._create_order(20)
        order = self._create_order(20)
        self._run(order.workorder_ids[0])
        self._run(order.workorder_ids[1])
        self._run(order.workorder_ids[2], materials=[{'product_id': self.bag.id, 'qty': 25}])
        line = next(line for line in order.material_summary() if line['product_id'] == self.bag.id)
        self.assertEqual((line['norm'], line['consumed'], line['overconsumption']), (20, 25, 5))
        self.assertEqual(self._raw(other, self.bag).quantity, 20)
        self.assertEqual(order.qty_produced, 20)

    def test_what_a_stage_has_moved_keeps_its_date(self):
        """Core moves the dates of all moves with those of their order; stock is valued by them, first in, first out."""
        order = self._create_order(20)
        roasting = order.workorder_ids[0]
        roasting.stage_start()
        roasting.stage_record_output([{'product_id': self.coffee.id, 'qty': 1}])
        moved = (order.move_raw_ids | order.move_finished_ids).filtered(lambda move: move.state == 'done')
        self.assertEqual(moved.product_id, self.beans | self.coffee)
        dates = moved.mapped('date')
        order.with_context(force_date=True).write({
            'date_start': order.date_start + timedelta(days=1),
            'date_finished': order.date_finished + timedelta(days=3)})
        self.assertEqual(moved.mapped('date'), dates)
        self.assertEqual(self._raw(order, self.bag).date, order.date_start)

    def test_starting_reserves_nothing_that_is_not_there(self):
        """Stock 3, needed 10: core would reserve 10 at the start. Here only what is used moves."""
        scarce = self._create_product("Scarce", self.unit)
        self._stock(scarce, 3)
        self.template.bom_line_ids = [Command.create({
            'product_id': scarce.id, 'product_qty': 1, 'operation_id': self.template.operation_ids[2].id})]
        order = self._create_order(10)
        self.assertEqual(
            order._get_shortage(),
            [{'product_id': scarce.id, 'workorder_id': order.workorder_ids[2].id, 'shortage': 7}])
        answer = order.workorder_ids[0].stage_start()
        self.assertEqual(answer['shortage'][0]['shortage'], 7)
        self.assertEqual(self._raw(order, scarce).quantity, 3)
        quant = self.env['stock.quant'].search([
            ('product_id', '=', scarce.id), ('location_id', '=', self.stock_location.id)])
        self.assertEqual(sum(quant.mapped('reserved_quantity')), 3)
        line = next(line for line in order.material_summary() if line['product_id'] == scarce.id)
        self.assertEqual((line['norm'], line['reserved'], line['shortage']), (10, 3, 7))
        self.assertTrue(order.has_shortage)

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
