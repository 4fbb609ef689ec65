

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .update_bom_common import UpdateBomCommon


@tagged('post_install', '-at_install')
class TestUpdateBom(UpdateBomCommon):
    """Odoo's Update BoM on orders with stages of which none has begun: they follow the template."""

    # ------------------------------------------------------------
    # Nothing has begun
    # ------------------------------------------------------------

    def test_everything_follows(self):
        order = self._create_order(20)
        self._rewrite_template()
        self.assertTrue(order.is_outdated_bom)
        order.action_update_bom()
        self._assert_as_if_new(order)
        self.assertEqual(order.workorder_ids.mapped('name'), ["Packing", "Burning", "Tasting", "Wrapping"])
        order.action_update_bom()
        self._assert_as_if_new(order)

    def test_a_draft_follows_too(self):
        order = self._create_order(20, confirm=False)
        self._rewrite_template()
        order.action_update_bom()
        order.action_confirm()
        self._assert_as_if_new(order)

    def test_an_updated_order_goes_its_way(self):
        order = self._create_order(20)
        self.template.operation_ids = [Command.delete(self.grinding.id), Command.create({
            'name': "Tasting", 'sequence': 9,
            'stage_material_ids': [Command.create({'product_id': self.tape.id, 'product_qty': 3})]})]
        self.beans_line.product_qty = 0.5
        order.action_update_bom()
        self._run(*order.workorder_ids)
        self.assertEqual(order.state, 'done')
        self.assertEqual(
            (100 - self._qty(self.beans), 500 - self._qty(self.tape), 500 - self._qty(self.bag)), (10, 60, 20))
        self.assertEqual(self._qty(self.coffee), 20)

    def test_formulas_are_calculated_anew(self):
        coffee = self._create_variants("Coffee", "Weight", "250")
        beans_line = self._create_coffee_template(coffee).bom_line_ids[0]
        order = self._create_order(20, product=coffee)
        beans_line.write({'norm_type': 'formula', 'formula': "weight / 500"})
        order.action_update_bom()
        self._assert_as_if_new(order)
        beans = order.move_raw_ids.filtered(lambda move: move.product_id == self.beans)
        self.assertEqual((beans.product_uom_qty, beans.norm_inputs), (10, {'weight': 250}))
        beans_line.write({'norm_type': 'unit', 'product_qty': 0.1})
        order.action_update_bom()
        self._assert_as_if_new(order)

    def test_dependencies_follow(self):
        order = self._create_order(20)
        self.template.allow_operation_dependencies = True
        self.packing.blocked_by_operation_ids = self.roasting
        order.action_update_bom()
        self._assert_as_if_new(order)
        self.assertEqual(order.workorder_ids.mapped('stage_status'), ['ready', 'ready', 'waiting'])
        self.template.allow_operation_dependencies = False
        order.action_update_bom()
        self._assert_as_if_new(order)

    def test_optional_stages_become_and_cease_to_be(self):
        order = self._create_order(20)
        self.packing.write({'is_optional': True, 'activation': 'manual'})
        order.action_update_bom()
        self._assert_as_if_new(order)
        self.assertEqual(order.workorder_ids[2].stage_status, 'skipped')
        self.bag_line.product_qty = 2
        self.label_line.unlink()
        self.packing.workcenter_id = self.env['mrp.workcenter'].create({'name': "Bench"})
        order.action_update_bom()
        self._assert_as_if_new(order)
        self.packing.is_optional = False
        order.action_update_bom()
        self.assertEqual(order._get_template_differences(), [])
        self.assertEqual(order.workorder_ids[2].stage_status, 'waiting')
        self.assertEqual(
            {line['product_id']: (line['norm'], line['remaining'], line['reserved'])
             for line in order.material_summary() if line['workorder_id'] == order.workorder_ids[2].id},
            {self.bag.id: (40, 40, 40), self.valve.id: (20, 20, 20)})

    def test_a_stage_that_was_activated_stays(self):
        self.grinding.write({'is_optional': True, 'activation': 'manual'})
        order = self._create_order(20)
        stage = order.workorder_ids[1].with_user(self.supervisor_user)
        stage.stage_activate()
        self.grinding.wait_after = 3
        order.action_update_bom()
        self.assertEqual((stage.stage_status, stage.wait_after), ('waiting', 3))
        self.label_line.operation_id = self.grinding
        order.action_update_bom()
        stage.stage_skip()
        stage.stage_activate()
        stage.stage_skip()
        self.label_line.product_qty = 2
        order.action_update_bom()
        self.assertEqual((stage.stage_status, order._get_template_differences()), ('skipped', []))
        self.assertEqual(stage.move_raw_ids.mapped('product_uom_qty'), [40])
        stage.stage_activate()
        self.assertEqual(stage.move_raw_ids.mapped(lambda move: (move.state, move.product_uom_qty)),
                         [('cancel', 0), ('assigned', 40)])

    def test_checks_follow_until_the_stage_has_begun(self):
        self.grinding.checklist_ids = [Command.create({'name': "Clean"})]
        order = self._create_order(20)
        grinding = order.workorder_ids[1]
        grinding.with_user(self.supervisor_user).stage_assign(self.operator.id)
        self.grinding.checklist_ids = [Command.create({'name': "Sharp", 'kind': 'text', 'is_required': False})]
        order.with_user(self.supervisor_user).action_update_bom()
        self.assertEqual(grinding.checklist_ids.mapped('name'), ["Clean", "Sharp"])
        self.assertEqual(order._get_template_differences(), [])
        self._run(order.workorder_ids[0])
        grinding.stage_start()
        self.grinding.checklist_ids.unlink()
        order.action_update_bom()
        self.assertEqual(grinding.checklist_ids.mapped('name'), ["Clean", "Sharp"])

    def test_whoever_was_assigned_stays_where_the_template_names_nobody(self):
        order = self._create_order(20)
        order.workorder_ids.with_user(self.supervisor_user).stage_assign(self.helper.id)
        self.packing.write({'performer_type': 'employee', 'performer_employee_id': self.operator.id})
        self.roasting.wait_after = 7
        order.action_update_bom()
        self.assertEqual(order.workorder_ids.performer_employee_id, self.helper | self.operator)
        self.assertEqual(order.workorder_ids[2].performer_employee_id, self.operator)
        self.assertEqual(order._get_template_differences(), [])

    def test_what_is_picked_for_the_order_follows(self):
        warehouse = self.env['stock.warehouse'].search([('company_id', '=', self.company.id)], limit=1)
        warehouse.manufacture_steps = 'pbm'
        order = self._create_order(20)
        self.assertEqual(len(order.picking_ids.move_ids), 4)
        self.beans_line.product_qty = 0.5
        self.label_line.unlink()
        self.template.bom_line_ids = [Command.create({'product_id': self.tape.id, 'operation_id': self.packing.id})]
        order.action_update_bom()
        self.assertEqual(order._get_template_differences(), [])
        picked = {
            move.product_id: move.product_uom_qty for move in order.picking_ids.move_ids if move.state != 'cancel'}
        self.assertEqual(picked.pop(self.label, 0), 0)
        self.assertEqual(picked, {self.beans: 10, self.bag: 20, self.valve: 20, self.tape: 20})
        self.assertTrue(all(move.move_orig_ids for move in order.move_raw_ids))

    def test_an_order_may_lose_all_its_materials(self):
        order = self._create_order(20)
        self.template.bom_line_ids.unlink()
        order.action_update_bom()
        self.assertEqual((order.state, order.move_raw_ids.ids), ('confirmed', []))

    def test_a_removed_stage_with_a_history_is_left_out(self):
        order = self._create_order(20)
        packing = order.workorder_ids[2]
        packing.with_user(self.supervisor_user).stage_assign(self.helper.id)
        self.packing.unlink()
        order.action_update_bom()
        self.assertEqual((packing.exists().stage_status, order.stages_total), ('skipped', 2))
        self.assertEqual(order._get_template_differences(), [])
        self.assertEqual(order.move_raw_ids.product_id, self.beans)
        self._run(*order.workorder_ids[:2])
        self.assertEqual(order.state, 'done')

    def test_a_stage_written_anew_is_the_same_stage(self):
        order = self._create_order(20)
        roasting = order.workorder_ids[0]
        roasting.stage_start()
        roasting.stage_cancel_start()
        self.template.operation_ids = [Command.delete(self.roasting.id), Command.create({
            'name': "Roasting", 'sequence': 0,
            'stage_material_ids': [Command.create({'product_id': self.beans.id, 'product_qty': 0.5})]})]
        order.action_update_bom()
        self.assertEqual(order.workorder_ids[0], roasting)
        self.assertEqual(order._get_template_differences(), [])
        self.assertEqual(roasting.move_raw_ids.filtered(lambda move: move.state == 'assigned').product_uom_qty, 10)
        self.assertEqual(len(roasting.move_raw_ids), 2, "what was taken and given back is still its history")

    # ------------------------------------------------------------
    # Refusals, and others' orders
    # ------------------------------------------------------------

    def test_a_template_without_stages_is_refused(self):
        order = self._create_order(20)
        self.template.operation_ids.unlink()
        with self.assertRaisesRegex(UserError, "has no stages"):
            order.action_update_bom()

    def test_another_bill_of_materials_is_refused(self):
        order = self._create_order(20)
        with self.assertRaisesRegex(UserError, "another bill of materials"):
            self.env['mrp.bom'].with_context(parent_production_id=order.id).create(
                {'product_tmpl_id': self.coffee.product_tmpl_id.id})

    def test_plain_orders_are_updated_as_in_odoo(self):
        self.template.use_stages = False
        order = self._create_order(20)
        self.template.bom_line_ids = [Command.update(self.beans_line.id, {'product_qty': 0.5})]
        self.grinding.name = "Milling"
        order.action_update_bom()
        self.assertEqual(order.workorder_ids[1].name, "Milling")
        self.assertEqual(order.move_raw_ids[0].product_uom_qty, 10)
        self.assertFalse(any(order.workorder_ids.mapped('stage_status')))

    def test_from_the_dialog(self):
        order = self._create_order(20)
        self.beans_line.product_qty = 0.5
        dialog = self.env['mrp.template.compare'].with_user(self.supervisor_user).create({'production_id': order.id})
        self.assertTrue(dialog.can_update)
        dialog.action_update()
        self._assert_as_if_new(order)
        self.assertIn("Follows version", order.message_ids[0].body)
