from psycopg2.errors import CheckViolation

from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import StageCommon


class VariantCommon(StageCommon):
    """A jacket in three sizes and two colours, through Cutting, Sewing and Pressing; fabric is used at Cutting and
    thread at Sewing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.ref('base.group_user')._apply_group(cls.env.ref('product.group_product_variant'))
        cls.jacket = cls.env['product.template'].create({
            'name': "Jacket", 'type': 'consu', 'is_storable': True, 'categ_id': cls.category.id,
            'attribute_line_ids': [
                Command.create({'attribute_id': attribute.id, 'value_ids': [Command.set(attribute.value_ids.ids)]})
                for attribute in (cls._create_attribute("Size", "S", "M", "XL"),
                                  cls._create_attribute("Colour", "Blue", "Red"))],
        })
        sizes, colours = cls.jacket.attribute_line_ids
        cls.small, cls.medium, cls.extra = sizes.product_template_value_ids
        cls.blue, cls.red = colours.product_template_value_ids
        cls.fabric = cls._create_product("Fabric", cls.unit, cost=10.0)
        cls.thread = cls._create_product("Thread", cls.unit, cost=0.5)
        cls.sewing = cls.env['mrp.bom'].create({
            'product_tmpl_id': cls.jacket.id, 'product_qty': 1, 'use_stages': True,
            'operation_ids': [
                Command.create({'name': name, 'sequence': sequence, 'time_cycle_manual': minutes})
                for sequence, name, minutes in ((1, "Cutting", 10), (2, "Sewing", 30), (3, "Pressing", 5))],
        })
        cls.cutting, cls.sewing_stage, cls.pressing = cls.sewing.operation_ids
        cls.sewing.bom_line_ids = [
            Command.create({'product_id': cls.fabric.id, 'product_qty': 2, 'operation_id': cls.cutting.id}),
            Command.create({'product_id': cls.thread.id, 'product_qty': 1, 'operation_id': cls.sewing_stage.id})]

    @classmethod
    def _create_attribute(cls, name, *values):
        return cls.env['product.attribute'].create({
            'name': name, 'value_ids': [
                Command.create({'name': value, 'sequence': place}) for place, value in enumerate(values)]})

    def _variant(self, *values):
        """The first variant that has all these values."""
        return self.jacket.product_variant_ids.filtered(
            lambda variant: all(value in variant.product_template_attribute_value_ids for value in values))[:1]

    def _override(self, base, override_type='replace', values=None, **vals):
        override = self.env['mrp.routing.workcenter'].create({
            'base_operation_id': base.id, 'override_type': override_type,
            'bom_product_template_attribute_value_ids': [Command.set((values or self.extra).ids)], **vals})
        # Read again in the order of their sequence.
        self.sewing.invalidate_recordset(['operation_ids'])
        return override

    def _order(self, *values, qty=10):
        return self._create_order(qty, product=self._variant(*values))

    def _stages(self, order):
        return order.workorder_ids.sorted('sequence')

    def _materials(self, order):
        """What the order asks for: material, quantity, stage."""
        return [
            (move.product_id.name, move.product_uom_qty, move.workorder_id.name) for move in order.move_raw_ids]


@tagged('post_install', '-at_install')
class TestVariantOverrides(VariantCommon):
    """A variant replaces, leaves out or adds only the stages that differ; the rest follows the base."""

    def test_replace_with_the_materials_of_the_base(self):
        self._override(self.cutting, name="Cutting XL", time_cycle_manual=25)
        order = self._order(self.extra)
        self.assertEqual(self._stages(order).mapped('name'), ["Cutting XL", "Sewing", "Pressing"])
        self.assertEqual(self._stages(order).mapped('duration_expected'), [250, 300, 50])
        self.assertEqual(self._materials(order), [("Fabric", 20, "Cutting XL"), ("Thread", 10, "Sewing")])
        for size in (self.small, self.medium):
            order = self._order(size)
            self.assertEqual(self._stages(order).mapped('name'), ["Cutting", "Sewing", "Pressing"])
            self.assertEqual(self._materials(order), [("Fabric", 20, "Cutting"), ("Thread", 10, "Sewing")])

    def test_replace_with_materials_of_its_own(self):
        override = self._override(self.cutting, name="Cutting XL")
        self.sewing.bom_line_ids = [Command.create(
            {'product_id': self.fabric.id, 'product_qty': 3, 'operation_id': override.id})]
        self.assertEqual(
            self._materials(self._order(self.extra)), [("Thread", 10, "Sewing"), ("Fabric", 30, "Cutting XL")])
        self.assertEqual(
            self._materials(self._order(self.small)), [("Fabric", 20, "Cutting"), ("Thread", 10, "Sewing")])

    def test_a_replaced_stage_uses_its_materials(self):
        self._stock(self.fabric, 100)
        self._stock(self.thread, 100)
        self._override(self.cutting, name="Cutting XL", consumption_mode='start')
        order = self._order(self.extra)
        cutting = self._stages(order)[0]
        cutting.stage_start()
        self.assertEqual(self._qty(self.fabric), 80)
        for stage in self._stages(order):
            if not stage.is_started:
                stage.stage_start()
            stage.stage_finish()
        self.assertEqual(order.state, 'done')
        self.assertEqual((self._qty(self.fabric), self._qty(self.thread)), (80, 90))

    def test_skip(self):
        self._override(self.sewing_stage, 'skip')
        order = self._order(self.extra)
        self.assertEqual(self._stages(order).mapped('name'), ["Cutting", "Pressing"])
        self.assertEqual(self._materials(order), [("Fabric", 20, "Cutting")])
        cutting, pressing = self._stages(order)
        self.assertEqual(pressing.blocked_by_workorder_ids, cutting)
        self.assertEqual(order.stages_total, 2)
        self.assertEqual(len(self._order(self.small).workorder_ids), 3)

    def test_add(self):
        lining = self._override(self.cutting, 'add', name="Lining", time_cycle_manual=7)
        self.sewing.bom_line_ids = [Command.create(
            {'product_id': self.fabric.id, 'product_qty': 1, 'operation_id': lining.id})]
        order = self._order(self.extra)
        self.assertEqual(self._stages(order).mapped('name'), ["Cutting", "Lining", "Sewing", "Pressing"])
        self.assertEqual(
            self._materials(order), [("Fabric", 20, "Cutting"), ("Thread", 10, "Sewing"), ("Fabric", 10, "Lining")])
        cutting, lining, sewing, _pressing = self._stages(order)
        self.assertEqual((lining.blocked_by_workorder_ids, sewing.blocked_by_workorder_ids), (cutting, lining))
        order = self._order(self.small)
        self.assertEqual(self._stages(order).mapped('name'), ["Cutting", "Sewing", "Pressing"])
        self.assertEqual(self._materials(order), [("Fabric", 20, "Cutting"), ("Thread", 10, "Sewing")])

    def test_places_do_not_depend_on_when_an_override_was_made(self):
        """All stages of one sequence number, as a spreadsheet brings them."""
        self.sewing.operation_ids.sequence = 100
        self._override(self.cutting, name="Cutting XL")
        self._override(self.sewing_stage, 'add', name="Fitting")
        self.assertEqual(
            self._stages(self._order(self.extra)).mapped('name'), ["Cutting XL", "Sewing", "Fitting", "Pressing"])

    def test_several_attributes(self):
        self._override(self.cutting, values=self.extra | self.red, name="Cutting XL red")
        self._override(self.cutting, values=self.extra | self.blue, name="Cutting XL blue")
        self.assertEqual(self._stages(self._order(self.extra, self.red))[0].name, "Cutting XL red")
        self.assertEqual(self._stages(self._order(self.extra, self.blue))[0].name, "Cutting XL blue")
        self.assertEqual(self._stages(self._order(self.medium, self.blue))[0].name, "Cutting")

    def test_an_override_takes_over_what_it_does_not_say(self):
        self.cutting.write({
            'instruction': "<p>Two layers</p>", 'wait_after': 3, 'performer_type': 'employee',
            'performer_employee_id': self.operator.id, 'consumption_mode': 'start', 'is_parallel': True})
        override = self._override(self.cutting, time_cycle_manual=25)
        names = ['name', 'workcenter_id', 'instruction', 'wait_after', 'performer_type', 'performer_employee_id',
                 'consumption_mode', 'sequence', 'bom_id']
        self.assertEqual([override[name] for name in names], [self.cutting[name] for name in names])
        self.assertEqual(override.time_cycle_manual, 25)
        self.assertEqual(self._override(self.sewing_stage, 'skip').name, "Sewing")

    def test_changing_the_base_reaches_every_variant_but_the_overridden(self):
        self._override(self.cutting, name="Cutting XL", time_cycle_manual=25)
        self.cutting.write({'time_cycle_manual': 12, 'name': "Laser cutting"})
        self.sewing_stage.time_cycle_manual = 40
        self.sewing.bom_line_ids[0].product_qty = 4
        order = self._order(self.extra)
        self.assertEqual(self._stages(order).mapped('name'), ["Cutting XL", "Sewing", "Pressing"])
        self.assertEqual(self._stages(order).mapped('duration_expected'), [250, 400, 50])
        self.assertEqual(order.move_raw_ids[0].product_uom_qty, 40)
        order = self._order(self.small)
        self.assertEqual(self._stages(order).mapped('name'), ["Laser cutting", "Sewing", "Pressing"])
        self.assertEqual(self._stages(order).mapped('duration_expected'), [120, 400, 50])

    def test_parallel_stages_around_overrides(self):
        """Pressing is parallel with Sewing; without Sewing it must not become parallel with Cutting."""
        self.pressing.is_parallel = True
        self._override(self.sewing_stage, 'skip')
        cutting, pressing = self._stages(self._order(self.extra))
        self.assertEqual((cutting.stage_status, pressing.stage_status), ('ready', 'waiting'))
        _cutting, sewing, pressing = self._stages(self._order(self.small))
        cutting, sewing, pressing = self._stages(self._order(self.small))
        cutting.stage_start()
        cutting.stage_finish()
        self.assertEqual((sewing.stage_status, pressing.stage_status), ('ready', 'ready'))

    def test_a_stage_of_other_variants_is_transparent(self):
        """The same for a stage that is only for some variants, with its materials."""
        self.pressing.is_parallel = True
        self.sewing_stage.bom_product_template_attribute_value_ids = self.small
        order = self._order(self.extra)
        self.assertEqual(self._stages(order).mapped('stage_status'), ['ready', 'waiting'])
        self.assertEqual(self._materials(order), [("Fabric", 20, "Cutting")])

    def test_dependencies_of_odoo_pass_through_overrides(self):
        self.sewing.allow_operation_dependencies = True
        self.sewing_stage.blocked_by_operation_ids = self.cutting
        self.pressing.blocked_by_operation_ids = self.sewing_stage
        self._override(self.cutting, name="Cutting XL")
        self._override(self.sewing_stage, 'skip')
        cutting, pressing = self._stages(self._order(self.extra))
        self.assertEqual(pressing.blocked_by_workorder_ids, cutting)
        self.assertEqual(pressing.stage_status, 'waiting')
        self._override(self.sewing_stage, 'add', values=self.small, name="Fitting")
        _cutting, sewing, fitting, pressing = self._stages(self._order(self.small))
        self.assertEqual((fitting.blocked_by_workorder_ids, pressing.blocked_by_workorder_ids), (sewing, fitting))

    def test_order_form_shows_what_will_be_made(self):
        self._override(self.cutting, name="Cutting XL")
        form = Form(self.env['mrp.production'], view='mrp_production_stage.mrp_production_view_form_stages')
        form.product_id = self._variant(self.extra)
        form.product_qty = 10
        order = form.save()
        order.action_confirm_stages()
        self.assertEqual(self._stages(order).mapped('name'), ["Cutting XL", "Sewing", "Pressing"])
        self.assertEqual(order.workorder_ids[1].blocked_by_workorder_ids, order.workorder_ids[0])

    def test_show_for_a_variant(self):
        override = self._override(self.cutting, name="Cutting XL", time_cycle_manual=25)
        self._override(self.sewing_stage, 'skip')
        self._override(self.sewing_stage, 'add', name="Glueing")
        self.sewing.bom_line_ids = [Command.create(
            {'product_id': self.fabric.id, 'product_qty': 3, 'operation_id': override.id})]
        count = self.env['mrp.production'].search_count([])
        form = Form(self.env['mrp.template.preview'].with_user(self.supervisor_user).with_context(
            default_bom_id=self.sewing.id, default_quantity=10))
        form.product_id = self._variant(self.small)
        self.assertEqual(self._shown_stages(form), [
            (self.cutting.id, False, 100), (self.sewing_stage.id, False, 300), (self.pressing.id, False, 50)])
        form.product_id = self._variant(self.extra)
        self.assertEqual(self._shown_stages(form), [
            (override.id, 'replaced', 250), (self.sewing_stage.id, 'left_out', 0),
            (self.sewing.override_ids[2].id, 'added', 600), (self.pressing.id, False, 50)])
        self.assertEqual(
            [(line['product_id'], line['operation_id'], line['quantity'], line['is_different'])
             for line in form.line_ids._records],
            [(self.fabric.id, override.id, 30, True)])
        self.assertEqual(self.env['mrp.production'].search_count([]), count)

    def _shown_stages(self, form):
        return [(line['operation_id'], line['difference'], line['duration']) for line in form.stage_ids._records]

    def test_override_through_the_form(self):
        form = Form(self.sewing, view='mrp_production_stage.mrp_bom_view_form_template')
        with form.override_ids.new() as override:
            override.bom_product_template_attribute_value_ids.add(self.extra)
            override.base_operation_id = self.cutting
            self.assertEqual((override.name, override.time_cycle_manual), ("Cutting", 10))
            override.name = "Cutting XL"
            override.time_cycle_manual = 25
        form.save()
        self.assertEqual(self._stages(self._order(self.extra)).mapped('name'), ["Cutting XL", "Sewing", "Pressing"])
        self.assertEqual(self.sewing.stage_ids, self.cutting | self.sewing_stage | self.pressing)
        self.assertEqual(self.sewing.stage_count, 3)

    def test_duplicate(self):
        override = self._override(self.cutting, name="Cutting XL", time_cycle_manual=25)
        self._override(self.sewing_stage, 'skip')
        self.sewing.bom_line_ids = [Command.create(
            {'product_id': self.fabric.id, 'product_qty': 3, 'operation_id': override.id})]
        expected = self._order(self.extra)
        copy = self.sewing.copy()
        self.assertEqual(
            copy.override_ids.mapped(lambda stage: (stage.name, stage.override_type, stage.base_operation_id.name)),
            [("Cutting XL", 'replace', "Cutting"), ("Sewing", 'skip', "Sewing")])
        self.assertEqual(copy.override_ids.base_operation_id.bom_id, copy)
        order = self._create_order(10, product=self._variant(self.extra), bom_id=copy.id)
        self.assertEqual(self._stages(order).mapped('name'), self._stages(expected).mapped('name'))
        self.assertEqual(self._materials(order), self._materials(expected))

    def test_archiving_and_deleting_a_base_takes_its_overrides_along(self):
        override = self._override(self.cutting)
        self.cutting.action_archive()
        self.assertFalse(override.active)
        other = self._override(self.sewing_stage)
        self.sewing_stage.unlink()
        self.assertFalse(other.exists())

    def test_a_plain_bill_of_materials_knows_no_overrides(self):
        self._override(self.cutting, name="Cutting XL")
        self._override(self.sewing_stage, 'skip')
        self.sewing.use_stages = False
        order = self._order(self.extra)
        self.assertEqual(order.workorder_ids.mapped('name'), ["Cutting", "Sewing", "Pressing"])
        self.assertEqual(self._materials(order), [("Fabric", 20, "Cutting"), ("Thread", 10, "Sewing")])

    def test_cost_of_a_variant_follows_its_stages(self):
        """Odoo's cost roll-up asks the same question as an order: XL takes 3 of fabric instead of 2, and no thread."""
        override = self._override(self.cutting)
        self.sewing.bom_line_ids = [Command.create(
            {'product_id': self.fabric.id, 'product_qty': 3, 'operation_id': override.id})]
        self._override(self.sewing_stage, 'skip')
        small, extra = self._variant(self.small), self._variant(self.extra)
        (small | extra).action_bom_cost()
        self.assertAlmostEqual(small.standard_price, 20.5)
        self.assertAlmostEqual(extra.standard_price, 30)


