from odoo.fields import Command
from odoo.tests import tagged

from .demand_change_common import ChangeCommon


@tagged('post_install', '-at_install')
class TestChangesMadeToOrder(ChangeCommon):
    """A rule of stock raises its orders by itself, and lowers none."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        warehouse = cls.stock_location.warehouse_id
        to_order = cls.env.ref('stock.route_warehouse0_mto')
        to_order.active = True
        cls.ground.route_ids = [Command.set((to_order | warehouse.manufacture_pull_id.route_id).ids)]
        cls.made_sale = cls._sell(products=cls.ground)
        cls.made_line = cls.made_sale.order_line

    def test_up_and_down(self):
        for quantity in (25, 12, 30):
            self._sell_now(quantity, self.made_line)
            self.assertEqual(self._get_demands(self.made_line), [(quantity, quantity, 'confirmed')])
            delivery = self.made_sale.picking_ids.move_ids.filtered(lambda move: move.state != 'cancel')
            self.assertEqual(sum(delivery.mapped('product_uom_qty')), quantity)
            order = self.made_line.demand_ids.production_id
            receipt = order.move_finished_ids.filtered(lambda move: move.state != 'cancel')
            self.assertEqual(sum(receipt.mapped('product_uom_qty')), quantity)
        self._run(order)
        self.assertEqual(set(delivery.mapped('state')), {'assigned'})

    def test_cancelled(self):
        self.made_sale.with_user(self.seller)._action_cancel()
        self.assertEqual(self._get_demands(self.made_line), [(20, 20, 'cancel')])
        self.assertFalse(self.made_line.demand_ids.production_id.activity_ids)

    def test_down_while_it_runs(self):
        order = self.made_line.demand_ids.production_id
        order.workorder_ids[0].with_user(self.operator_user).stage_start()
        self._sell_now(12, self.made_line)
        self.assertEqual(self._get_demands(self.made_line), [(20, 20, 'progress')])
        self.assertEqual(order.activity_ids, self._get_questions(order))
        self._decide(order, less_decision='reduce')
        self.assertEqual(self._get_demands(self.made_line), [(12, 12, 'progress')])
        self._run(order)
        delivery = self.made_sale.picking_ids.move_ids.filtered(lambda move: move.state != 'cancel')
        self.assertEqual((delivery.mapped('product_uom_qty'), delivery.mapped('state')), ([12], ['assigned']))

    def test_up_while_it_runs(self):
        order = self.made_line.demand_ids.production_id
        order.workorder_ids[0].with_user(self.operator_user).stage_start()
        self._sell_now(26, self.made_line)
        self.assertEqual(
            self._get_demands(self.made_line), [(20, 20, 'progress'), (6, 6, 'confirmed')], "by the rule's own order")
        self.assertFalse(self._get_questions(order))

    def test_two_lines_of_one_product(self):
        sale_order = self._sell(products=self.ground)
        sale_order.with_user(self.seller).order_line = [
            Command.create({'product_id': self.ground.id, 'product_uom_qty': 7, 'price_unit': 9.0})]
        first, second = sale_order.order_line
        for line, other in ((second, first), (first, second)):
            before = self._get_demands(other)
            quantity = line.product_uom_qty + 5
            self._sell_now(quantity, line)
            self.assertEqual(self._get_demands(line), [(quantity, quantity, 'confirmed')])
            self.assertEqual(self._get_demands(other), before)
        delivery = sale_order.picking_ids.move_ids.filtered(lambda move: move.state != 'cancel')
        self.assertEqual(sum(delivery.mapped('product_uom_qty')), 37)
        self._run(self._get_orders(sale_order)[0])
        self._run(self._get_orders(sale_order)[1])
        self.assertEqual(set(delivery.mapped('state')), {'assigned'})
