import logging

from lxml import etree

from odoo.tests import tagged

from .test_deals import DealCommon
from .workload import Figures, Workload

_logger = logging.getLogger(__name__)

OURS = ('production_progress', 'is_production_late')


@tagged('post_install', '-at_install')
class TestDealKanbanPerformance(DealCommon):
    """Eighty deals with a line of production each, in a shop with few orders and in one with many."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.workload = Workload(cls.env, materials=0)
        cls.deal = cls._create_deal()
        sale_order = cls._sell(cls.deal)
        sale_order.with_user(cls.seller).action_produce()
        cls.order = sale_order.order_line.demand_ids.production_id
        cls._run_first_stage(cls.order)
        cls.env.flush_all()
        cls.originals = {
            'crm_lead': cls.deal.ids, 'sale_order': sale_order.ids, 'sale_order_line': sale_order.order_line.ids,
            'mrp_production': cls.order.ids, 'mrp_production_demand': cls.order.demand_ids.ids,
        }
        kanban = cls.env['crm.lead'].with_user(cls.seller).get_view(
            cls.env.ref('crm.crm_case_kanban_view_leads').id, 'kanban')
        names = {node.get('name') for node in etree.fromstring(kanban['arch']).iter('field')}
        fields = cls.env['crm.lead'].with_user(cls.seller).fields_get(names, ['type'])
        cls.specification = {
            name: {'fields': {'display_name': {}}} if field['type'] in ('many2one', 'many2many') else {}
            for name, field in fields.items()}

    @classmethod
    def _run_first_stage(cls, order):
        stage = order.workorder_ids[0].with_user(cls.operator_user)
        stage.stage_start()
        stage.stage_finish()

    def _copy(self, copies, *tables):
        """Copy rows of these tables, which refer to each other's copies."""
        originals = {table: self.originals[table] for table in tables}
        first_ids = {
            table: self.workload._reserve_ids(table, len(ids) * copies) for table, ids in originals.items()}
        for table in originals:
            self.workload._copy_rows(table, originals, first_ids, copies)
        self.env.invalidate_all()
        return first_ids

    def _rename(self, name):
        """Let copies of the order have names of their own."""
        self.order.name = name
        self.env.flush_all()

    def _read(self, deals, *without):
        specification = {name: spec for name, spec in self.specification.items() if name not in without}
        figures = Figures()
        read = self.env['crm.lead'].with_user(self.seller).web_search_read
        for turn in ('warm', 'measured'):
            found = self.workload.measure(
                figures, turn, lambda: read([('id', 'in', deals)], specification, limit=80))
        return found['records'], figures.queries['measured'][0]

    def test_queries_of_the_kanban(self):
        first = self._copy(79, *self.originals)['crm_lead']
        deals = [self.deal.id, *range(first, first + 79)]
        records, few = self._read(deals)
        self.assertEqual({record['production_progress'] for record in records}, {"Grinding · 1 of 3"})
        self.assertEqual(len(records), 80)
        _records, plain = self._read(deals, *OURS)
        _logger.info("80 deals with an order each: %d queries, %d without the line of production", few, plain)
        self.assertLessEqual(few - plain, 8)
        self._rename("Others'")
        self._copy(4_700, 'mrp_production')
        self._rename("More of one deal")
        self._copy(200, 'mrp_production', 'mrp_production_demand')
        records, many = self._read(deals)
        self.assertIn("Grinding · 1 of 3 · 201 orders", [record['production_progress'] for record in records])
        self.assertEqual(many, few)

    def test_deals_without_orders_cost_one_query(self):
        first = self._copy(80, 'crm_lead')['crm_lead']
        deals = list(range(first, first + 80))
        records, ours = self._read(deals)
        self.assertEqual({record['production_progress'] for record in records}, {False})
        _records, plain = self._read(deals, *OURS)
        self.assertLessEqual(ours - plain, 1)
