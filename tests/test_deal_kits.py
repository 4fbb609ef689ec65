from odoo.fields import Command
from odoo.tests import tagged

from .test_deals import DealCommon


@tagged('post_install', '-at_install')
class TestDealKits(DealCommon):
    """A gift set of four bags of coffee and a mug: the coffee is made to order for it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        to_order = cls.env.ref('stock.route_warehouse0_mto')
        to_order.active = True
        cls.coffee.route_ids = to_order | cls.stock_location.warehouse_id.manufacture_pull_id.route_id
        cls.coffee.lst_price = 5.0
        cls.mug = cls._create_product("Mug", cls.unit, cost=3.0, lst_price=20.0)
        cls.gift = cls._create_product("Gift set", cls.unit, is_storable=False)
        cls.kit = cls.env['mrp.bom'].create({
            'product_tmpl_id': cls.gift.product_tmpl_id.id, 'type': 'phantom', 'bom_line_ids': [
                Command.create({'product_id': cls.coffee.id, 'product_qty': 4}),
                Command.create({'product_id': cls.mug.id, 'product_qty': 1})]})
        cls.deal = cls._create_deal()
        cls.sale_order = cls._sell(cls.deal, quantity=10, products=cls.gift)
        cls.line = cls.sale_order.order_line
        cls.order = cls.line.demand_ids.production_id

    def _sell_now(self, quantity):
        self.line.with_user(self.seller).product_uom_qty = quantity
        self.env.flush_all()
        self.env.invalidate_all()

    def test_all_that_the_kits_need_is_made(self):
        self.assertEqual((self.order.product_id, self.order.product_qty), (self.coffee, 40))
        self.assertEqual((self.line.demand_ids.quantity, self.order._get_deals()), (40, self.deal))

    def test_an_order_that_has_not_begun_follows(self):
        self._sell_now(12)
        self.assertEqual((self.order.product_qty, self.line.demand_ids.quantity), (48, 48))
        self._sell_now(5)
        self.assertEqual((self.order.product_qty, self.line.demand_ids.quantity), (20, 20))
        self.assertEqual(self.line.demand_ids.production_id, self.order)

    def test_kits_in_another_unit(self):
        self.line.with_user(self.seller).write(
            {'product_uom_id': self.env.ref('uom.product_uom_dozen').id, 'product_uom_qty': 1})
        self.assertEqual(self.order.product_qty, 48)

    def test_a_supervisor_is_asked_about_what_runs(self):
        self.order.workorder_ids[0].with_user(self.operator_user).stage_start()
        self._sell_now(9)
        self.assertEqual(self.order.product_qty, 40)
        self.assertEqual(self.order._get_demand_changes(), {self.line.demand_ids: -4})
        self.assertIn("wants 36.00 Units of Arabica Premium 250 g", self.order.activity_ids.note)

    def test_a_cancelled_sale(self):
        self.sale_order.with_user(self.seller)._action_cancel()
        self.assertEqual(self.order.state, 'cancel')

    def test_what_is_no_component_any_more_stays_as_it_is(self):
        self.kit.bom_line_ids[0].product_id = self.ground
        self._sell_now(5)
        self.assertEqual((self.order.state, self.order.product_qty), ('confirmed', 40))
        self.assertIn("no component of it any more", self.order.message_ids[0].body)

    def test_the_coffee_earns_its_part_of_the_price(self):
        """Of 100.00 for ten gift sets, four bags of 5.00 are worth as much as a mug of 20.00."""
        self.assertEqual(self.deal.deal_margin['revenue'], 50.0)
        self._run(self.order)
        self.assertEqual((self.deal.stage_id, self.deal.deal_margin['revenue']), (self.ready, 50.0))
