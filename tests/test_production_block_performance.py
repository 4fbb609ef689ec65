import logging
from datetime import timedelta

from lxml import etree

from odoo.tests import tagged

from .test_deals import DealCommon
from .workload import Figures, Workload

_logger = logging.getLogger(__name__)

OURS = ('production_progress', 'is_production_late')
MOST_QUERIES = 8     # that these two fields may cost, however many records and orders there are


@tagged('post_install', '-at_install')
class TestSalesScreensPerformance(DealCommon):
    """Eighty deals and sale orders with a line of production each, in a shop with few orders and in one with many."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.workload = Workload(cls.env, materials=0)
        cls.deal = cls._create_deal()
        cls.sale_order = cls._sell(cls.deal)
        cls.sale_order.with_user(cls.seller).action_produce()
        cls.order = cls.sale_order.order_line.demand_ids.production_id
        cls._run_first_stage(cls.order)
        cls.env.flush_all()
        cls.originals = {
            'crm_lead': cls.deal.ids, 'sale_order': cls.sale_order.ids,
            'sale_order_line': cls.sale_order.order_line.ids,
            'mrp_production': cls.order.ids, 'mrp_production_demand': cls.order.demand_ids.ids,
        }

        # Each screen of a sales person, and what it lists
        cls.screens = {
            cls.env.ref('crm.crm_case_kanban_view_leads'): 'crm_lead',
            cls.env.ref('sale.view_order_tree'): 'sale_order',
            cls.env.ref('sale.view_sale_order_kanban'): 'sale_order',
        }

    @classmethod
    def _run_first_stage(cls, order):
        stage = order.workorder_ids[0].with_user(cls.operator_user)
        stage.stage_start()
        stage.stage_finish()

    @classmethod
    def _get_specification(cls, view):
        """Return the fields that the sales person's browser asks for, and how.

        :param view: `ir.ui.view`
        """
        model = cls.env[view.model].with_user(cls.seller)
        arch = model.get_view(view.id, view.type)['arch']
        names = {node.get('name') for node in etree.fromstring(arch).iter('field')}
        fields = model.fields_get(names, ['type'])
        return {
            name: {'fields': {'display_name': {}}} if field['type'] in ('many2one', 'many2many') else {}
            for name, field in fields.items()}

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

    def _read(self, view, ids, *without):
        """Return the records as the sales person's screen reads them, and with how many queries."""
        specification = {
            name: spec for name, spec in self._get_specification(view).items() if name not in without}
        figures = Figures()
        read = self.env[view.model].with_user(self.seller).web_search_read
        for turn in ('warm', 'measured'):
            found = self.workload.measure(
                figures, turn, lambda: read([('id', 'in', ids)], specification, limit=80))
        return found['records'], figures.queries['measured'][0]

    def _get_progress(self, view, ids):
        """Return what the screen shows of production, and with how many queries the whole is read."""
        records, queries = self._read(view, ids)
        self.assertEqual(len(records), 80)
        return {record['production_progress'] for record in records}, queries

    def test_queries_of_the_screens(self):
        first_ids = self._copy(79, *self.originals)
        listed = {
            screen: [*self.originals[table], *range(first_ids[table], first_ids[table] + 79)]
            for screen, table in self.screens.items()}
        few = {}
        for screen, ids in listed.items():
            with self.subTest(screen.name):
                shown, few[screen] = self._get_progress(screen, ids)
                self.assertEqual(shown, {"Grinding · 1 of 3"})
                _records, plain = self._read(screen, ids, *OURS)
                _logger.info("80 of %s: %d queries, %d without production", screen.name, few[screen], plain)
                self.assertLessEqual(few[screen] - plain, MOST_QUERIES)
        self._rename("Others'")
        self._copy(4_700, 'mrp_production')
        self._rename("More of one deal")
        self._copy(200, 'mrp_production', 'mrp_production_demand')
        for screen, ids in listed.items():
            with self.subTest(screen.name):
                shown, many = self._get_progress(screen, ids)
                self.assertIn("Grinding · 1 of 3 · 201 orders", shown)
                self.assertEqual(many, few[screen])

    def test_what_nothing_is_made_for_costs_one_query(self):
        first_ids = self._copy(80, 'crm_lead', 'sale_order')
        for screen, table in self.screens.items():
            with self.subTest(screen.name):
                ids = list(range(first_ids[table], first_ids[table] + 80))
                shown, ours = self._get_progress(screen, ids)
                self.assertEqual(shown, {False})
                _records, plain = self._read(screen, ids, *OURS)
                self.assertLessEqual(ours - plain, 1)

    def test_what_is_late_is_told_with_it(self):
        for days, late in ((1, False), (-1, True)):
            self.sale_order.commitment_date = self.order.date_finished + timedelta(days=days)
            for screen, table in self.screens.items():
                with self.subTest(screen.name, days=days):
                    (record,), _queries = self._read(screen, self.originals[table])
                    self.assertEqual(
                        (record['production_progress'], record['is_production_late']), ("Grinding · 1 of 3", late))
