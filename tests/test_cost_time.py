
from freezegun import freeze_time

from odoo.tests import tagged

from .cost_time_common import TimeCommon


@tagged('post_install', '-at_install')
class TestSharedTime(TimeCommon):
    """An operator's labor never exceeds the clock, in whatever order the clocks become known."""

    def test_a_time_that_arrives_late_gets_what_is_left(self):
        first = self._roast(0, 60)
        late = self._roast(30, 90, now=100)
        self.assertEqual(self._cost(first), (60.0, 120.0))
        self.assertEqual(self._cost(late), (30.0, 120.0), "of 90 minutes 60 had been costed; each roaster runs an hour")

    def test_two_that_were_known_share_with_the_late_one(self):
        first, second = (self._create_order(20).workorder_ids[0] for _i in range(2))
        self._start(first | second, self.operator_user, 0)
        self._finish(first, self.operator_user, 60)
        late = self._roast(0, 60, now=100)
        self._finish(second, self.operator_user, 60, now=110)
        # Half of the hour was costed when two were known; two share the other half.
        self.assertEqual(
            [self._cost(stage)[0] for stage in (first, late, second)], [30.0, 15.0, 15.0])

    def test_three_finished_in_any_order_cost_the_hour(self):
        stages = self.env['mrp.workorder'].union(*(self._create_order(20).workorder_ids[0] for _i in range(3)))
        self._start(stages, self.operator_user, 0)
        for stage in stages[::-1]:
            self._finish(stage, self.operator_user, 60)
        self.assertEqual([self._cost(stage)[0] for stage in stages], [20.0, 20.0, 20.0])

    def test_three_stages_finished_together_cost_the_hour_to_the_cent(self):
        self.operator.hourly_cost = 20.0
        stages = self.env['mrp.workorder'].union(*(self._create_order(20).workorder_ids[0] for _i in range(3)))
        self._start(stages, self.operator_user, 0)
        self._finish(stages, self.operator_user, 60)
        self.assertAlmostEqual(sum(self._cost(stage)[0] for stage in stages), 20.0)

    def test_three_people_at_one_stage_cost_the_work_centers_hour_to_the_cent(self):
        self.roaster.costs_hour = 10.0
        stage = self._create_order(20).workorder_ids[0]
        self._start(stage, self.operator_user, 0)
        for user in (self.helper_user, self.supervisor_user):
            self._start(stage, user, 0, act='stage_resume')
        self._finish(stage, self.operator_user, 60)
        self.assertEqual(len(stage.time_ids), 3)
        self.assertEqual(self._cost(stage)[1], 10.0)

    def test_work_on_a_cancelled_order_has_cost(self):
        """What was costed before is not costed again."""
        order = self._create_order(20)
        stage = order.workorder_ids[0]
        self._start(stage, self.operator_user, 0)
        self._finish(stage, self.operator_user, 60, qty=5)
        with freeze_time(self._at(120)):
            order.action_cancel()
        self.assertEqual(order.state, 'cancel')
        self.assertEqual(self._cost(stage), (120.0, 240.0))
        order.action_cancel()
        self.assertEqual(self._cost(stage), (120.0, 240.0))

    def test_a_partial_finish_beside_a_late_time(self):
        first = self._create_order(20).workorder_ids[0]
        self._start(first, self.operator_user, 0)
        self._finish(first, self.operator_user, 30, qty=5)
        late = self._roast(0, 60, now=60)
        self.assertEqual(self._cost(late)[0], 15.0, "nothing of the first half hour, half of the second")
        self._finish(first, self.operator_user, 60)
        self.assertEqual(self._cost(first)[0], 30.0 + 15.0)
