from unittest.mock import patch

from odoo.tests import tagged

from .trigger_common import TriggerCommon
from .workload import Workload


@tagged('post_install', '-at_install')
class TestStageTriggerMoments(TriggerCommon):
    """When the triggers of coffee fire, and what that takes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template.operation_ids.wait_after = 0
        cls.template.bom_line_ids.unlink()
        _roasting, cls.grinding, cls.packing = cls.template.operation_ids
        cls.reason = cls.env['mrp.defect.reason'].create({'name': "Burnt", 'code': "BURNT"})

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
        self._work(roasting | grinding, qty=15)
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
        ready = orders.workorder_ids.filtered(lambda stage: stage.stage_status == 'ready')
        stages = self._as(ready, self.operator_user)
        self.assertEqual(len(stages), 50)
        for act in (stages.stage_start, stages.stage_finish):
            self.assertEqual(self._count_following(act), [0])

    def test_queries_do_not_grow_with_the_number_of_orders(self):
        trigger = self._watch(self.soap_template.operation_ids, activity_user_id=self.lena.id)
        trigger.mail_template_id = self.mail
        workload, counts = Workload(self.env), []
        orders = [self._order_soap(self._sell()) for _number in range(4)]
        for order in orders:
            stage = self._as(order.workorder_ids, self.operator_user)
            stage.stage_start()
            self.env.flush_all()
            self.env.invalidate_all()
            counts += self._count_following(stage.stage_finish)
            if order == orders[2]:
                workload.copy_order(order, 300)
        # Odoo's own caches warm up for a while.
        self.assertLessEqual(counts[3], counts[2])
        self.assertGreater(counts[3], 10)
