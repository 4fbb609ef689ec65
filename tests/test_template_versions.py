from contextlib import closing

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ..hooks import uninstall_hook
from .common import StageCommon

FORM = 'mrp_production_stage.mrp_bom_view_form_template'


@tagged('post_install', '-at_install')
class TestTemplateVersions(StageCommon):
    """A template counts its changes; each order knows which version it runs."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.roasting, cls.grinding, cls.packing = cls.template.operation_ids
        cls._end_save()

    @classmethod
    def _end_save(cls):
        """What ends one person's save, and with it one step of the version."""
        cls.env.flush_all()
        cls.env.cr.postcommit.clear()

    def _assert_step(self, change):
        """Each of these changes, saved on its own, makes one version."""
        before = self.template.version
        change()
        self.assertEqual(self.template.version, before + 1)
        self._end_save()

    def _assert_no_step(self, change):
        before = self.template.version
        change()
        self.assertEqual(self.template.version, before)
        self._end_save()

    # ------------------------------------------------------------
    # What counts
    # ------------------------------------------------------------

    def test_a_new_template_is_version_1(self):
        self.assertEqual(self.template.version, 1)
        template = self._create_coffee_template(self._create_product("Decaf", self.unit))
        self.assertEqual(template.version, 1, "stages and materials that come with it are no changes of it")
        self.assertEqual(template.copy().version, 1)

    def test_every_change_of_what_orders_are_made_from_counts(self):
        line = self.template.bom_line_ids[0]
        for vals in ({'product_qty': 2}, {'auto_close': False}, {'batch_mode': 'split'}):
            with self.subTest(template=vals):
                self._assert_step(lambda: self.template.write(vals))
        for vals in (
            {'name': "Burning"}, {'wait_after': 3}, {'instruction': "<p>Hot</p>"}, {'sequence': 7},
            {'time_cycle_manual': 3}, {'is_parallel': True}, {'is_optional': True},
            {'performer_type': 'employee', 'performer_employee_id': self.operator.id},
        ):
            with self.subTest(stage=vals):
                self._assert_step(lambda: self.grinding.write(vals))
        for vals in ({'product_qty': 3}, {'norm_type': 'batch'}, {'operation_id': self.packing.id}):
            with self.subTest(norm=vals):
                self._assert_step(lambda: line.write(vals))
        self._assert_step(lambda: self.env['mrp.routing.workcenter'].create(
            {'bom_id': self.template.id, 'name': "Tasting"}))
        self._assert_step(self.grinding.action_archive)
        self._assert_step(self.grinding.action_unarchive)
        self._assert_step(self.grinding.unlink)
        self._assert_step(line.unlink)
        self._assert_step(lambda: self.env['mrp.bom.byproduct'].create(
            {'bom_id': self.template.id, 'product_id': self.label.id}))
        self._assert_step(lambda: self.template.byproduct_ids.write({'product_qty': 2}))
        self._assert_step(self.template.byproduct_ids.unlink)

    def test_checks_and_triggers_count(self):
        todo = self.env.ref('mail.mail_activity_data_todo')
        for model, vals, change in (
            ('mrp.stage.check', {'name': "Clean"}, {'is_required': False}),
            ('mrp.stage.trigger', {'activity_type_id': todo.id}, {'activity_days': 3}),
        ):
            with self.subTest(model=model):
                self._assert_step(lambda: self.env[model].create({**vals, 'operation_id': self.packing.id}))
                row = self.env[model].search([('operation_id', '=', self.packing.id)])
                self._assert_step(lambda: row.write(change))
                self._assert_no_step(lambda: self._create_order(1))
                self._assert_step(row.unlink)
        self._assert_step(lambda: self.packing.write({'photo_required': True}))

    def test_a_many2many_counts_when_its_records_change(self):
        self.grinding.write({
            'is_optional': True, 'activation': 'upsell', 'upsell_product_ids': [Command.set(self.bag.ids)]})
        self._end_save()
        self._assert_no_step(lambda: self.grinding.write({'upsell_product_ids': [Command.set(self.bag.ids)]}))
        self._assert_step(lambda: self.grinding.write({'upsell_product_ids': [Command.link(self.label.id)]}))

    def test_what_changes_nothing_does_not_count(self):
        self._assert_no_step(lambda: self.roasting.write({
            'name': "Roasting", 'wait_after': 12, 'instruction': "<p>210 °C</p>", 'performer_employee_id': False}))
        self._assert_no_step(lambda: self.template.write({
            'product_qty': 1, 'auto_close': True,
            'operation_ids': [Command.update(self.roasting.id, {'sequence': 1})]}))

    def test_what_no_order_is_made_from_does_not_count(self):
        self._assert_no_step(lambda: self.template.write({
            'sequence': 12, 'code': "Summer", 'description': "<p>For the market</p>",
            'start_on_sale_confirm': True, 'shortage_policy': 'block'}))
        self._assert_no_step(lambda: self.template.message_post(body="Who tasted it?"))
        self._assert_no_step(lambda: self.roasting.write({'message_follower_ids': [Command.create(
            {'res_model': self.roasting._name, 'partner_id': self.operator_user.partner_id.id})]}))
        self._assert_no_step(lambda: self.template.bom_line_ids[0].write({'sequence': 9}))
        self._assert_no_step(self.template.action_archive)
        self._assert_no_step(self.template.action_unarchive)

    def test_a_plain_bill_of_materials_has_no_versions(self):
        self.template.use_stages = False
        self._end_save()
        self._assert_no_step(lambda: self.template.write({
            'product_qty': 3, 'operation_ids': [Command.update(self.roasting.id, {'name': "Burning"})]}))
        self._assert_step(lambda: self.template.write({'use_stages': True}))

    def test_a_plain_bill_of_materials_costs_no_query_more(self):
        plain = self.env['mrp.bom'].create({
            'product_tmpl_id': self.coffee.product_tmpl_id.id,
            'bom_line_ids': [Command.create({'product_id': self.beans.id})]})
        self._end_save()
        self.assertEqual((plain.version, plain.bom_line_ids.product_qty), (0, 1))
        with self.assertQueryCount(1):
            plain.bom_line_ids.product_qty = 2
            self.env.flush_all()

    # ------------------------------------------------------------
    # One save, one step
    # ------------------------------------------------------------

    def test_one_save_of_the_form_is_one_step(self):
        with Form(self.template, view=FORM) as form:
            form.product_qty = 5
            with form.bom_line_ids.edit(0) as line:
                line.product_qty = 1.3
            form.bom_line_ids.remove(1)
        self.assertEqual(self.template.version, 2)
        self._end_save()
        self._assert_step(lambda: self.template.write({'operation_ids': [
            Command.update(self.roasting.id, {'sequence': 2}),
            Command.update(self.grinding.id, {'sequence': 1}),
            Command.create({'name': "Tasting", 'stage_material_ids': [Command.create({'product_id': self.bag.id})]}),
            Command.delete(self.packing.id),
        ]}))

    def test_one_import_is_one_step(self):
        self.env['ir.model.data'].create([
            {'name': f'version_{number}', 'module': '__import__', 'model': record._name, 'res_id': record.id}
            for number, record in enumerate([self.template, self.roasting, self.grinding])])
        self._assert_step(lambda: self.assertFalse(self.env['mrp.bom'].load(
            ['id', 'product_qty', 'operation_ids/id', 'operation_ids/name'],
            [['__import__.version_0', '3', '__import__.version_1', "Burning"],
             ['', '', '__import__.version_2', "Milling"]])['messages']))

    def test_a_rolled_back_savepoint_does_not_swallow_the_step(self):
        with closing(self.env.cr.savepoint()):
            self.roasting.name = "Burning"
            self.assertEqual(self.template.version, 2)
        self.assertEqual(self.template.version, 1)
        self._assert_step(lambda: self.roasting.write({'name': "Burning"}))

    def test_a_savepoint_on_the_way_is_no_second_step(self):
        def change():
            self.roasting.name = "Burning"
            with self.env.cr.savepoint():
                self.grinding.name = "Milling"
            self.packing.name = "Filling"
        self._assert_step(change)

    def test_an_order_between_two_changes_has_its_version_for_itself(self):
        self.roasting.wait_after = 1
        first = self._create_order(1)
        self.roasting.wait_after = 2
        second = self._create_order(1)
        self.assertEqual((first.template_version, second.template_version), (2, 3))

    # ------------------------------------------------------------
    # Orders
    # ------------------------------------------------------------

    def test_an_order_keeps_its_version_and_tells_of_newer_ones(self):
        order = self._create_order(1)
        self._end_save()
        self.assertEqual((order.template_version, order.is_template_outdated), (1, False))
        self.assertEqual((self.template.running_order_count, self.template.outdated_order_count), (1, 0))
        self.template.bom_line_ids[0].product_qty = 0.27
        self.assertEqual((order.template_version, order.is_template_outdated), (1, True))
        self.assertTrue(order.is_outdated_bom, "Odoo's own Update BoM is offered")
        draft = self._create_order(1, confirm=False)
        self.assertEqual(draft.template_version, 2)
        self.env.invalidate_all()
        self.assertEqual((self.template.running_order_count, self.template.outdated_order_count), (2, 1))
        running = self.template.action_open_running_orders()
        self.assertEqual(self.env['mrp.production'].search(running['domain']), order | draft)
        (order | draft).action_cancel()
        self.env.invalidate_all()
        self.assertEqual((self.template.running_order_count, self.template.outdated_order_count), (0, 0))
        self.assertFalse(order.is_template_outdated)

    def test_running_orders_are_counted_for_all_templates_at_once(self):
        templates = self.template | self._create_coffee_template(self._create_product("Decaf", self.unit))
        self._create_order(1)
        self.env.flush_all()
        self.env.invalidate_all()
        templates.mapped('version')
        with self.assertQueryCount(1):
            self.assertEqual(templates.mapped('running_order_count'), [1, 0])
        self.assertIn(self.template, templates.search([('running_order_count', '>', 0)]))
        self.assertNotIn(templates[1], templates.search([('running_order_count', '>', 0)]))

    def test_a_draft_that_is_made_anew_takes_the_new_version(self):
        draft = self._create_order(1, confirm=False)
        self._end_save()
        self.roasting.wait_after = 5
        self.assertEqual((draft.template_version, draft.workorder_ids[0].wait_after), (1, 12))
        draft.product_qty = 3
        self.assertEqual((draft.template_version, draft.workorder_ids[0].wait_after), (2, 5))

    def test_a_copied_order_runs_what_the_original_ran(self):
        order = self._create_order(4)
        self._end_save()
        self.roasting.write({'wait_after': 5, 'instruction': False})
        duplicate = order.copy()
        self.assertEqual(
            (duplicate.template_version, duplicate.workorder_ids[0].wait_after, duplicate.workorder_ids[0].instruction),
            (1, 12, "<p>210 °C</p>"))
        part = order._split_productions({order: [1, 3]})[1]
        self.assertEqual(
            (part.template_version, part.workorder_ids[0].wait_after, part.workorder_ids[0].instruction),
            (1, 12, "<p>210 °C</p>"))

    # ------------------------------------------------------------
    # Archive instead of delete
    # ------------------------------------------------------------

    def test_a_stage_that_orders_used_is_archived(self):
        order = self._create_order(1)
        self.template.write({'operation_ids': [Command.delete(self.packing.id)]})
        self.assertEqual(self.template.operation_ids, self.roasting | self.grinding)
        self.assertTrue(self.packing.exists())
        self.assertFalse(self.packing.active)
        self.assertEqual(order.workorder_ids[2].operation_id, self.packing)
        self.assertEqual(self.template.bom_line_ids.product_id, self.beans, "its materials left with it")
        self.assertEqual(len(order.move_raw_ids.bom_line_id), 4)
        after = self._create_order(1)
        self.assertEqual(after.workorder_ids.mapped('name'), ["Roasting", "Grinding"])
        self.assertEqual(after.move_raw_ids.product_id, self.beans)
        self.packing.action_unarchive()
        self.env.invalidate_all()
        self.assertEqual(self.template.bom_line_ids.filtered(lambda line: line.operation_id == self.packing).product_id,
                         self.bag | self.label | self.valve)

    def test_a_stage_that_no_order_used_is_deleted(self):
        self.template.write({'operation_ids': [Command.delete(self.packing.id)]})
        self.assertFalse(self.packing.exists())
        self.assertEqual(self.template.bom_line_ids.product_id, self.beans, "its materials left with it")

    def test_materials_that_move_stay_when_their_stage_is_removed(self):
        for used in (False, True):
            with self.subTest(used=used):
                template = self._create_coffee_template(self._create_product("Decaf", self.unit))
                if used:
                    self._create_order(1, product=template.product_tmpl_id.product_variant_id)
                _roasting, grinding, packing = template.operation_ids
                template.write({
                    'stage_ids': [Command.delete(packing.id)],
                    'bom_line_ids': [
                        Command.update(line.id, {'operation_id': grinding.id})
                        for line in template.bom_line_ids if line.operation_id == packing],
                })
                self.assertEqual(len(template.bom_line_ids), 4)
                self.assertEqual(len(grinding.stage_material_ids), 3)

    def test_the_base_of_a_used_override_stays_with_it(self):
        _beans, fine = self._create_variants("Coffee", "Grind", "Beans", "Fine")
        template = self._create_coffee_template(fine)
        base = template.operation_ids[1]
        override = self.env['mrp.routing.workcenter'].create({
            'base_operation_id': base.id, 'override_type': 'replace', 'name': "Milling",
            'bom_product_template_attribute_value_ids': [Command.set(fine.product_template_attribute_value_ids.ids)]})
        added = self.env['mrp.routing.workcenter'].create({
            'base_operation_id': template.operation_ids[0].id, 'override_type': 'add', 'name': "Sorting",
            'bom_product_template_attribute_value_ids': [Command.set(fine.product_template_attribute_value_ids.ids)],
            'stage_material_ids': [Command.create({'product_id': self.label.id})]})
        unused = template.copy()
        self.assertEqual(len(unused.bom_line_ids), 5)
        unused.write({'stage_ids': [Command.delete(unused.stage_ids[0].id)]})
        self.assertEqual(len(unused.bom_line_ids), 3, "the materials of its overrides went with it, too")
        order = self._create_order(1, product=fine, bom_id=template.id)
        self.assertEqual(order.workorder_ids.operation_id, template.stage_ids - base | added | override)
        template.write({'stage_ids': [Command.delete(base.id)]})
        self.assertEqual((base | override).exists().mapped('active'), [False, False])
        self.assertIn(override, order.workorder_ids.operation_id)

    def test_a_plain_operation_is_removed_as_in_odoo(self):
        self.template.use_stages = False
        self._create_order(1)
        self.template.write({'operation_ids': [Command.delete(self.packing.id)]})
        self.assertFalse(self.packing.exists())
        self.assertEqual(len(self.template.bom_line_ids), 4)

    def test_removed_materials_stay_out_when_the_app_goes(self):
        self._create_order(1)
        self.packing.unlink()
        uninstall_hook(self.env)
        self.assertEqual(
            self.env['mrp.bom.line'].with_context(active_test=False).search([('bom_id', '=', self.template.id)]),
            self.template.bom_line_ids)

    def test_an_archived_template_comes_back_as_it_was(self):
        self._create_order(1)
        self.assertIn(self.grinding, self.template.operation_ids)
        self.grinding.unlink()
        self.assertNotIn(self.grinding, self.template.operation_ids)
        self.template.action_archive()
        self.assertFalse(self.template.active)
        self.template.action_unarchive()
        self.env.invalidate_all()
        self.assertEqual(self.template.operation_ids, self.roasting | self.packing)
        self.assertEqual(self.template.bom_line_ids.operation_id, self.roasting | self.packing)

    def test_a_template_that_orders_used_cannot_be_deleted(self):
        order = self._create_order(1)
        with self.assertRaisesRegex(UserError, "Archive it instead"):
            self.template.unlink()
        order.action_cancel()
        with self.assertRaisesRegex(UserError, "Archive it instead"):
            self.template.unlink()
        unused = self._create_coffee_template(self._create_product("Decaf", self.unit))
        unused.unlink()
        self.assertFalse(unused.exists())
