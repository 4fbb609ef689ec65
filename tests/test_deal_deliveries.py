from odoo.fields import Command
from odoo.tests import tagged

from .test_deals import DealCommon


@tagged('post_install', '-at_install')
class TestDealDeliveries(DealCommon):
    """What is sold leaves the warehouse in two steps: it is picked, then shipped."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.warehouse = cls.stock_location.warehouse_id
        cls.warehouse.delivery_steps = 'pick_ship'
        cls._stock(cls.coffee, 5)
        cls.sale_order = cls._sell(quantity=20)
        cls.line = cls.sale_order.order_line

    def _pick(self, quantity):
        pick = self.line.move_ids.filtered(
            lambda move: move.state in ('assigned', 'partially_available')).picking_id
        pick.move_ids.quantity = quantity
        pick.move_ids.picked = True
        pick.with_context(skip_backorder=True, picking_ids_not_to_backorder=[]).button_validate()
        self.env.invalidate_all()

    def test_what_is_on_its_way_out_is_not_made_to_order(self):
        self._pick(5)
        self.assertIn('make_to_order', self.line.move_ids.mapped('procure_method'), "it waits for what was picked")
        self.assertTrue(self.sale_order.can_produce)
        self.sale_order.with_user(self.seller).action_produce()
        self.assertEqual(self.line.demand_ids.production_id.product_qty, 20)

    def test_what_has_been_shipped_is_not_made(self):
        self._pick(5)
        self._pick(5)
        self.assertEqual(self.line.qty_delivered, 5)
        self.sale_order.with_user(self.seller).action_produce()
        self.assertEqual(self.line.demand_ids.production_id.product_qty, 15)

    def test_what_is_made_to_order_is_left_to_its_rule(self):
        to_order = self.env.ref('stock.route_warehouse0_mto')
        to_order.active = True
        self.coffee.route_ids = [Command.set((to_order | self.warehouse.manufacture_pull_id.route_id).ids)]
        sale_order = self._sell(quantity=10)
        line = sale_order.order_line
        self.assertEqual(line.demand_ids.production_id.product_qty, 10)
        self._run(line.demand_ids.production_id)
        pick = line.move_ids.filtered(
            lambda move: move.state in ('assigned', 'partially_available')).picking_id
        pick.button_validate()
        self.assertTrue(line._is_made_to_order())
        self.assertFalse(sale_order.can_produce)
