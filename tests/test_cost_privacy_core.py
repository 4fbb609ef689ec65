from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .perpetual import PerpetualValuation
from .test_cost_privacy import PrivacyCommon
from .test_deals import DealCommon

# Odoo's own: what goods are worth in stock and in the books is for everybody whom Odoo shows it.
STOCK = (
    'stock.move', 'stock.move.line', 'stock.quant', 'stock.avco.report', 'product.product', 'product.template',
    'product.value')
# The books have, for accountants, what an order's work cost, as one amount per order and account.
BOOKS = ('account.move', 'account.move.line')
OTHERS = (
    'mrp.production', 'mrp.workorder', 'mrp.workorder.event', 'mrp.workcenter', 'mrp.workcenter.productivity',
    'mrp.bom', 'mrp.bom.line', 'mrp.routing.workcenter', 'account.analytic.line', 'stock.picking', 'crm.lead',
    'sale.order', 'sale.order.line', 'mail.message')


@tagged('post_install', '-at_install')
class TestCostPrivacyInOdoo(PerpetualValuation, DealCommon, PrivacyCommon):
    """What Odoo's own records, reports and dialogs tell of an order with stages: what its goods are worth, and what its
    work centers cost. Of labor and of a person's rate nothing.

    Olga costs 1237.00 an hour and roasts for 15 and packs for 40 minutes, Hugo 1511.00 and grinds for 20; the roaster
    costs 1723.00.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_perpetual(cls.category)
        cls.deal = cls._create_deal()
        cls.sale = cls._sell(cls.deal)
        cls.deal.with_user(cls.seller).action_produce()
        cls.order = cls.sale.order_line.demand_ids.production_id
        cls._run_coffee(cls.order)
        cls.running = cls._create_order(20)
        cls._run_stage(cls.running.workorder_ids[0], cls.operator_user, 15)
        cls.env.flush_all()
        cls.env.invalidate_all()
        # 15, 20 and 40 minutes; the stages with the labor in them
        cls.labor = {1237.0, 1511.0, 309.25, 503.67, 824.67, 1637.59}
        cls.labor |= set(cls.order.workorder_ids.mapped('cost_total'))
        # Labor and 430.75 of the roaster
        cls.work = {2068.34}
        cls.value = {cls.order.cost_total, cls.order.cost_unit}

    def test_the_figures_are_those_of_the_ledger(self):
        amounts = {line.amount for line in self.order.cost_line_ids if line.category == 'labor'}
        self.assertEqual(amounts, {309.25, 503.67, 824.67})
        self.assertEqual(self.order.cost_labor, 1637.59)
        self.assertEqual(self.order.cost_labor + self.order.cost_workcenter, 2068.34)
        self.assertEqual(self.order.state, 'done')

    def _read_all(self, name):
        model = self.env[name].with_user(self.curious)
        names = [key for key, field in model.fields_get().items() if field['type'] != 'binary']
        return model.search([], order='id desc', limit=300).read(names)

    def test_no_record_of_odoo_tells_of_labor(self):
        """A deal's margin, which has the cost of its goods, is for a group of its own: no labor is in it either."""
        seen = 0
        for name in (*STOCK, *BOOKS, *OTHERS):
            secrets = self.labor | (set() if name in BOOKS else self.work)
            if name in OTHERS:
                secrets |= self.value
            for values in self._read_all(name):
                seen += 1
                for field, value in values.items():
                    if field == 'deal_margin':
                        continue
                    self.assertFalse(self._find_secrets(value, secrets), f"{name}.{field} tells: {value}")
        self.assertGreater(seen, 100)
        changes = self.env['mail.tracking.value'].search([('mail_message_id.model', 'in', OTHERS)])
        self.assertTrue(changes)
        self.assertFalse(self._find_secrets(changes.read(), self.labor | self.work | self.value))

    def test_a_margin_tells_of_no_labor(self):
        for record in (self.deal, self.sale):
            margin = record.with_user(self.curious).deal_margin
            self.assertEqual(margin['cost'], self.order.cost_total)
            self.assertFalse(self._find_secrets(margin, self.labor | self.work))

    def test_what_the_books_and_the_stock_tell(self):
        lines = self._read_all('account.move.line')
        self.assertIn(-2068.34, [line['balance'] for line in lines], "one amount of the order's work")
        self.assertIn(self.order.cost_total, [move['value'] for move in self._read_all('stock.move')])

    def _open_wip(self, user):
        """Return the overhead and the sum of Odoo's dialog of work in progress."""
        form = Form(self.env['mrp.account.wip.accounting'].with_user(user).with_context(active_ids=self.running.ids))
        form.journal_id = self.company.account_stock_journal_id
        dialog = form.save()
        _components, overhead, sums = dialog.line_ids
        return dialog, overhead.credit, sums.debit

    def test_work_in_progress_has_no_labor_for_others(self):
        """15 minutes of the roaster; whoever sees costs posts Olga's, too: 309.25."""
        dialog, overhead, _sum = self._open_wip(self.curious)
        self.assertEqual(overhead, 430.75)
        self.assertFalse(self._find_secrets(dialog.line_ids.read(), self.labor | {740.0}))
        with self.assertRaises(AccessError):
            self._open_wip(self.supervisor_user)
        self.curious.group_ids = [Command.link(self.env.ref('mrp_production_stage.group_cost').id)]
        dialog, overhead, sums = self._open_wip(self.curious)
        self.assertEqual(overhead, 740.0)
        self.assertAlmostEqual(sums, sum(dialog.line_ids.mapped('credit')))
        dialog.line_ids.account_id = self.books['work']
        dialog.confirm()
        entry = self.running.wip_move_ids.sorted('id')[0]
        self.assertAlmostEqual(sum(entry.line_ids.mapped('debit')), sums)

    def test_no_report_of_odoo_tells_of_labor(self):
        for user in (self.curious, self.supervisor_user):
            overview = self.env['report.mrp.report_mo_overview'].with_user(user)
            for order in self.order | self.running:
                data = overview.get_report_values(order.id)['data']
                self.assertFalse(self._find_secrets(data, self.labor | self.work), f"{user.name}: {order.name}")
            done = overview.get_report_values(self.order.id)['data']['operations']['summary']
            self.assertEqual(done['real_cost'], 430.75)
            structure = self.env['report.mrp.report_bom_structure'].with_user(user)
            self.assertFalse(self._find_secrets(
                structure.get_html(self.template.id, 20)['lines'], self.labor | self.work))
        valuation = self.env['stock_account.stock.valuation.report'].with_user(self.curious).get_report_values()
        self.assertFalse(self._find_secrets(valuation, self.labor))

    def test_operators_and_supervisors_read_hours(self):
        """Of their stages and times; and never what one of them costs."""
        stages = self.order.workorder_ids
        for user in (self.operator_user, self.supervisor_user):
            visible = stages.with_user(user)._filtered_access('read')
            self.assertTrue(visible)
            names = [
                name for name, field in visible.fields_get().items()
                # Odoo's lists and counts of other records are closed to operators.
                if field['type'] not in ('binary', 'one2many', 'many2many') and name != 'scrap_count']
            self.assertIn('duration', names)
            self.assertFalse(self._find_secrets(visible.read(names), self.labor | self.work | self.value))
        self.assertEqual(stages.with_user(self.supervisor_user).mapped('duration'), [15.0, 20.0, 40.0])
