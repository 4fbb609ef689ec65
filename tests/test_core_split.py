from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import StageCommon


@tagged('post_install', '-at_install')
class TestCoreSplit(StageCommon):
    """Odoo's own split, merge and backorder: as ever on plain orders and where nothing has begun, else refused."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plain = cls._create_product("Crate", cls.unit)
        cls.plain_bom = cls.env['mrp.bom'].create({
            'product_tmpl_id': cls.plain.product_tmpl_id.id,
            'operation_ids': [Command.create({
                'name': "Nailing", 'workcenter_id': cls.env['mrp.workcenter'].create({'name': "Bench"}).id})],
            'bom_line_ids': [Command.create({'product_id': cls.bag.id, 'product_qty': 2})],
        })

    def _split(self, order, *quantities):
        """Split an order with Odoo's own dialog."""
        action = order.action_split()
        wizard = self.env['mrp.production.split'].with_context(**action['context']).create({
            'production_detailed_vals_ids': [
                Command.create({'quantity': quantity, 'user_id': self.env.user.id, 'date': order.date_start})
                for quantity in quantities]})
        wizard.action_split()
        return order.production_group_id.production_ids.sorted('id')

    def _read_materials(self, order):
        return {
            move.product_id: (move.product_uom_qty, move.norm_qty, move.quantity)
            for move in order.move_raw_ids}

    # ------------------------------------------------------------
    # Plain orders
    # ------------------------------------------------------------

    def test_plain_orders_are_split_merged_and_backordered_as_ever(self):
        order = self._create_order(10, product=self.plain)
        first, second = self._split(order, 6, 4)
        self.assertEqual((first.product_qty, second.product_qty), (6, 4))
        self.assertEqual((first.move_raw_ids.quantity, second.move_raw_ids.quantity), (12, 8))
        merged = order.browse((first | second).action_merge()['res_id'])
        self.assertEqual((merged.product_qty, merged.use_stages, merged.state), (10, False, 'confirmed'))
        self.assertEqual((first.state, second.state), ('cancel', 'cancel'))
        merged.workorder_ids.button_start()
        merged.qty_producing = 7
        merged._set_qty_producing()
        dialog = merged.button_mark_done()
        self.assertEqual(dialog['res_model'], 'mrp.production.backorder')
        self.env[dialog['res_model']].with_context(**dialog['context']).create({}).action_backorder()
        backorder = merged.production_group_id.production_ids - merged
        self.assertEqual((merged.state, merged.qty_produced, backorder.product_qty), ('done', 7, 3))
        self.assertEqual(self._qty(self.plain), 7)

    # ------------------------------------------------------------
    # Nothing has begun
    # ------------------------------------------------------------

    def test_a_split_order_asks_for_its_share(self):
        """Planned time and norms follow the quantity, in both parts."""
        order = self._create_order(20)
        first, second = self._split(order, 12, 8)
        self.assertEqual([part.workorder_ids.mapped('duration_expected') for part in (first, second)], [
            [180, 120, 240], [120, 80, 160]])
        self.assertEqual(self._read_materials(first), {
            self.beans: (3.12, 3.12, 3.12), self.bag: (12, 12, 12), self.label: (12, 12, 12), self.valve: (12, 12, 12)})
        self.assertEqual(self._read_materials(second), {
            self.beans: (2.08, 2.08, 2.08), self.bag: (8, 8, 8), self.label: (8, 8, 8), self.valve: (8, 8, 8)})

    def test_drafts_are_split(self):
        order = self._create_order(20, confirm=False)
        first, second = self._split(order, 12, 8)
        self.assertEqual((first | second).mapped('state'), ['draft', 'draft'])
        (first | second).action_confirm()
        self.assertEqual((first | second).workorder_ids.mapped('qty_ready'), [12, 0, 0, 8, 0, 0])
        self.assertEqual([part.workorder_ids.mapped('duration_expected') for part in (first, second)], [
            [180, 120, 240], [120, 80, 160]])
        self.assertEqual(self._read_materials(second)[self.beans], (2.08, 2.08, 2.08))

    def test_numbered_units_are_shared(self):
        order = self._create_order(20, batch_mode='unit')
        for part, quantity in zip(self._split(order, 12, 8), (12, 8)):
            self.assertEqual(sorted(part.unit_ids.mapped('number')), list(range(1, quantity + 1)))
            self.assertEqual(part.workorder_ids[0].qty_ready, quantity)

    def test_orders_of_which_nothing_has_begun_are_merged(self):
        orders = self._create_order(3) | self._create_order(4)
        merged = orders.browse(orders.action_merge()['res_id'])
        self.assertEqual((merged.product_qty, merged.board_status), (7, 'pending'))
        self.assertEqual(merged.workorder_ids.mapped('stage_status'), ['ready', 'waiting', 'waiting'])
        self.assertEqual(self._read_materials(merged)[self.beans], (1.82, 1.82, 1.82))
        self.assertEqual(orders.mapped('board_status'), ['cancel', 'cancel'])

    # ------------------------------------------------------------
    # Something has begun
    # ------------------------------------------------------------

    def test_a_running_order_is_neither_split_nor_merged(self):
        order, other = self._create_order(20), self._create_order(20)
        for act in ('stage_start', 'stage_finish'):
            getattr(order.workorder_ids[0], act)()
            with self.assertRaisesRegex(UserError, f"{order.name} has started: its batch can no longer be split"):
                order.action_split()
            with self.assertRaisesRegex(UserError, f"{order.name} has started: its batch can no longer be split"):
                order._split_productions({order: [12, 8]})
            with self.assertRaisesRegex(UserError, f"{order.name} has started: it can no longer be merged"):
                (order | other).action_merge()
        self.assertEqual(other.board_status, 'pending')
        self.assertEqual((order.product_qty, order.production_group_id.production_ids), (20, order))

    def test_a_start_that_was_cancelled_leaves_nothing_begun(self):
        order = self._create_order(20)
        order.workorder_ids[0].stage_start()
        order.workorder_ids[0].stage_cancel_start()
        self.assertEqual(order._split_productions({order: [12, 8]}).mapped('product_qty'), [12, 8])

    def test_no_backorder_of_a_running_order(self):
        """What is left of a batch is a matter of its stages: neither asked for nor made."""
        order = self._create_order(20)
        order.workorder_ids[0].stage_start()
        order.workorder_ids[0].stage_finish(qty=12)
        self.assertFalse(order._get_quantity_produced_issues())
        for context in ({}, {'mo_ids_to_backorder': order.ids, 'skip_backorder': True}):
            with self.assertRaisesRegex(UserError, "Finish its stages first: Roasting, Grinding, Packing"):
                order.with_context(**context).button_mark_done()
        self.assertEqual(order.production_group_id.production_ids, order)
