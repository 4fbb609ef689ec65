from datetime import datetime

from freezegun import freeze_time

from odoo.tests import tagged

from .door_common import DoorCommon


@tagged('post_install', '-at_install')
class TestDoorTimes(DoorCommon):
    """Pauses, several operators on a stage, technological waits, and acts that are told later."""

    # ------------------------------------------------------------
    # Pause, resume, several operators
    # ------------------------------------------------------------

    def test_pause_and_resume(self):
        with freeze_time("2026-03-02 06:00:00"):
            stage = self._as(self.roasting, self.operator_user)
            stage.stage_start()
        with freeze_time("2026-03-02 06:10:00"):
            self.assertEqual(stage.stage_pause(reason="Lunch")['stage_status'], 'paused')
            self.assertEqual(self.roasting.state, 'progress')
        with freeze_time("2026-03-02 06:40:00"):
            self.assertEqual(stage.stage_resume()['stage_status'], 'progress')
        with freeze_time("2026-03-02 06:45:00"):
            stage.stage_finish()
        self.assertEqual(self.roasting.time_ids.sorted('id').mapped('duration'), [10, 5])
        self.assertEqual(self.roasting.duration, 15)
        self.assertEqual(self.roasting.event_ids.sorted('id')[1].note, "Lunch")
        self.env.flush_all()
        times = self.env['mrp.production.time'].search([('production_id', '=', self.order.id)])
        self.assertEqual((times.employee_id, times.work, times.pause), (self.operator, 15, 30))

    def test_several_operators_share_a_stage(self):
        with freeze_time("2026-03-02 06:00:00"):
            self._as(self.roasting, self.operator_user).stage_start()
        with freeze_time("2026-03-02 06:10:00"):
            self._as(self.roasting, self.helper_user).stage_resume()
        self.assertEqual(self.roasting.working_employee_ids, self.operator + self.helper)
        self._assert_refused("You already work", self._as(self.roasting, self.helper_user).stage_resume)
        with freeze_time("2026-03-02 06:20:00"):
            answer = self._as(self.roasting, self.operator_user).stage_pause()
            self.assertEqual(answer['stage_status'], 'progress', "Hugo still works")
        with freeze_time("2026-03-02 06:30:00"):
            self._as(self.roasting, self.helper_user).stage_finish()
        self.env.flush_all()
        times = self.env['mrp.production.time'].search([('production_id', '=', self.order.id)])
        self.assertEqual(
            {time.employee_id.name: (time.work, time.pause) for time in times},
            {"Olga": (20, 0), "Hugo": (20, 0)})
        self.assertFalse(self.roasting.time_ids.filtered(lambda time: not time.date_end))

    def test_pause_needs_a_clock(self):
        self._assert_refused("has not been started", self._as(self.roasting, self.operator_user).stage_pause)
        self._as(self.roasting, self.operator_user).stage_start()
        self._assert_refused("You do not work", self._as(self.roasting, self.helper_user).stage_pause)
        self._as(self.roasting, self.supervisor_user).stage_pause()
        self.assertEqual(self.roasting.stage_status, 'paused')
        self._assert_refused("nothing to pause", self._as(self.roasting, self.operator_user).stage_pause)

    def test_clock_survives(self):
        """The clock is a row in the database, not a state of some process."""
        with freeze_time("2026-03-02 06:00:00"):
            self._as(self.roasting, self.operator_user).stage_start()
        self.env.flush_all()
        self.env.registry.clear_all_caches()
        self.env.invalidate_all()
        with freeze_time("2026-03-03 06:00:00"):
            self._as(self.roasting, self.operator_user).stage_finish()
        self.assertEqual(self.roasting.duration, 24 * 60)

    # ------------------------------------------------------------
    # Technological wait
    # ------------------------------------------------------------

    def test_wait_ends_by_itself(self):
        with freeze_time("2026-03-02 06:00:00"):
            self.roasting.stage_start()
            self.roasting.stage_finish()
            self.assertEqual(self.grinding.stage_status, 'waiting')
            trigger = self.env['ir.cron.trigger'].search([
                ('cron_id', '=', self.env.ref('mrp_production_stage.ir_cron_end_stage_waits').id)],
                order='id desc', limit=1)
            self.assertEqual(trigger.call_at, datetime(2026, 3, 2, 18, 0))
            self._end_waits()
            self.assertEqual(self.grinding.stage_status, 'waiting')
        with freeze_time("2026-03-02 18:00:00"):
            self._end_waits()
            self.assertEqual(self.grinding.stage_status, 'ready')

    def test_wait_is_overridden_by_a_supervisor_with_a_reason(self):
        with freeze_time("2026-03-02 06:00:00"):
            self.roasting.stage_start()
            self.roasting.stage_finish()
        with freeze_time("2026-03-02 07:00:00"):
            self._assert_refused(
                "Only a supervisor", self._as(self.grinding, self.operator_user).stage_start,
                override_reason="Hurry")
            self._assert_refused("available from", self._as(self.grinding, self.supervisor_user).stage_start)
            self._as(self.grinding, self.supervisor_user).stage_start(override_reason="Sample for the customer")
        events = self.grinding.event_ids.sorted('id')
        self.assertEqual(events.mapped('kind'), ['override', 'start'])
        self.assertEqual(events[0].note, "Sample for the customer")
        self.assertEqual(events[0].user_id, self.supervisor_user)

    # ------------------------------------------------------------
    # Acts that are told later
    # ------------------------------------------------------------

    def test_when_it_happened(self):
        with freeze_time("2026-03-02 12:00:00"):
            stage = self._as(self.roasting, self.operator_user)
            self._assert_refused("in the future", stage.stage_start, occurred_at="2026-03-02 12:03:00")
            self._assert_refused("not a date and time", stage.stage_start, occurred_at="yesterday")
            stage.stage_start(occurred_at="2026-03-02T11:00:00+01:00")
            event = self.roasting.event_ids
            self.assertEqual(event.occurred_at, datetime(2026, 3, 2, 10, 0))
            self.assertEqual(event.recorded_at, datetime(2026, 3, 2, 12, 0))
            self.assertEqual(self.roasting.time_ids.date_start, datetime(2026, 3, 2, 10, 0))
            self._assert_refused("cannot come before it", stage.stage_finish, occurred_at="2026-03-02 09:59:00")
            stage.stage_finish(occurred_at=datetime(2026, 3, 2, 10, 30))
            self.assertEqual(self.roasting.duration, 30)
            self.assertEqual(self.grinding.available_from, datetime(2026, 3, 2, 22, 30))
