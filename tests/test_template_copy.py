from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.models import MAGIC_COLUMNS
from odoo.tests import Form, tagged

from .common import StageCommon

# Of one record only, by nature: its chatter, its count of changes, and what was made from it.
NOT_COPIED = {*MAGIC_COLUMNS, 'version', 'workorder_ids'}

# What the sewing template below leaves as it is by default.
BY_DEFAULT = {
    # The company is that of whoever writes it; a template of one variant has no parts for some variants.
    'mrp.bom': {'active', 'type', 'company_id', 'product_id'},
    'mrp.routing.workcenter': {'active'},
    'mrp.bom.line': {'active'},
    # Those of templates belong to no order.
    'mrp.stage.check': {'workorder_id'},
    'mrp.stage.trigger': {'workorder_id'},
}


class TemplateCopyCommon(StageCommon):
    """A jacket in three sizes and a template that uses everything there is to use."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.size = cls.env['product.attribute'].create({
            'name': "Size", 'value_ids': [Command.create({'name': name}) for name in ("46", "48", "50")]})
        cls.jacket = cls._create_garment("Jacket", cls.size.value_ids)
        cls.fabric = cls._create_product("Fabric", cls.kg, cost=10.0)
        # The template makes no order that lacks material.
        cls._stock(cls.fabric, 100)
        cls.scrap = cls._create_product("Offcuts", cls.kg)
        cls.embroidery = cls._create_product("Embroidery", cls.unit)
        cls.tailor = cls.env['mrp.role'].create({'name': "Tailor", 'employee_ids': [Command.set(cls.operator.ids)]})
        cls.laundry = cls.env['res.partner'].create({'name': "Laundry"})
        cls.statuses = cls.env['crm.stage'].create([{'name': f"Status {number}"} for number in range(5)])
        cls.warehouse = cls.env['stock.warehouse'].search([('company_id', '=', cls.company.id)], limit=1)
        cls.template = cls._create_sewing_template()

    @classmethod
    def _create_garment(cls, name, sizes):
        return cls.env['product.template'].create({
            'name': name, 'type': 'consu', 'is_storable': True,
            'attribute_line_ids': [Command.create({
                'attribute_id': cls.size.id, 'value_ids': [Command.set(sizes.ids)]})],
        })

    @classmethod
    def _create_sewing_template(cls):
        large = cls.jacket.attribute_line_ids.product_template_value_ids[2]
        start, done, cancel, defect, rework = cls.statuses.ids
        template = cls.env['mrp.bom'].create({
            'product_tmpl_id': cls.jacket.id, 'product_qty': 10,
            'product_uom_id': cls.env.ref('uom.product_uom_dozen').id,
            'code': "Summer", 'description': "<p>Light</p>", 'sequence': 7,
            'company_id': cls.company.id, 'use_stages': True, 'auto_close': False,
            'batch_mode': 'split', 'shortage_policy': 'block', 'defect_cost_policy': 'separate',
            'scrap_product_id': cls.scrap.id,
            'start_on_sale_confirm': True, 'crm_move_closed': True,
            'crm_stage_start_id': start, 'crm_stage_done_id': done,
            'crm_stage_cancel_id': cancel, 'crm_stage_defect_id': defect, 'crm_stage_rework_id': rework,
            'allow_operation_dependencies': True, 'consumption': 'strict', 'ready_to_produce': 'asap',
            'produce_delay': 3, 'days_to_prepare_mo': 2, 'enable_batch_size': True, 'batch_size': 40,
            'picking_type_id': cls.warehouse.manu_type_id.id,
            'operation_ids': [
                # Not in the order of their sequence: copies are made in that of their creation.
                Command.create({
                    'name': "Sewing", 'sequence': 20, 'time_cycle_manual': 45, 'is_parallel': True,
                    'instruction': "<p>Careful</p>", 'performer_type': 'role', 'performer_role_id': cls.tailor.id,
                    'rework_limit': 2, 'escalation_user_id': cls.supervisor_user.id,
                    'rework_consumes': True, 'photo_required': True, **cls._prepare_lists()}),
                Command.create({
                    'name': "Cutting", 'sequence': 10, 'time_cycle_manual': 12, 'wait_after': 1,
                    'consumption_mode': 'start', 'performer_type': 'employee', 'performer_employee_id': cls.helper.id,
                    'use_journal': True, 'balance_tolerance': 4,
                    'workcenter_id': cls.env['mrp.workcenter'].create({'name': "Table"}).id,
                    'time_mode': 'auto', 'time_mode_batch': 4, 'cost_mode': 'estimated'}),
                Command.create({
                    'name': "Embroidering", 'sequence': 30, 'is_optional': True, 'activation': 'upsell',
                    'upsell_product_ids': [Command.set(cls.embroidery.ids)]}),
                Command.create({
                    'name': "Washing", 'sequence': 40, 'performer_type': 'subcontractor',
                    'performer_partner_id': cls.laundry.id,
                    'bom_product_template_attribute_value_ids': [Command.set(large.ids)]}),
            ],
        })
        cls.sewing, cls.cutting, cls.embroidering, cls.washing = template.operation_ids.sorted('id')
        cls.sewing.blocked_by_operation_ids = cls.cutting
        cls.env['mrp.routing.workcenter'].create({
            'name': "Sewing with lining", 'base_operation_id': cls.sewing.id, 'sequence': 50,
            'bom_product_template_attribute_value_ids': [Command.set(large.ids)]})
        template.write({
            'bom_line_ids': [
                Command.create({
                    'product_id': cls.label.id, 'product_qty': 2, 'norm_type': 'batch', 'sequence': 3,
                    'choose_variant': True}),
                Command.create({
                    'product_id': cls.fabric.id, 'operation_id': cls.cutting.id, 'norm_type': 'formula',
                    'formula': "size / 10", 'source_location_id': cls.stock_location.id,
                    'product_uom_id': cls.env.ref('uom.product_uom_gram').id}),
                Command.create({
                    'product_id': cls.bag.id, 'operation_id': cls.washing.id,
                    'bom_product_template_attribute_value_ids': [Command.set(large.ids)]}),
            ],
            'byproduct_ids': [Command.create({
                'product_id': cls.scrap.id, 'product_qty': 0.5, 'operation_id': cls.cutting.id, 'sequence': 2,
                'product_uom_id': cls.env.ref('uom.product_uom_gram').id,
                'cost_share': 3, 'bom_product_template_attribute_value_ids': [Command.set(large.ids)]})],
        })
        return template

    @classmethod
    def _prepare_lists(cls):
        """Checks and triggers of all kinds."""
        model_id = cls.env['ir.model']._get_id('mrp.workorder')
        activity = {'activity_type_id': cls.env.ref('mail.mail_activity_data_call').id, 'activity_days': 2}
        return {
            'checklist_ids': [
                Command.create({'name': "Seams are straight", 'expected': 'yes', 'is_required': False, 'sequence': 2}),
                Command.create({
                    'name': "Sleeve", 'kind': 'number', 'unit': "cm", 'limit_type': 'range', 'limit_min': 60,
                    'limit_max': 62}),
            ],
            'trigger_ids': [
                Command.create({
                    'moment': 'start', 'sequence': 2,
                    'mail_template_id': cls.env['mail.template'].create({'name': "Sewn", 'model_id': model_id}).id,
                    'server_action_id': cls.env['ir.actions.server'].create(
                        {'name': "Label", 'model_id': model_id, 'state': 'code'}).id}),
                Command.create({**activity, 'activity_role_id': cls.tailor.id, 'activity_summary': "Iron"}),
                Command.create({
                    **activity, 'activity_user_id': cls.env.user.id, 'activity_note': "<p>Gently</p>"}),
            ],
        }

    def _reread(self):
        self.env.flush_all()
        self.env.invalidate_all()


@tagged('post_install', '-at_install')
class TestTemplateCopy(TemplateCopyCommon):
    """Odoo's Duplicate on a template: the copy is the same, and makes the same orders."""

    def _get_compared_fields(self, model):
        chatter = {*self.env['mail.thread']._fields, *self.env['mail.activity.mixin']._fields}
        return [
            name for name, field in self.env[model]._fields.items()
            if field.store and name not in NOT_COPIED and name not in chatter]

    def _pair(self, original, copied, pairs):
        """Pair a record with its copy, and all that belongs to it."""
        pairs[original] = copied
        for name in self._get_compared_fields(original._name):
            if original._fields[name].type == 'one2many':
                parts, copied_parts = original[name].sorted('id'), copied[name].sorted('id')
                self.assertEqual(len(copied_parts), len(parts), f"{name} of {original._name}")
                for part, copied_part in zip(parts, copied_parts):
                    if part not in pairs:
                        self._pair(part, copied_part, pairs)
        return pairs

    def test_all_fields_of_all_parts(self):
        """Every stored field, those too that somebody adds one day."""
        copied = self.template.copy()
        self._reread()
        pairs = self._pair(self.template, copied, {})
        self.assertEqual(
            {record._name for record in pairs},
            {'mrp.bom', 'mrp.routing.workcenter', 'mrp.bom.line', 'mrp.bom.byproduct',
             'mrp.stage.check', 'mrp.stage.trigger'})
        told = set()
        for original, other in pairs.items():
            defaults = original.default_get(list(original._fields))
            for name in self._get_compared_fields(original._name):
                expected, value = original[name], other[name]
                if original._fields[name].relational:
                    expected = original[name].browse(pairs.get(record, record).id for record in original[name])
                    expected, value = set(expected), set(value)
                self.assertEqual(value, expected, f"{name} of {original._name} {original.display_name}")
                if original._fields[name].convert_to_write(original[name], original) != defaults.get(name, False):
                    told.add((original._name, name))
        by_default = {
            (model, name) for model in {record._name for record in pairs}
            for name in self._get_compared_fields(model) if name not in BY_DEFAULT.get(model, ())} - told
        self.assertFalse(by_default, "give the template of this test values that show whether these are copied")

    def test_both_make_the_same_order(self):
        copied = self.template.copy()
        self._reread()
        large = self.jacket.product_variant_ids[2]
        first, second = (
            self._create_order(24, product=large, bom_id=template.id) for template in (self.template, copied))
        self._reread()
        self.assertEqual(len(first.workorder_ids), 4)

        def describe(order):
            return [
                [
                    stage.name, stage.stage_status, stage.duration_expected, stage.workcenter_id,
                    stage.upsell_product_ids, stage.blocked_by_workorder_ids.mapped('name'),
                    *(stage[name] for name in stage._get_snapshot_fields()),
                ]
                for stage in order.workorder_ids
            ], [
                [move.product_id, move.product_uom_qty, move.product_uom, move.workorder_id.name, move.norm_type,
                 move.norm_formula, move.norm_inputs, move.location_id]
                for move in (order.move_raw_ids | order.move_byproduct_ids).sorted('id')
            ], [order[name] for name in order._get_template_settings()]

        self.assertEqual(describe(second), describe(first))

    def test_pairs_stages_whatever_their_order(self):
        """A sequence that was changed a moment ago does not mix them up."""
        self.assertEqual(self.template.operation_ids[0], self.cutting)
        self.sewing.sequence = 5
        copied = self.template.copy()
        stages = self.template._map_copied_stages(copied)
        self.assertEqual([(stage.name, other.name) for stage, other in stages.items()], [
            (stage.name, stage.name) for stage in (
                self.sewing, self.cutting, self.embroidering, self.washing, self.sewing.override_ids)])
        self.assertEqual(stages[self.sewing].blocked_by_operation_ids, stages[self.cutting])
        self.assertFalse(set(stages.values()) & set(self.template.operation_ids))

    def test_a_plain_bill_of_materials_is_copied_as_ever(self):
        self.template.use_stages = False
        copied = self.template.copy()
        self._reread()
        self.assertEqual(
            copied.bom_line_ids.mapped('operation_id.name'), self.template.bom_line_ids.mapped('operation_id.name'))
        self.assertEqual(copied.bom_line_ids.operation_id.bom_id, copied)

    def test_parts_are_of_stages_of_their_own_template(self):
        other = self._create_coffee_template(self.coffee)
        roasting = other.operation_ids[0]
        with self.assertRaisesRegex(ValidationError, "Fabric of .*Jacket cannot be for Roasting, .* of .*Arabica"):
            self.template.bom_line_ids[0].operation_id = roasting
        with self.assertRaisesRegex(ValidationError, "Offcuts of .*Jacket cannot be for Roasting"):
            self.template.byproduct_ids.operation_id = roasting
        with self.assertRaisesRegex(ValidationError, "Washing of .*Jacket cannot wait for Roasting, .* another"):
            self.washing.blocked_by_operation_ids = roasting


