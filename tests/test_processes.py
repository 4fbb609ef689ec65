from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged

from .common import StageCommon


@tagged('post_install', '-at_install')
class TestProcesses(StageCommon, HttpCase):
    """Each template with its active runs, and how they spread over its stages."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first = cls._create_order(1)
        cls.second = cls._create_order(2, date_deadline=fields.Datetime.now() - timedelta(days=1))
        cls.third = cls._create_order(3)
        cls._create_order(4).action_cancel()
        cls._create_order(5, confirm=False)
        cls.third.workorder_ids[0].stage_start()
        cls.third.workorder_ids[0].stage_finish()

    def _runs(self, action):
        return self.env['mrp.production'].with_user(self.supervisor_user).search(action['domain'])

    def test_counts_and_what_they_open(self):
        template = self._as(self.template, self.supervisor_user)
        self.assertEqual((template.run_count, template.late_run_count), (3, 1))
        self.assertEqual(template.run_stages, [["Roasting", 2], ["Grinding", 1]])
        self.assertEqual(self._runs(template.action_open_runs()), self.first | self.second | self.third)
        self.assertEqual(self._runs(template.action_open_runs(stage_name="Grinding")), self.third)
        self.assertEqual(self._runs(template.action_open_late_runs()), self.second)

    def test_template_without_runs(self):
        other = self._create_coffee_template(self._create_product("Decaf", self.unit))
        self.assertEqual((other.run_count, other.late_run_count, other.run_stages), (0, 0, False))

    def test_all_templates_are_read_at_once(self):
        others = self.env['mrp.bom'].union(*(
            self._create_coffee_template(self._create_product(f"Roast {number}", self.unit)) for number in range(5)))
        counts = []
        for templates in (self.template, self.template | others):
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            templates.mapped('run_count')
            counts.append(self.env.cr.sql_log_count - start)
        self.assertEqual(*counts)

    def test_supervisor_opens_the_runs_of_a_stage(self):
        self.start_tour(
            '/odoo/production-processes', 'mrp_production_stage_processes', login=self.supervisor_user.login)
