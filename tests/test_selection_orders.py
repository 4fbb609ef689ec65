from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .test_selection import SelectionCommon


@tagged('post_install', '-at_install')
class TestSelectionOrders(SelectionCommon):
    """What else happens to orders of which something is to be picked."""

    def _change_quantity(self, order, qty):
        wizard = Form(self.env['change.production.qty'].with_context(default_mo_id=order.id))
        wizard.product_qty = qty
        wizard.save().change_prod_qty()

    def test_a_single_variant_needs_no_pick(self):
        fabric = self._create_fabric("Linen", self.colour.value_ids[0])
        self.fabric_line.product_id = fabric.product_variant_id
        order = self._create_order(10, product=self.dress)
        self.assertFalse(order.selection_ids)
        self.assertEqual(order.move_raw_ids.product_id, fabric.product_variant_id | self.thread)

    def test_plain_orders_use_the_variant_that_is_named(self):
        self.sewing_template.use_stages = False
        order = self._create_order(10, product=self.dress)
        self.assertFalse(order.selection_ids)
        self.assertEqual(order.move_raw_ids.product_id, self.green | self.thread)

    def test_kits_are_named(self):
        self.env['mrp.bom'].create({
            'product_tmpl_id': self.fabric.id, 'type': 'phantom',
            'bom_line_ids': [Command.create({'product_id': self.thread.id})]})
        with self.assertRaisesRegex(ValidationError, "is a kit"):
            self.fabric_line.choose_variant = True

    def test_a_draft_follows_its_quantity_and_keeps_its_snapshot(self):
        order = self._create_order(10, product=self.dress, confirm=False)
        order.product_qty = 20
        self.assertEqual(order.selection_ids.product_qty, 60)
        self.fabric_line.product_qty = 7
        self.fabric_line.choose_variant = False
        order.action_confirm()
        self.assertEqual(order.selection_ids.product_qty, 60)
        self.sewing_template.bom_line_ids[0].unlink()
        self.assertEqual(order.selection_ids.workorder_id, order.workorder_ids[0])

    def test_a_draft_whose_norm_is_opened_later(self):
        self.fabric_line.choose_variant = False
        order = self._create_order(10, product=self.dress, confirm=False)
        self.assertEqual(order.move_raw_ids.product_id, self.green | self.thread)
        self.fabric_line.choose_variant = True
        order.product_qty = 20
        self.assertEqual((order.move_raw_ids.product_id, order.selection_ids.product_qty), (self.thread, 60))
        self.fabric_line.choose_variant = False
        order.product_qty = 10
        self.assertEqual(order.move_raw_ids.product_id, self.green | self.thread)
        self.assertFalse(order.selection_ids)

    def test_an_order_without_stages_is_plain(self):
        """All stages are for other variants: nobody could pick anything."""
        coat = self._create_variants("Coat", "Size", "S", "XL").product_tmpl_id
        template = self.sewing_template.copy({'product_tmpl_id': coat.id})
        template.bom_line_ids.operation_id = False
        template.operation_ids.bom_product_template_attribute_value_ids = (
            coat.attribute_line_ids.product_template_value_ids[1])
        order = self._create_order(10, product=coat.product_variant_ids[0])
        self.assertFalse(order.use_stages or order.selection_ids)
        self.assertEqual(
            {move.product_id: move.product_uom_qty for move in order.move_raw_ids}, {self.green: 30, self.thread: 20})

    def test_norms(self):
        """Per order, and by a formula; in the unit of the line."""
        centimetre = self.env.ref('uom.product_uom_cm')
        self.fabric_line.write(
            {'norm_type': 'formula', 'formula': '2 + 0.1 * qty', 'product_uom_id': centimetre.id})
        order, cutting, selection = self._create_sewing_order()
        self.assertEqual((selection.product_qty, selection.product_uom.name), (30, "cm"))
        self.assertAlmostEqual(self._summary(order)[self.fabric.id]['norm'], 0.3)
        self._change_quantity(order, 20)
        self.assertEqual(selection.product_qty, 80)
        self._pick(cutting, {self.blue: 80})
        self.assertEqual(self._picked(order), {self.blue: (80, 80)})
        self._change_quantity(order, 10)
        self.assertEqual(self._picked(order), {self.blue: (30, 30)})
        self.fabric_line.write({'norm_type': 'batch', 'product_uom_id': self.metre.id})
        order, _cutting, selection = self._create_sewing_order()
        self._change_quantity(order, 20)
        self.assertEqual(selection.product_qty, 3)

    def test_two_materials_of_one_fabric(self):
        """Outer fabric and lining: each is picked for itself."""
        self.sewing_template.bom_line_ids = [Command.create({
            'product_id': self.blue.id, 'product_qty': 1, 'choose_variant': True,
            'operation_id': self.sewing_template.operation_ids[0].id})]
        order, cutting, selections = self._create_sewing_order()
        self._pick(cutting, {self.blue: 30}, selection=selections[0])
        with self.assertRaisesRegex(UserError, "Pick which Fabric: 10 m"):
            cutting.stage_start()
        self._pick(cutting, {self.blue: 4, self.red: 6}, selection=selections[1])
        self._change_quantity(order, 20)
        self.assertEqual(
            [[(move.product_id, move.product_uom_qty) for move in selection.move_ids.sorted('product_id')]
             for selection in selections],
            [[(self.blue, 60)], [(self.blue, 8), (self.red, 12)]])

    def test_picks_follow_the_quantity(self):
        order, cutting, selection = self._create_sewing_order()
        self._pick(cutting, {self.blue: 20, self.red: 10})
        self._change_quantity(order, 15)
        self.assertEqual(selection.product_qty, 45)
        self.assertEqual(self._picked(order), {self.blue: (30, 30), self.red: (15, 15)})
        self._change_quantity(order, 5)
        self.assertEqual(self._picked(order), {self.blue: (10, 10), self.red: (5, 5)})
        cutting.stage_start()
        self._change_quantity(order, 10)
        self.assertEqual(self._picked(order), {self.blue: (10, 10), self.red: (5, 5)})
        self.assertEqual(self._used(order), {self.blue: 10, self.red: 5})
        self.assertEqual(sum(line['norm'] for line in self._summary(order).values()), 30)

    def test_what_was_not_picked_yet_follows_the_quantity(self):
        order, cutting, selection = self._create_sewing_order()
        self._change_quantity(order, 4)
        self.assertEqual((selection.product_qty, cutting.selection_state), (12, 'awaiting'))

    def test_partial_starts(self):
        """Sewing gets ten dresses in two parts: between them others may be picked for what is left."""
        self.fabric_line.operation_id = self.sewing_template.operation_ids[1]
        self.sewing_template.operation_ids[1].consumption_mode = 'start'
        order = self._create_order(10, product=self.dress)
        cutting, sewing = order.workorder_ids
        self._pick(sewing, {self.blue: 20, self.red: 10})
        cutting.stage_start()
        cutting.stage_finish(qty=6)
        sewing.stage_start()
        self.assertEqual(self._used(order), {self.blue: 12, self.red: 6})
        sewing.stage_finish()
        cutting.stage_finish()
        with self.assertRaisesRegex(UserError, "12 m of Fabric are needed"):
            self._pick(sewing, {self.blue: 30})
        self._pick(sewing, {self.blue: 12})
        sewing.stage_start()
        sewing.stage_finish()
        self.assertEqual(order.state, 'done')
        self.assertEqual(self._used(order), {self.blue: 24, self.red: 6})
        self.assertEqual(sum(line['norm'] for line in self._summary(order).values()), 30)

    def test_optional_stage(self):
        self.sewing_template.operation_ids[0].write({'is_optional': True, 'activation': 'manual'})
        order, cutting, _selection = self._create_sewing_order()
        self.assertEqual((cutting.stage_status, cutting.selection_state), ('skipped', False))
        self.assertFalse(self._summary(order))
        cutting.stage_activate()
        self.assertEqual(cutting.selection_state, 'awaiting')
        self._pick(cutting, {self.blue: 30})
        cutting.stage_skip()
        self.assertFalse(self._picked(order))
        cutting.stage_activate()
        self.assertEqual(self._picked(order), {self.blue: (30, 30)})
        cutting.stage_start()
        self.assertEqual(self._used(order), {self.blue: 30})

    def test_cancel(self):
        order, cutting, selection = self._create_sewing_order()
        self._pick(cutting, {self.blue: 30})
        order.action_cancel()
        self.assertFalse(self._picked(order))
        with self.assertRaisesRegex(UserError, "is cancelled"):
            self._pick(cutting, {self.red: 30}, user=self.supervisor_user, selection=selection)
        self.assertEqual(self.blue.with_context(location=self.stock_location.id).free_qty, 50)

    def test_a_copy_awaits_its_own_pick(self):
        order, cutting, selection = self._create_sewing_order()
        self._pick(cutting, {self.blue: 30})
        self.fabric_line.unlink()
        copy = order.copy()
        copy.action_confirm()
        self.assertEqual(copy.move_raw_ids.product_id, self.thread)
        self.assertEqual(copy.selection_ids.product_qty, 30)
        self.assertEqual(copy.workorder_ids[0].selection_state, 'awaiting')
        self.assertEqual(selection.move_ids.raw_material_production_id, order)

    def test_split(self):
        order, cutting, selection = self._create_sewing_order()
        self._pick(cutting, {self.blue: 20, self.red: 10})
        orders = order._split_productions({order: [6, 4]})
        self.assertEqual([part.selection_ids.product_qty for part in orders], [18, 12])
        first, second = orders
        self.assertEqual(self._picked(first), {self.blue: (12, 12), self.red: (6, 6)})
        self.assertEqual(self._picked(second), {self.blue: (8, 8), self.red: (4, 4)})
        self.assertEqual(second.move_raw_ids.selection_id, second.selection_ids)
        self.assertEqual(second.selection_ids.workorder_id, second.workorder_ids[0])
        second.workorder_ids[0].stage_start()
        self.assertEqual(self._used(second), {self.blue: 8, self.red: 4})
        self.assertEqual(selection.workorder_id, first.workorder_ids[0])

    def test_split_before_picking(self):
        order, _cutting, _selection = self._create_sewing_order()
        first, second = order._split_productions({order: [6, 4]})
        self.assertEqual((first.selection_ids.product_qty, second.selection_ids.product_qty), (18, 12))
        self.assertEqual(second.workorder_ids[0].selection_state, 'awaiting')

    def test_a_replaced_stage_takes_what_is_to_be_picked(self):
        """Materials of the base go to the stage a variant has instead."""
        coat = self._create_variants("Coat", "Size", "S", "XL").product_tmpl_id
        template = self.sewing_template.copy({'product_tmpl_id': coat.id})
        cutting = template.operation_ids[0]
        large = coat.attribute_line_ids.product_template_value_ids[1]
        override = self.env['mrp.routing.workcenter'].create({
            'base_operation_id': cutting.id, 'name': "Cutting XL",
            'bom_product_template_attribute_value_ids': [Command.link(large.id)]})
        order = self._create_order(10, product=coat.product_variant_ids[1])
        self.assertEqual(order.selection_ids.workorder_id.name, "Cutting XL")
        self.assertEqual(order.selection_ids.operation_id, override)

    def test_preview_shows_what_is_open(self):
        preview = self.env['mrp.template.preview'].create({'bom_id': self.sewing_template.id, 'quantity': 10})
        self.assertEqual(
            sorted(preview.line_ids.mapped(lambda line: (line.name, line.quantity))),
            [("Fabric (variant picked later)", 30), ("Thread", 20)])

    def test_template_and_order_are_compared(self):
        order, cutting, _selection = self._create_sewing_order()
        self._pick(cutting, {self.blue: 20, self.red: 10})
        self.assertEqual(order._get_template_differences(), [], "what was picked is no difference")
        self.fabric_line.product_qty = 4
        difference, = order._get_template_differences()
        self.assertEqual(
            [difference[name] for name in ('what', 'order_value', 'template_value')], ["Fabric", "30 m", "40 m"])

    def _follow(self, order):
        order.action_update_bom()
        self.assertEqual(order._get_template_differences(), [])

    def test_an_order_follows_its_template(self):
        order, cutting, selection = self._create_sewing_order()
        self._pick(cutting, {self.blue: 20, self.red: 10})
        self.sewing_template.bom_line_ids[1].product_qty = 3
        self._follow(order)
        self.assertEqual(self._picked(order), {self.blue: (20, 20), self.red: (10, 10)}, "the norm is the same")
        self.fabric_line.product_qty = 4
        self._follow(order)
        self.assertEqual((selection.product_qty, cutting.selection_state), (40, 'awaiting'))
        self.fabric_line.operation_id = self.sewing_template.operation_ids[1]
        self._follow(order)
        self.assertEqual(selection.workorder_id, order.workorder_ids[1])
        self._pick(order.workorder_ids[1], {self.blue: 40})
        self.fabric_line.choose_variant = False
        self._follow(order)
        self.assertFalse(selection.exists() or order.has_selections)
        self.assertEqual(
            {move.product_id: move.product_uom_qty for move in order.move_raw_ids}, {self.green: 40, self.thread: 30})
        self.fabric_line.choose_variant = True
        self._follow(order)
        self.assertEqual((order.selection_ids.product_qty, order.move_raw_ids.product_id), (40, self.thread))
        self.assertEqual(order.workorder_ids[1].selection_state, 'awaiting')

    def test_what_has_begun_follows_nothing(self):
        order, cutting, selection = self._create_sewing_order()
        self._pick(cutting, {self.blue: 30})
        cutting.stage_start()
        self.fabric_line.product_qty = 4
        order.action_update_bom()
        self.assertEqual((selection.product_qty, self._used(order)), (30, {self.blue: 30}))
        self.fabric_line.choose_variant = False
        order.action_update_bom()
        self.assertEqual((order.selection_ids, self._used(order)), (selection, {self.blue: 30}))
        self.assertEqual(selection.workorder_id, cutting)

    def test_templates_without_it_cost_nothing(self):
        """Neither making an order nor starting its stages looks at what is to be picked."""
        order = self._create_order(20)
        self.assertFalse(order.has_selections)
        self.env.flush_all()
        self.env.invalidate_all()
        queries = []
        execute = type(self.env.cr).execute

        def log(cursor, query, *args, **kwargs):
            queries.append(str(getattr(query, 'code', query)))
            return execute(cursor, query, *args, **kwargs)

        self.patch(type(self.env.cr), 'execute', log)
        self._create_order(20)
        order.workorder_ids[0].stage_start()
        self.env.flush_all()
        self.assertFalse([query for query in queries if 'FROM "mrp_production_selection"' in query])
