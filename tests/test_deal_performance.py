import logging

from odoo.tests import tagged

from .test_deals import DealCommon

_logger = logging.getLogger(__name__)

DEALS = 10
MOST_QUERIES_PER_ORDER = 170    # that one more deal costs that has an order made; confirming it alone is some 130
MOST_QUERIES_PER_DEAL = 10      # that one more deal costs that has its orders already: what is written into its history


@tagged('post_install', '-at_install')
class TestDealPerformance(DealCommon):
    """Many deals are moved together."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.deals = cls.env['crm.lead'].union(*(cls._create_deal() for _i in range(DEALS + 1)))
        for deal in cls.deals:
            cls._sell(deal, quantity=1)

    def _count(self, deals, status):
        """Return how many queries it takes to move these deals."""
        return self._count_queries(lambda: deals.with_user(self.seller).write({'stage_id': status.id}))

    def _count_queries(self, act):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        act()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_queries_per_deal(self):
        one, many = self.deals[:1], self.deals[1:]
        self._count(one, self.called_off)
        self._count(one, self.new)
        first = self._count(one, self.accepted)
        made = (self._count(many, self.accepted) - first) / (DEALS - 1)
        self.assertEqual(len(self.deals._get_production_orders()), DEALS + 1)
        for deals in (one, many):
            self._count(deals, self.new)
        first_again = self._count(one, self.accepted)
        again = (self._count(many, self.accepted) - first_again) / (DEALS - 1)
        _logger.info(
            "Moving a deal takes %s queries, each further one %.1f; %s and %.1f where all is made already",
            first, made, first_again, again)
        self.assertLess(made, MOST_QUERIES_PER_ORDER)
        self.assertLess(again, MOST_QUERIES_PER_DEAL)

    def test_queries_to_follow_production(self):
        """A batch may be made for many deals."""
        self._count(self.deals, self.accepted)
        one, many = (
            self._count_queries(lambda deals=deals: deals.sudo()._follow_production(self.env['mrp.production']))
            for deals in (self.deals[:1], self.deals))
        _logger.info("To follow one deal's production takes %s queries, that of %s deals %s", one, DEALS + 1, many)
        self.assertLess((many - one) / DEALS, 1)
