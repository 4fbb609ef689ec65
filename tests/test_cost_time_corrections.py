
from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .cost_time_common import TimeCommon


@tagged('post_install', '-at_install')
class TestCorrectedTime(TimeCommon):
    """A supervisor puts right what a forgotten clock measured."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._create_order(20)
        cls.stage = cls.order.workorder_ids[0]
        # Olga forgets the clock for sixteen hours.
        cls._start(cls.stage, cls.operator_user, 0)
        cls._finish(cls.stage, cls.operator_user, 960)
        cls.operator.hourly_cost = 6000.0
        cls.roaster.costs_hour = 12000.0

    def setUp(self):
        super().setUp()
        self.clock = self.enterContext(freeze_time(self._at(1000)))
        self.time = self.stage.time_ids.with_user(self.supervisor_user)

    def _get_lines(self, category='labor'):
        lines = self.order.cost_line_ids.filtered(lambda line: line.category == category)
        return [(round(line.quantity, 2), line.rate, line.amount) for line in lines.sorted('id')]

    def test_the_ledger_takes_back_and_has_it_anew_at_the_rate_of_then(self):
        self.assertEqual(self._cost(self.stage), (960.0, 1920.0))
        self.time.date_end = self._at(60)
        self.assertEqual(self._cost(self.stage), (60.0, 120.0))
        self.assertEqual(self._get_lines(), [(16.0, 60.0, 960.0), (-16.0, 60.0, -960.0), (1.0, 60.0, 60.0)])
        self.assertEqual(
            self._get_lines('workcenter'), [(16.0, 120.0, 1920.0), (-16.0, 120.0, -1920.0), (1.0, 120.0, 120.0)])
        self.assertEqual((self.stage.duration, self.order.duration), (60.0, 60.0))

    def test_a_second_correction_takes_back_the_first(self):
        self.time.date_end = self._at(60)
        self.time.write({'date_start': self._at(-30), 'date_end': self._at(90)})
        self.assertEqual(self._cost(self.stage), (120.0, 240.0))
        self.assertEqual(self._get_lines()[-2:], [(-1.0, 60.0, -60.0), (2.0, 60.0, 120.0)])

    def test_another_person_costs_what_that_person_costs_now(self):
        self.helper.hourly_cost = 90.0
        self.time.write({'employee_id': self.helper.id, 'date_end': self._at(60)})
        self.assertEqual(self._cost(self.stage), (90.0, 120.0))
        self.assertEqual(self.order.cost_line_ids.filtered(lambda line: line.amount == 90.0).employee_id, self.helper)
        self.assertEqual(self.time.user_id, self.helper_user)

    def test_a_time_that_was_none_costs_nothing(self):
        time = self.time
        time.unlink()
        self.assertFalse(time.exists())
        self.assertEqual(self._cost(self.stage), (0.0, 0.0))
        self.assertEqual(self._get_lines(), [(16.0, 60.0, 960.0), (-16.0, 60.0, -960.0)])
        self.assertEqual(self.stage.duration, 0.0)

    def test_others_keep_their_share(self):
        other = self._roast(30, 90, now=1000)
        self.assertEqual(self._cost(other)[0], 0.0, "it arrived late: all of the time had been costed")
        self.time.date_end = self._at(60)
        self.assertEqual(self._cost(self.stage)[0] + self._cost(other)[0], 60.0)
        third = self._roast(60, 90, now=1000)
        self.assertEqual(self._cost(third)[0], 30 * 100.0, "what was given back is there for others")

    def test_what_others_were_costed_for_is_not_taken_twice(self):
        other = self._roast(960, 990, now=1000)
        self.time.write({'date_start': self._at(960), 'date_end': self._at(1000)})
        self.assertEqual(self._cost(other)[0], 30.0 * 100)
        self.assertEqual(self._cost(self.stage), (10.0, 80.0))

    def test_two_on_one_stage_share_the_work_center_as_before(self):
        stage = self._create_order(20).workorder_ids[0]
        self.operator.hourly_cost, self.roaster.costs_hour = 60.0, 120.0
        self._start(stage, self.operator_user, 1000)
        self._start(stage, self.helper_user, 1030, act='stage_resume')
        self._finish(stage, self.operator_user, 1060)
        self.assertEqual(self._cost(stage), (60.0 + 15.0, 120.0))
        his = stage.time_ids.filtered(lambda time: time.employee_id == self.helper)
        self.clock.move_to(self._at(1070))
        his.with_user(self.supervisor_user).date_start = self._at(1000)
        # The roaster was costed for her alone in the first half hour: nothing is left there.
        self.assertEqual(self._cost(stage), (60.0 + 30.0, 120.0))
        his.with_user(self.supervisor_user).unlink()
        self.assertEqual(self._cost(stage), (60.0, 90.0), "her share stays as it was costed")

    def test_a_time_costed_at_two_rates_keeps_both(self):
        stage = self._create_order(20).workorder_ids[0]
        self.operator.hourly_cost = 60.0
        self._start(stage, self.operator_user, 1000)
        self._finish(stage, self.operator_user, 1060, qty=5)
        self.operator.hourly_cost = 120.0
        self._finish(stage, self.operator_user, 1120)
        self.assertEqual(self._cost(stage)[0], 60.0 + 120.0)
        self.clock.move_to(self._at(1130))
        stage.time_ids.with_user(self.supervisor_user).write(
            {'date_start': self._at(990), 'date_end': self._at(1090)})
        self.assertEqual(self._cost(stage)[0], 70.0 + 60.0)

    def test_what_has_not_been_costed_waits_for_its_units(self):
        stage = self._create_order(20).workorder_ids[0]
        self.operator.hourly_cost = 60.0
        self._start(stage, self.operator_user, 1000)
        self._finish(stage, self.operator_user, 1060, qty=5)
        self._start(stage, self.operator_user, 1120, act='stage_pause')
        self.clock.move_to(self._at(1120))
        stage.time_ids.with_user(self.supervisor_user).date_end = self._at(1090)
        self.assertEqual(self._cost(stage)[0], 60.0)
        stage.time_ids.with_user(self.supervisor_user).date_start = self._at(1030)
        self.assertEqual(self._cost(stage)[0], 30.0)
        self.operator.hourly_cost = 120.0
        self._finish(stage, self.operator_user, 1120)
        self.assertEqual(self._cost(stage)[0], 30.0 + 60.0)

    def test_a_start_and_finish_at_once_can_be_made_true(self):
        """Whoever forgot to start the clock finishes in the moment of the start."""
        self.operator.hourly_cost = 60.0
        stage = self._create_order(20).workorder_ids[0]
        self._start(stage, self.operator_user, 1000)
        self._finish(stage, self.operator_user, 1000)
        self.operator.hourly_cost = 600.0
        stage.time_ids.with_user(self.supervisor_user).date_start = self._at(970)
        self.assertEqual(self._cost(stage)[0], 30.0)

    def test_the_goods_are_received_at_the_corrected_cost(self):
        self.time.date_end = self._at(60)
        for stage in self.order.workorder_ids[1:]:
            stage.stage_start()
            stage.stage_finish()
        # 46.80 of beans, 20 x 0.47 of packing, an hour of Olga and of the roaster
        self.assertEqual(self.order.state, 'done')
        self.assertAlmostEqual(self.order.cost_total, 46.8 + 9.4 + 60.0 + 120.0)
        self.assertAlmostEqual(self.order.move_finished_ids.value, self.order.cost_total)

    def test_a_closed_order_keeps_its_times(self):
        for stage in self.order.workorder_ids[1:]:
            stage.stage_start()
            stage.stage_finish()
        self._assert_refused("is closed: its goods have been received at what its times cost")

    def test_a_cancelled_order_keeps_its_times(self):
        self.order.action_cancel()
        self._assert_refused("is cancelled: its times cannot be corrected")

    def _assert_refused(self, pattern):
        before = self._cost(self.stage)
        for act in (
            lambda: self.time.write({'date_end': self._at(60)}),
            self.time.unlink,
            lambda: self.stage.stage_remove_time(self.time.id),
        ):
            with self.assertRaisesRegex(UserError, pattern):
                act()
        self.assertEqual((self.time.date_end, self._cost(self.stage)), (self._at(960), before))

    def test_refusals(self):
        for pattern, values in (
            ("Work ends after it has started", {'date_end': self._at(0)}),
            ("cannot happen in the future", {'date_end': self._at(1100)}),
            ("does not work in the company", {'employee_id': 10 ** 8}),
            ("not a date and time", {'date_start': "noon"}),
        ):
            with self.assertRaisesRegex(UserError, pattern):
                self.stage.stage_correct_time(self.time.id, **values)
        with self.assertRaisesRegex(UserError, "none of Grinding"):
            self.order.workorder_ids[1].stage_correct_time(self.time.id, date_end=self._at(60))
        with self.assertRaisesRegex(UserError, "cannot be cancelled any more, nor can it go"):
            self.time.workorder_id = self.order.workorder_ids[1]
        self.assertEqual(self._cost(self.stage), (960.0, 1920.0))

    def test_a_clock_that_runs_is_paused_first(self):
        stage = self._create_order(20).workorder_ids[0]
        self._start(stage, self.operator_user, 1000)
        for act in (
            lambda: stage.time_ids.write({'date_start': self._at(900)}),
            stage.time_ids.unlink,
        ):
            with self.assertRaisesRegex(UserError, "Olga still works on Roasting. Pause it first"):
                act()

    def test_operators_correct_nothing(self):
        stage = self.stage.with_user(self.operator_user)
        for act in (stage.stage_correct_time, stage.stage_remove_time):
            with self.assertRaisesRegex(UserError, "Only a supervisor"):
                act(self.time.id)
        with self.assertRaises(AccessError):
            self.time.with_user(self.operator_user).date_end = self._at(60)
        with self.assertRaises(AccessError):
            self.env['mrp.stage.time'].with_user(self.operator_user).create({'time_id': self.time.id})

    def test_the_history_tells_who_changed_what_and_no_money(self):
        self.stage.with_user(self.supervisor_user).stage_correct_time(
            self.time.id, date_end=self._at(60), employee_id=self.helper.id, note="Forgot the clock")
        event = self.stage.event_ids.sorted('id')[-1]
        self.assertEqual(
            (event.kind, event.user_id, event.employee_id), ('correct', self.supervisor_user, self.supervisor))
        self.assertRegex(event.note, r"^Olga → Hugo · to \d.+ → .+ · Forgot the clock$")
        self.assertNotRegex(event.note, r"60\.0|30\.0|960")
        self.stage.with_user(self.supervisor_user).stage_remove_time(self.time.id)
        self.assertRegex(self.stage.event_ids.sorted('id')[-1].note, r"^Hugo: .+ to .+ removed$")

    def test_a_correction_that_changes_nothing_is_none(self):
        self.time.write({'date_end': self._at(960), 'employee_id': self.operator.id})
        self.assertNotIn('correct', self.stage.event_ids.mapped('kind'))
        self.assertEqual(self._get_lines(), [(16.0, 60.0, 960.0)])

    def test_the_same_key_corrects_once(self):
        answers = [
            self.stage.stage_correct_time(self.time.id, date_end=self._at(60), client_key='c1') for _i in range(2)]
        self.assertEqual([answer['replayed'] for answer in answers], [False, True])
        self.assertEqual(len(self._get_lines()), 3)

    def test_the_dialog(self):
        action = self.time.action_open_correction()
        dialog = Form(self.env['mrp.stage.time'].with_user(self.supervisor_user).with_context(**action['context']))
        self.assertEqual((dialog.employee_id, dialog.date_end), (self.operator, self._at(960)))
        dialog.date_end = self._at(60)
        dialog.note = "Forgot the clock"
        dialog.save().action_correct()
        self.assertEqual(self._cost(self.stage), (60.0, 120.0))
        self.assertEqual(self.time.date_start, self._at(0))
        dialog = Form(self.env['mrp.stage.time'].with_user(self.supervisor_user).with_context(**action['context']))
        dialog.save().action_remove()
        self.assertFalse(self.stage.time_ids)

    def test_odoos_own_list_of_times(self):
        """In Odoo's form of a work order times are lines of its own."""
        self.stage.with_user(self.supervisor_user).time_ids = [Command.update(self.time.id, {'date_end': self._at(60)})]
        self.assertEqual(self._cost(self.stage), (60.0, 120.0))
        self.stage.with_user(self.supervisor_user).time_ids = [Command.delete(self.time.id)]
        self.assertEqual(self._cost(self.stage), (0.0, 0.0))


