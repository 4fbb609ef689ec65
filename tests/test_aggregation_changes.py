from odoo.exceptions import UserError
from odoo.tests import tagged

from .aggregation_common import AggregationCommon


@tagged('post_install', '-at_install')
class TestAggregationChanges(AggregationCommon):
    """What customers change while their orders are one batch."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.deals, cls.orders = cls._sell_flyers((20, 10))
        cls.batch = cls.orders.aggregate()
        cls.demand = cls.batch.demand_ids[0]

    def _change(self, quantity):
        self.env['change.production.qty'].create(
            {'mo_id': self.batch.id, 'product_qty': quantity}).change_prod_qty()

    def test_a_customer_wants_less(self):
        self.deals[0].order_ids.order_line.with_user(self.seller).product_uom_qty = 12
        self.assertEqual((self.batch.product_qty, self.batch.demand_ids.mapped('quantity')), (22, [12, 10]))
        self._dissolve(self.batch)
        self.assertEqual(self.orders.mapped('product_qty'), [12, 10])
        self.assertEqual(self.orders.mapped('demand_ids.quantity'), [12, 10])
        paper = self.orders[0].move_raw_ids.filtered(lambda move: move.product_id == self.paper)
        self.assertEqual((paper.product_uom_qty, paper.quantity), (3, 3))

    def test_a_customer_wants_less_and_the_rest_is_for_stock(self):
        self.demand.quantity = 12
        self._dissolve(self.batch)
        self.assertEqual(self.orders.mapped('product_qty'), [20, 10])
        self.assertEqual(self.orders.mapped('demand_ids.quantity'), [12, 10])

    def test_a_customer_takes_what_was_for_stock(self):
        order = self._order_flyers(80)
        self._dissolve(self.batch)
        batch = self._aggregate(self.orders[0] | order)
        batch.demand_ids.quantity = 30
        self._dissolve(batch)
        self.assertEqual((self.orders[0] | order).mapped('product_qty'), [30, 70])

    def test_a_customer_wants_nothing(self):
        self.deals[0].order_ids.order_line.with_user(self.seller).product_uom_qty = 0
        self._dissolve(self.batch)
        self.assertEqual(self.orders.mapped('state'), ['cancel', 'confirmed'])
        self.assertFalse(self.orders.aggregated_into_id)

    def test_two_orders_of_one_line_in_a_batch(self):
        line = self.demand.sale_line_id
        for quantity in (5, 40):
            with self.subTest(quantity), self.env.cr.savepoint() as savepoint:
                self.batch.demand_ids[1].sale_line_id = line
                line.with_user(self.seller).product_uom_qty = 30
                self.env.flush_all()
                line.with_user(self.seller).product_uom_qty = quantity
                self.env.flush_all()
                self.env.invalidate_all()
                self.assertEqual(self.batch.product_qty, quantity)
                self.assertEqual(sum(self.batch.demand_ids.mapped('quantity')), quantity)
                savepoint.rollback()

    def test_what_a_batch_makes_for_nobody_is_given_away_once(self):
        line = self.demand.sale_line_id
        self.batch.demand_ids[1].sale_line_id = line
        line.with_user(self.seller).product_uom_qty = 30
        self._change(35)
        line.with_user(self.seller).product_uom_qty = 42
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual((self.batch.product_qty, sum(self.batch.demand_ids.mapped('quantity'))), (42, 42))

    def test_a_quantity_that_nobody_can_tell_apart(self):
        self._change(35)
        before = self._read_state(self.orders | self.batch)
        with self.assertRaisesRegex(UserError, "makes 35.00 Units, its orders add up to 30.00 Units"):
            self._dissolve(self.batch)
        self.assertEqual(self._read_state(self.orders | self.batch), before)
        self._change(30)
        self._dissolve(self.batch)

    def test_a_batch_that_was_lowered_by_hand(self):
        """Who ordered last has been told, and gets back what the batch was still to make for them."""
        self._change(25)
        self._change(28)
        self._dissolve(self.batch)
        self.assertEqual(sum(self.orders.mapped('product_qty')), 28)
        self.assertEqual(sum(self.orders.demand_ids.mapped('quantity')), 25, "three are for stock")

    def test_a_started_batch_is_not_dissolved(self):
        printing = self.batch.workorder_ids[0]
        printing.stage_start()
        before = self._read_state(self.orders | self.batch)
        with self.assertRaisesRegex(UserError, "has started: it can no longer be dissolved"):
            self._dissolve(self.batch)
        self.assertEqual(self._read_state(self.orders | self.batch), before)
        printing.stage_cancel_start()
        with self.assertRaisesRegex(UserError, "has started"):
            self._dissolve(self.batch)

    def test_what_only_prepares_does_not_keep_it_from_being_dissolved(self):
        self.batch.workorder_ids[0].with_user(self.supervisor_user).stage_assign(self.helper.id)
        self._dissolve(self.batch)
        self.assertEqual(set(self.orders.mapped('state')), {'confirmed'})

    def test_neither_is_deleted_merged_or_split(self):
        self.batch.action_cancel()
        for order, words in ((self.orders[0], "is made in the batch"), (self.batch, "batch of several orders")):
            with self.assertRaisesRegex(UserError, words), self.env.cr.savepoint():
                order.unlink()
        batch = self._aggregate(self._order_flyers(1) | self._order_flyers(2))
        for act in ((batch | self._order_flyers(1)).action_merge, batch.action_split):
            with self.assertRaisesRegex(UserError, "Dissolve it first"), self.env.cr.savepoint():
                act()
