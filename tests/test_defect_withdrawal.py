from odoo.tests import tagged

from .defect_common import JacketsAtQaCommon


@tagged('post_install', '-at_install')
class TestDefectWithdrawal(JacketsAtQaCommon):
    """A supervisor takes a report back while nothing has happened since."""

    def _report(self, decision='return', **arguments):
        arguments = {'qty': 7} | ({'return_to': self.sewing.id} if decision == 'return' else {}) | arguments
        answer = self._as(self.qa, self.supervisor_user).stage_report_defect(self.seam.id, decision, **arguments)
        return self.env['mrp.defect'].browse(answer['defect_id'])

    def _withdraw(self, defect, user=None, stage=None, **options):
        return self._as(stage or self.qa, user or self.supervisor_user).stage_withdraw_defect(defect.id, **options)

    def test_units_are_where_they_were(self):
        self.packing.rework_limit = 1
        before = self._statuses(self.order)
        self.qa.rework_limit = 0
        for decision, arguments in (
            ('return', {}), ('return', {'return_to': self.qa.id}), ('return', {'return_to': self.cutting.id}),
            ('write_off', {}), ('write_off', {'qty': 99}),
        ):
            with self.subTest(decision, **arguments):
                defect = self._report(decision, **arguments)
                self.assertNotEqual(
                    (self._statuses(self.order), self.qa.rework_cycle), (before, 1))
                answer = self._withdraw(defect, note="Wrong order")
                self.assertEqual(answer['qty_ready'], 100)
                self.assertEqual(self._statuses(self.order), before)
                self.assertEqual(self.order.workorder_ids.mapped('rework_cycle'), [1, 1, 1, 1])
                self.assertEqual(self.order.workorder_ids.mapped('qty_lost'), [0, 0, 0, 0])
                self.assertFalse(any(self.order.workorder_ids.mapped('rework_label')))
                self.assertEqual(defect.state, 'withdrawn')
                event = defect.event_ids.sorted('id')[-1]
                self.assertEqual((event.kind, event.note, event.quantity), ('withdraw', "Wrong order", defect.quantity))
                self._assert_replays(self.order)
        self._pass(self.qa | self.packing)
        self.assertEqual((self.order.state, self._qty(self.jacket)), ('done', 100))

    def test_escalation(self):
        self.sewing.rework_limit = 1
        self._report()
        self._pass(self.sewing)
        before = self._statuses(self.order)
        defect = self._report()
        self.assertEqual((defect.state, self.qa.qty_held), ('escalated', 7))
        self._withdraw(defect)
        self.assertEqual((self._statuses(self.order), self.qa.qty_held), (before, 0))
        self.assertFalse(defect.activity_ids)
        self._assert_replays(self.order)

    def test_one_after_the_other(self):
        """The last first: withdrawn reports count as not made."""
        first, second = self._report(), self._report('write_off', qty=3)
        self._assert_refused(
            "cannot be withdrawn any more: QA of .* has a later act .Written off", self.order, self._withdraw, first)
        self._withdraw(second)
        self._withdraw(first)
        self.assertEqual(self._statuses(self.order)[2], ('ready', 100, 0))
        self._assert_replays(self.order)

    def test_too_late(self):
        defect = self._report()
        self.packing.with_user(self.supervisor_user).stage_assign(self.operator.id)
        self._assert_refused("Packing of .* has a later act .Assigned", self.order, self._withdraw, defect)
        second = self._report(qty=1)
        self.sewing.stage_start()
        self._assert_refused("Sewing of .* has a later act .Started", self.order, self._withdraw, second)

    def test_who_and_what(self):
        defect = self._report()
        self._assert_refused(
            "Only a supervisor may withdraw", self.order, self._withdraw, defect, user=self.operator_user)
        self._assert_refused("is none of Sewing", self.order, self._withdraw, defect, stage=self.sewing)
        self._withdraw(defect)
        self._assert_refused("has been withdrawn already", self.order, self._withdraw, defect)

    def test_decided(self):
        self.sewing.rework_limit = 1
        self._report()
        self._pass(self.sewing)
        defect = self._report()
        self._as(self.qa, self.supervisor_user).stage_decide_defect(defect.id, 'accept', "Fine")
        self._assert_refused("has a later act .Decided", self.order, self._withdraw, defect)

    def test_closed_order(self):
        defect = self._report('write_off', qty=100)
        self.assertEqual(self.order.state, 'done')
        self._assert_refused("is closed", self.order, self._withdraw, defect)

    def test_button(self):
        defect = self._report()
        defect.with_user(self.supervisor_user).action_withdraw()
        self.assertEqual((defect.state, defect.event_ids.sorted('id')[-1].source), ('withdrawn', 'office'))
