import base64

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import PIXEL, ChecklistCommon
from .photos import read_picture


@tagged('post_install', '-at_install')
class TestChecklistDialog(ChecklistCommon):
    """The finish dialog, as the operator and as the supervisor."""

    def _dialog(self, user, stage=None):
        self.env.invalidate_all()
        return Form(self.env['mrp.stage.finish'].with_user(user).with_context(
            default_workorder_id=(stage or self.grinding).id))

    def _fill(self, dialog, **values):
        for number, vals in enumerate((
            {'value_choice': 'yes'}, {'value_number': 11, 'has_number': True}, {},
            {'value_photo': PIXEL, 'photo_name': "roast.jpg"},
        )):
            with dialog.check_ids.edit(number) as line:
                for name, value in (vals | values.get(line.name.lower(), {})).items():
                    setattr(line, name, value)

    def test_operator_answers(self):
        dialog = self._dialog(self.operator_user)
        self.assertEqual(
            [(line['name'], line['kind'], line['is_required'], line['unit'], line['limits'])
             for line in dialog.check_ids._records],
            [("Clean", 'yes_no', True, False, "Yes"), ("Moisture", 'number', True, "g", "0 to 12.5 g"),
             ("Remark", 'text', False, False, False), ("Picture", 'photo', True, False, False)])
        self._fill(dialog)
        dialog.save().action_finish()
        self.assertEqual(self.grinding.stage_status, 'done')
        answers = self.grinding.check_answer_ids.sorted('id')
        self.assertEqual(answers.mapped('answer'), ["Yes", "11 g", "roast.jpg"])
        self.assertEqual(read_picture(base64.b64decode(answers[2].value_photo)).size, (1, 1))

    def test_what_is_not_answered_is_missing(self):
        dialog = self._dialog(self.operator_user)
        dialog = dialog.save()
        with self.assertRaisesRegex(UserError, "answered: Clean, Moisture, Picture"):
            dialog.action_finish()

    def test_zero_that_was_typed_in_is_an_answer(self):
        dialog = self._dialog(self.operator_user)
        self._fill(dialog, moisture={'value_number': 0, 'has_number': True})
        dialog.save().action_finish()
        self.assertEqual(self.grinding.check_answer_ids.filtered(lambda answer: answer.kind == 'number').answer, "0 g")

    def test_warning_while_typing(self):
        dialog = self._dialog(self.operator_user)
        with dialog.check_ids.edit(1) as line:
            self.assertFalse(line.is_out)
            line.value_number = 14
            line.has_number = True
            self.assertEqual((line.is_out, line.may_accept), (True, False))
            line.value_number = 12
            self.assertFalse(line.is_out)
        with dialog.check_ids.edit(0) as line:
            line.value_choice = 'no'
            self.assertTrue(line.is_out)

    def test_supervisor_accepts(self):
        dialog = self._dialog(self.supervisor_user)
        self._fill(dialog, moisture={'value_number': 14, 'has_number': True, 'accept_reason': "For the office"})
        with dialog.check_ids.edit(1) as line:
            self.assertTrue(line.may_accept)
        dialog.save().action_finish()
        moisture = self.grinding.check_answer_ids.filtered(lambda answer: answer.kind == 'number')
        self.assertEqual((moisture.accept_reason, moisture.accepted_by), ("For the office", self.supervisor_user))

    def test_photos(self):
        self.template.operation_ids[0].photo_required = True
        roasting = self._create_order(5).workorder_ids[0]
        self._as(roasting, self.operator_user).stage_start()
        dialog = self._dialog(self.operator_user, roasting)
        self.assertTrue(dialog.photo_required)
        photo = self.env['ir.attachment'].with_user(self.operator_user).create(
            {'name': "roast.png", 'raw': base64.b64decode(PIXEL), 'res_model': 'mrp.stage.finish', 'res_id': 0})
        dialog.photo_ids.add(photo)
        dialog.save().action_finish()
        self.assertEqual(read_picture(roasting.event_ids[0].photo_ids.raw).size, (1, 1))
        self.assertNotEqual(roasting.event_ids[0].photo_ids, photo)

    def test_photos_of_discarded_dialogs_go(self):
        photo, fresh = self.env['ir.attachment'].with_user(self.operator_user).create([
            {'name': "roast.png", 'raw': b"x", 'res_model': 'mrp.stage.finish', 'res_id': 0}] * 2)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE ir_attachment SET create_date = create_date - interval '2 days' WHERE id = %s", [photo.id])
        self.env.invalidate_all()
        self.env['mrp.stage.finish']._gc_photos()
        self.assertEqual((photo | fresh).exists(), fresh)

    def test_dialog_tells_nothing_of_other_stages(self):
        other = self._create_order(5).workorder_ids[1]
        other.stage_assign(self.helper.id)
        dialog = self.env['mrp.stage.finish'].with_user(self.operator_user).create({
            'workorder_id': self.grinding.id, 'qty': 20,
            'check_ids': [Command.create({'check_id': other.checklist_ids[0].id})]})
        self.assertFalse(dialog.check_ids.name)
        self.assertFalse(dialog.check_ids.limits)
