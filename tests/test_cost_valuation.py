from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .perpetual import PerpetualValuation
from .test_cost_ledger import CostCommon
from .test_journal import GemCommon


class ValuationCommon(PerpetualValuation, CostCommon):
    """20 bags of coffee cost 78.17, of which work is 21.50. Roasting makes 2 kg of chaff, which bear a tenth: 7.82."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.goods_category, cls.chaff_category = cls.category.copy(), cls.category.copy()
        cls.coffee.categ_id = cls.goods_category
        cls._set_perpetual(cls.category, cls.goods_category, cls.chaff_category)
        cls.chaff = cls._create_product("Chaff", cls.kg, categ_id=cls.chaff_category.id)
        cls.template.byproduct_ids = [Command.create({
            'product_id': cls.chaff.id, 'product_qty': 0.1, 'product_uom_id': cls.kg.id, 'cost_share': 10})]
        cls.reason = cls.env['mrp.defect.reason'].create({'name': "Scorched", 'code': "SCORCH"})


@tagged('post_install', '-at_install')
class TestValuation(ValuationCommon):
    """Goods are worth what the ledger says; what is received at a standard price leaves a variance."""

    def _run(self, goods, chaff):
        """Return the order, run with goods and by-product under these costing methods."""
        self.goods_category.property_cost_method = goods
        self.chaff_category.property_cost_method = chaff
        order = self._create_order(20)
        self._run_coffee(order)
        self._assert_settled(order)
        self.assertEqual(order.cost_total, 78.17)
        self.assertEqual(self._get_balance('work'), -21.5)
        return order

    def _get_values(self, order):
        moves = order._get_goods()
        goods = moves.filtered(lambda move: move.product_id == self.coffee)
        return sum(goods.mapped('value')), sum((moves - goods).mapped('value'))

    def test_average_cost(self):
        order = self._run('average', 'average')
        self.assertEqual(self._get_values(order), (70.35, 7.82))
        self.assertEqual((order.cost_variance, self._get_balance('difference')), (0.0, 0.0))
        self.assertAlmostEqual(self.coffee.total_value + self.chaff.total_value, 78.17)
        self.assertAlmostEqual(order.cost_unit, 70.35 / 20, places=2)
        self.assertAlmostEqual(order.cost_planned_unit * 20, order.cost_planned * 0.9, places=1)
        self.assertEqual(order.cost_breakdown()['unit'], 3.52, "what a bag is worth in stock")

    def test_first_in_first_out(self):
        order = self._run('fifo', 'fifo')
        self.assertEqual(self._get_values(order), (70.35, 7.82))
        self.assertAlmostEqual(self.coffee.total_value + self.chaff.total_value, 78.17)

    def test_goods_at_standard_price(self):
        """The by-product bears its share all the same."""
        self.goods_category.property_cost_method = 'standard'
        self.coffee.standard_price = 4.0
        order = self._run('standard', 'average')
        self.assertEqual(self._get_values(order), (80.0, 7.82))
        self.assertEqual((order.cost_variance, self._get_balance('difference')), (-9.65, -9.65))
        self.assertEqual(order.cost_breakdown()['variance'], -9.65)

    def test_a_by_product_at_standard_price(self):
        """It bears a tenth and is worth 2 x 1.00: the goods do not bear the rest of it."""
        self.chaff_category.property_cost_method = 'standard'
        self.chaff.standard_price = 1.0
        order = self._run('average', 'standard')
        self.assertEqual(self._get_values(order), (70.35, 2.0))
        self.assertEqual((order.cost_variance, self._get_balance('difference')), (5.82, 5.82))
        self.assertEqual(self.chaff.total_value, 2.0)

    def test_both_at_standard_price(self):
        (self.goods_category | self.chaff_category).property_cost_method = 'standard'
        self.coffee.standard_price, self.chaff.standard_price = 4.0, 1.0
        order = self._run('standard', 'standard')
        self.assertEqual(self._get_values(order), (80.0, 2.0))
        self.assertEqual((order.cost_variance, self._get_balance('difference')), (-3.83, -3.83))

    def test_the_variance_stays_when_the_standard_price_changes(self):
        self.goods_category.property_cost_method = 'standard'
        self.coffee.standard_price = 4.0
        order = self._run('standard', 'average')
        self.coffee.standard_price = 9.0
        self.assertEqual(order.cost_variance, -9.65)

    def test_periodic_valuation_has_variances_and_no_entries(self):
        (self.goods_category | self.chaff_category | self.category).property_valuation = 'periodic'
        self.goods_category.property_cost_method = 'standard'
        self.coffee.standard_price = 4.0
        order = self._create_order(20)
        self._run_coffee(order)
        self.assertEqual((order.cost_variance, self._get_balance('difference')), (-9.65, 0.0))


@tagged('post_install', '-at_install')
class TestSettlement(ValuationCommon):
    """Nothing stays in the production account of a closed order."""

    def test_what_is_not_valued_perpetually_is_an_expense_of_its_product(self):
        """Labels are consumables, 21 x 0.05; bags and chaff are valued at closings only, 21 x 0.30 and 7.82."""
        self.label.is_storable = False
        self.bag.categ_id = self.category.copy({
            'property_valuation': 'periodic', 'property_account_expense_categ_id': self.books['expense'].id})
        self.chaff_category.property_valuation = 'periodic'
        order = self._create_order(20)
        self._run_coffee(order)
        self._assert_settled(order)
        self.assertAlmostEqual(self._get_balance('expense'), -1.05 - 6.3 + 7.82)

    def test_goods_that_are_not_valued_perpetually(self):
        """What they were made of is their expense, 56.67 less chaff for 7.82; work is posted where it is paid."""
        self.goods_category.write({
            'property_valuation': 'periodic', 'property_account_expense_categ_id': self.books['loss'].id})
        order = self._create_order(20)
        self._run_coffee(order)
        self._assert_settled(order)
        self.assertEqual(self._get_balances('loss', 'stock', 'work', 'expense'), (48.85, -48.85, 0.0, 0.0))

    def test_scrap_that_is_not_valued_perpetually(self):
        self.chaff_category.property_valuation = 'periodic'
        order = self._create_order(20)
        roasting = order.workorder_ids[0]
        roasting.stage_start()
        roasting.stage_record_loss('scrap', self.beans.id, 1, scrap_product_id=self.chaff.id)
        self._finish_all(order)
        self.assertEqual(order.cost_recovery, -9.0)
        self._assert_settled(order)

    def test_an_order_without_materials(self):
        self.template.bom_line_ids.unlink()
        order = self._create_order(20)
        self._run_coffee_work(order)
        self._assert_settled(order)
        self.assertEqual((order.cost_total, self._get_balance('work')), (21.5, -21.5))

    def _run_coffee_work(self, order):
        for stage, user, minutes in zip(
            order.workorder_ids, (self.operator_user, self.helper_user, self.operator_user), (15, 20, 40)
        ):
            self._run_stage(stage, user, minutes)

    def test_the_loss_account_of_the_category_comes_first(self):
        self.goods_category.property_defect_loss_account_id = self.books['difference']
        order = self._create_order(20, defect_cost_policy='separate')
        roasting, grinding, _packing = order.workorder_ids
        self._run_stage(roasting, self.operator_user, 15)
        grinding.stage_report_defect(self.reason.id, 'write_off', qty=5)
        self._finish_all(order)
        self._assert_settled(order)
        # A quarter of 46.80 + 3.00 + 7.50; each bag is rounded by itself
        self.assertEqual(self._get_balances('difference', 'loss'), (order.cost_loss, 0.0))
        self.assertAlmostEqual(order.cost_loss, 14.33, delta=0.011)

    def test_without_any_account_it_says_so(self):
        self.company.defect_loss_account_id = False
        self.company.expense_account_id = False
        self.goods_category.property_account_expense_categ_id = False
        order = self._create_order(20, defect_cost_policy='separate')
        roasting, grinding, _packing = order.workorder_ids
        self._run_stage(roasting, self.operator_user, 15)
        with self.assertRaisesRegex(UserError, r"no account for \"Written off\""), self.cr.savepoint():
            grinding.stage_report_defect(self.reason.id, 'write_off', qty=20)
        self.env.invalidate_all()
        self.assertEqual((order.state, order.cost_loss), ('progress', 0.0))

    # ------------------------------------------------------------
    # Cancelled
    # ------------------------------------------------------------

    def _cancel_after_roasting(self):
        """46.80 of beans, 3.00 of labor and 7.50 of the roaster are spent; the beans may come back."""
        order = self._create_order(20)
        self._run_stage(order.workorder_ids[0], self.operator_user, 15)
        with freeze_time(self.now):
            order.with_user(self.supervisor_user).action_cancel()
        self.assertEqual((order.state, order.cost_total), ('cancel', 57.3))
        return order

    def _return_beans(self, order):
        beans = order.move_raw_ids.filtered(lambda move: move.product_id == self.beans and move.state == 'done')
        with freeze_time(self.now):
            order.with_user(self.supervisor_user).return_materials([{'move_id': beans.id, 'qty': 5.2}])
        self.assertEqual(order.cost_total, 10.5)

    def test_what_a_cancelled_order_has_spent_is_a_loss(self):
        order = self._cancel_after_roasting()
        self.assertEqual(self._get_balances('production', 'work', 'stock', 'loss'), (0.0, -10.5, -46.8, 57.3))
        order.action_cancel()
        self.assertEqual(self._get_balance('loss'), 57.3, "settled once")
        self._return_beans(order)
        self.assertEqual(self._get_balances('production', 'work', 'stock', 'loss'), (0.0, -10.5, 0.0, 10.5))

    def test_a_cancelled_order_of_what_has_no_entry(self):
        """Beans are valued at closings only: they have been an expense."""
        self.beans.categ_id = self.category.copy({
            'property_valuation': 'periodic', 'property_account_expense_categ_id': self.books['expense'].id})
        order = self._cancel_after_roasting()
        keys = 'production', 'work', 'expense', 'loss'
        self.assertEqual(self._get_balances(*keys), (0.0, -10.5, -46.8, 57.3))
        self._return_beans(order)
        self.assertEqual(self._get_balances(*keys), (0.0, -10.5, 0.0, 10.5))

    def test_a_cancelled_order_of_goods_that_are_not_valued_perpetually(self):
        self.goods_category.write({
            'property_valuation': 'periodic', 'property_account_expense_categ_id': self.books['expense'].id})
        order = self._cancel_after_roasting()
        keys = 'production', 'work', 'stock', 'expense'
        self.assertEqual(self._get_balances(*keys), (0.0, 0.0, -46.8, 46.8))
        self._return_beans(order)
        self.assertEqual(self._get_balances(*keys), (0.0, 0.0, 0.0, 0.0))

    def test_an_order_on_which_nothing_was_spent_is_cancelled_without_entries(self):
        order = self._create_order(20)
        before = self.env['account.move'].search_count([])
        order.action_cancel()
        self.assertEqual(self.env['account.move'].search_count([]), before)

    # ------------------------------------------------------------
    # Odoo's own scrap
    # ------------------------------------------------------------

    def _scrap(self, order, product, qty):
        scrap = self.env['stock.scrap'].create({
            'production_id': order.id, 'product_id': product.id, 'scrap_qty': qty})
        with freeze_time(self.now):
            scrap.action_validate()
        self.assertEqual(scrap.state, 'done')
        return scrap.move_ids

    def test_a_component_scrapped_from_stock_is_no_cost_of_the_order(self):
        order = self._create_order(20)
        move = self._scrap(order, self.valve, 3)
        self.assertAlmostEqual(move.value, 0.36)
        self._run_coffee(order)
        self.assertEqual((order.cost_total, order.cost_material), (78.17, 56.67))
        self._assert_settled(order)

    def test_scrapped_goods_leave_stock_with_what_they_cost(self):
        order = self._create_order(20)
        self._run_coffee(order)
        move = self._scrap(order, self.coffee, 5)
        self.assertAlmostEqual(move.value, 70.35 / 4, places=2)
        self.assertAlmostEqual(self.coffee.total_value, 70.35 * 3 / 4, places=2)
        self.assertEqual(order.cost_total, 78.17)
        self._assert_settled(order)


@tagged('post_install', '-at_install')
class TestValuationOfOutputs(PerpetualValuation, GemCommon):
    """Goods that stages receive while the order runs: 1200.00 of rough become 52 ct at a standard price of 20.00."""

    def test_goods_received_at_standard_price(self):
        goods = self.category.copy()
        goods.property_cost_method = 'standard'
        self._set_perpetual(self.category, goods)
        self.cut.categ_id = goods
        self.cut.standard_price = 20.0
        chips = self._create_product("Chips", self.carat)
        self.gem_template.byproduct_ids = [Command.create({
            'product_id': chips.id, 'product_qty': 0.1, 'product_uom_id': self.carat.id, 'cost_share': 10})]
        order, sorting, cutting = self._create_gems()
        sorting.stage_record_input([self._line(self.rough, 120)])
        sorting.stage_finish(balance_reason="Test")
        cutting.stage_start()
        cutting.stage_record_output([self._line(self.cut, 40), self._line(self.cut, 12)])
        cutting.stage_finish(balance_reason="Test")
        self.assertEqual((self._value(self.cut), self._value(chips)), (1040.0, 120.0))
        self.assertEqual((order.cost_total, order.cost_variance), (1200.0, 40.0))
        self._assert_settled(order)

    def test_a_cancelled_order_keeps_what_it_has_received(self):
        """Of 120 ct 40 have become goods, of which 10 were taken back: three quarters of 1200.00 are lost."""
        self._set_perpetual(self.category)
        order, sorting, cutting = self._create_gems()
        sorting.stage_record_input([self._line(self.rough, 120)])
        sorting.stage_finish(balance_reason="Test")
        cutting.stage_start()
        cutting.stage_record_output([self._line(self.cut, 30), self._line(self.cut, 10)])
        cutting.stage_reverse_entry(self._entries(cutting)[-1].id)
        self.assertEqual(self._value(self.cut), 300.0)
        order.action_cancel()
        self.assertEqual(self._get_balances('production', 'stock', 'loss'), (0.0, -900.0, 900.0))
