import random
from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import StageCommon


@tagged('post_install', '-at_install')
class TestReplay(StageCommon):
    """Random runs through the door: whatever happens, the log rebuilds what the stages store."""

    RUNS = 10
    ACTS = 25

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template.operation_ids[0].wait_after = 2

    def test_random_runs(self):
        done = 0
        for seed in range(self.RUNS):
            with self.subTest(seed=seed):
                done += self._run(random.Random(seed))
        self.assertGreater(done, self.RUNS * 5, "most random acts were refused: the test shows little")

    def _run(self, chance):
        order = self._create_order(chance.randint(1, 30))
        reason = self.env.ref('mrp_production_stage.hold_reason_material')
        users = (self.operator_user, self.helper_user, self.supervisor_user, self.supervisor_user)
        now = datetime(2026, 3, 2, 6)
        done = 0
        for _number in range(self.ACTS):
            now += timedelta(minutes=chance.choice((1, 30, 300)))
            open_stages = order.workorder_ids.filtered(lambda stage: stage.stage_status not in ('done', 'waiting'))
            stage = chance.choice(open_stages or order.workorder_ids).with_user(chance.choice(users))
            act, arguments = chance.choice((
                ('stage_start', {}), ('stage_start', {}), ('stage_pause', {}), ('stage_resume', {}),
                ('stage_finish', {}), ('stage_finish', {'qty': chance.randint(1, 8)}),
                ('stage_cancel_start', {}), ('stage_hold', {'reason_id': reason.id}), ('stage_release', {}),
            ))
            with freeze_time(now):
                try:
                    with self.env.cr.savepoint():
                        getattr(stage, act)(**arguments)
                    done += 1
                except UserError:
                    self.env.invalidate_all()
                self._check_order(order)
        return done

    def _check_order(self, order):
        stages = order.workorder_ids
        self.assertEqual(order._replay_events(), {
            stage.id: {
                'qty_produced': stage.qty_produced, 'qty_lost': stage.qty_lost, 'qty_held': stage.qty_held,
                'rework_cycle': stage.rework_cycle}
            for stage in stages
        })
        # On a line, what is ready anywhere and what has passed the end are all the units.
        self.assertEqual(
            sum(stages.mapped('qty_ready')) + stages[-1].qty_produced, order.product_qty)
        for stage in stages:
            open_times = stage.time_ids.filtered(lambda time: not time.date_end)
            self.assertEqual(bool(open_times), stage.stage_status == 'progress')
            self.assertEqual(len(open_times), len(open_times.employee_id))
        for line in order.material_summary():
            # Taken, plus still to be taken, is the norm: nothing is taken twice or forgotten.
            self.assertAlmostEqual(line['consumed'] + line['remaining'], line['norm'])
        if order.state == 'done':
            self.assertEqual(order.move_finished_ids.quantity, order.product_qty)
