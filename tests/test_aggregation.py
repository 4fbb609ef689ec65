from datetime import timedelta

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..models.sales.deal_margin import load_deal_margin
from .aggregation_common import QUANTITIES, AggregationCommon


@tagged('post_install', '-at_install')
class TestAggregation(AggregationCommon):
    """Several small orders become one batch, and are again what they were."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.deals, cls.orders = cls._sell_flyers((20, 10))

    def test_five_orders_become_one_batch_and_five_orders_again(self):
        deals, orders = self._sell_flyers()
        orders[0].date_start -= timedelta(days=1)
        orders[0].stage_note = "Glossy"
        before = self._read_state(orders)
        batch = self._aggregate(orders)
        self.assertEqual((batch.product_qty, batch.state, batch.bom_id), (250, 'confirmed', self.flyer_template))
        self.assertEqual(batch.date_start, orders[0].date_start)
        self.assertIn("Glossy", batch.stage_note)
        self.assertEqual(batch.demand_ids.mapped('quantity'), list(QUANTITIES))
        self.assertEqual(batch._get_deals(), deals)
        self.assertEqual(
            {move.product_id: (move.product_uom_qty, move.quantity, move.norm_qty) for move in batch.move_raw_ids},
            {self.paper: (62.5, 62.5, 62.5), self.plate: (1, 1, 1), self.bag: (3, 3, 3)},
            "the plate once, the formula anew")
        self.assertEqual(batch.workorder_ids[0].duration_expected, 30 + 125)
        self.assertEqual(set(orders.mapped('state')), {'cancel'})
        self.assertEqual(orders.aggregated_into_id, batch)
        self.assertEqual(set(deals.mapped('stage_id')), {self.accepted}, "nobody has cancelled anything")
        for deal in deals:
            self.assertEqual(deal._get_production_orders(), batch)
            self.assertIn(batch.name, deal.message_ids[0].body)
        self._dissolve(batch)
        self.assertEqual(self._read_state(orders), before)
        self.assertEqual(batch.state, 'cancel')
        self.assertFalse(batch.demand_ids)
        self.assertFalse(batch.aggregated_ids)
        self.assertEqual(set(batch.move_raw_ids.mapped('quantity')), {0})
        self.assertEqual(set(deals.mapped('stage_id')), {self.accepted})

    def test_the_orders_go_on_after_their_batch_was_dissolved(self):
        first, second = self.orders
        self._dissolve(self._aggregate(self.orders))
        self._run(first)
        self.assertEqual(
            (first.state, self.deals[0].stage_id, self.deals[1].stage_id), ('done', self.ready, self.accepted))
        self.assertEqual((self._qty(self.flyer), self._qty(self.plate)), (20, 19))
        self.assertEqual(self._aggregate(second | self._order_flyers(5)).product_qty, 15)

    def test_the_batch_moves_all_its_deals(self):
        batch = self._aggregate(self.orders)
        batch.workorder_ids[0].with_user(self.operator_user).stage_start()
        for deal in self.deals:
            self.assertEqual(deal._get_production_orders().current_stage_name, "Printing")
        self._run(batch)
        self.assertEqual((batch.state, set(self.deals.mapped('stage_id'))), ('done', {self.ready}))
        self.assertEqual((self._qty(self.flyer), self._qty(self.plate)), (30, 19))

    def test_deals_share_the_cost_of_their_batch_to_the_cent(self):
        deals, orders = self._sell_flyers()
        batch = self._aggregate(orders | self._order_flyers(7))
        self._run(batch)
        currency = self.company.currency_id
        costs = [load_deal_margin(demand, currency)['cost'] for demand in batch.demand_ids]
        total = batch.cost_total
        materials = batch.cost_line_ids.filtered(lambda line: line.category == 'material')
        self.assertAlmostEqual(
            sum(materials.mapped('amount')), 257 * 0.25 * 0.10 + 7.77 + 3 * 0.30, delta=0.011,
            msg="paper, one plate, three bags")
        self.assertAlmostEqual(sum(costs) + total * 7 / 257, total, delta=0.011)
        for cost, quantity in zip(costs, QUANTITIES):
            self.assertAlmostEqual(cost, total * quantity / 257, delta=0.011)
        self.assertEqual(set(deals.mapped('production_progress')), {"Done"})

    def test_a_batch_of_deals_alone_is_paid_by_them(self):
        batch = self._aggregate(self.orders | self._sell_flyers((3,))[1])
        self._run(batch)
        costs = [load_deal_margin(demand, self.company.currency_id)['cost'] for demand in batch.demand_ids]
        self.assertEqual(self.company.currency_id.compare_amounts(sum(costs), batch.cost_total), 0)

    def test_nobody_makes_an_aggregated_order_once_more(self):
        batch = self._aggregate(self.orders)
        lines = self.deals.order_ids.order_line
        self.assertFalse(lines._get_production_needs(lines._get_production_templates()))
        with self.assertRaisesRegex(UserError, "made already"):
            self.deals[0].order_ids.with_user(self.seller).action_produce()
        batch.action_cancel()
        self.assertEqual(set(self.deals.mapped('stage_id')), {self.called_off})
        with self.assertRaisesRegex(UserError, "cancelled"):
            self._dissolve(batch)

    def test_orders_for_stock_and_of_the_same_sale_line(self):
        first = self.orders[0]
        orders = first | self._order_flyers(10) | self._order_flyers(80)
        self.env['mrp.production.demand'].create({
            'production_id': orders[1].id, 'sale_line_id': first.demand_ids.sale_line_id.id, 'quantity': 10})
        before = self._read_state(orders)
        batch = self._aggregate(orders)
        self.assertEqual(
            (batch.product_qty, batch.demand_ids.mapped('quantity'), batch.customer_names),
            (110, [20, 10], "Café Central"))
        self._dissolve(batch)
        self.assertEqual(self._read_state(orders), before)

    def test_planned_stages_are_planned_again(self):
        orders = self._order_flyers(20) | self._order_flyers(10)
        orders.button_plan()
        before = self._read_state(orders)
        self.assertTrue(all(orders.mapped('is_planned')))
        self._dissolve(self._aggregate(orders))
        self.assertEqual(self._read_state(orders), before)

    def test_made_unit_by_unit(self):
        orders = self._order_flyers(2, batch_mode='unit') | self._order_flyers(3, batch_mode='unit')
        before = self._read_state(orders)
        batch = self._aggregate(orders)
        self.assertEqual((batch.batch_mode, len(batch.unit_ids)), ('unit', 5))
        self._dissolve(batch)
        self.assertEqual(self._read_state(orders), before)
        orders[0].workorder_ids[0].stage_start(units=[2])
        orders[0].workorder_ids[0].stage_finish()
        self.assertEqual(orders[0].workorder_ids[0].qty_produced, 1)

    def test_optional_stages_of_all_are_those_of_the_batch(self):
        orders = self._order_flyers(20) | self._order_flyers(10)
        folding = orders.workorder_ids.filtered(lambda stage: stage.name == "Folding")
        folding[0].stage_activate()
        with self.assertRaisesRegex(UserError, "optional stages"):
            self._aggregate(orders)
        folding[1].stage_activate()
        before = self._read_state(orders)
        batch = self._aggregate(orders)
        self.assertEqual(batch.workorder_ids.mapped('stage_status'), ['ready', 'waiting', 'waiting'])
        self._dissolve(batch)
        self.assertEqual(self._read_state(orders), before)
        others = self._order_flyers(20) | self._order_flyers(10)
        self.assertEqual(self._aggregate(others).workorder_ids[2].stage_status, 'skipped')
