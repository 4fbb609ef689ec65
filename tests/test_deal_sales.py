from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .test_deals import DealCommon


@tagged('post_install', '-at_install')
class TestDealSales(DealCommon):
    """Sales that others than their own sales person confirm, or add to when they are confirmed."""

    def test_what_is_added_to_a_confirmed_sale_is_made(self):
        self.template.start_on_sale_confirm = True
        self.ground_template.start_on_sale_confirm = True
        sale_order = self._sell()
        first = self._get_orders(sale_order)
        first.action_cancel()
        sale_order.with_user(self.seller).order_line = [
            Command.create({'product_id': self.ground.id, 'product_uom_qty': 3})]
        added = self._get_orders(sale_order) - first
        self.assertEqual((added.product_id, added.product_qty), (self.ground, 3), "and nothing else again")
        self.ground_template.start_on_sale_confirm = False
        deal = self._create_deal(stage_id=self.accepted.id)
        sale_order = self._sell(deal)
        sale_order.with_user(self.seller).order_line = [
            Command.create({'product_id': self.ground.id, 'product_uom_qty': 5})]
        self.assertEqual(self._get_orders(sale_order).mapped('product_qty'), [20, 5])

    def test_what_is_added_by_who_does_not_see_the_deal(self):
        own = new_test_user(self.env, login='stage_own_seller', groups='sales_team.group_sale_salesman')
        sale_order = self._sell(self._create_deal(stage_id=self.accepted.id), user_id=own.id)
        self.env.flush_all()
        self.env.invalidate_all()
        sale_order.with_user(own).order_line = [
            Command.create({'product_id': self.ground.id, 'product_uom_qty': 5})]
        self.assertEqual(self._get_orders(sale_order).mapped('product_qty'), [20, 5])

    def test_somebody_is_told_what_a_customer_has_confirmed_in_the_portal(self):
        self.template.write({'shortage_policy': 'block', 'start_on_sale_confirm': True})
        sale_orders = self.env['sale.order'].union(*(
            self._sell(deal, 10_000, confirm=False, user_id=False, team_id=False)
            for deal in (self._create_deal(), None)))
        # As the portal does when a customer has signed or paid.
        sale_orders.with_user(self.env.ref('base.public_user')).sudo()._validate_order()
        first, second = sale_orders.activity_ids.sorted('id').user_id
        self.assertEqual(first, self.seller, "whose deal it is")
        self.assertTrue(second.has_group('mrp_production_stage.group_supervisor'))
