from odoo.tests import HttpCase, tagged

from .unit_common import UnitCommon


@tagged('post_install', '-at_install')
class TestUnitTours(UnitCommon, HttpCase):
    """Numbered units in the browser."""

    browser_size = '390x844'
    touch_enabled = True

    def test_an_operator_works_units(self):
        self.start_tour('/odoo/my-stages', 'mrp_production_stage_units', login=self.operator_user.login)
        self.assertEqual([event.units for event in self.cutting.event_ids.sorted('id')], [[1], [4, 5], [1, 4]])

    def test_the_grid_shows_where_units_are(self):
        self._by_olga(self.cutting).stage_start(units=[1, 2])
        self._by_olga(self.cutting).stage_finish()
        self._by_olga(self.cutting).stage_start()
        self.start_tour(
            f'/odoo/production-orders/{self.order.id}', 'mrp_production_stage_unit_grid',
            login=self.supervisor_user.login)
