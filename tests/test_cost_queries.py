from freezegun import freeze_time

from odoo.tests import tagged

from .perpetual import PerpetualValuation
from .test_cost_ledger import CostCommon

COSTS = ('cost_total', 'cost_unit', 'cost_planned', 'cost_planned_unit', 'cost_difference', 'cost_difference_unit')


@tagged('post_install', '-at_install')
class TestCostQueries(PerpetualValuation, CostCommon):
    """What is read of costs, and written when orders end, takes as many queries for six orders as for one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_perpetual(cls.category)
        cls.drafts = cls._create_orders(confirm=False)
        cls.running = cls._create_orders()
        with freeze_time(cls.now):
            cls.running.workorder_ids.filtered(lambda stage: stage.name == "Roasting").stage_start()

    @classmethod
    def _create_orders(cls, **vals):
        return cls.env['mrp.production'].union(*(cls._create_order(2, **vals) for _order in range(6)))

    def _count_queries(self, action):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        action()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def _assert_batched(self, action, orders):
        """What is done with six orders takes as many queries as with one; the first time loads what both need."""
        action(orders)
        self.assertEqual(
            self._count_queries(lambda: action(orders)), self._count_queries(lambda: action(orders[:1])))

    def test_figures(self):
        for orders in (self.drafts, self.running):
            self._assert_batched(lambda orders: orders.read(COSTS), orders)

    def test_figures_of_closed_orders(self):
        with freeze_time(self.now):
            for name in ("Roasting", "Grinding", "Packing"):
                stages = self.running.workorder_ids.filtered(lambda stage: stage.name == name)
                stages.filtered(lambda stage: stage.stage_status == 'ready').stage_start()
                stages.stage_finish()
        self.assertEqual(set(self.running.mapped('state')), {'done'})
        self._assert_batched(lambda orders: orders.read(COSTS), self.running)
        self._assert_batched(lambda orders: orders._prepare_cost_sheets(), self.running)

    def test_sheets(self):
        for orders in (self.drafts, self.running):
            self._assert_batched(lambda orders: orders._prepare_cost_sheets(), orders)

    def test_units(self):
        self.template.batch_mode = 'unit'
        orders = self._create_orders()
        with freeze_time(self.now):
            orders.workorder_ids.filtered(lambda stage: stage.name == "Roasting").stage_start()
        self.assertTrue(any(orders.unit_ids.mapped('cost_total')))
        self._assert_batched(lambda orders: orders.unit_ids.mapped('cost_total'), orders)

    def test_plans(self):
        self._assert_batched(lambda orders: orders.workorder_ids._plan_costs(), self.drafts)
