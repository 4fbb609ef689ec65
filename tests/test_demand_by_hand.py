from odoo.exceptions import UserError
from odoo.tests import tagged

from .demand_change_common import ChangeCommon


@tagged('post_install', '-at_install')
class TestDemandByHand(ChangeCommon):
    """Supervisors use Odoo's own means on orders that are made for somebody."""

    def _change(self, quantity, order=None):
        """Change the quantity of an order as a supervisor does in Odoo's own dialog."""
        self.env['change.production.qty'].with_user(self.supervisor_user).create(
            {'mo_id': (order or self.order).id, 'product_qty': quantity}).change_prod_qty()
        self.env.flush_all()
        self.env.invalidate_all()

    def _split(self, *quantities):
        return self.order._split_productions({self.order: list(quantities)})

    def _make_batch(self):
        """Return a sale of ten more, and the batch of both orders."""
        other = self._sell(quantity=10)
        orders = self.order | self._get_orders(other)
        return other, orders.with_user(self.supervisor_user).aggregate().sudo(False).with_env(self.env)

    # ------------------------------------------------------------
    # Split and merge
    # ------------------------------------------------------------

    def test_parts_are_made_for_the_same_line(self):
        first, second, third = self._split(12, 5, 3)
        self.env.invalidate_all()
        self.assertEqual(
            [(part.product_qty, part.demand_ids.quantity) for part in (first, second, third)],
            [(12, 12), (5, 5), (3, 3)])
        self.assertEqual(self._get_orders(self.sale_order), first | second | third)
        self.assertFalse(self.sale_order.can_produce)
        self._sell_now(17)
        self.assertEqual((first.product_qty, second.product_qty, third.state), (12, 5, 'cancel'))
        for part in (first, second):
            self.assertNotEqual(self.deal.stage_id, self.ready)
            self._run(part)
        self.assertEqual(self.deal.stage_id, self.ready)

    def test_parts_of_an_order_for_two(self):
        other = self._sell(quantity=10)
        self._get_orders(other).action_cancel()
        other.order_line.demand_ids.unlink()
        self.order._change_quantity(35)
        self.env['mrp.production.demand'].create(
            {'production_id': self.order.id, 'sale_line_id': other.order_line.id, 'quantity': 10})
        first, second = self._split(15, 20)
        self.env.invalidate_all()
        self.assertEqual(first.demand_ids.mapped('quantity'), [15])
        self.assertEqual(
            {demand.sale_order_id: demand.quantity for demand in second.demand_ids}, {self.sale_order: 5, other: 10})

    def test_a_draft_is_split(self):
        draft = self._create_order(20, confirm=False)
        self.order.demand_ids.production_id = draft
        parts = draft._split_productions({draft: [14, 6]})
        self.assertEqual(parts.demand_ids.mapped('quantity'), [14, 6])

    def test_merged_orders_would_be_for_nobody(self):
        orders = self.order | self._create_order(5)
        with self.assertRaisesRegex(UserError, f"{self.order.name} is made for {self.sale_order.name}. Use Aggregate"):
            orders.with_user(self.supervisor_user).action_merge()
        self.assertEqual(self._get_demands(), [(20, 20, 'confirmed')])

    # ------------------------------------------------------------
    # Another quantity
    # ------------------------------------------------------------

    def test_an_order_that_is_lowered_is_for_less(self):
        self._change(12)
        self.assertEqual(self._get_demands(), [(12, 12, 'confirmed')])
        for thread in (self.order, self.sale_order, self.deal):
            told = thread.message_ids.filtered(lambda message: "makes 12.00 Units now" in (message.body or ""))
            self.assertIn(f"12.00 Units are for {self.sale_order.name}, instead of 20.00", told.body)
        self.sale_order.with_user(self.seller).action_produce()
        self.assertEqual(self._get_demands(), [(12, 12, 'confirmed'), (8, 8, 'confirmed')])

    def test_an_order_that_is_raised_is_for_the_same(self):
        self._change(25)
        self.assertEqual(self._get_demands(), [(20, 25, 'confirmed')])
        self._change(22)
        self.assertEqual(self._get_demands(), [(20, 22, 'confirmed')])

    def test_what_nobody_wants_any_more_goes_first(self):
        other, batch = self._make_batch()
        batch.workorder_ids[0].with_user(self.operator_user).stage_start()
        self._sell_now(14)
        self.assertTrue(self._get_questions(batch))
        self._change(24, batch)
        self.assertEqual((self._get_demands(), self._get_demands(other.order_line)), (
            [(14, 24, 'progress')], [(10, 24, 'progress')]))
        self.assertFalse(self._get_questions(batch), "nothing is left to decide")
        self._change(20, batch)
        self.assertEqual((self._get_demands(), self._get_demands(other.order_line)), (
            [(14, 20, 'progress')], [(6, 20, 'progress')]))

    def test_customers_who_want_less_take_nothing_from_others(self):
        other, _batch = self._make_batch()
        self._sell_now(8)
        self.assertEqual((self._get_demands(), self._get_demands(other.order_line)), (
            [(8, 18, 'confirmed')], [(10, 18, 'confirmed')]))
        told = [
            len(sale_order.message_ids.filtered(lambda message: "instead of" in (message.body or "")))
            for sale_order in (self.sale_order, other)]
        self.assertEqual(told, [1, 0], "once, and nobody else")
