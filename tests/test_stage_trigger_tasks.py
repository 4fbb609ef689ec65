from unittest.mock import patch

from freezegun import freeze_time
from psycopg2.errors import SerializationFailure

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .trigger_common import FIRE_LOGGER, TriggerCommon


@tagged('post_install', '-at_install')
class TestStageTriggerTasks(TriggerCommon):
    """The finish of Packing gives somebody a task, or runs an action."""

    # ------------------------------------------------------------
    # Activities
    # ------------------------------------------------------------

    def _finish_order(self, **vals):
        order = self._order_soap(**vals)
        self._work(order.workorder_ids)
        return order

    def test_activity_goes_to_who_has_the_fewest(self):
        self._watch(
            activity_role_id=self.role.id, activity_summary="Fetch it", activity_note="<p>Ramp 2</p>")
        order = self._order_soap()
        order.activity_schedule('mail.mail_activity_data_todo', user_id=self.lena.id)
        done = order.activity_schedule('mail.mail_activity_data_todo', user_id=self.lars.id)
        more = order.activity_schedule('mail.mail_activity_data_todo', user_id=self.lars.id)
        (done | more).action_feedback()
        self._work(order.workorder_ids)
        activity = self._activities(order).filtered(lambda activity: activity.summary == "Fetch it")
        self.assertEqual((activity.user_id, activity.note, activity.automated), (self.lars, "<p>Ramp 2</p>", True))
        self.assertEqual(activity.with_user(self.lars).display_name, "Fetch it")

    def test_activities_of_one_act_are_shared_out(self):
        self._watch(activity_role_id=self.role.id)
        orders = self.env['mrp.production'].union(*(self._order_soap() for _number in range(4)))
        self._work([orders.workorder_ids])
        people = [self._activities(order).user_id for order in orders]
        self.assertEqual((people.count(self.lena), people.count(self.lars)), (2, 2))

    def test_activity_for_a_person_is_due_by_their_calendar(self):
        self.lena.tz = 'Pacific/Auckland'
        self._watch(activity_user_id=self.lena.id, activity_days=2)
        order = self._order_soap()
        with freeze_time('2026-03-02 09:00:00'):
            self._as(order.workorder_ids, self.operator_user).stage_start()
        with freeze_time('2026-03-05 08:00:00'):
            # A phone that was offline: it happened on the 3rd here, and that was the 4th there.
            self._as(order.workorder_ids, self.operator_user).stage_finish(occurred_at='2026-03-03 20:00:00')
        activity = self._activities(order)
        self.assertEqual((activity.user_id, activity.date_deadline), (self.lena, fields.Date.to_date('2026-03-06')))

    def test_responsible_stands_in(self):
        self.role.employee_ids = self.env['hr.employee'].create({'name': "No login", 'company_id': self.company.id})
        trigger = self._watch(activity_role_id=self.role.id, activity_summary="Fetch it")
        order = self._finish_order(user_id=self.supervisor_user.id)
        self.assertEqual(self._activities(order).user_id, self.supervisor_user)
        self.assertRegex(self._notes(order), "found for Logistics. The activity Fetch it of Packing is for Sam")
        # Nor is there always somebody responsible.
        order = self._finish_order(user_id=False)
        self.assertEqual((len(self._activities(order)), self._activities(order).user_id.id), (1, False))
        self.assertRegex(self._notes(order), "nobody is responsible for the order")
        # Somebody who has left, or who does not work in this company.
        elsewhere = self.env['res.company'].create({'name': "Elsewhere"})
        stranger = self._create_user(
            "Strange", 'base.group_user', company_id=elsewhere.id, company_ids=[Command.set(elsewhere.ids)])
        trigger.write({'activity_role_id': False, 'activity_user_id': self.lena.id})
        left, moved = self._order_soap(), self._order_soap()
        self.env.cr.execute("UPDATE mrp_stage_trigger SET activity_user_id = %s WHERE workorder_id = %s", [
            stranger.id, moved.workorder_ids.id])
        self.lena.active = False
        for order, name in ((left, "Lena"), (moved, "Strange")):
            order.user_id = self.supervisor_user
            self._work(order.workorder_ids)
            self.assertEqual(self._activities(order).user_id, self.supervisor_user)
            self.assertIn(f"found for {name}.", self._notes(order))

    def test_activity_for_nobody_in_particular_is_for_the_responsible(self):
        self._watch()
        order = self._finish_order(user_id=self.supervisor_user.id)
        self.assertEqual((self._activities(order).user_id, self._notes(order)), (self.supervisor_user, ""))

    def test_activity_that_fails_is_noted(self):
        self._watch(activity_summary="Fetch it")
        order = self._order_soap()
        with patch.object(self.env.registry['mail.activity'], 'create', side_effect=ValueError("full")):
            self._work_quietly(order.workorder_ids)
        self.assertEqual((order.state, len(self._activities(order))), ('done', 0))
        self.assertIn("The activity Fetch it of Packing could not be made: full", self._notes(order))

    def test_whoever_loses_a_race_is_run_again(self):
        """Odoo repeats what could not be serialized: that is no failure of a trigger."""
        self._watch()
        stage = self._as(self._order_soap().workorder_ids, self.operator_user)
        stage.stage_start()
        with (
            patch.object(self.env.registry['mail.activity'], 'create', side_effect=SerializationFailure),
            self.assertRaises(SerializationFailure), self.env.cr.savepoint(),
        ):
            stage.stage_finish()

    # ------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------

    def test_action_runs_on_the_stage(self):
        action = self._create_action(
            "record.production_id.write({'origin': '%s %s %s %s' % ("
            "record.name, record.production_id.state, record.event_ids[0].kind, env.context.get('active_id'))})")
        self._trigger(server_action_id=action.id)
        order = self._finish_order()
        self.assertEqual(order.origin, f"Packing done finish {order.workorder_ids.id}")

    def test_action_may_act_on_stages(self):
        self.soap_template.operation_ids = [Command.create({'name': "Shipping", 'sequence': 200})]
        self._trigger(server_action_id=self._create_action(
            "record.production_id.workorder_ids[1].stage_start()").id)
        order = self._order_soap()
        self._work(order.workorder_ids[0])
        self.assertEqual(order.workorder_ids[1].stage_status, 'progress')

    def test_action_that_fails_is_noted_and_undone(self):
        for code, pattern in (
            ("raise UserError('Printer is empty')", "The action Script of Packing failed: Printer is empty"),
            ("record.production_id.write({'origin': 'half'})\nenv.flush_all()\n1 / 0", "division by zero"),
            ("env.cr.execute('SELECT nothing')", "nothing"),
            # What the database says only at the end
            ("env['mrp.role'].create({'name': False})", "(?i)required|null"),
        ):
            with self.subTest(code):
                self.packing.trigger_ids.unlink()
                self._trigger(server_action_id=self._create_action(code).id, sequence=1)
                self._watch(sequence=2)
                order = self._order_soap()
                with self.assertLogs(FIRE_LOGGER, 'WARNING'), mute_logger('odoo.sql_db'):
                    self._work(order.workorder_ids)
                self.assertEqual((order.state, order.origin), ('done', False))
                self.assertRegex(self._notes(order), pattern)
                self.assertEqual(len(self._activities(order)), 1)
