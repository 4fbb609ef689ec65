import base64

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import PHOTO, PIXEL, ChecklistCommon
from .photos import read_picture


@tagged('post_install', '-at_install')
class TestChecklistAnswers(ChecklistCommon):
    """Checks answered through the API, as the operator."""

    def test_answers_stay_with_the_stage(self):
        self.stage.stage_finish(checks=self._answers(remark="Smells good"))
        self.assertEqual(self.grinding.stage_status, 'done')
        answers = self.grinding.check_answer_ids.sorted('id')
        self.assertEqual(
            answers.mapped(lambda answer: (answer.name, answer.answer, answer.limits, answer.in_limits)),
            [
                ("Clean", "Yes", "Yes", True), ("Moisture", "11 g", "0 to 12.5 g", True),
                ("Picture", "roast.jpg", False, True), ("Remark", "Smells good", False, True),
            ])
        self.assertEqual((answers[0].value_boolean, answers[1].value_number), (True, 11))
        self.assertEqual(read_picture(base64.b64decode(answers[2].value_photo)).size, (1, 1))
        finish = self.order.event_ids.filtered(lambda event: event.kind == 'finish')[0]
        self.assertEqual(answers.event_id, finish)
        self.assertEqual(answers.employee_id, self.operator)
        self.assertEqual(self.order.check_answer_ids, answers.sorted('id', reverse=True))
        self.assertNotIn(PIXEL, str(finish.request), "the log keeps no photo twice")

    def test_zero_is_a_limit_and_a_value(self):
        self._assert_refused(
            "Moisture of Grinding is -0.5 g, but must be 0 to 12.5 g", checks=self._answers(moisture=-0.5))
        self.stage.stage_finish(checks=self._answers(moisture=0))
        self.assertEqual(self.grinding.stage_status, 'done')

    def test_limits_themselves_are_good(self):
        self.stage.stage_finish(qty=5, checks=self._answers(moisture=12.5))
        self._assert_refused("Moisture of Grinding is 12.5001 g", checks=self._answers(moisture=12.5001))

    def test_every_finish_answers_again(self):
        self.stage.stage_finish(qty=5, checks=self._answers())
        self._assert_refused("before its checklist is answered: Clean, Moisture, Picture")
        self.stage.stage_finish(checks=self._answers(moisture=9))
        moistures = self.grinding.check_answer_ids.filtered(lambda answer: answer.check_id == self.moisture)
        self.assertEqual(moistures.mapped('value_number'), [9, 11])
        self.assertEqual(len(moistures.event_id), 2)

    def test_all_missing_answers_are_named(self):
        self._assert_refused(
            "Grinding of .* before its checklist is answered: Moisture, Picture",
            checks=self._answers(moisture=None, picture=None))

    def test_what_is_no_answer(self):
        other = self.env['mrp.stage.check'].create(
            {'name': "Elsewhere", 'operation_id': self.template.operation_ids[2].id})
        of_the_template = self.operation.checklist_ids[0]
        for pattern, checks in (
            ("is answered with yes or no", self._answers(clean=1)),
            ("is answered with yes or no", self._answers(clean="yes")),
            ("is answered with a number", self._answers(moisture=True)),
            ("is answered with a number", self._answers(moisture="11")),
            ("is answered with a number", self._answers(moisture=float('nan'))),
            ("is answered with a number", self._answers(moisture=float('inf'))),
            ("is answered with a number", self._answers(moisture=10 ** 400)),
            ("is answered with a number", self._answers(moisture=PHOTO)),
            ("is answered with a text", self._answers(remark=5)),
            ("is answered with a text", self._answers(remark="  ")),
            ("is answered with a text", self._answers(remark="a\0b")),
            ("is answered with a photo", self._answers(picture="roast.png")),
            ("is not a photo", self._answers(picture={'name': "a.png", 'data': "bm90"})),
            ("is not a photo", self._answers(picture={'data': PIXEL})),
            ("is answered twice", self._answers() + self._answers()),
            ("is not one of Grinding", [*self._answers(), {'check_id': other.id, 'value': True}]),
            ("is not one of Grinding", [*self._answers(), {'check_id': of_the_template.id, 'value': True}]),
            ("is not one of Grinding", [*self._answers(), {'check_id': 987654321, 'value': True}]),
            ("not the number of a record", [{'check_id': "one", 'value': True}]),
            ("given as a check and a value", [{'check_id': self.clean.id}]),
            ("given as a check and a value", ["yes"]),
            ("given as a list", {'check_id': self.clean.id, 'value': True}),
            ("reason for accepting a value is a text",
             [{'check_id': self.clean.id, 'value': False, 'accept_reason': 5}]),
        ):
            with self.subTest(pattern, checks=str(checks)[:80]):
                self._assert_refused(pattern, checks=checks)

    def test_answers_to_a_stage_without_checklist(self):
        self.stage.stage_finish(checks=self._answers())
        self.packing.stage_start()
        self._assert_refused("Packing has no checklist", stage=self.packing, checks=self._answers())

    def test_repetition_stores_nothing_twice(self):
        arguments = {'checks': self._answers(), 'photos': [PHOTO], 'client_key': 'phone-1/1'}
        first = self.stage.stage_finish(**arguments)
        before = self._read_state()
        self.assertEqual(self.stage.stage_finish(**arguments), first | {'replayed': True})
        self.assertEqual(self._read_state(), before)
        for other in (
            {'checks': self._answers(moisture=12)},
            {'checks': self._answers(picture={'name': "other.png", 'data': PIXEL})},
            {'photos': []},
        ):
            with self.subTest(other), self.assertRaisesRegex(UserError, "already used for another act"):
                self.stage.stage_finish(**arguments | other)

    def test_several_stages_at_once(self):
        """Each answer belongs to the stage of its check."""
        second = self._create_order(20)
        second.workorder_ids[0].stage_start()
        second.workorder_ids[0].stage_finish()
        second.workorder_ids[1].stage_start()
        stages = self.grinding | second.workorder_ids[1]
        self._assert_refused(
            f"Grinding of {second.name} cannot be finished before", stage=stages, checks=self._answers())
        checks = self._answers() + [
            {'check_id': check.id, 'value': {'yes_no': True, 'number': 3}.get(check.kind, PHOTO)}
            for check in second.workorder_ids[1].checklist_ids if check.is_required]
        stages.stage_finish(checks=checks)
        self.assertEqual(stages.mapped('stage_status'), ['done', 'done'])
        self.assertEqual(
            second.check_answer_ids.event_id, second.event_ids[0], "the last event is the finish of its own stage")
        self.assertEqual(len(second.check_answer_ids), 3)

    # ------------------------------------------------------------
    # Out of limits
    # ------------------------------------------------------------

    def test_operator_accepts_nothing(self):
        checks = self._answers(moisture=14)
        self._assert_refused("Moisture of Grinding is 14 g, but must be 0 to 12.5 g. Only a supervisor", checks=checks)
        checks[1]['accept_reason'] = "It is fine"
        self._assert_refused("Only a supervisor may accept it", checks=checks)
        self._assert_refused("Clean of Grinding is No, but must be Yes", checks=self._answers(clean=False))

    def test_supervisor_accepts_with_a_reason(self):
        stage = self._as(self.grinding, self.supervisor_user)
        checks = self._answers(moisture=14)
        self._assert_refused("Say why you accept it", stage=stage, checks=checks)
        checks[1]['accept_reason'] = "   "
        self._assert_refused("Say why you accept it", stage=stage, checks=checks)
        checks[1]['accept_reason'] = "Blend for the office"
        checks[0]['accept_reason'] = "Needed by nobody"
        stage.stage_finish(checks=checks)
        clean, moisture = (self.grinding.check_answer_ids.filtered(
            lambda answer, check=check: answer.check_id == check) for check in (self.clean, self.moisture))
        self.assertEqual(
            (moisture.in_limits, moisture.accepted_by, moisture.accept_reason),
            (False, self.supervisor_user, "Blend for the office"))
        self.assertEqual((clean.in_limits, clean.accepted_by.id, clean.accept_reason), (True, False, False))

    def test_no_may_be_the_good_answer(self):
        self.operation.checklist_ids.unlink()
        self.operation.checklist_ids = [
            Command.create({'name': "Stones", 'expected': 'no'}), Command.create({'name': "Dark"})]
        stage = self._create_order(1).workorder_ids[1]
        stones, dark = stage.checklist_ids
        self.assertEqual((stones._is_within(True), stones._is_within(False)), (False, True))
        self.assertEqual((dark._is_within(True), dark._is_within(False), dark.limits), (True, True, False))

    # ------------------------------------------------------------
    # Photos
    # ------------------------------------------------------------

    def test_photo_of_this_finish(self):
        self.template.operation_ids[2].photo_required = True
        order = self._create_order(20)
        for stage, checks in zip(order.workorder_ids[:2], ([], self._answers_of(order.workorder_ids[1]))):
            stage.stage_start()
            stage.stage_finish(checks=checks, photos=[PHOTO])
        packing = self._as(order.workorder_ids[2], self.operator_user)
        packing.stage_start()
        self._assert_refused("without a photo", stage=packing)
        packing.stage_finish(qty=5, photos=[PHOTO, PHOTO | {'name': "two.png"}])
        self._assert_refused("without a photo", stage=packing)
        event = order.event_ids.filtered(lambda event: event.workorder_id.id == packing.id)[0]
        self.assertEqual(sorted(event.photo_ids.mapped('name')), ["roast.jpg", "two.jpg"])
        self.assertEqual(set(event.photo_ids.mapped('res_id')), {packing.id})
        packing.stage_finish(photos=[PHOTO])
        self.assertEqual(packing.stage_status, 'done')

    def _answers_of(self, stage):
        values = {'yes_no': True, 'number': 3, 'photo': PHOTO}
        return [
            {'check_id': check.id, 'value': values[check.kind]} for check in stage.checklist_ids if check.is_required]

    # ------------------------------------------------------------
    # Odoo's own buttons
    # ------------------------------------------------------------

    def test_one_click_buttons_ask_for_the_answers(self):
        for act in (self.grinding.button_finish, self.grinding.action_mark_as_done,
                    lambda: self.grinding.set_state('done'), self.order.workorder_ids.button_finish):
            before = self._read_state()
            with self.assertRaisesRegex(UserError, "answered: Clean, Moisture, Picture. Do it in the stage's Finish"):
                act()
            self.assertEqual(self._read_state(), before)
        self.grinding.stage_finish(checks=self._answers())
        self.packing.button_finish()
        self.assertEqual(self.order.state, 'done')
