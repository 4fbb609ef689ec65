from contextlib import contextmanager

from freezegun import freeze_time
from lxml import html

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .perpetual import PerpetualValuation
from .test_cost_ledger import CostCommon
from .test_cost_sheet import REPORT


@tagged('post_install', '-at_install')
class TestCostOfTwoCompanies(PerpetualValuation, CostCommon):
    """The coffee roaster has a company abroad, that makes the same coffee from the same products, in yen.

    There beans cost 900, a pack 31, a label 6 and a valve 13; Yuki costs 1300 an hour, the roaster 2900.
    """

    # 4680 = 5.2 kg x 900, 1000 = 20 x (31 + 6 + 13); Yuki 15, 20 and 40 min x 1300 / 60: 325, 433 and 867;
    # the roaster 15 min x 2900 / 60. In all 8030
    KOHI = {'material': 5680.0, 'labor': 1625.0, 'workcenter': 725.0}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_perpetual(cls.category)
        cls.env.ref('base.JPY').active = True
        cls.env['res.currency.rate'].create([
            {'currency_id': cls.env.ref('base.JPY').id, 'rate': 150.0, 'company_id': False}])
        cls.there = cls.env['res.company'].create({'name': "Kohi", 'currency_id': cls.env.ref('base.JPY').id})
        cls.env.user.company_ids |= cls.there
        cls.here, cls.here_books = cls.company, cls.books
        cls.cashier_here = cls._create_cashier("Carl", cls.here)
        cls.cashier_there = cls._create_cashier("Chie", cls.there)
        with cls._in(cls.there):
            cls._set_up_abroad()

    @classmethod
    def _create_cashier(cls, name, company):
        """Somebody who sees what production costs, in one company."""
        return new_test_user(
            cls.env, login=f'cost_{name.lower()}', name=name, company_id=company.id,
            company_ids=[Command.set(company.ids)],
            groups='mrp_production_stage.group_cost,mrp_production_stage.group_supervisor')

    @classmethod
    @contextmanager
    def _in(cls, company):
        """Let what helpers make be of a company."""
        names = ('env', 'company', 'books', 'coffee', 'stock_location')
        kept = {name: getattr(cls, name) for name in names}
        cls.company = company
        cls.env = cls.env(context={'allowed_company_ids': company.ids})
        cls.coffee = cls.coffee.with_env(cls.env)
        cls.stock_location = cls.env['stock.warehouse'].search([('company_id', '=', company.id)]).lot_stock_id
        cls.books = cls.there_books if company == cls.there and hasattr(cls, 'there_books') else cls.books
        try:
            yield
        finally:
            for name, value in kept.items():
                setattr(cls, name, value)

    @classmethod
    def _set_up_abroad(cls):
        yuki_user = new_test_user(
            cls.env, login='cost_yuki', name="Yuki", groups='mrp_production_stage.group_operator',
            company_id=cls.there.id, company_ids=[Command.set(cls.there.ids)])
        cls.yuki = cls.env['hr.employee'].create({
            'name': "Yuki", 'user_id': yuki_user.id, 'company_id': cls.there.id, 'hourly_cost': 1300.0})
        cls.yuki_user = yuki_user
        cls.category.with_env(cls.env).property_cost_method = 'average'
        for product, price in ((cls.beans, 900.0), (cls.bag, 31.0), (cls.label, 6.0), (cls.valve, 13.0)):
            product.with_env(cls.env).standard_price = price
            cls._stock(product.with_env(cls.env), 500)
        roaster = cls.env['mrp.workcenter'].create({'name': "Roaster there", 'costs_hour': 2900.0})
        cls.template_there = cls._create_coffee_template(cls.coffee)
        cls.template_there.operation_ids[0].write({'workcenter_id': roaster.id, 'wait_after': 0})
        cls._set_perpetual(cls.category.with_env(cls.env))
        cls.there_books = cls.books

    @classmethod
    def _run_there(cls, order):
        for stage, minutes in zip(order.workorder_ids, (15, 20, 40)):
            cls._run_stage(stage, cls.yuki_user, minutes)

    def _create_both(self):
        """An order of 20 bags here, and one there."""
        order = self._create_order(20)
        with self._in(self.there):
            other = self._create_order(20)
        self.assertEqual((order.company_id, other.company_id), (self.here, self.there))
        return order, other

    def _assert_books_there(self, order):
        with self._in(self.there):
            self._assert_settled(order)
            self.assertEqual(self._get_balance('work'), -2350.0)
            entries = self.env['account.move'].search([
                ('line_ids.account_id', 'in', [account.id for account in self.books.values()])])
            self.assertEqual(entries.company_id, self.there)
            self.assertEqual(entries.journal_id, self.there.account_stock_journal_id)
            self.assertEqual(entries.line_ids.currency_id, self.there.currency_id)

    def test_each_in_its_currency(self):
        order, other = self._create_both()
        self._run_coffee(order)
        self._run_there(other)
        self.assertEqual((order.state, other.state), ('done', 'done'))
        self.assertEqual(order.cost_total, 78.17)
        self.assertEqual(other.cost_breakdown()['by_category'], self.KOHI)
        self.assertEqual(other.cost_breakdown()['currency'], 'JPY')
        self.assertEqual(other.cost_line_ids.company_id, self.there)
        self.assertEqual(other.cost_line_ids.currency_id, self.there.currency_id)
        self.assertEqual((order.move_finished_ids.value, other.move_finished_ids.value), (78.17, 8030.0))
        self._assert_settled(order)
        self.assertEqual(self._get_balance('work'), -21.5)
        self._assert_books_there(other)

    def test_whoever_closes_from_the_other_company(self):
        """Somebody of both, whose company is the one here, closes an order there."""
        both = self.here | self.there
        boss = new_test_user(
            self.env, login='cost_boss', name="Bo", company_id=self.here.id, company_ids=[Command.set(both.ids)],
            groups='mrp_production_stage.group_supervisor')
        _order, other = self._create_both()
        other.auto_close = False
        self._run_there(other)
        self.assertEqual(other.state, 'to_close')
        self.env.flush_all()
        self.env.invalidate_all()
        with freeze_time(self.now):
            other.with_user(boss).with_context(allowed_company_ids=both.ids).button_mark_done()
        self.assertEqual(other.state, 'done')
        self.assertEqual(other.cost_breakdown()['by_category'], self.KOHI)
        self.assertEqual(other.move_finished_ids.value, 8030.0)
        self._assert_books_there(other)
        self.assertEqual(self._get_balances('work', 'production'), (0.0, 0.0))

    def test_a_plan_is_at_the_prices_of_its_company(self):
        """Beans 4680 and 9.00; 20 packs for 1000 and 0.47; what the stages take is planned alike."""
        order, other = self._create_both()
        self.assertEqual((order.cost_planned_material, other.cost_planned_material), (56.2, 5680.0))
        both = self.env(context={'allowed_company_ids': (self.here | self.there).ids})
        drafts = (order | other).with_env(both).mapped(lambda order: order.copy())
        self.assertEqual(drafts.mapped('cost_planned_material'), [56.2, 5680.0])
        self.assertEqual(drafts.cost_currency_id, self.here.currency_id | self.there.currency_id)

    def test_each_sees_the_ledger_of_their_company(self):
        order, other = self._create_both()
        self._run_coffee(order)
        self._run_there(other)
        for user, own, foreign in ((self.cashier_here, order, other), (self.cashier_there, other, order)):
            self.env.invalidate_all()
            ledger = self.env['mrp.cost.line'].with_user(user)
            self.assertEqual(ledger.search([]).company_id, own.company_id)
            self.assertEqual(ledger.search([('production_id', '=', own.id)]).ids, own.cost_line_ids.ids)
            self.assertFalse(ledger.search_count([('production_id', '=', foreign.id)]))
            self.assertFalse(ledger.formatted_read_group(
                [('production_id', '=', foreign.id)], ['category'], ['amount:sum']))
            self.assertEqual(own.with_user(user).cost_breakdown()['total'], own.cost_total)
            for act in (
                lambda: ledger.browse(foreign.cost_line_ids.ids).read(['amount']),
                lambda: foreign.with_user(user).cost_breakdown(),
                lambda: foreign.with_user(user).read(['cost_total']),
                lambda: foreign.with_user(user)._prepare_cost_sheets(),
            ):
                with self.assertRaises(AccessError):
                    act()

    def test_one_print_has_each_in_its_currency(self):
        order, other = self._create_both()
        self._run_coffee(order)
        self._run_there(other)
        both = self.here | self.there
        self.cashier_here.company_ids = both
        report = self.env['ir.actions.report'].with_user(self.cashier_here).with_context(
            allowed_company_ids=both.ids)
        content, _kind = report._render_qweb_html(REPORT, (order | other).ids)
        text = html.fromstring(content).text_content().replace("\N{NO-BREAK SPACE}", "").replace("\ufeff", "")
        self.assertIn("$78.17", text)
        self.assertIn("¥8,030", text)
        self.assertNotIn("$8,030", text)
