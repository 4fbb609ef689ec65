from odoo.fields import Command
from odoo.tests import tagged

from .test_deals import DealCommon


@tagged('post_install', '-at_install')
class TestDealRevenue(DealCommon):
    """What a deal brings is what its customer pays, whatever shape the price has."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.deal = cls._create_deal()
        cls.sale_order = cls._sell(cls.deal, confirm=False, products=cls.coffee | cls.ground, quantity=3)
        cls.sale_order.order_line[0].price_unit = 33.33

    def _get_revenues(self):
        """Confirm and produce; return what the deal brings, and order by order."""
        self.sale_order.action_confirm()
        self._move(self.deal, self.accepted)
        self.env.invalidate_all()
        margin = self.deal.deal_margin
        return margin['revenue'], [order['revenue'] for order in margin['orders']]

    def _discount(self, **vals):
        self.env['sale.order.discount'].create({'sale_order_id': self.sale_order.id, **vals}).action_apply_discount()

    def test_discounts_of_lines_and_included_taxes(self):
        tax = self.env['account.tax'].create(
            {'name': "20% included", 'amount': 20, 'price_include_override': 'tax_included'})
        self.sale_order.order_line.write({'tax_ids': [Command.set(tax.ids)], 'price_unit': 12.0, 'discount': 50})
        self.assertEqual(self._get_revenues(), (30.0, [15.0, 15.0]))

    def test_a_percentage_off_the_whole_order(self):
        self.sale_order.order_line.tax_ids = False
        self._discount(discount_type='so_discount', discount_percentage=0.1)
        # 10% of 99.99 and of 30.00
        self.assertEqual(self._get_revenues(), (116.99, [89.99, 27.0]))
        self.assertAlmostEqual(self.sale_order.amount_untaxed, 116.99)

    def test_an_amount_off_the_whole_order(self):
        self.sale_order.order_line = [Command.create({
            'product_id': self.env['product.product'].create({'name': "Delivery", 'type': 'service'}).id,
            'price_unit': 70.01})]
        self.sale_order.order_line.tax_ids = False
        self._discount(discount_type='amount', discount_amount=20)
        # A tenth of each price: the delivery bears its part of it
        self.assertEqual(self._get_revenues(), (116.99, [89.99, 27.0]))

    def test_nothing_is_sold_by_what_has_become_a_quotation_again(self):
        self.sale_order.order_line.tax_ids = False
        self.assertEqual(self._get_revenues()[0], 129.99)
        for order in self._get_orders(self.sale_order):
            order.workorder_ids[0].stage_start()
        self.sale_order._action_cancel()
        self.sale_order.action_draft()
        self.env.invalidate_all()
        self.assertEqual(self.deal.deal_margin['revenue'], 0.0)
        self.sale_order.action_confirm()
        self.env.invalidate_all()
        self.assertEqual(self.deal.deal_margin['revenue'], 129.99)

    def test_another_currency(self):
        euro = self.env.ref('base.EUR')
        euro.active = True
        euro.rate_ids.unlink()
        self.env['res.currency.rate'].create({'currency_id': euro.id, 'rate': 0.5, 'name': "2020-01-01"})
        self.sale_order.write({'pricelist_id': self.env['product.pricelist'].create(
            {'name': "Euro", 'currency_id': euro.id}).id})
        self.assertEqual(self._get_revenues(), (259.98, [199.98, 60.0]))
