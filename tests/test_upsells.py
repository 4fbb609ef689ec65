from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, HttpCase, new_test_user, tagged

from .test_deals import DealCommon


class UpsellCommon(DealCommon):
    """Coffee that may be wrapped and engraved."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gift_wrap = cls._create_product("Gift wrapping", cls.unit, list_price=2.5)
        cls.engraving = cls._create_product("Engraving", cls.unit, list_price=4.0)
        cls.wrapping, cls.carving = cls.env['mrp.routing.workcenter'].create([
            {
                'name': name, 'bom_id': cls.template.id, 'sequence': 4, 'is_optional': True,
                'activation': 'upsell', 'upsell_product_ids': [Command.set(product.ids)]}
            for name, product in (("Wrapping", cls.gift_wrap), ("Carving", cls.engraving))])
        cls.template.invalidate_recordset(['operation_ids'])


@tagged('post_install', '-at_install')
class TestUpsells(UpsellCommon):
    """Extras that optional stages make, chosen by whoever sells."""

    def _open(self, line, user=None):
        user = user or self.seller
        action = line.with_user(user).action_open_upsells()
        return Form(self.env(user=user.id)[action['res_model']].with_context(**action['context']))

    def _add(self, line, *products):
        form = self._open(line)
        form.product_ids = [product.id for product in products]
        form.save().action_add()
        self.env.flush_all()
        self.env.invalidate_all()

    def _get_stage(self, order, operation):
        return order.workorder_ids.filtered(lambda stage: stage.operation_id == operation)

    def test_the_dialog_offers_what_the_template_makes(self):
        line = self._sell(products=self.coffee | self.ground, confirm=False).order_line
        self.assertEqual(line.with_user(self.seller).mapped('has_upsells'), [True, False])
        form = self._open(line[0])
        self.assertEqual(
            form.choices, [
                {'value': self.gift_wrap.id, 'label': "Gift wrapping · $\N{NO-BREAK SPACE}2.50"},
                {'value': self.engraving.id, 'label': "Engraving · $\N{NO-BREAK SPACE}4.00"}])
        with self.assertRaisesRegex(UserError, "Choose what to add"):
            form.save().action_add()

    def test_what_is_chosen_becomes_a_line(self):
        sale_order = self._sell(confirm=False)
        line = sale_order.order_line
        self._add(line, self.gift_wrap)
        extra = sale_order.order_line - line
        self.assertEqual(
            (extra.product_id, extra.product_uom_qty, extra.price_unit, extra.linked_line_id),
            (self.gift_wrap, 20, 2.5, line))
        self.assertEqual([choice['value'] for choice in self._open(line).choices], self.engraving.ids)
        self._add(line, self.engraving)
        self.assertFalse(line.with_user(self.seller).has_upsells)

    def test_extras_are_offered_as_soon_as_the_product_is_picked(self):
        form = Form(self.env['sale.order'].with_user(self.seller))
        form.partner_id = self.customer
        with form.order_line.new() as line:
            line.product_id = self.ground
            self.assertFalse(line.has_upsells)
            line.product_id = self.coffee
            self.assertTrue(line.has_upsells)
        self.assertFalse(self.env['sale.order'].search([('partner_id', '=', self.customer.id)]), "nothing is saved yet")

    def test_extras_of_a_line_that_is_being_entered(self):
        pricelist = self.env['product.pricelist'].create({'name': "Friends", 'item_ids': [Command.create(
            {'compute_price': 'percentage', 'percent_price': 50})]})
        form = Form(self.env['mrp.upsell'].with_user(self.seller).with_context(
            default_product_id=self.coffee.id, default_partner_id=self.customer.id,
            default_pricelist_id=pricelist.id))
        self.assertEqual([choice['label'] for choice in form.choices], [
            "Gift wrapping · $\N{NO-BREAK SPACE}1.25", "Engraving · $\N{NO-BREAK SPACE}2.00"])
        form.quantity = 20
        with self.assertRaisesRegex(UserError, "Choose what to add to Arabica Premium"):
            form.save().action_add()
        form.product_ids = [self.engraving.id, self.beans.id]
        self.assertEqual(form.save().action_add()['infos'], {
            'quantity': 20, 'extras': [
                {'product': {'id': self.engraving.id, 'display_name': "Engraving"}, 'quantity': 20}]})
        form = Form(self.env['mrp.upsell'].with_user(self.seller).with_context(
            default_product_id=self.coffee.id, default_uom_id=self.env.ref('uom.product_uom_dozen').id))
        form.quantity = 2
        form.product_ids = self.engraving.ids
        infos = form.save().action_add()['infos']
        self.assertEqual((infos['quantity'], infos['extras'][0]['quantity']), (2, 24))

    def test_extras_of_dozens(self):
        line = self._sell(quantity=2, confirm=False).order_line
        line.product_uom_id = self.env.ref('uom.product_uom_dozen')
        self._add(line, self.gift_wrap)
        extra = line.linked_line_ids
        self.assertEqual((extra.product_uom_qty, extra.product_uom_id), (24, self.unit))

    def test_a_duplicate_keeps_extras_with_their_lines(self):
        sale_order = self._sell(products=self.coffee | self.ground, confirm=False)
        self.ground_template.operation_ids[1].write(
            {'is_optional': True, 'activation': 'upsell', 'upsell_product_ids': self.gift_wrap.ids})
        self._add(sale_order.order_line[0], self.gift_wrap, self.engraving)
        sale_order = sale_order.with_user(self.seller).copy()
        coffee, ground = (
            sale_order.order_line.filtered(lambda line, product=product: line.product_id == product)
            for product in (self.coffee, self.ground))
        self.assertEqual(coffee.linked_line_ids.product_id, self.gift_wrap | self.engraving)
        self.assertFalse(ground.linked_line_ids)
        sale_order.action_confirm()
        sale_order.action_produce()
        self.assertEqual(coffee.sudo().demand_ids.production_id.workorder_ids.filtered(
            lambda stage: stage.stage_status == 'skipped'), self.env['mrp.workorder'])
        self.assertEqual(ground.sudo().demand_ids.production_id.workorder_ids[1].stage_status, 'skipped')

    def test_nothing_else_can_be_added_by_the_dialog(self):
        line = self._sell(confirm=False).order_line
        dialog = self.env['mrp.upsell'].with_user(self.seller).create(
            {'sale_line_id': line.id, 'product_ids': [self.beans.id]})
        with self.assertRaisesRegex(UserError, "Choose what to add"):
            dialog.action_add()

    def test_a_stage_is_done_for_the_line_it_was_sold_with(self):
        sale_order = self._sell(products=self.coffee | self.coffee, confirm=False)
        sale_order.order_line.copy({'order_id': sale_order.id})
        first, second = sale_order.order_line
        self._add(first, self.gift_wrap)
        sale_order.with_user(self.seller).action_confirm()
        sale_order.with_user(self.seller).action_produce()
        wrapped, plain = first.demand_ids.production_id, second.demand_ids.production_id
        self.assertEqual(self._get_stage(wrapped, self.wrapping).stage_status, 'waiting')
        self.assertEqual(self._get_stage(plain, self.wrapping).stage_status, 'skipped')
        self._add(second, self.gift_wrap)
        self.assertEqual(self._get_stage(plain, self.wrapping).stage_status, 'waiting')

    def test_an_extra_without_a_line_of_its_own_counts_for_all(self):
        sale_order = self._sell(products=self.coffee | self.gift_wrap)
        sale_order.with_user(self.seller).action_produce()
        order = self._get_orders(sale_order)
        self.assertEqual(self._get_stage(order, self.wrapping).stage_status, 'waiting')
        self.assertEqual(self._get_stage(order, self.carving).stage_status, 'skipped')

    def test_extras_change_while_a_cancelled_sale_is_a_quotation(self):
        sale_order = self._sell(confirm=False).with_user(self.seller)
        line = sale_order.order_line
        self._add(line, self.gift_wrap)
        sale_order.action_confirm()
        sale_order.action_produce()
        order = line.sudo().demand_ids.production_id
        order.workorder_ids[0].stage_start()
        sale_order._action_cancel()
        sale_order.action_draft()
        (sale_order.order_line - line).unlink()
        self._add(line, self.engraving)
        sale_order.action_confirm()
        self.env.invalidate_all()
        self.assertEqual(self._get_stage(order, self.wrapping).stage_status, 'skipped')
        self.assertEqual(self._get_stage(order, self.carving).stage_status, 'waiting')

    def test_a_batch_for_two_customers(self):
        """What one has paid for is not given to the other, and both are told."""
        mine, other = self._sell(quantity=20), self._sell(quantity=10)
        mine.with_user(self.seller).action_produce()
        order = self._get_orders(mine)
        order._change_quantity(30)
        self.env['mrp.production.demand'].create(
            {'production_id': order.id, 'sale_line_id': other.order_line.id, 'quantity': 10})
        wrapping = self._get_stage(order, self.wrapping)
        self._add(other.order_line, self.gift_wrap)
        self.assertEqual(wrapping.stage_status, 'skipped')
        for thread in (order, mine, other):
            self.assertIn("Wrapping was sold for a part", thread.message_ids[0].body)
        messages = order.message_ids
        # As each confirmation does.
        other.order_line.with_user(self.seller)._update_upsell_stages(self.gift_wrap)
        self.assertFalse((order.message_ids - messages).filtered(
            lambda message: "was sold for a part" in (message.body or "")), "they have been told")
        self._add(mine.order_line, self.gift_wrap)
        self.assertEqual(wrapping.stage_status, 'waiting')
        mine.order_line.filtered('linked_line_id').with_user(self.seller).product_uom_qty = 0
        self.assertEqual(wrapping.stage_status, 'waiting', "the other has paid for it")
        other.order_line.filtered('linked_line_id').with_user(self.seller).product_uom_qty = 0
        self.assertEqual(wrapping.stage_status, 'skipped')

    def test_a_batch_for_two_customers_is_confirmed(self):
        mine, other = self._sell(quantity=20), self._sell(quantity=10)
        self._add(other.order_line, self.gift_wrap)
        order = self._create_order(30, confirm=False)
        self.env['mrp.production.demand'].create([
            {'production_id': order.id, 'sale_line_id': sale.order_line[0].id, 'quantity': quantity}
            for sale, quantity in ((mine, 20), (other, 10))])
        order.action_confirm()
        self.assertEqual(self._get_stage(order, self.wrapping).stage_status, 'skipped')
        self.assertIn("Wrapping was sold for a part", other.message_ids[0].body)

    def test_extras_that_cannot_be_sold_are_not_offered(self):
        self.gift_wrap.sale_ok = False
        self.engraving.active = False
        self.assertFalse(self._sell(confirm=False).order_line.has_upsells)

    def test_who_may_add_extras(self):
        line = self._sell(confirm=False).order_line
        self.assertFalse(self.seller.has_group('mrp.group_mrp_user'))
        with self.assertRaises(AccessError):
            self.wrapping.with_user(self.seller).read(['name'])
        dialog = self.env['mrp.upsell'].with_user(self.seller).create({'sale_line_id': line.id})
        colleague = new_test_user(
            self.env, login='stage_colleague', groups='sales_team.group_sale_salesman_all_leads')
        for user in (colleague, self.operator_user):
            with self.assertRaises(AccessError):
                dialog.with_user(user).read(['sale_line_id'])


@tagged('post_install', '-at_install')
class TestUpsellTour(UpsellCommon, HttpCase):

    def test_extras_are_chosen_when_the_product_is_picked(self):
        self.start_tour('/odoo/orders/new', 'mrp_production_stage_upsell', login=self.seller.login)
        sale_order = self.env['sale.order'].search([('partner_id', '=', self.customer.id)])
        line = sale_order.order_line.filtered(lambda line: line.product_id == self.coffee)
        extras = sale_order.order_line - line
        self.assertEqual(extras.product_id, self.gift_wrap | self.engraving)
        self.assertEqual([extra.linked_line_id for extra in extras], [line, line])
        self.assertEqual(sale_order.order_line.mapped('product_uom_qty'), [20, 20, 20])
