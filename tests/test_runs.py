from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import Form, tagged
from odoo.tools.safe_eval import safe_eval

from .common import StageCommon


@tagged('post_install', '-at_install')
class TestRuns(StageCommon):
    """The list of all runs of templates, open and finished."""

    def _filter(self, name):
        """The runs that a filter of the list shows to a supervisor."""
        arch = self.env['mrp.production'].get_view(
            self.env.ref('mrp_production_stage.mrp_production_view_search_runs').id, 'search')['arch']
        orders = self.env['mrp.production'].with_user(self.supervisor_user)
        action = self.env.ref('mrp_production_stage.mrp_production_action_runs')
        start = arch.index(f'name="{name}"')
        domain = arch[arch.index('domain="', start) + 8:arch.index('"', arch.index('domain="', start) + 8)]
        domain = domain.replace('&lt;', '<')
        return orders.search(safe_eval(action.domain) + safe_eval(domain, {'uid': self.supervisor_user.id}))

    def _run_through(self, order, **finish):
        for stage in order.workorder_ids:
            stage.stage_start(override_reason="Test")
            stage.stage_finish(**finish)

    def test_filters(self):
        self._create_order(1, confirm=False)
        self.template.use_stages = False
        self._create_order(2)
        self.template.use_stages = True
        yesterday, tomorrow = (fields.Datetime.now() + timedelta(days=days) for days in (-1, 1))
        pending = self._create_order(3, date_deadline=tomorrow)
        running = self._create_order(4, date_deadline=yesterday, user_id=self.supervisor_user.id)
        running.workorder_ids[0].stage_start()
        partial = self._create_order(4)
        self._run_through(partial, qty=1)
        done = self._create_order(5, date_deadline=yesterday)
        self._run_through(done)
        cancelled = self._create_order(6)
        cancelled.action_cancel()
        planned = self._create_order(7, date_start=tomorrow)
        ours = pending | running | partial | done | cancelled
        self.env.flush_all()
        for name, expected in (
            ('ongoing', pending | running | partial | planned), ('completed', done), ('cancelled', cancelled),
            ('late', running), ('mine', running), ('scheduled', planned), ('unscheduled', ours),
        ):
            with self.subTest(filter=name):
                self.assertEqual(self._filter(name).filtered(lambda order: order.product_id == self.coffee), expected)

    def test_scheduled(self):
        """A start in the future makes a scheduled run, whoever gives it; starting it does not make it less so."""
        tomorrow = fields.Datetime.now() + timedelta(days=1)
        at_once = self._create_order(1, date_start=fields.Datetime.now())
        later = self._create_order(1, date_start=tomorrow)
        by_hand = self._create_order(1)
        self.assertEqual((at_once | later | by_hand).mapped('is_scheduled'), [False, True, False])
        with Form(by_hand, 'mrp_production_stage.mrp_production_view_form_stages') as form:
            form.date_start = tomorrow
        self.assertTrue(by_hand.is_scheduled)
        by_hand.date_start = fields.Datetime.now()
        self.assertFalse(by_hand.is_scheduled)
        with freeze_time(tomorrow + timedelta(hours=2)):
            (at_once | later).workorder_ids.filtered(lambda stage: stage.name == "Roasting").stage_start()
        self.assertEqual((at_once | later).mapped('is_scheduled'), [False, True])

    def test_columns(self):
        order = self._create_order(20)
        roasting, grinding, _packing = order.workorder_ids
        self._as(roasting, self.operator_user).stage_start()
        self._as(roasting, self.helper_user).stage_resume()
        self._as(roasting, self.operator_user).stage_finish()
        order = self._as(order, self.supervisor_user)
        self.assertAlmostEqual(order.stage_progress, 100 / 3)
        self.assertEqual(order.people, "Olga, Hugo")
        self.assertEqual(order.current_stage_name, grinding.name)

    def test_people_are_read_at_once(self):
        orders = self._create_order(1) | self._create_order(2) | self._create_order(3)
        orders.workorder_ids.filtered(lambda stage: stage.name == "Roasting").stage_start()
        counts = []
        for some in (orders[:1], orders):
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            some.mapped('people')
            counts.append(self.env.cr.sql_log_count - start)
        self.assertEqual(*counts)
