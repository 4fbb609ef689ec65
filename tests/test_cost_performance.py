from datetime import timedelta

from odoo.tests import tagged
from odoo.tools import SQL

from .test_cost_ledger import CostCommon


@tagged('post_install', '-at_install')
class TestLedgerPlans(CostCommon):
    """However long the ledger is, nobody who asks for a part of it reads the whole."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template.batch_mode = 'unit'
        cls.order = cls._create_order(2)
        cls._run_coffee(cls.order)
        cls.env.flush_all()
        # The ledger is short here, where PostgreSQL reads it from end to end whatever indexes there are.
        cls.env.cr.execute("SET LOCAL enable_seqscan = off")

    def _explain(self, domain):
        query = self.env['mrp.cost.line']._search(domain)
        return "\n".join(line for line, in self.env.execute_query(SQL("EXPLAIN %s", query.select())))

    def test_parts_of_the_ledger_are_found_by_an_index(self):
        line = self.order.cost_line_ids[0]
        for name, domain in {
            'production_id': [('production_id', '=', self.order.id)],
            'workorder_id': [('workorder_id', 'in', self.order.workorder_ids.ids)],
            'unit_id': [('unit_id', 'in', self.order.unit_ids.ids)],
            'move_id': [('move_id', '=', line.move_id.id)],
            'time_id': [('time_id', '=', self.order.workorder_ids.time_ids[0].id)],
            'occurred_at': [
                ('company_id', '=', self.company.id),
                ('occurred_at', '>=', self.now - timedelta(days=30)), ('occurred_at', '<', self.now)],
        }.items():
            with self.subTest(name):
                self.assertRegex(self._explain(domain), rf"Index Cond: .*\b{name} ")
