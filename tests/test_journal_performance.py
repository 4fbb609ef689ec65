import logging

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from .test_journal import GemCommon
from .workload import Figures, Workload

_logger = logging.getLogger(__name__)

COPIES = 300


@tagged('post_install', '-at_install')
class TestJournalQueries(GemCommon):
    """What is written down of one order takes as many queries whatever else there is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.workload = Workload(cls.env)

    def _create_past(self):
        """Orders of rubies: how Odoo values a product with a long past of its own is no matter of the journal."""
        rough = self._create_product("Rough ruby", self.carat, cost=20.0)
        cuttable = self._create_product("Cuttable ruby", self.carat)
        cut = self._create_product("Cut ruby", self.carat)
        self._stock(rough, 100)
        self._create_gem_template(cut)
        order = self._create_order(50, product=cut)
        sorting = order.workorder_ids[0]
        sorting.stage_start()
        sorting.stage_record_input([self._line(rough, 10)])
        sorting.stage_record_output([self._line(cuttable, 6)])
        sorting.stage_record_loss('waste', rough.id, 1)
        return order

    def _count_acts(self):
        """Return the queries of each act of a new order's journal, each a request of its own."""
        figures = Figures()
        order, sorting, _cutting = self._create_gems()
        stage = sorting.with_user(self.operator_user)
        stage.stage_resume()
        for name, act in (
            ('input', lambda: stage.stage_record_input([self._line(self.rough, 20)])),
            ('output', lambda: stage.stage_record_output([self._line(self.cuttable, 6)])),
            ('waste', lambda: stage.stage_record_loss('waste', self.rough.id, 1)),
            ('rejection', lambda: stage.stage_record_loss('rejection', self.rough.id, 1)),
            ('scrap', lambda: stage.stage_record_loss(
                'scrap', self.rough.id, 1, scrap_product_id=self.low_grade.id)),
            ('reverse', lambda: stage.stage_reverse_entry(self._entries(sorting, 'waste').id)),
            ('summary', stage.stage_summary),
            ('materials', order.material_summary),
            ('shortage', order.material_shortage),
            ('timeline', order.production_timeline),
        ):
            self.workload.measure(figures, name, act)
        return {name: counts[0] for name, counts in figures.queries.items()}

    def test_acts_cost_the_same_with_few_and_many_orders(self):
        # What an act changes depends on whether a second has passed.
        with freeze_time(fields.Datetime.now()):
            past = self._create_past()
            self._count_acts()
            alone = self._count_acts()
            self.workload.copy_order(past, COPIES)
            self.assertEqual(self.env['mrp.workorder.entry'].search_count([]) // 3, COPIES + 1 + 2 * 2)
            self.assertEqual(self._count_acts(), alone)
        _logger.info("Queries of the journal's acts: %s", alone)
