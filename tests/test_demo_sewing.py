from odoo.fields import Command
from odoo.tests import Form, tagged

from .demo_common import DemoCommon


@tagged('post_install', '-at_install')
class TestSewingDemo(DemoCommon):
    """The demo's sewing workshop, as its people meet it: jackets of 30, by size, with and without embroidery."""

    demo_files = ('people', 'sewing')

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template = cls._ref('template_jacket')
        cls.customer = cls.env['res.partner'].create({'name': "Hotel Atlas"})

    def _jacket(self, size):
        return self._ref('product_jacket').product_variant_ids.filtered(
            lambda variant: self._ref(f'size_{size}') in
            variant.product_template_attribute_value_ids.product_attribute_value_id)

    def _order(self, size):
        """Thirty jackets, through the order's form."""
        form = Form(self.env['mrp.production'], view='mrp_production_stage.mrp_production_view_form_stages')
        form.product_id = self._jacket(size)
        form.product_qty = 30
        return form.save()

    def _sell(self, size, *upsells):
        """A sale of thirty jackets, confirmed, and the production order for it."""
        sale = self.env['sale.order'].create({
            'partner_id': self.customer.id,
            'order_line': [
                Command.create({'product_id': product.id, 'product_uom_qty': 30})
                for product in (self._jacket(size), *upsells)],
        })
        sale.action_confirm()
        order = self._order(size)
        order.sale_line_id = sale.order_line[0]
        order.action_confirm_stages()
        return sale, order

    def _read_fabric(self, order):
        move = order.move_raw_ids.filtered(lambda move: move.product_id == self._ref('product_fabric'))
        return move.product_uom_qty, move.product_uom.name, move.norm_qty, move.workorder_id.name

    def test_each_size_has_one_garment_length(self):
        self.assertEqual(
            [len(self._jacket(size)) for size in ('s', 'm', 'l', 'xl')], [1, 1, 1, 1])

    def test_sizes(self):
        """XL is cut in two parts, 14 minutes each, from 74 + 10 = 84 cm of fabric: 30 take 25.2 m."""
        order = self._order('xl')
        order.action_confirm_stages()
        cutting = order.workorder_ids[0]
        self.assertEqual((cutting.name, cutting.duration_expected), ("Cutting in Two Parts", 30 * 14))
        self.assertEqual(cutting.performer_role_id, self._ref('role_tailor'))
        self.assertEqual(self._read_fabric(order), (2520, "cm", 25.2, "Cutting in Two Parts"))
        for size, centimetres in (('s', 76), ('m', 78), ('l', 81)):
            with self.subTest(size=size):
                order = self._order(size)
                order.action_confirm_stages()
                cutting = order.workorder_ids[0]
                self.assertEqual((cutting.name, cutting.duration_expected), ("Cutting", 30 * 8))
                quantity, _unit, norm, stage = self._read_fabric(order)
                self.assertEqual((quantity, stage), (30 * centimetres, "Cutting"))
                self.assertAlmostEqual(norm, 0.3 * centimetres)

    def test_embroidery_is_a_fifth_stage(self):
        _sale, order = self._sell('xl', self._ref('product_embroidery'))
        stages = order.workorder_ids.filtered(lambda stage: stage.stage_status != 'skipped')
        self.assertEqual(
            stages.mapped('name'), ["Cutting in Two Parts", "Sewing", "Embroidery", "Pressing", "QA"])
        self.assertEqual(order.stages_total, 5)
        _sale, order = self._sell('xl')
        stages = order.workorder_ids.filtered(lambda stage: stage.stage_status != 'skipped')
        self.assertEqual(stages.mapped('name'), ["Cutting in Two Parts", "Sewing", "Pressing", "QA"])
        self.assertEqual(order.stages_total, 4)

    def test_embroidery_sold_while_the_order_runs(self):
        """Before pressing it appears in its place; after pressing it is refused, and sales reads why."""
        sale, order = self._sell('m')
        cutting, sewing, embroidery, pressing, _qa = order.workorder_ids
        self._work(cutting, sewing)
        line = Command.create({'product_id': self._ref('product_embroidery').id, 'product_uom_qty': 30})
        sale.order_line = [line]
        self.assertEqual((embroidery.stage_status, pressing.stage_status), ('ready', 'waiting'))
        self.assertEqual(order.stages_total, 5)
        sale, order = self._sell('m')
        cutting, sewing, embroidery, pressing, _qa = order.workorder_ids
        self._work(cutting, sewing, pressing)
        sale.order_line = [line]
        self.assertEqual(embroidery.stage_status, 'skipped')
        self.assertIn("too late for Embroidery", sale.message_ids[0].body)
