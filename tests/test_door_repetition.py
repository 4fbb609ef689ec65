from odoo.tests import tagged

from .door_common import DoorCommon


@tagged('post_install', '-at_install')
class TestDoorRepetition(DoorCommon):
    """The same key twice is one act."""

    def test_the_same_key_twice_is_one_act(self):
        acts = [
            ('stage_start', {}), ('stage_pause', {'reason': "Tea"}), ('stage_resume', {}),
            ('stage_hold', {'reason_id': self.reason.id}), ('stage_release', {}), ('stage_resume', {}),
            ('stage_finish', {'qty': 5}), ('stage_finish', {}),
        ]
        stage = self._as(self.roasting, self.operator_user)
        for number, (act, arguments) in enumerate(acts):
            first = getattr(stage, act)(client_key=f'key-{number}', **arguments)
            after = self._snapshot()
            again = getattr(stage, act)(client_key=f'key-{number}', **arguments)
            self.assertEqual(again, first | {'replayed': True})
            self.assertEqual(self._snapshot(), after)

    def test_a_late_repetition_gets_the_first_answer(self):
        stage = self._as(self.roasting, self.operator_user)
        first = stage.stage_start(client_key='once')
        stage.stage_finish()
        self.assertEqual(stage.stage_start(client_key='once'), first | {'replayed': True})

    def test_the_same_key_for_another_act(self):
        stage = self._as(self.roasting, self.operator_user)
        stage.stage_start(client_key='once')
        self._assert_refused("already used for another act: Started of Roasting", stage.stage_pause, client_key='once')
        stage.stage_finish(qty=2, client_key='two')
        self._assert_refused("already used", stage.stage_finish, qty=3, client_key='two')
        other = self._as(self._create_order(5).workorder_ids[0], self.operator_user)
        self._assert_refused("already used", other.stage_start, client_key='once')
        self._assert_refused("text that names one act", stage.stage_finish, client_key=7)
        self._assert_refused("text that names one act", stage.stage_finish, client_key=" ")
