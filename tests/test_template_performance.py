from odoo.fields import Command
from odoo.tests import tagged

from .test_performance import PerformanceCommon
from .workload import Figures, ratio

ROUNDS = 3
STAGES, LINES = 20, 40
# Of the stages of a variant with overrides: so many are replaced, and so many added.
REPLACED, ADDED = 4, 2


@tagged('post_install', '-at_install')
class TestTemplatePerformance(PerformanceCommon):
    """Making an order from a template of 20 stages and 40 norm lines, beside plain Odoo making the same one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.materials = cls.env['product.product'].union(*(
            cls.workload._create_product(f"Part {number}", 1.0) for number in range(LINES)))
        for material in cls.materials:
            cls.env['stock.quant']._update_available_quantity(material, cls.stock_location, 1_000_000)
        cls.size = cls.env['product.attribute'].create({
            'name': "Size", 'value_ids': [Command.create({'name': "Base"}), Command.create({'name': "Other"})]})

    def _create_large_template(self, use_stages, overrides=False):
        """Orders of the product's second variant have 20 stages and 40 materials, overridden or not."""
        product = self.env['product.template'].create({
            'name': "Large", 'type': 'consu', 'is_storable': True, 'categ_id': self.workload.category.id,
            'attribute_line_ids': [Command.create({
                'attribute_id': self.size.id, 'value_ids': [Command.set(self.size.value_ids.ids)]})]})
        bases = STAGES - ADDED if overrides else STAGES
        bom = self.env['mrp.bom'].create({
            'product_tmpl_id': product.id, 'use_stages': use_stages,
            'operation_ids': [
                Command.create({
                    'name': f"Stage {number}", 'sequence': number, 'workcenter_id': self.workload.workcenter.id,
                    'time_cycle_manual': 15})
                for number in range(bases)],
        })
        other = product.attribute_line_ids.product_template_value_ids[1]
        stages = bom.operation_ids
        if overrides:
            changed = self.env['mrp.routing.workcenter'].create([
                {
                    'name': f"Override {number}", 'base_operation_id': stages[number].id,
                    'override_type': 'replace' if number < REPLACED else 'add',
                    'bom_product_template_attribute_value_ids': [Command.set(other.ids)]}
                for number in range(REPLACED + ADDED)])
            # The replaced ones do with materials of their own; those of the base are for the other variant.
            stages = changed + stages[REPLACED:]
            bom.bom_line_ids = [
                Command.create({'product_id': material.id, 'operation_id': bom.stage_ids[number].id})
                for number, material in enumerate(self.materials[:REPLACED])]
        bom.bom_line_ids = [
            Command.create({'product_id': material.id, 'operation_id': stages[number % STAGES].id})
            for number, material in enumerate(self.materials)]
        return bom

    def _create(self, template, figures):
        orders = self.env['mrp.production'].with_user(self.supervisor_user)
        order = self.workload.measure(figures, 'create', lambda: orders.create({
            'product_id': template.product_tmpl_id.product_variant_ids[1].id, 'bom_id': template.id,
            'product_qty': 10}))
        self.workload.measure(figures, 'confirm', order.action_confirm)
        self.assertEqual((len(order.workorder_ids), len(order.move_raw_ids)), (STAGES, LINES))
        self.assertEqual(order.use_stages, template.use_stages)

    def test_creation_takes_at_most_1_3_times_plain(self):
        templates = [
            self._create_large_template(False), self._create_large_template(True),
            self._create_large_template(True, overrides=True)]
        for template in templates:
            self._create(template, Figures())
        figures = [Figures() for _template in templates]
        for turn in range(ROUNDS):
            turns = list(zip(templates, figures))
            for template, figure in turns[::-1 if turn % 2 else 1]:
                self._create(template, figure)
        plain, *staged = figures
        for title, figure in zip(("without overrides", "with overrides"), staged):
            self._log(f"Creating a large order {title}", plain, figure)
            for acts in (['create'], ['create', 'confirm']):
                with self.subTest(title, acts=acts):
                    self.assertLessEqual(figure.median_queries(acts), 1.3 * plain.median_queries(acts))
                    self.assertLessEqual(ratio(figure, plain, acts), 1.3)
