from datetime import datetime, timedelta

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

    def test_every_call_sent_twice(self):
        """A phone that repeats itself leaves one set of events, moves and times."""
        order = self._create_order(20)
        beans, bags = self._qty(self.beans), self._qty(self.bag)
        calls = [
            (0, 'stage_start', {}), (0, 'stage_finish', {'qty': 12}), (0, 'stage_finish', {}),
            (1, 'stage_start', {}), (1, 'stage_pause', {}), (1, 'stage_resume', {}), (1, 'stage_finish', {}),
            (2, 'stage_start', {}), (2, 'stage_cancel_start', {}), (2, 'stage_start', {}),
            (2, 'stage_finish', {'qty': 5, 'materials': [{'product_id': self.bag.id, 'qty': 6}]}),
            (2, 'stage_finish', {}),
        ]
        for number, (position, act, arguments) in enumerate(calls):
            with freeze_time(datetime(2026, 3, 2, 6) + timedelta(hours=13 * number)):
                stage = self._as(order.workorder_ids[position], self.operator_user)
                first = getattr(stage, act)(client_key=f'coffee-{number}', **arguments)
                second = getattr(stage, act)(client_key=f'coffee-{number}', **arguments)
                self.assertEqual(second, first | {'replayed': True})
        self.assertEqual(order.state, 'done')
        self.assertEqual(order.event_ids.sorted('id').mapped('kind'), [
            'start', 'finish', 'finish', 'start', 'pause', 'resume', 'finish',
            'start', 'cancel_start', 'start', 'finish', 'finish'])
        self.assertEqual(len(order.workorder_ids.time_ids), 4, "one, two around the pause, one; none cancelled")
        done = order.move_raw_ids.filtered(lambda move: move.state == 'done')
        self.assertEqual(
            sorted((move.product_id.name, move.quantity) for move in done),
            [("Bag", 6), ("Bag", 15), ("Green beans", 5.2), ("Label", 5), ("Label", 15), ("Valve", 5), ("Valve", 15)])
        self.assertAlmostEqual(beans - self._qty(self.beans), 5.2)
        self.assertEqual(bags - self._qty(self.bag), 21)
        self.assertEqual(self._qty(self.coffee), 20)
