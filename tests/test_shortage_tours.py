from odoo.tests import HttpCase, tagged

from .common import BakeryCommon


@tagged('post_install', '-at_install')
class TestShortageTour(BakeryCommon, HttpCase):
    """Missing flour in the browser: read and ordered as soon as the order is confirmed."""

    def test_supervisor_orders_what_is_missing(self):
        self._route_from_mill(self.flour)
        order = self._order_bread(60, confirm=False)
        self.start_tour(
            f'/odoo/production-orders/{order.id}', 'mrp_production_stage_shortage', login=self.supervisor_user.login)
        self.assertEqual([line['ordered'] for line in order.material_shortage()], [20])


@tagged('post_install', '-at_install')
class TestShortagePhoneTour(BakeryCommon, HttpCase):
    """On a phone, later."""

    browser_size = '390x844'
    touch_enabled = True

    def test_supervisor_orders_what_is_missing(self):
        self._route_from_mill(self.flour)
        order = self._order_bread(60)
        self.start_tour(
            f'/odoo/production-orders/{order.id}', 'mrp_production_stage_shortage_phone',
            login=self.supervisor_user.login)
        self.assertEqual([line['ordered'] for line in order.material_shortage()], [20])