@tagged('post_install', '-at_install')
class TestCorrectedTimeOfLostUnits(TimeCommon):
    """What units have taken along is theirs; a correction is borne by those that remain."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reason = cls.env['mrp.defect.reason'].create({'name': "Scorched", 'code': "SCORCH"})

    def test_a_loss_keeps_its_share(self):
        order = self._create_order(20, defect_cost_policy='separate')
        roasting, grinding, _packing = order.workorder_ids
        self._start(roasting, self.operator_user, 0)
        self._finish(roasting, self.operator_user, 200)
        with freeze_time(self._at(200)):
            grinding.stage_start()
            grinding.with_user(self.supervisor_user).stage_report_defect(self.reason.id, 'write_off', qty=10)
            # Half of 46.80, of 200.00 and of 400.00
            self.assertAlmostEqual(order.cost_loss, 23.4 + 100.0 + 200.0)
            roasting.time_ids.with_user(self.supervisor_user).date_end = self._at(150)
        self.assertAlmostEqual(order.cost_loss, 23.4 + 100.0 + 200.0)
        self.assertEqual(self._cost(roasting), (50.0, 100.0))

    def test_goods_do_not_cost_less_than_nothing(self):
        order = self._create_order(20, defect_cost_policy='separate')
        roasting, grinding, _packing = order.workorder_ids
        self._start(roasting, self.operator_user, 0)
        self._finish(roasting, self.operator_user, 960)
        with freeze_time(self._at(960)):
            grinding.stage_start()
            grinding.with_user(self.supervisor_user).stage_report_defect(self.reason.id, 'write_off', qty=19)
            time = roasting.time_ids.with_user(self.supervisor_user)
            with (
                self.assertRaisesRegex(UserError, "took most of this cost along"),
                self.env.cr.savepoint(),
            ):
                time.date_end = self._at(60)
            # A twentieth is borne by the one that is left: 48.00 and 96.00 of 960.00 and 1,920.00.
            self.assertEqual(self._cost(roasting), (48.0, 96.0))
            time.date_end = self._at(930)
            self.assertEqual(self._cost(roasting), (18.0, 36.0))

    def test_a_start_whose_time_has_been_costed_is_not_cancelled(self):
        order = self._create_order(20)
        roasting = order.workorder_ids[0]
        self._start(roasting, self.operator_user, 0)
        with freeze_time(self._at(10)):
            roasting.with_user(self.supervisor_user).stage_report_defect(self.reason.id, 'write_off', qty=5)
            # 5 of 20 have taken their share along.
            self.assertEqual(self._cost(roasting)[0], 7.5)
            # As long as they are lost, their materials keep the start as well.
            roasting.with_user(self.supervisor_user).stage_withdraw_defect(roasting.defect_ids.id)
            with self.assertRaisesRegex(UserError, "has been costed: its start cannot be cancelled"):
                roasting.stage_cancel_start()
        self.assertEqual(self._cost(roasting)[0], 10.0)

    def test_units_and_cycles_stay(self):
        self.template.batch_mode = 'unit'
        order = self._create_order(2)
        roasting = order.workorder_ids[0]
        with freeze_time(self._at(0)):
            roasting.with_user(self.operator_user).stage_start(units=[1, 2])
        self._finish(roasting, self.operator_user, 60)
        with freeze_time(self._at(60)):
            roasting.time_ids.rework_cycle = 2
            roasting.time_ids.with_user(self.supervisor_user).date_end = self._at(30)
        labor = order.cost_line_ids.filtered(lambda line: line.category == 'labor').sorted('id')
        self.assertEqual(
            [(line.unit_id.number, line.rework_cycle, line.amount) for line in labor],
            [(1, 1, 30.0), (2, 1, 30.0), (1, 1, -30.0), (2, 1, -30.0), (1, 2, 15.0), (2, 2, 15.0)])
