from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .trigger_common import FIRE_LOGGER, TriggerCommon
from .workload import Workload


@tagged('post_install', '-at_install')
class TestStageTriggerMoments(TriggerCommon):
    """When triggers fire, what they do besides messages, and what that takes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.grinding = cls.template.operation_ids[1]
        cls.reason = cls.env['mrp.defect.reason'].create({'name': "Burnt", 'code': "BURNT"})

    def _watch(self, operation=None, **vals):
        """Let a stage give somebody a task, by which to see when."""
        return self._trigger(operation, activity_type_id=self.todo.id, **vals)

    def _fired(self, order):
        self.env.invalidate_all()
        return self._activities(order).mapped('summary')

    # ------------------------------------------------------------
    # Moments
    # ------------------------------------------------------------

    def test_first_start_and_whole_finish(self):
        self._watch(self.grinding, moment='start', activity_summary="started")
        self._watch(self.grinding, activity_summary="done")
        order = self._create_order(20)
        roasting, grinding, _packing = self._as(order.workorder_ids, self.operator_user)
        roasting.stage_start()
        roasting.stage_finish(qty=10)
        self.assertEqual(self._fired(order), [])
        grinding.stage_start()
        self.assertEqual(self._fired(order), ["started"])
        grinding.stage_cancel_start()
        grinding.stage_start()
        grinding.stage_finish(qty=10)
        roasting.stage_finish()
        grinding.stage_start()
        grinding.stage_finish(qty=4)
        self.assertEqual(self._fired(order), ["started"])
        grinding.stage_finish(client_key='the-last')
        self.assertCountEqual(self._fired(order), ["started", "done"])
        self.assertTrue(grinding.stage_finish(client_key='the-last')['replayed'])
        self.assertCountEqual(self._fired(order), ["started", "done"])

    def test_rework_fires_nothing_again(self):
        self._watch(self.grinding, moment='start', activity_summary="started")
        self._watch(self.grinding, activity_summary="done")
        order = self._create_order(20)
        roasting, grinding, packing = order.workorder_ids
        self._work(roasting | grinding)
        packing.stage_report_defect(self.reason.id, 'return', return_to=grinding.id)
        self.assertEqual(grinding.stage_status, 'ready')
        self._work(grinding | packing)
        self.assertEqual(order.state, 'done')
        self.assertCountEqual(self._fired(order), ["started", "done"])

    def test_loss_of_the_last_units_is_the_finish_for_those_that_are_through(self):
        self._watch(activity_summary="done")
        order, lost = self._create_order(20), self._create_order(20)
        for some in (order, lost):
            self._work(some.workorder_ids[:2])
        packing = order.workorder_ids[2]
        packing.stage_start()
        packing.stage_finish(qty=15)
        packing.stage_report_defect(self.reason.id, 'write_off')
        self.assertEqual((order.state, self._fired(order)), ('done', ["done"]))
        # Of a batch that is lost, nothing is ready to ship.
        lost.workorder_ids[2].stage_report_defect(self.reason.id, 'write_off')
        self.assertEqual((lost.workorder_ids[2].stage_status, self._fired(lost)), ('done', []))

    def test_fewer_units_are_asked_for(self):
        self._watch(self.grinding, activity_summary="done")
        order = self._create_order(20)
        roasting, grinding, _packing = order.workorder_ids
        self._work(roasting)
        self._work(grinding, qty=15)
        self.assertEqual(self._fired(order), [])
        self.env['change.production.qty'].with_user(self.supervisor_user).create(
            {'mo_id': order.id, 'product_qty': 15}).change_prod_qty()
        self.assertEqual(self._fired(order), ["done"])

    def test_skipped_stage_and_cancelled_order_fire_nothing(self):
        self.grinding.write({'is_optional': True, 'activation': 'manual'})
        self._watch(self.grinding, activity_summary="done")
        self._watch(self.grinding, moment='start', activity_summary="started")
        order, other, cancelled = (self._create_order(20) for _number in range(3))
        self.assertEqual(order.workorder_ids[1].stage_status, 'skipped')
        self._work(order.workorder_ids - order.workorder_ids[1])
        self.assertEqual((order.state, self._fired(order)), ('done', []))
        self._as(other.workorder_ids[1], self.supervisor_user).stage_activate()
        self._work(other.workorder_ids)
        self.assertCountEqual(self._fired(other), ["started", "done"])
        self._work(cancelled.workorder_ids[0])
        cancelled.action_cancel()
        self.assertEqual(self._fired(cancelled), [])

    def test_unit_by_unit(self):
        self._watch(self.grinding, moment='start', activity_summary="started")
        self._watch(self.grinding, activity_summary="done")
        order = self._create_order(3, batch_mode='unit')
        roasting, grinding, _packing = self._as(order.workorder_ids, self.operator_user)
        roasting.stage_start(qty=3)
        roasting.stage_finish()
        for number in range(3):
            self.assertEqual(self._fired(order), ["started"] if number else [])
            grinding.stage_start()
            grinding.stage_finish()
        self.assertCountEqual(self._fired(order), ["started", "done"])

    def test_order_keeps_the_triggers_it_was_made_with(self):
        self._watch(activity_summary="then")
        order = self._create_order(20)
        self.packing.trigger_ids.activity_summary = "now"
        self._work(order.workorder_ids)
        self.assertEqual(self._fired(order), ["then"])

    # ------------------------------------------------------------
    # Activities
    # ------------------------------------------------------------

    def _finish_order(self, **vals):
        order = self._create_order(20, **vals)
        self._work(order.workorder_ids)
        return order

    def test_activity_goes_to_who_has_the_fewest(self):
        self._watch(
            activity_role_id=self.role.id, activity_summary="Fetch it", activity_note="<p>Ramp 2</p>")
        order = self._create_order(20)
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
        orders = self.env['mrp.production'].union(*(self._create_order(20) for _number in range(4)))
        for stages in zip(*(order.workorder_ids for order in orders)):
            self._work([orders.workorder_ids.browse([stage.id for stage in stages])])
        people = [self._activities(order).user_id for order in orders]
        self.assertEqual((people.count(self.lena), people.count(self.lars)), (2, 2))

    def test_activity_for_a_person_is_due_by_their_calendar(self):
        self.lena.tz = 'Pacific/Auckland'
        self._watch(activity_user_id=self.lena.id, activity_days=2)
        order = self._create_order(20)
        with freeze_time('2026-03-02 09:00:00'):
            self._work(order.workorder_ids[:2])
            self._as(order.workorder_ids[2], self.operator_user).stage_start()
        with freeze_time('2026-03-05 08:00:00'):
            # A phone that was offline: it happened on the 3rd here, and that was the 4th there.
            self._as(order.workorder_ids[2], self.operator_user).stage_finish(occurred_at='2026-03-03 20:00:00')
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
        left, moved = self._create_order(20), self._create_order(20)
        self.env.cr.execute("UPDATE mrp_stage_trigger SET activity_user_id = %s WHERE workorder_id = %s", [
            stranger.id, moved.workorder_ids[2].id])
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
        order = self._create_order(20)
        with patch.object(self.env.registry['mail.activity'], 'create', side_effect=ValueError("full")):
            self._work_quietly(order.workorder_ids)
        self.assertEqual((order.state, len(self._activities(order))), ('done', 0))
        self.assertIn("The activity Fetch it of Packing could not be made: full", self._notes(order))

    # ------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------

    def test_action_runs_on_the_stage(self):
        action = self._create_action(
            "record.production_id.origin = '%s %s %s %s' % ("
            "record.name, record.production_id.state, record.event_ids[0].kind, env.context.get('active_id'))")
        self._trigger(server_action_id=action.id)
        order = self._finish_order()
        self.assertEqual(order.origin, f"Packing done finish {order.workorder_ids[2].id}")

    def test_action_may_act_on_stages(self):
        self._trigger(self.template.operation_ids[0], server_action_id=self._create_action(
            "record.production_id.workorder_ids[1].stage_start()").id)
        order = self._create_order(20)
        self._work(order.workorder_ids[0])
        self.assertEqual(order.workorder_ids[1].stage_status, 'progress')

    def test_action_that_fails_is_noted_and_undone(self):
        for code, pattern in (
            ("raise UserError('Printer is empty')", "The action Script of Packing failed: Printer is empty"),
            ("record.production_id.origin = 'half'\nenv.flush_all()\n1 / 0", "division by zero"),
            ("env.cr.execute('SELECT nothing')", "nothing"),
            # What the database says only at the end
            ("env['mrp.role'].create({'name': False})", "(?i)required|null"),
        ):
            with self.subTest(code):
                self.packing.trigger_ids.unlink()
                self._trigger(server_action_id=self._create_action(code).id, sequence=1)
                self._watch(sequence=2)
                order = self._create_order(20)
                with self.assertLogs(FIRE_LOGGER, 'WARNING'), mute_logger('odoo.sql_db'):
                    self._work(order.workorder_ids)
                self.assertEqual((order.state, order.origin), ('done', False))
                self.assertRegex(self._notes(order), pattern)
                self.assertEqual(len(self._activities(order)), 1)

    # ------------------------------------------------------------
    # Queries
    # ------------------------------------------------------------

    def _count_following(self, act):
        """Return how many queries what follows an act takes."""
        counts, stages = [], self.env.registry['mrp.workorder']
        follow = stages._follow_stage_act

        def counting(records, some_act):
            # What the act itself has still to write
            records.env.flush_all()
            before = records.env.cr.sql_log_count
            follow(records, some_act)
            records.env.flush_all()
            counts.append(records.env.cr.sql_log_count - before)

        with patch.object(stages, '_follow_stage_act', counting):
            act()
        return counts

    def test_fifty_stages_without_triggers_cost_nothing_more(self):
        workload = Workload(self.env)
        template = workload.create_template(True, materials=(0, 0))
        orders = self.env['mrp.production'].union(*(workload.create_order(template) for _number in range(50)))
        orders.action_confirm()
        stages = self._as(orders.workorder_ids.filtered(lambda stage: stage.stage_status == 'ready'), self.operator_user)
        self.assertEqual(len(stages), 50)
        for act in (stages.stage_start, stages.stage_finish):
            self.assertEqual(self._count_following(act), [0])

    def test_queries_do_not_grow_with_the_number_of_orders(self):
        self._watch(activity_role_id=self.role.id)
        self._trigger(mail_template_id=self.mail.id)
        workload, counts = Workload(self.env), []
        orders = [self._create_order_for(self._sell()) for _number in range(3)]
        for order in orders:
            self._work(order.workorder_ids[:2])
        for order in orders:
            stage = self._as(order.workorder_ids[2], self.operator_user)
            stage.stage_start()
            self.env.flush_all()
            self.env.invalidate_all()
            counts += self._count_following(stage.stage_finish)
            if order == orders[1]:
                workload.copy_order(order, 300)
        self.assertEqual(counts[1], counts[2])
        self.assertGreater(counts[1], 10)
