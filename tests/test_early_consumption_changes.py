from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .early_consumption_common import EarlyConsumptionCommon


@tagged('post_install', '-at_install')
class TestEarlyConsumptionChanges(EarlyConsumptionCommon):
    """An order that has used materials is split, changed, cancelled, deleted or copied."""

    # ------------------------------------------------------------
    # Backorder
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
    # Change of quantity
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
    # Cancel, delete and copy
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
