from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import StageCommon


@tagged('post_install', '-at_install')
class TestNorms(StageCommon):
    """Norms per batch quantity, per order and by formula; where they are taken from."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        attribute = cls.env['product.attribute'].create({
            'name': "Garment length", 'value_ids': [
                Command.create({'name': "70 cm", 'sequence': 1}), Command.create({'name': "74 cm", 'sequence': 2})]})
        colour = cls.env['product.attribute'].create({
            'name': "Colour", 'value_ids': [Command.create({'name': "Blue"}), Command.create({'name': "Red"})]})
        cls.length_values = attribute.value_ids
        cls.jacket = cls.env['product.template'].create({
            'name': "Jacket", 'type': 'consu', 'is_storable': True,
            'attribute_line_ids': [
                Command.create({'attribute_id': line.id, 'value_ids': [Command.set(line.value_ids.ids)]})
                for line in (attribute, colour)],
        })
        cls.short, cls.long = (
            cls.jacket.product_variant_ids.filtered(
                lambda variant, value=value: value in
                variant.product_template_attribute_value_ids.product_attribute_value_id)[:1]
            for value in cls.length_values)
        cls.metre, cls.cm = cls.env.ref('uom.product_uom_meter'), cls.env.ref('uom.product_uom_cm')
        cls.fabric = cls._create_product("Fabric", cls.metre, cost=10.0)
        cls._stock(cls.fabric, 100)
        cls.sewing = cls.env['mrp.bom'].create({
            'product_tmpl_id': cls.jacket.id, 'product_qty': 1, 'use_stages': True,
            'operation_ids': [Command.create({'name': "Cutting"}), Command.create({'name': "Sewing"})],
        })
        cls.line = cls.env['mrp.bom.line'].create({
            'bom_id': cls.sewing.id, 'product_id': cls.fabric.id, 'product_uom_id': cls.cm.id,
            'operation_id': cls.sewing.operation_ids[0].id, 'norm_type': 'formula',
            'formula': "garment_length + 10"})

    def _fabric_move(self, order):
        return order.move_raw_ids.filtered(lambda move: move.product_id == self.fabric)

    def test_formula_of_an_attribute(self):
        """Length 74 + 10 = 84 cm a jacket; 30 jackets take 25.2 m."""
        self.assertEqual(self.line.formula_names, "qty, garment_length")
        order = self._create_order(30, product=self.long)
        move = self._fabric_move(order)
        self.assertEqual((move.product_uom_qty, move.product_uom, move.norm_qty), (2520, self.cm, 25.2))
        self.assertEqual((move.norm_type, move.norm_formula, move.norm_inputs),
                         ('formula', "garment_length + 10", {'garment_length': 74}))
        self.assertAlmostEqual(self._fabric_move(self._create_order(30, product=self.short)).norm_qty, 24.0)
        self.line.formula = "garment_length * 100"
        for stage in order.workorder_ids:
            stage.stage_start()
            stage.stage_finish()
        self.assertAlmostEqual(100 - self._qty(self.fabric), 25.2, msg="the order keeps its norm")

    def test_formula_of_the_quantity_follows_a_change(self):
        """A tenth less fabric a piece from ten pieces on."""
        self.line.formula = "100 - min(10, qty)"
        order = self._create_order(5, product=self.long)
        self.assertAlmostEqual(self._fabric_move(order).norm_qty, 4.75)
        wizard = Form(self.env['change.production.qty'].with_context(default_mo_id=order.id))
        wizard.product_qty = 20
        wizard.save().change_prod_qty()
        self.assertAlmostEqual(self._fabric_move(order).norm_qty, 18.0)
        self.assertAlmostEqual(self._fabric_move(order).product_uom_qty, 1800)

    def test_norm_per_order(self):
        """A leader of 3 m is lost in each order, be it of one piece or of fifty."""
        self.line.write({'norm_type': 'batch', 'formula': False, 'product_qty': 300})
        for quantity in (1, 50):
            order = self._create_order(quantity, product=self.long)
            self.assertAlmostEqual(self._fabric_move(order).norm_qty, 3.0)
        wizard = Form(self.env['change.production.qty'].with_context(default_mo_id=order.id))
        wizard.product_qty = 80
        wizard.save().change_prod_qty()
        self.assertAlmostEqual(self._fabric_move(order).norm_qty, 3.0)
        cutting, _sewing = order.workorder_ids
        cutting.stage_start()
        cutting.stage_finish(qty=20)
        cutting.stage_finish()
        self.assertAlmostEqual(100 - self._qty(self.fabric), 3.0)

    def test_custom_value_of_the_sale_line(self):
        custom = self.env['product.attribute.value'].create({
            'name': "Made to measure", 'is_custom': True,
            'attribute_id': self.length_values.attribute_id.id})
        self.jacket.attribute_line_ids[0].value_ids = [Command.link(custom.id)]
        variant = self.jacket.product_variant_ids.filtered(
            lambda variant: custom in variant.product_template_attribute_value_ids.product_attribute_value_id)[:1]
        value = variant.product_template_attribute_value_ids.filtered('is_custom')
        with (
            self.assertRaisesRegex(UserError, "cannot be calculated: There is no number for garment_length"),
            self.env.cr.savepoint(),
        ):
            self._create_order(10, product=variant)
        sale = self.env['sale.order'].create({
            'partner_id': self.env['res.partner'].create({'name': "Max"}).id,
            'order_line': [Command.create({
                'product_id': variant.id, 'product_uom_qty': 10,
                'product_custom_attribute_value_ids': [Command.create({
                    'custom_product_template_attribute_value_id': value.id, 'custom_value': "81,5 cm"})]})]})
        order = self._create_order(10, product=variant, sale_line_id=sale.order_line.id)
        self.assertAlmostEqual(self._fabric_move(order).norm_qty, 9.15)

    def test_source_location(self):
        remnants = self.env['stock.location'].create({'name': "Remnants", 'location_id': self.stock_location.id})
        self.env['stock.quant'].with_context(inventory_mode=True).create({
            'product_id': self.fabric.id, 'location_id': remnants.id, 'inventory_quantity': 30,
        }).action_apply_inventory()
        self.line.source_location_id = remnants
        order = self._create_order(30, product=self.long)
        self.assertEqual(self._fabric_move(order).location_id, remnants)
        order.workorder_ids[0].stage_start()
        order.workorder_ids[0].stage_finish()
        quant = self.env['stock.quant'].search([
            ('product_id', '=', self.fabric.id), ('location_id', '=', remnants.id)])
        self.assertAlmostEqual(quant.quantity, 4.8)

    def test_wrong_formulas_are_refused_when_saved(self):
        for formula, pattern in (
            ("garment_lenght + 10", "Did you mean garment_length"),
            ("colour + 1", "colour is not known here"),
            ("garment_length.__class__", "Only numbers, the names listed"),
            ("print(1)", "Only numbers, the names listed"),
            ("1 +", "cannot be read at character"),
            ("garment_length + 1,5", "decimals with a point"),
            ("1 / abs(garment_length - 74)", "fails for garment_length = 74 cm: It divides by zero"),
            ("72 - garment_length", "fails for garment_length = 74 cm: It gives -2"),
            ("9 ** 9 ** 9", "no number, or one that is too large"),
            (" ", "empty"),
        ):
            with (
                self.subTest(formula=formula), self.assertRaisesRegex(ValidationError, pattern),
                self.env.cr.savepoint(),
            ):
                self.line.formula = formula
        self.assertEqual(self.line.formula, "garment_length + 10")
        with self.assertRaisesRegex(ValidationError, "empty"), self.env.cr.savepoint():
            self.line.formula = False

    def test_norms_are_tried_before_an_order_is_made(self):
        count = self.env['mrp.production'].search_count([])
        form = Form(self.env['mrp.template.preview'].with_user(self.supervisor_user).with_context(
            default_bom_id=self.sewing.id, default_quantity=30))
        form.product_id = self.long
        self.assertEqual(
            [(line['product_id'], line['quantity'], line['uom_id']) for line in form.line_ids._records],
            [(self.fabric.id, 2520, self.cm.id)])
        form.product_id = self.short
        form.quantity = 1
        self.assertEqual(form.line_ids._records[0]['quantity'], 80)
        self.assertEqual(self.env['mrp.production'].search_count([]), count)

    def test_plain_orders_ignore_it(self):
        self.sewing.use_stages = False
        self.line.product_qty = 90
        order = self._create_order(10, product=self.long)
        self.assertEqual(self._fabric_move(order).product_uom_qty, 900)
        self.assertFalse(self._fabric_move(order).norm_type)
