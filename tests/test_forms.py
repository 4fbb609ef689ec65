from datetime import datetime

from freezegun import freeze_time
from lxml import etree

from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tests import Form, tagged
from odoo.tools.safe_eval import safe_eval

from .common import StageCommon


@tagged('post_install', '-at_install')
class TestForms(StageCommon):
    """The screens on the server's side, as the people who open them."""

    def _dialog(self, model, stage, user):
        return Form(self.env[model].with_user(user).with_context(default_workorder_id=stage.id))

    # ------------------------------------------------------------
    # My Stages
    # ------------------------------------------------------------

    def test_operator_may_read_all_that_my_stages_shows(self):
        order = self._create_order(20)
        order.workorder_ids[0].stage_start(employee_id=self.operator.id)
        action = self.env.ref('mrp_production_stage.mrp_workorder_action_my_stages')
        stages = self.env['mrp.workorder'].with_user(self.operator_user)
        views = stages.get_views([(action.view_id.id, 'kanban'), (action.search_view_id.id, 'search')])['views']
        names = {node.get('name') for node in etree.fromstring(views['kanban']['arch']).iter('field')}
        self.assertLess({'qty_ready', 'is_user_working', 'working_employee_ids', 'order_note', 'material_text'}, names)
        specification = {
            name: {'fields': {'display_name': {}}} if stages._fields[name].relational else {} for name in names}
        self.env.invalidate_all()
        found = stages.web_search_read(safe_eval(action.domain), specification)
        self.assertEqual(len(found['records']), 3)
        roasting = next(record for record in found['records'] if record['name'] == "Roasting")
        self.assertEqual(roasting['qty_ready'], 20)
        self.assertEqual(roasting['working_employee_ids'][0]['display_name'], "Olga")
        self.assertFalse(roasting['material_text'], "the beans have left stock")
        packing = next(record for record in found['records'] if record['name'] == "Packing")
        self.assertEqual(packing['material_text'].splitlines(), ["20 Units Bag", "20 Units Label", "20 Units Valve"])
        for node in etree.fromstring(views['search']['arch']).iter('filter'):
            if node.get('domain'):
                stages.search(Domain(safe_eval(node.get('domain'), {'uid': self.operator_user.id})))

    def test_operator_sees_the_notes_of_the_order_and_the_clock(self):
        order = self._create_order(20, stage_note="For the market")
        roasting = self._as(order.workorder_ids[0], self.operator_user)
        with freeze_time("2026-03-02 06:00:00"):
            roasting.stage_start()
        roasting.stage_pause(occurred_at=datetime(2026, 3, 2, 6, 10))
        self.assertEqual(roasting.order_note, "For the market")
        self.assertAlmostEqual(roasting.get_duration(), 10)

    # ------------------------------------------------------------
    # The order
    # ------------------------------------------------------------

    def test_supervisor_makes_an_order_with_the_short_form(self):
        form = Form(
            self.env['mrp.production'].with_user(self.supervisor_user),
            view='mrp_production_stage.mrp_production_view_form_stages')
        form.product_id = self.coffee
        self.assertEqual(form.bom_id, self.template)
        self.assertTrue(form.use_stages)
        form.product_qty = 20
        form.stage_note = "For the market"
        order = form.save()
        order.action_confirm_stages()
        self.assertEqual(order.board_status, 'pending')
        self.assertEqual(order.current_stage_name, "Roasting")
        self.assertEqual(order.workorder_ids[0].with_context(stage_name_only=True).display_name, "Roasting")
        self.assertEqual(order.workorder_ids[0].display_name, f"{order.name} - Roasting")

    def test_a_product_without_template_is_told_at_confirmation(self):
        order = self._create_order(1, product=self.bag, confirm=False)
        with self.assertRaisesRegex(UserError, "no production template with stages"):
            order.action_confirm_stages()

    def test_native_form_does_not_miss_what_a_stage_has_used(self):
        order = self._create_order(20)
        self.assertEqual(order.components_availability_state, 'available')
        order.workorder_ids[0].stage_start()
        order.invalidate_recordset()
        self.assertEqual(order.components_availability_state, 'available')

    def test_board_shows_every_status_in_order(self):
        self._create_order(20)
        orders = self.env['mrp.production'].with_user(self.supervisor_user).with_context(read_group_expand=True)
        groups = orders.web_read_group(
            [('use_stages', '=', True), ('product_id', '=', self.coffee.id)], ['board_status'], ['__count'])['groups']
        self.assertEqual(
            [group['board_status'] for group in groups], ['pending', 'progress', 'partial', 'done', 'cancel'])

    # ------------------------------------------------------------
    # Dialogs
    # ------------------------------------------------------------

    def test_finish_dialog_corrects_what_was_taken_at_the_start(self):
        order = self._create_order(20)
        roasting = self._as(order.workorder_ids[0], self.operator_user)
        roasting.stage_start()
        dialog = self._dialog('mrp.stage.finish', roasting, self.operator_user)
        self.assertEqual((dialog.qty, dialog.qty_ready), (20, 20))
        with dialog.line_ids.edit(0) as line:
            self.assertEqual((line.product_id, line.norm, line.qty), (self.beans, 5.2, 5.2))
            line.qty = 5.5
        dialog.save().action_finish()
        beans = next(line for line in order.material_summary() if line['product_id'] == self.beans.id)
        self.assertAlmostEqual(beans['consumed'], 5.5)
        self.assertAlmostEqual(beans['overconsumption'], 0.3)

    def test_finish_dialog_follows_the_quantity_and_takes_other_materials(self):
        self.template.operation_ids[:2].unlink()
        order = self._create_order(20)
        packing = self._as(order.workorder_ids, self.operator_user)
        packing.stage_start()
        dialog = self._dialog('mrp.stage.finish', packing, self.operator_user)
        dialog.qty = 10
        bags = [number for number, line in enumerate(dialog.line_ids._records) if line['product_id'] == self.bag.id]
        with dialog.line_ids.edit(bags[0]) as line:
            self.assertEqual((line.norm, line.qty), (10, 10))
            line.qty = 11
        with dialog.line_ids.new() as line:
            line.product_id = self.other = self._create_product("Tape", self.unit)
            line.qty = 2
        dialog.save().action_finish()
        consumed = {line['product_id']: line['consumed'] for line in order.material_summary()}
        self.assertEqual(packing.qty_produced, 10)
        self.assertEqual((consumed[self.bag.id], consumed[self.label.id], consumed[self.other.id]), (11, 10, 2))

    def test_hold_dialog(self):
        order = self._create_order(20)
        roasting = self._as(order.workorder_ids[0], self.operator_user)
        dialog = self._dialog('mrp.stage.hold', roasting, self.operator_user)
        dialog.reason_id = self.env.ref('mrp_production_stage.hold_reason_machine')
        dialog.note = "Burner"
        dialog.save().action_hold()
        self.assertEqual(roasting.stage_status, 'hold')
        self.assertEqual(order.event_ids.note, "Burner")

    def test_start_dialog_early_and_for_whom_it_is_assigned_to(self):
        order = self._create_order(20)
        roasting, grinding, _packing = self._as(order.workorder_ids, self.supervisor_user)
        roasting.stage_start()
        roasting.stage_finish()
        grinding.stage_assign(self.helper.id)
        dialog = self._dialog('mrp.stage.start', grinding, self.supervisor_user)
        self.assertTrue(dialog.is_early)
        self.assertEqual(dialog.employee_id, self.helper)
        dialog.override_reason = "The customer waits"
        dialog.save().action_start()
        self.assertEqual(grinding.stage_status, 'progress')
        self.assertEqual(grinding.working_employee_ids, self.helper)
        self.assertIn('override', order.event_ids.mapped('kind'))

    def test_return_dialog_of_a_cancelled_order(self):
        order = self._create_order(20).with_user(self.supervisor_user)
        order.workorder_ids[0].stage_start()
        self.assertEqual(order.current_stage_status, 'progress')
        order.action_cancel()
        self.assertTrue(order.has_used_materials)
        before = self._qty(self.beans)
        action = order.action_open_material_return()
        dialog = Form(self.env[action['res_model']].with_user(self.supervisor_user).with_context(**action['context']))
        with dialog.line_ids.edit(0) as line:
            self.assertEqual((line.product_id, line.used, line.qty), (self.beans, 5.2, 5.2))
            line.qty = 5
        dialog.save().action_return()
        self.assertAlmostEqual(self._qty(self.beans) - before, 5)
        dialog = Form(self.env[action['res_model']].with_user(self.supervisor_user).with_context(**action['context']))
        self.assertAlmostEqual(dialog.line_ids._records[0]['used'], 0.2)
        dialog.save().action_return()
        order.invalidate_recordset()
        self.assertFalse(order.has_used_materials)

    # ------------------------------------------------------------
    # The template
    # ------------------------------------------------------------

    def test_materials_are_entered_in_a_stage_that_is_not_saved_yet(self):
        form = Form(self.env['mrp.bom'], view='mrp_production_stage.mrp_bom_view_form_template')
        form.product_tmpl_id = self._create_product("House blend", self.unit).product_tmpl_id
        form.use_stages = True
        template = form.save()
        template.write({'operation_ids': [(0, 0, {
            'name': "Roasting", 'stage_material_ids': [(0, 0, {'product_id': self.beans.id, 'product_qty': 5.2})],
        })]})
        material = template.bom_line_ids
        self.assertEqual(
            (material.product_id, material.product_uom_id, material.operation_id.name),
            (self.beans, self.kg, "Roasting"))
        self.assertEqual(self.env['mrp.bom'].new({}).display_name, False)
