from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .common import StageCommon


@tagged('post_install', '-at_install')
class TestTemplateCompare(StageCommon):
    """In what an order differs from its template as it is today."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.roasting, cls.grinding, cls.packing = cls.template.operation_ids
        cls.beans_line, cls.bag_line, cls.label_line, cls.valve_line = cls.template.bom_line_ids
        cls.order = cls._create_order(20)

    def _compare(self, order=None):
        """The rows of the dialog, as a supervisor reads them."""
        self.env.flush_all()
        self.env.invalidate_all()
        dialog = self.env['mrp.template.compare'].with_user(self.supervisor_user).create(
            {'production_id': (order or self.order).id})
        self.assertFalse(dialog.problem)
        return [
            (line.stage_name or '', line.what, line.order_value or '', line.template_value or '')
            for line in dialog.line_ids]

    def test_an_order_just_made_has_no_differences(self):
        self.assertEqual(self._compare(), [])
        self.assertEqual(self._compare(self._create_order(7, confirm=False)), [])

    def test_settings_of_the_order(self):
        self.template.write({'batch_mode': 'split', 'auto_close': False})
        self.assertEqual(self._compare(), [
            ('', "Batch Mode", "Whole batch", "Split on demand"),
            ('', "Close When Done", "Yes", "No"),
        ])

    def test_stages_added_removed_renamed_and_moved(self):
        self.grinding.name = "Milling"
        self.packing.sequence = 0
        self.template.operation_ids = [
            Command.delete(self.roasting.id), Command.create({'name': "Tasting", 'sequence': 9})]
        self.assertEqual(self._compare(), [
            ('', "Sequence of Stages", "Grinding, Packing", "Packing, Grinding"),
            ("Roasting", "Is a Stage", "Yes", "No"),
            ("Grinding", "Name", "Grinding", "Milling"),
            ("Tasting", "Is a Stage", "No", "Yes"),
            ("Roasting", "Green beans", "5.20 kg", ''),
        ])

    def test_a_stage_written_anew_stands_for_the_old_one(self):
        self.template.operation_ids = [
            Command.delete(self.grinding.id),
            Command.create({'name': "Grinding", 'sequence': 2, 'time_cycle_manual': 11})]
        self.assertEqual(self._compare(), [("Grinding", "Expected Duration", "200", "220")])

    def test_settings_of_a_stage(self):
        role = self.env['mrp.role'].create({'name': "Roaster", 'employee_ids': [Command.set(self.operator.ids)]})
        oven = self.env['mrp.workcenter'].create({'name': "Oven"})
        self.roasting.write({
            'workcenter_id': oven.id, 'time_cycle_manual': 30, 'wait_after': 1.5, 'instruction': "<p>220 °C</p>",
            'consumption_mode': 'finish', 'performer_type': 'role', 'performer_role_id': role.id, 'rework_limit': 2,
            'rework_consumes': True})
        self.grinding.write({
            'is_parallel': True, 'is_optional': True, 'activation': 'upsell',
            'upsell_product_ids': [Command.set(self.label.ids)]})
        self.assertEqual(self._compare(), [
            ("Roasting", "Work Center", "Workshop", "Oven"),
            ("Roasting", "Expected Duration", "300", "600"),
            ("Roasting", "Instruction", "210 °C", "220 °C"),
            ("Roasting", "Wait After (hours)", "12", "1.50"),
            ("Roasting", "Rework Limit", '', "2"),
            ("Roasting", "Materials Leave Stock", "At start", "At completion"),
            ("Roasting", "Rework Takes the Norm Again", "No", "Yes"),
            ("Roasting", "Performer", "Chosen at start", "Roaster"),
            ("Grinding", "In Parallel with the Previous Stage", "No", "Yes"),
            ("Grinding", "Optional", "No", "Yes"),
            ("Grinding", "Done When", '', "Upsell on the sale order"),
            ("Grinding", "Upsell Products", '', "Label"),
        ])

    def test_checks(self):
        self.grinding.checklist_ids = [Command.create({'name': "Clean"})]
        self.assertEqual(self._compare(), [("Grinding", "Checklist", '', "Clean")])
        order = self._create_order(20)
        self.assertEqual(self._compare(order), [])
        self.grinding.checklist_ids.is_required = False
        self.assertEqual(self._compare(order), [("Grinding", "Checklist", "Clean", "Clean (with other details)")])

    def test_texts_that_look_alike_are_told_apart(self):
        self.roasting.instruction = "<p><b>210 °C</b></p>"
        (row,) = self._compare()
        self.assertEqual(row[:2], ("Roasting", "Instruction"))
        self.assertNotEqual(row[2], row[3])

    def test_dependencies(self):
        self.template.allow_operation_dependencies = True
        self.assertEqual(self._compare(), [('', "Dependencies of Stages", "No", "Yes")])
        order = self._create_order(20)
        self.assertEqual(self._compare(order), [])
        self.packing.blocked_by_operation_ids = self.roasting | self.grinding
        self.assertEqual(self._compare(order), [("Packing", "Waits For", '', "Roasting, Grinding")])

    def test_materials(self):
        tape = self._create_product("Tape", self.unit)
        self.beans_line.product_qty = 0.27
        self.bag_line.operation_id = self.grinding
        self.label_line.unlink()
        self.template.bom_line_ids = [
            Command.update(self.valve_line.id, {'product_uom_id': self.env.ref('uom.product_uom_dozen').id}),
            Command.create({'product_id': tape.id, 'product_qty': 0.5, 'operation_id': self.packing.id})]
        self.assertEqual(self._compare(), [
            ("Roasting", "Green beans", "5.20 kg", "5.40 kg"),
            ("Packing", "Bag: Used At", "Packing", "Grinding"),
            ("Packing", "Label", "20 Units", ''),
            ("Packing", "Valve", "20 Units", "20 Dozens"),
            ("Packing", "Tape", '', "10 Units"),
        ])

    def test_kinds_and_sources_of_norms(self):
        shelf = self.env['stock.location'].create({'name': "Shelf", 'location_id': self.stock_location.id})
        self.bag_line.write({'norm_type': 'batch', 'product_qty': 20})
        self.label_line.source_location_id = shelf
        self.assertEqual(self._compare(), [
            ("Packing", "Bag: Norm Is", "Per batch quantity", "Per order"),
            ("Packing", "Label: Source Location", self.stock_location.display_name, shelf.display_name),
        ])

    def test_byproducts(self):
        scrap = self._create_product("Chaff", self.kg)
        self.template.byproduct_ids = [Command.create({'product_id': scrap.id, 'product_qty': 0.1, 'cost_share': 1})]
        self.assertEqual(self._compare(), [('', "Chaff", '', "2 kg")])
        order = self._create_order(20)
        self.template.byproduct_ids.cost_share = 2
        self.assertEqual(self._compare(order), [('', "Chaff: Cost Share (%)", "1", "2")])

    def test_what_happens_on_the_floor_is_no_difference(self):
        self.grinding.write({'is_optional': True, 'activation': 'manual'})
        self.template.bom_line_ids = [Command.create({'product_id': self.label.id, 'operation_id': self.grinding.id})]
        order, other = self._create_order(20), self._create_order(20)
        other.workorder_ids[1].with_user(self.supervisor_user).stage_activate()
        self.assertEqual((self._compare(order), self._compare(other)), ([], []))
        with freeze_time("2026-03-02 06:00:00"):
            order.workorder_ids[0].stage_start(employee_id=self.operator.id)
            order.workorder_ids[0].stage_cancel_start()
            order.workorder_ids[0].stage_start(employee_id=self.operator.id)
            order.workorder_ids[0].stage_finish(qty=5, materials=[{'product_id': self.beans.id, 'qty': 1.4}])
            order.workorder_ids[0].stage_finish(materials=[{'product_id': self.bag.id, 'qty': 2}])
        with freeze_time("2026-03-03 06:00:00"):
            order.workorder_ids[2].stage_start()
            order.workorder_ids[2].stage_finish(qty=8)
        self.assertEqual(self._compare(order), [])

    def test_who_was_assigned_is_told_where_the_template_names_others(self):
        role = self.env['mrp.role'].create({'name': "Miller", 'employee_ids': [Command.set(self.operator.ids)]})
        self.roasting.write({'performer_type': 'employee', 'performer_employee_id': self.operator.id})
        self.grinding.write({'performer_type': 'role', 'performer_role_id': role.id})
        order = self._create_order(20)
        order.workorder_ids.with_user(self.supervisor_user).stage_assign(self.helper.id)
        self.assertEqual(self._compare(order), [
            ("Roasting", "Performer", "Hugo", "Olga"), ("Grinding", "Performer", "Hugo", "Miller")])
        role.employee_ids |= self.helper
        self.roasting.performer_type = 'at_start'
        self.assertEqual(self._compare(order), [])
        unassigned = self._create_order(20)
        self.roasting.write({'performer_type': 'employee', 'performer_employee_id': self.operator.id})
        self.assertEqual(self._compare(unassigned), [("Roasting", "Performer", "Chosen at start", "Olga")])

    def test_a_changed_quantity_is_no_difference(self):
        self.template.product_qty = 6
        self.beans_line.product_qty = 1
        order = self._create_order(20)
        self.env['change.production.qty'].create({'mo_id': order.id, 'product_qty': 2}).change_prod_qty()
        self.assertEqual(self._compare(order), [])

    def test_only_the_orders_variant_counts(self):
        beans, fine = self._create_variants("Coffee", "Grind", "Beans", "Fine")
        template = self._create_coffee_template(beans)
        orders = [self._create_order(20, product=variant) for variant in (beans, fine)]
        self.env['mrp.routing.workcenter'].create({
            'base_operation_id': template.operation_ids[1].id, 'override_type': 'replace', 'time_cycle_manual': 30,
            'bom_product_template_attribute_value_ids': [Command.set(fine.product_template_attribute_value_ids.ids)]})
        self.assertEqual([self._compare(order) for order in orders], [
            [], [("Grinding", "Expected Duration", "200", "600")]])

    def test_a_template_that_can_make_no_such_order_says_why(self):
        size = self.env['product.attribute'].create({'name': "Weight", 'value_ids': [Command.create({'name': "250"})]})
        self.coffee.product_tmpl_id.attribute_line_ids = [Command.create({
            'attribute_id': size.id, 'value_ids': [Command.set(size.value_ids.ids)]})]
        self.beans_line.write({'norm_type': 'formula', 'formula': "weight / 1000"})
        self.coffee.product_tmpl_id.attribute_line_ids.unlink()
        dialog = self.env['mrp.template.compare'].create({'production_id': self.order.id})
        self.assertIn("Green beans", dialog.problem)
        self.assertFalse(dialog.line_ids)

    def test_comparing_changes_nothing(self):
        self.beans_line.product_qty = 3
        moves, stages = self.order.move_raw_ids, self.order.workorder_ids
        self.order._get_template_differences()
        self.assertEqual((self.order.move_raw_ids, self.order.workorder_ids), (moves, stages))
        self.assertFalse(self.order.move_raw_ids.filtered(lambda move: not move.id))
        self.assertEqual(self._compare(), [("Roasting", "Green beans", "5.20 kg", "60 kg")])

    def test_for_supervisors(self):
        with self.assertRaises(AccessError):
            self.env['mrp.template.compare'].with_user(self.operator_user).create({'production_id': self.order.id})
