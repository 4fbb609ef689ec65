from odoo.tests import tagged

from .door_common import DoorCommon


@tagged('post_install', '-at_install')
class TestDoorHolds(DoorCommon):
    """Starts taken back, holds and releases, and whose stage it is."""

    def test_cancel_start(self):
        beans = self._qty(self.beans)
        stage = self._as(self.roasting, self.operator_user)
        stage.stage_start()
        answer = stage.stage_cancel_start()
        self.assertEqual(answer['stage_status'], 'ready')
        self.assertFalse(self.roasting.time_ids)
        self.assertEqual(self._qty(self.beans), beans)
        self.assertEqual(self.roasting.event_ids.sorted('id').mapped('kind'), ['start', 'cancel_start'])
        self._assert_refused("has not been started", self._as(self.roasting, self.operator_user).stage_cancel_start)
        self._as(self.roasting, self.operator_user).stage_start()
        self.assertAlmostEqual(self._qty(self.beans), beans - 5.2)

    def test_cancel_start_is_too_late_after_a_finish(self):
        stage = self._as(self.roasting, self.operator_user)
        stage.stage_start()
        stage.stage_finish(qty=5)
        self._assert_refused("have been finished since", stage.stage_cancel_start)

    def test_hold_and_release(self):
        stage = self._as(self.roasting, self.operator_user)
        stage.stage_start()
        answer = stage.stage_hold(self.reason.id, note="Belt torn")
        self.assertEqual(answer['stage_status'], 'hold')
        self.assertFalse(self.roasting.time_ids.filtered(lambda time: not time.date_end))
        for act in (stage.stage_start, stage.stage_resume, stage.stage_finish, stage.stage_cancel_start):
            self._assert_refused("on hold: Machine out of order", act)
        self._assert_refused("already on hold", stage.stage_hold, self.reason.id)
        self.assertEqual(stage.stage_release(note="New belt")['stage_status'], 'paused')
        self._assert_refused("not on hold", stage.stage_release)
        self.assertEqual(stage.stage_resume()['stage_status'], 'progress')
        hold = self.roasting.event_ids.filtered(lambda event: event.kind == 'hold')
        self.assertEqual((hold.reason_id, hold.note), (self.reason, "Belt torn"))

    def test_hold_before_start(self):
        stage = self._as(self.roasting, self.operator_user)
        stage.stage_hold(self.reason.id)
        self._assert_refused("on hold", stage.stage_start)
        self.assertEqual(stage.stage_release()['stage_status'], 'ready')

    def test_hold_needs_a_known_reason(self):
        stage = self._as(self.roasting, self.operator_user)
        foreign = self.reason.create({
            'name': "Elsewhere", 'company_id': self.env['res.company'].create({'name': "Elsewhere"}).id})
        self._assert_refused("hold reason does not exist", stage.stage_hold, foreign.id)
        self._assert_refused("hold reason does not exist", stage.stage_hold, foreign.id + 1000)
        self._assert_refused("number of a record", stage.stage_hold, None)

    def test_assign(self):
        self._assert_refused(
            "Only a supervisor", self._as(self.roasting, self.operator_user).stage_assign, self.operator.id)
        self._as(self.roasting, self.supervisor_user).stage_assign(self.operator.id)
        self.assertEqual(self.roasting.performer_employee_id, self.operator)
        event = self.roasting.event_ids
        self.assertEqual((event.kind, event.note), ('assign', "Olga"))
