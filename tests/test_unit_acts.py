from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from .unit_common import UnitCommon


@tagged('post_install', '-at_install')
class TestUnitActs(UnitCommon):
    """Acts on numbered units: whose hands they are in, for how long, and what is refused."""

    # ------------------------------------------------------------
    # Start
    # ------------------------------------------------------------

    def test_start_takes_the_next_unit(self):
        answer = self._by_olga(self.cutting).stage_start()
        self.assertEqual(answer['units'], [1])
        self.assertEqual(answer['stage_status'], 'progress')
        self.assertEqual(self._by_hugo(self.cutting).stage_start()['units'], [2])
        self.assertEqual(self.cutting.event_ids[0].units, [2])
        self.assertEqual(self._in_hand(self.cutting), {1: self.operator, 2: self.helper})

    def test_start_takes_as_many_as_asked_or_those_named(self):
        self.assertEqual(self._by_olga(self.cutting).stage_start(qty=3)['units'], [1, 2, 3])
        self.assertEqual(self._by_hugo(self.cutting).stage_start(units=[7, 5])['units'], [5, 7])
        self.assertEqual(self._by_hugo(self.cutting).stage_start(qty=2)['units'], [4, 6])

    def test_a_unit_is_in_one_persons_hands(self):
        self._by_olga(self.cutting).stage_start(units=[3])
        self._assert_refused("Olga works on it", self._by_hugo(self.cutting).stage_start, units=[3])

    def test_start_refuses_units_that_cannot_be_started(self):
        self._by_olga(self.cutting).stage_start(qty=2)
        self._by_olga(self.cutting).stage_finish()
        start = self._by_olga(self.cutting).stage_start
        for pattern, arguments in (
            ("no unit 13. Its units are 1–12", {'units': [13]}),
            ("has already passed Cutting", {'units': [1, 3]}),
            ("named twice", {'units': [3, 3]}),
            ("not the number of a unit", {'units': ['3']}),
            ("not the number of a unit", {'units': [True]}),
            ("not the number of a unit", {'units': [2.5]}),
            ("not the number of a unit", {'units': [0]}),
            ("a list of their numbers", {'units': []}),
            ("a list of their numbers", {'units': 3}),
            ("not a whole number", {'qty': 1.5}),
            ("at most 10, 3–12", {'qty': 11}),
            ("Not both", {'qty': 1, 'units': [3]}),
        ):
            self._assert_refused(pattern, start, **arguments)
        self._assert_refused("It is at Cutting", self._by_olga(self.assembly).stage_start, units=[5])

    def test_all_units_taken(self):
        self._by_olga(self.cutting).stage_start(qty=12)
        self._assert_refused("Olga has 1–12", self._by_hugo(self.cutting).stage_start)

    def test_counted_orders_have_no_numbers(self):
        self.template.batch_mode = 'whole'
        order = self._create_order(4, product=self.wardrobe)
        stage = order.workorder_ids[0]
        self._assert_refused("have no numbers", stage.stage_start, units=[1], order=order)
        self._assert_refused("all that is ready", stage.stage_start, qty=1, order=order)
        stage.stage_start()
        self._assert_refused("have no numbers", stage.stage_finish, units=[1], order=order)

    # ------------------------------------------------------------
    # Clocks
    # ------------------------------------------------------------

    def test_every_time_is_of_the_same_units(self):
        """One clock per person: it is changed for another when the units are others."""
        with freeze_time("2026-03-02 08:00:00") as clock:
            self._by_olga(self.cutting).stage_start()
            clock.tick(timedelta(minutes=10))
            self._by_olga(self.cutting).stage_start()
            clock.tick(timedelta(minutes=20))
            self._by_olga(self.cutting).stage_finish(units=[1])
            clock.tick(timedelta(minutes=5))
            self._by_olga(self.cutting).stage_finish()
        self.assertEqual(
            [(time.unit_ids.mapped('number'), time.duration, time.is_paused) for time in self._times(self.cutting)],
            [([1], 10, False), ([1, 2], 20, False), ([2], 5, False)])
        self.assertFalse(self.cutting.is_started)
        self.assertEqual(self.cutting.stage_status, 'ready')

    def test_starts_in_the_same_second_share_a_clock(self):
        with freeze_time("2026-03-02 08:00:00"):
            self._by_olga(self.cutting).stage_start()
            self._by_olga(self.cutting).stage_start()
        self.assertEqual(self._times(self.cutting).unit_ids.mapped('number'), [1, 2])

    def test_pause_of_one_unit_is_no_pause_of_the_person(self):
        with freeze_time("2026-03-02 08:00:00") as clock:
            self._by_olga(self.cutting).stage_start(qty=2)
            clock.tick(timedelta(minutes=10))
            self.assertEqual(self._by_olga(self.cutting).stage_pause(units=[1])['units'], [1])
            self.assertEqual(self.cutting.stage_status, 'progress')
            clock.tick(timedelta(minutes=10))
            self._by_olga(self.cutting).stage_pause()
            self.assertEqual(self.cutting.stage_status, 'paused')
            clock.tick(timedelta(minutes=30))
            self.assertEqual(self._by_olga(self.cutting).stage_resume(units=[2])['units'], [2])
            summary = self.order.time_summary_ids
            self.assertEqual((summary.work, summary.pause), (20, 30))
        self.assertEqual(
            [(time.unit_ids.mapped('number'), time.duration, time.is_paused) for time in self._times(self.cutting)],
            [([1, 2], 10, False), ([2], 10, True), ([2], 0, False)])

    def test_resume_takes_own_units_and_takes_over_named_ones(self):
        self._by_olga(self.cutting).stage_start(qty=3)
        self._by_olga(self.cutting).stage_pause()
        self._assert_refused("You have paused no unit", self._by_hugo(self.cutting).stage_resume)
        self.assertEqual(self._by_hugo(self.cutting).stage_resume(units=[2])['units'], [2])
        self.assertEqual(self._by_olga(self.cutting).stage_resume()['units'], [1, 3])
        self.assertEqual(self._in_hand(self.cutting), {1: self.operator, 2: self.helper, 3: self.operator})
        self._assert_refused("Hugo already works on unit 2", self._by_olga(self.cutting).stage_resume, units=[2])

    def test_pause_refuses_what_is_not_worked_on(self):
        self._by_olga(self.cutting).stage_start(qty=2)
        self._by_olga(self.cutting).stage_pause(units=[1])
        self._assert_refused("paused at Cutting", self._by_olga(self.cutting).stage_pause, units=[1])
        self._assert_refused("has not been started", self._by_olga(self.cutting).stage_pause, units=[5])
        self._assert_refused("Olga does", self._by_hugo(self.cutting).stage_pause, units=[2])
        self._assert_refused("You work on no unit", self._by_hugo(self.cutting).stage_pause)

    def test_a_supervisor_pauses_and_finishes_for_everybody(self):
        self._by_olga(self.cutting).stage_start()
        self._by_hugo(self.cutting).stage_start()
        stage = self._as(self.cutting, self.supervisor_user)
        self.assertEqual(stage.stage_pause()['units'], [1, 2])
        self.assertEqual(stage.stage_finish(units=[2])['units'], [2])
        self.assertEqual(stage.stage_finish()['units'], [1])

    def test_hold_pauses_all_units(self):
        self._by_olga(self.cutting).stage_start()
        self._by_hugo(self.cutting).stage_start()
        self._by_olga(self.cutting).stage_hold(self.env.ref('mrp_production_stage.hold_reason_machine').id)
        self.assertEqual(set(self.cutting._search_in_hand().mapped('status')), {'paused'})
        self.assertFalse(self._times(self.cutting).filtered(lambda time: not time.date_end))
        self._assert_refused("on hold", self._by_olga(self.cutting).stage_finish)
        self._by_olga(self.cutting).stage_release()
        self.assertEqual(self._by_olga(self.cutting).stage_resume()['units'], [1])

    # ------------------------------------------------------------
    # Finish
    # ------------------------------------------------------------

    def test_finish_passes_own_units(self):
        self._by_olga(self.cutting).stage_start(qty=3)
        self._by_hugo(self.cutting).stage_start()
        answer = self._by_olga(self.cutting).stage_finish(qty=2)
        self.assertEqual((answer['units'], answer['qty_produced'], answer['stage_status']), ([1, 2], 2, 'progress'))
        self.assertEqual(self.assembly.qty_ready, 2)
        self.assertEqual(self._by_olga(self.cutting).stage_finish()['units'], [3])
        self.assertEqual(self._by_hugo(self.cutting).stage_finish()['units'], [4])
        self.assertEqual(self.cutting.event_ids[0].quantity, 1)

    def test_finish_refuses_units_not_in_these_hands(self):
        self._by_olga(self.cutting).stage_start(qty=2)
        self._by_hugo(self.cutting).stage_start()
        finish = self._by_olga(self.cutting).stage_finish
        self._assert_refused("Hugo does", finish, units=[3])
        self._assert_refused("has not been started", finish, units=[9])
        self._assert_refused("no unit 40", finish, units=[40])
        self._assert_refused("at most 2", finish, qty=3)
        self._assert_refused("not a whole number", finish, qty=0.5)

    def test_finish_again_with_the_same_key_is_one_act(self):
        self._by_olga(self.cutting).stage_start(qty=2)
        first = self._by_olga(self.cutting).stage_finish(units=[1], client_key='tablet/1')
        again = self._by_olga(self.cutting).stage_finish(units=[1], client_key='tablet/1')
        self.assertEqual((again['units'], again['replayed'], again['event_id']), ([1], True, first['event_id']))
        self._assert_refused(
            "needs a key of its own", self._by_olga(self.cutting).stage_finish, units=[2], client_key='tablet/1')

    # ------------------------------------------------------------
    # Cancel start
    # ------------------------------------------------------------

    def test_cancelled_start_leaves_the_other_units_their_time(self):
        with freeze_time("2026-03-02 08:00:00") as clock:
            self._by_olga(self.cutting).stage_start()
            clock.tick(timedelta(minutes=10))
            self._by_olga(self.cutting).stage_start()
            clock.tick(timedelta(minutes=10))
            self.assertEqual(self._by_olga(self.cutting).stage_cancel_start(units=[2])['units'], [2])
            self.assertEqual(
                [time.unit_ids.mapped('number') for time in self._times(self.cutting)], [[1], [1]])
            self._by_olga(self.cutting).stage_cancel_start()
        self.assertFalse(self._times(self.cutting))
        self.assertFalse(self.cutting.is_started)
        self.assertEqual((self.cutting.stage_status, self.cutting.qty_ready), ('ready', 12))
        self._assert_refused("has not been started", self._by_olga(self.cutting).stage_cancel_start)

    # ------------------------------------------------------------
    # Materials
    # ------------------------------------------------------------

    def test_each_unit_takes_its_materials_when_it_is_started(self):
        """Cutting takes a board of each unit at its start; Assembly hinges as it finishes."""
        self._by_olga(self.cutting).stage_start(qty=3)
        self.assertEqual(self._qty(self.board), 97)
        self._by_olga(self.cutting).stage_cancel_start(units=[2])
        self.assertEqual(self._qty(self.board), 98)
        self.assertEqual(self.cutting.qty_supplied, 2)
        self._by_olga(self.cutting).stage_finish()
        self._by_olga(self.cutting).stage_start(units=[2, 8])
        self.assertEqual(self._qty(self.board), 96)
        self._by_olga(self.cutting).stage_finish()
        self._by_hugo(self.assembly).stage_start(qty=4)
        self.assertEqual(self._qty(self.hinge), 200)
        self._by_hugo(self.assembly).stage_finish(qty=1)
        self.assertEqual(self._qty(self.hinge), 198)
        self.assertEqual(self._open_norm(self.board), 8)
        self.assertEqual(self._open_norm(self.hinge), 22)

    def test_the_whole_order_takes_its_norm(self):
        for stage in self.order.workorder_ids:
            while stage.qty_ready:
                self._by_olga(stage).stage_start(qty=min(5, stage.qty_ready))
                self._by_olga(stage).stage_finish()
        self.assertEqual(self.order.state, 'done')
        self.assertEqual((self._qty(self.board), self._qty(self.hinge), self._qty(self.wardrobe)), (88, 176, 12))

    # ------------------------------------------------------------
    # Wait
    # ------------------------------------------------------------

    def test_each_unit_waits_on_its_own(self):
        self.template.operation_ids[0].wait_after = 6
        order = self._create_order(3, product=self.wardrobe)
        cutting, assembly, _packing = order.workorder_ids
        with freeze_time("2026-03-02 08:00:00") as clock:
            self._by_olga(cutting).stage_start(qty=2)
            self._by_olga(cutting).stage_finish(units=[1])
            clock.tick(timedelta(hours=2))
            self._by_olga(cutting).stage_finish(units=[2])
            self.assertEqual(
                (assembly.stage_status, assembly.available_from),
                ('waiting', fields.Datetime.to_datetime("2026-03-02 14:00:00")))
            self._assert_refused("available from", self._by_olga(assembly).stage_start, order=order)
            clock.tick(timedelta(hours=4))
            self._end_waits()
            self.assertEqual(assembly.stage_status, 'ready')
            self._assert_refused("available from", self._by_olga(assembly).stage_start, units=[2], order=order)
            self._assert_refused("at most 1, 1", self._by_olga(assembly).stage_start, qty=2, order=order)
            self.assertEqual(self._by_olga(assembly).stage_start()['units'], [1])
            self._by_olga(assembly).stage_finish()
            self.assertEqual(
                (assembly.stage_status, assembly.available_from),
                ('waiting', fields.Datetime.to_datetime("2026-03-02 16:00:00")))
            early = self._as(assembly, self.supervisor_user).stage_start(override_reason="The lorry is here")
            self.assertEqual(early['units'], [2])
        self.assertEqual(
            [(event.kind, event.units) for event in assembly.event_ids if event.kind == 'override'],
            [('override', [2])])

    # ------------------------------------------------------------
    # Native buttons
    # ------------------------------------------------------------

    def test_odoos_own_buttons_start_the_next_unit_and_finish_own_ones(self):
        stage = self._as(self.cutting, self.supervisor_user)
        stage.button_start()
        stage.button_start()
        self.assertEqual(self._in_hand(self.cutting), {1: self.supervisor, 2: self.supervisor})
        stage.button_pending()
        self.assertEqual(self.cutting.stage_status, 'paused')
        stage.button_finish()
        self.assertEqual(self.cutting.qty_produced, 2)