@tagged('post_install', '-at_install')
class TestTemplateForAnotherProduct(TemplateCopyCommon):
    """A template that starts from another product's."""

    def _dialog(self, user=None):
        action = self.env.ref('mrp_production_stage.mrp_template_copy_action')
        self.assertEqual(action.context, "{'default_bom_id': active_id}")
        dialogs = self.env['mrp.template.copy'].with_user(user or self.env.user)
        return Form(dialogs.with_context(default_bom_id=self.template.id))

    def _drop_variants(self):
        """Make all parts of the template for every variant."""
        self.sewing.override_ids.unlink()
        for part in (self.washing, *self.template.bom_line_ids, self.template.byproduct_ids):
            part.bom_product_template_attribute_value_ids = False

    def test_the_dialog(self):
        _employee, manager = self._create_person("Mona", 'group_manager')
        coat = self._create_garment("Coat", self.size.value_ids)
        dialog = self._dialog(manager)
        dialog.product_tmpl_id = coat
        self.assertFalse(dialog.has_template)
        self.assertEqual((dialog.product_qty, dialog.product_uom_id), (10, self.template.product_uom_id))
        dialog.product_qty = 5
        action = dialog.save().action_copy()
        copied = self.env['mrp.bom'].browse(action['res_id'])
        self._reread()
        self.assertEqual((copied.product_tmpl_id, copied.product_qty, copied.batch_mode), (coat, 5, 'split'))
        self.assertEqual(copied.operation_ids.mapped('name'), self.template.operation_ids.mapped('name'))
        large = coat.attribute_line_ids.product_template_value_ids[2]
        for part in (copied.operation_ids[3], copied.bom_line_ids[1], copied.byproduct_ids):
            self.assertEqual(part.bom_product_template_attribute_value_ids, large)
        for variant, stages in zip(coat.product_variant_ids, (3, 3, 4)):
            self.assertEqual(len(self._create_order(12, product=variant).workorder_ids), stages)
        dialog = self._dialog(manager)
        dialog.product_tmpl_id = coat
        self.assertTrue(dialog.has_template)

    def test_only_managers_copy(self):
        with self.assertRaises(AccessError):
            self.env['mrp.template.copy'].with_user(self.supervisor_user).create({
                'bom_id': self.template.id, 'product_tmpl_id': self.coffee.product_tmpl_id.id})

    def test_a_product_that_lacks_values(self):
        vest = self._create_garment("Vest", self.size.value_ids[:2])
        with self.assertRaisesRegex(UserError, "only for some variants, and Vest has no Size: 50[.] Add these"):
            self.template.copy({'product_tmpl_id': vest.id})
        self.assertFalse(vest.bom_ids)

    def test_a_product_without_the_attribute_of_a_formula(self):
        self._drop_variants()
        with self.assertRaisesRegex(ValidationError, "The norm of Fabric: size is not known here"):
            self.template.copy({'product_tmpl_id': self.coffee.product_tmpl_id.id})

    def test_a_product_that_is_counted_otherwise(self):
        dialog = self._dialog()
        dialog.product_tmpl_id = self.fabric.product_tmpl_id
        self.assertEqual(dialog.product_uom_id, self.kg)

    def test_the_template_of_one_variant_becomes_one_of_a_product(self):
        self._drop_variants()
        self.template.product_id = self.jacket.product_variant_ids[0]
        coat = self._create_garment("Coat", self.size.value_ids)
        dialog = self._dialog()
        dialog.product_tmpl_id = coat
        dialog.save().action_copy()
        self.assertFalse(coat.bom_ids.product_id)
        self.assertTrue(self._create_order(12, product=coat.product_variant_ids[2]).use_stages)
