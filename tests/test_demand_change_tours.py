from odoo.tests import HttpCase, tagged

from .demand_change_common import ChangeCommon


@tagged('post_install', '-at_install')
class TestDemandChangeTours(ChangeCommon, HttpCase):
    """A customer changes his mind about coffee that is being roasted, and a supervisor decides."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order.user_id = cls.supervisor_user
        cls.roasting.with_user(cls.operator_user).stage_start()

    def _tour(self, name):
        self.start_tour(
            f'/odoo/production-orders/{self.order.id}', f'mrp_production_stage_change_{name}',
            login=self.supervisor_user.login)
        self.assertFalse(self._get_questions())

    def test_more(self):
        self._sell_now(30)
        self._tour('more')
        self.assertEqual(self._get_demands(), [(30, 30, 'progress')])

    def test_less(self):
        self._sell_now(15)
        self._tour('less')
        self.assertEqual(self._get_demands(), [(15, 20, 'progress')])
