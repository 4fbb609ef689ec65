from datetime import datetime

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import StageCommon


@tagged('post_install', '-at_install')
class TestThinPath(StageCommon):
    """From template to finished goods through the public API, as the operator."""

    def test_coffee_from_beans_to_stock(self):
        with freeze_time("2026-03-02 06:00:00"):
            order = self._create_order(20)
            self.assertEqual(order.workorder_ids.mapped('stage_status'), ['ready', 'waiting', 'waiting'])
            self.assertEqual(order.board_status, 'pending')
            roasting, grinding, packing = self._as(order.workorder_ids, self.operator_user)
            beans_before = self._qty(self.beans)
            answer = roasting.stage_start()
            self.assertEqual(answer['stage_status'], 'progress')
            self.assertAlmostEqual(beans_before - self._qty(self.beans), 5.2)
        with freeze_time("2026-03-02 06:15:00"):
            answer = roasting.stage_finish()
            self.assertEqual(answer['stage_status'], 'done')
            self.assertEqual(answer['qty_produced'], 20)
        with freeze_time("2026-03-02 07:15:00"):
            with self.assertRaisesRegex(UserError, "available from"):
                grinding.stage_start()
            self.assertEqual(grinding.sudo().available_from, datetime(2026, 3, 2, 18, 15))
            self.assertEqual(grinding.sudo().stage_status, 'waiting')
        with freeze_time("2026-03-02 18:15:00"):
            self.assertEqual(grinding.stage_start()['stage_status'], 'progress')
        with freeze_time("2026-03-02 18:30:00"):
            grinding.stage_finish()
        with freeze_time("2026-03-02 18:40:00"):
            packing.stage_start()
        with freeze_time("2026-03-02 19:00:00"):
            bags_before, labels_before = self._qty(self.bag), self._qty(self.label)
            answer = packing.stage_finish(materials=[{'product_id': self.bag.id, 'qty': 21}], note="One bag torn")
            self.assertEqual(answer['order_state'], 'done')
        self.assertEqual(bags_before - self._qty(self.bag), 21)
        self.assertEqual(labels_before - self._qty(self.label), 20)
        self.assertEqual(self._qty(self.coffee), 20)
        self.assertEqual(order.board_status, 'done')
        events = order.event_ids.sorted('id')
        self.assertEqual(
            events.mapped(lambda event: (event.stage_name, event.kind, str(event.occurred_at)[11:16])),
            [
                ("Roasting", 'start', '06:00'), ("Roasting", 'finish', '06:15'),
                ("Grinding", 'start', '18:15'), ("Grinding", 'finish', '18:30'),
                ("Packing", 'start', '18:40'), ("Packing", 'finish', '19:00'),
            ])
        self.assertEqual(events.employee_id, self.operator)
        self.assertEqual(events.user_id, self.operator_user)
        self.assertEqual(events[-1].note, "One bag torn")
        bag_line = next(
            line for line in order.material_summary() if line['product_id'] == self.bag.id)
        self.assertEqual(
            (bag_line['norm'], bag_line['consumed'], bag_line['overconsumption']), (20, 21, 1))