@tagged('post_install', '-at_install')
class TestOverrideChecks(VariantCommon):
    """Overrides that make no sense are refused when they are saved."""

    def _assert_refused(self, pattern, base, *args, **vals):
        with self.assertRaisesRegex(ValidationError, pattern), self.env.cr.savepoint():
            self._override(base, *args, **vals)

    def test_a_base_of_another_template(self):
        self._assert_refused("belongs to another template", self.template.operation_ids[0], bom_id=self.sewing.id)

    def test_an_override_of_an_override(self):
        override = self._override(self.cutting)
        self._assert_refused("cannot be overridden", override, values=self.small)
        with self.assertRaisesRegex(ValidationError, "cannot be overridden"), self.env.cr.savepoint():
            self.cutting.write({
                'base_operation_id': self.sewing_stage.id, 'override_type': 'add',
                'bom_product_template_attribute_value_ids': self.small.ids})

    def test_without_variants(self):
        with self.assertRaisesRegex(ValidationError, "name their values"), self.env.cr.savepoint():
            self.env['mrp.routing.workcenter'].create({'base_operation_id': self.cutting.id, 'override_type': 'skip'})

    def test_two_overrides_of_one_variant(self):
        first = self._override(self.cutting, values=self.small | self.extra, name="Large and small")
        self._assert_refused(
            "Large and small and Skip both override Cutting for Size: XL", self.cutting, 'skip', name="Skip")
        self._assert_refused("both override Cutting for", self.cutting, values=self.blue, name="Blue")
        self._override(self.cutting, 'skip', values=self.medium)
        self._override(self.sewing_stage, values=self.extra)
        self._override(self.cutting, 'add', values=self.extra, name="Checking")
        with self.assertRaisesRegex(ValidationError, "both override"), self.env.cr.savepoint():
            first.bom_product_template_attribute_value_ids = self.medium
        first.bom_product_template_attribute_value_ids = self.small

    def test_skipping_every_mandatory_stage(self):
        self.pressing.write({'is_optional': True})
        self._override(self.cutting, 'skip')
        self._assert_refused("no mandatory stage for Size: XL", self.sewing_stage, 'skip')
        self._override(self.sewing_stage, 'add', name="Checking")
        self._override(self.sewing_stage, 'skip')
        with self.assertRaisesRegex(ValidationError, "no mandatory stage for Size: XL"), self.env.cr.savepoint():
            self.sewing.override_ids.filtered(lambda stage: stage.name == "Checking").is_optional = True

    def test_waiting_for_an_override(self):
        self.sewing.allow_operation_dependencies = True
        override = self._override(self.cutting, name="Cutting XL")
        with self.assertRaisesRegex(ValidationError, "Let it wait for Cutting instead"), self.env.cr.savepoint():
            self.sewing_stage.blocked_by_operation_ids = override
        self.sewing_stage.blocked_by_operation_ids = self.pressing
        with self.assertRaisesRegex(ValidationError, "Let it wait for Cutting instead"), self.env.cr.savepoint():
            self.pressing.write({
                'base_operation_id': self.cutting.id, 'override_type': 'add',
                'bom_product_template_attribute_value_ids': self.small.ids})

    def test_half_an_override(self):
        with self.assertRaisesRegex(CheckViolation, "override_complete"), mute_logger('odoo.sql_db'):
            self.cutting.override_type = 'skip'
            self.env.flush_all()
