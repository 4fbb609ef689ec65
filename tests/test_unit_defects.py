from datetime import timedelta

from freezegun import freeze_time

from odoo.tests import tagged

from .unit_common import UnitCommon


@tagged('post_install', '-at_install')
class TestUnitDefects(UnitCommon):
    """Defects of numbered units: each goes its own way, and leaves the hands it was in."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reason = cls.env['mrp.defect.reason'].create({'name': "Scratched"})
        cls.third, cls.third_user = cls._create_person("Tina", 'group_operator')

    def _report(self, stage, units, decision='return', to=None, user=None):
        return self._as(stage, user or self.operator_user).stage_report_defect(
            self.reason.id, decision, units=units, return_to=to.id if to else None)

    def _pass(self, stage, units, user=None):
        stage = self._as(stage, user or self.operator_user)
        stage.stage_start(units=units)
        stage.stage_finish(units=units)

    def test_twelve_wardrobes(self):
        """Three people at once, unit 5 back twice, refused the third time, accepted as is."""
        self.order.workorder_ids._write_stage({'rework_limit': 2})
        tina = self._as(self.cutting, self.third_user)
        self._by_olga(self.cutting).stage_start(units=[1, 2, 3])
        self._by_hugo(self.cutting).stage_start(units=[4, 5])
        self.assertEqual(tina.stage_start()['units'], [6])
        self.assertEqual(
            self._in_hand(self.cutting),
            {1: self.operator, 2: self.operator, 3: self.operator, 4: self.helper, 5: self.helper, 6: self.third})
        self._by_olga(self.cutting).stage_finish()
        self._by_hugo(self.cutting).stage_finish()
        self._as(self.cutting, self.third_user).stage_finish()
        self._pass(self.cutting, [7, 8])
        self.assertEqual(self._by_olga(self.cutting).progress_text, "8 of 12")
        for cycle in (2, 3):
            self.assertFalse(self._report(self.assembly, [5], to=self.cutting)['escalated'])
            self.assertEqual(self._row(self.cutting, 5).rework_cycle, cycle)
            self.assertEqual(self._by_olga(self.cutting).progress_text, "7 of 12")
            self._pass(self.cutting, [5], self.helper_user)
            self.assertEqual(self.cutting.event_ids[0].rework_cycle, cycle)
        answer = self._report(self.assembly, [5], to=self.cutting)
        self.assertTrue(answer['escalated'])
        self.assertEqual(self._row(self.assembly, 5).status, 'hold')
        self._assert_refused("waits at Assembly for a decision", self._by_olga(self.assembly).stage_start, units=[5])
        self.assertEqual(self._by_olga(self.assembly).stage_start(qty=5)['units'], [1, 2, 3, 4, 6])
        self._as(self.assembly, self.supervisor_user).stage_decide_defect(
            answer['defect_id'], 'accept', "The scratch is inside")
        self.assertEqual(self._by_olga(self.cutting).progress_text, "8 of 12")
        self._by_olga(self.assembly).stage_finish()
        self._pass(self.assembly, [5, 7, 8])
        self.assertEqual(self._by_olga(self.assembly).progress_text, "8 of 12")
        self._pass(self.cutting, [9, 10, 11, 12])
        self._pass(self.assembly, [9, 10, 11, 12])
        self._pass(self.packing, list(range(1, 13)))
        self.assertEqual((self.order.state, self._qty(self.wardrobe)), ('done', 12))
        # Rework takes no materials again by itself.
        self.assertEqual((self._qty(self.board), self._qty(self.hinge)), (88, 176))
        self.assertEqual(self.order._replay_events(), {
            stage.id: {name: stage[name] for name in ('qty_produced', 'qty_lost', 'qty_held', 'rework_cycle')}
            for stage in self.order.workorder_ids})

    def _row(self, stage, number):
        return self.env['mrp.workorder.unit'].search([('workorder_id', '=', stage.id), ('number', '=', number)])

    def test_a_returned_unit_leaves_the_hands_it_was_in(self):
        self._pass(self.cutting, [1, 2])
        with freeze_time("2030-03-02 08:00:00") as clock:
            self._by_hugo(self.assembly).stage_start(qty=2)
            clock.tick(timedelta(minutes=10))
            self._report(self.assembly, [1], to=self.cutting)
            clock.tick(timedelta(minutes=10))
            self._report(self.assembly, [2])
        self.assertEqual(
            [(time.unit_ids.mapped('number'), time.duration) for time in self._times(self.assembly)],
            [([1, 2], 10), ([2], 10)])
        self.assertFalse(self.assembly._search_in_hand())
        self.assertEqual((self.assembly.is_started, self.assembly.stage_status), (False, 'ready'))
        self.assertEqual(self._row(self.assembly, 2).rework_cycle, 2)

    def test_what_comes_back_to_its_stage_leaves_the_others_in_hand(self):
        self._by_olga(self.cutting).stage_start(qty=2)
        self._by_hugo(self.cutting).stage_start()
        self._report(self.cutting, [1])
        self.assertEqual(self._in_hand(self.cutting), {2: self.operator, 3: self.helper})
        self.assertEqual(self.cutting.stage_status, 'progress')
        self._by_olga(self.cutting).stage_start(units=[1])
        times = self._times(self.cutting).filtered(lambda time: time.employee_id == self.operator)
        self.assertEqual(times[-1].rework_cycle, 2)

    def test_written_off_units_take_along_exactly_their_materials(self):
        self._by_olga(self.cutting).stage_start(qty=4)
        self._by_olga(self.cutting).stage_finish(units=[1, 2, 3])
        # Unit 9 has no board yet, unit 4 has, unit 1 its hinges, too.
        self._pass(self.assembly, [1])
        for stage, unit, boards, hinges in (
            (self.cutting, 9, 7, 20), (self.cutting, 4, 7, 18), (self.packing, 1, 7, 18)
        ):
            self._report(stage, [unit], 'write_off', user=self.supervisor_user)
            self.assertEqual((self._open_norm(self.board), self._open_norm(self.hinge)), (boards, hinges), unit)
        self.assertEqual((self.cutting.qty_supplied, self.assembly.qty_supplied), (2, 0))
        self.assertEqual(self._by_olga(self.cutting).progress_text, "2 of 9")
        self._assert_refused("has been written off", self._by_olga(self.assembly).stage_start, units=[1])
        for stage in self.order.workorder_ids:
            while stage.qty_ready:
                self._pass(stage, sorted(stage._get_free_units()))
        self.assertEqual((self.order.state, self._qty(self.wardrobe)), ('done', 9))
        # Boards of 1, 4 and the nine; hinges of 1 and the nine.
        self.assertEqual((self._qty(self.board), self._qty(self.hinge)), (100 - 11, 200 - 20))

    def test_rework_takes_the_norm_again_only_for_supplied_units(self):
        self.order.workorder_ids._write_stage({'rework_consumes': True})
        self._pass(self.cutting, [1, 2, 3])
        self._report(self.assembly, [2], to=self.cutting)
        self._pass(self.cutting, [4])
        self.assertEqual(self._qty(self.board), 96)
        self._pass(self.cutting, [2])
        self.assertEqual(self._qty(self.board), 95)
        self._pass(self.assembly, [1, 2])
        self.assertEqual(self._qty(self.hinge), 196)

    def test_withdrawn_return_leaves_the_unit_supplied(self):
        self.order.workorder_ids._write_stage({'rework_consumes': True})
        self._pass(self.cutting, [1, 2])
        defect = self._report(self.assembly, [2], to=self.cutting)['defect_id']
        self._as(self.assembly, self.supervisor_user).stage_withdraw_defect(defect)
        self._report(self.assembly, [2], to=self.cutting)
        self._pass(self.cutting, [2])
        self.assertEqual(self._qty(self.board), 97)
        self._pass(self.cutting, [3])
        self.assertEqual((self._qty(self.board), self._open_norm(self.board)), (96, 9))

    def test_serials_of_lost_units_are_not_received(self):
        self.wardrobe.tracking = 'serial'
        order = self._create_order(3, product=self.wardrobe)
        wizard = self.env['mrp.production.serials'].create({'production_id': order.id})
        wizard.serial_numbers = "A\nB\nC"
        wizard.action_apply()
        cutting, assembly, packing = order.workorder_ids
        self._report(cutting, [2], 'write_off', user=self.supervisor_user)
        self.assertEqual(order.lot_producing_ids.mapped('name'), ["A", "C"])
        for stage in (cutting, assembly, packing):
            self._pass(stage, [1, 3])
        self.assertEqual(order.state, 'done')
        self.assertEqual(sorted(order.move_finished_ids.move_line_ids.lot_id.mapped('name')), ["A", "C"])

    def test_a_unit_that_waits_may_be_lost_beside(self):
        """While unit 1 waits at Packing for a decision, it is written off at Assembly, which runs beside."""
        self.template.operation_ids[2].is_parallel = True
        self.template.operation_ids[0].rework_limit = 1
        order = self._create_order(2, product=self.wardrobe)
        cutting, assembly, packing = order.workorder_ids
        for escalated in (False, True):
            self._pass(cutting, [1])
            self.assertEqual(self._report(packing, [1], to=cutting)['escalated'], escalated)
        self._report(assembly, [1], 'write_off', user=self.supervisor_user)
        flow = order._load_flow()
        self.assertEqual(flow.state, order._replay_log(flow))
        self.assertEqual((flow.held_amount(packing), packing.qty_held), (frozenset(), 0.0))
        self._as(assembly, self.supervisor_user).stage_withdraw_defect(assembly.defect_ids.id)
        flow = order._load_flow()
        self.assertEqual(flow.state, order._replay_log(flow))
        self.assertEqual((flow.held_amount(packing), packing.qty_held), (frozenset({1}), 1.0))

    def test_nobody_is_asked_about_a_unit_that_was_lost_beside(self):
        self.template.operation_ids[2].is_parallel = True
        self.template.operation_ids[0].rework_limit = 1
        order = self._create_order(2, product=self.wardrobe)
        cutting, assembly, packing = order.workorder_ids
        for _time in range(2):
            self._pass(cutting, [1])
            self._report(packing, [1], to=cutting)
        defect = packing.defect_ids.filtered(lambda defect: defect.state == 'escalated')
        self._report(assembly, [1], 'write_off', user=self.supervisor_user)
        for stage in order.workorder_ids:
            self._pass(stage, [2])
        self.assertEqual(order.state, 'done')
        self.assertEqual((defect.state, defect.verdict, defect.decision), ('done', 'write_off', 'write_off'))
        self.assertFalse(defect.activity_ids)
