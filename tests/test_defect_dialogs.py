import base64

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .defect_common import JacketsAtQaCommon
from .photos import make_picture


@tagged('post_install', '-at_install')
class TestDefectDialogs(JacketsAtQaCommon):
    """The dialogs of defects, as the people who open them."""

    def _dialog(self, user=None, stage=None):
        stage = self._as(stage or self.qa, user or self.operator_user)
        return self._open(stage.action_open_defect_report(), stage.env.user)

    def _open(self, action, user):
        return Form(self.env[action['res_model']].with_user(user).with_context(**action['context']))

    def _values(self, choices):
        return [choice['label'] for choice in choices]

    def test_operator_reports(self):
        dialog = self._dialog()
        self.assertEqual(
            (dialog.order_name, dialog.uom_name, dialog.qty, dialog.qty_there, dialog.return_stage),
            (self.order.name, "Units", 100, 100, self.qa.id))
        self.assertEqual(self._values(dialog.return_choices), ["Cutting", "Sewing", "QA"])
        self.assertEqual(self._values(dialog.decision_choices), ["Return to a stage"])
        # What an operator may not do is not proposed, whatever the reason proposes.
        dialog.reason_id = self.stain
        self.assertEqual(dialog.decision, 'return')
        dialog.reason_id = self.seam
        dialog.qty = 7
        dialog.return_stage = self.sewing.id
        dialog.note = "Left sleeve"
        dialog.photo_ids.add(self.env['ir.attachment'].with_user(self.operator_user).create(
            {'name': "sleeve.jpg", 'raw': make_picture(), 'res_model': 'mrp.stage.defect', 'res_id': 0}))
        action = dialog.save().action_report()
        self.assertEqual(action, {'type': 'ir.actions.act_window_close'})
        defect = self.order.defect_ids
        self.assertEqual(
            (defect.reason_id, defect.quantity, defect.return_workorder_id, defect.note, defect.photo_ids.name),
            (self.seam, 7, self.sewing, "Left sleeve", "sleeve.jpg"))
        self.assertEqual(defect.event_ids.source, 'office')

    def test_decision_follows_the_reason(self):
        dialog = self._dialog(self.supervisor_user)
        self.assertEqual(self._values(dialog.decision_choices), ["Return to a stage", "Write off"])
        self.assertEqual(dialog.decision, 'return')
        dialog.reason_id = self.stain
        self.assertEqual(dialog.decision, 'write_off')
        dialog.qty = 3
        dialog.save().action_report()
        self.assertEqual(self.qa.qty_lost, 3)
        self.company.defect_write_off = 'manager'
        self.assertEqual(self._values(self._dialog(self.supervisor_user).decision_choices), ["Return to a stage"])
        self.assertEqual(
            self._values(self._dialog(self.manager_user).decision_choices), ["Return to a stage", "Write off"])

    def test_reason_is_asked_for(self):
        dialog = self._dialog()
        with self.assertRaisesRegex(UserError, "Choose the reason of the defect"):
            dialog.save().action_report()

    def test_units_are_chosen(self):
        order = self._order_jackets(4, batch_mode='unit')
        cutting = order.workorder_ids[0]
        dialog = self._dialog(stage=cutting)
        self.assertTrue(dialog.is_numbered)
        self.assertEqual(self._values(dialog.unit_choices), ["1", "2", "3", "4"])
        dialog.reason_id = self.seam
        report = dialog.save()
        with self.assertRaisesRegex(UserError, "Choose the units that are defective"):
            report.action_report()
        dialog = self._dialog(stage=cutting)
        dialog.reason_id = self.seam
        dialog.unit_numbers = [4, 2]
        dialog.save().action_report()
        self.assertEqual(order.defect_ids.units, [2, 4])

    def test_dialog_tells_nothing_of_other_stages(self):
        self.qa.stage_assign(self.helper.id)
        with self.assertRaises(AccessError):
            self._dialog()
        with self.assertRaises(AccessError):
            report = self.env['mrp.stage.defect'].with_user(self.operator_user).new({'workorder_id': self.qa.id})
            self.assertFalse(report.order_name)

    def test_escalation_is_told_and_decided(self):
        self.sewing.rework_limit = 1
        self.qa.stage_report_defect(self.seam.id, 'return', qty=7, return_to=self.sewing.id)
        self._pass(self.sewing)
        dialog = self._dialog()
        dialog.reason_id = self.seam
        dialog.qty = 5
        dialog.return_stage = self.sewing.id
        action = dialog.save().action_report()
        self.assertEqual(action['tag'], 'display_notification')
        self.assertIn("The rework limit of Sewing, 1, is reached", action['params']['message'])
        self.assertEqual(action['params']['next'], {'type': 'ir.actions.act_window_close'})
        self.assertFalse(self._as(self.qa, self.operator_user).may_decide)

        qa = self._as(self.qa, self.supervisor_user)
        self.assertTrue(qa.may_decide)
        decision = self._open(qa.action_open_defect_decision(), self.supervisor_user)
        self.assertEqual(
            (decision.stage_name, decision.return_stage_name, decision.quantity), ("QA", "Sewing", 5))
        self.assertEqual(
            self._values(decision.verdict_choices), ["One more cycle", "Accept as is", "Write off"])
        with self.assertRaisesRegex(UserError, "Choose what becomes of the units"):
            decision.save().action_decide()
        decision.verdict = 'accept'
        with self.assertRaisesRegex(UserError, "Say why you decide so"):
            decision.save().action_decide()
        decision.reason = "Cannot be seen"
        decision.save().action_decide()
        self.assertEqual(self.qa.qty_held, 0)
        self.assertFalse(self._as(self.qa, self.supervisor_user).may_decide)

    def test_what_may_be_decided_is_what_one_may(self):
        self.company.defect_write_off = 'manager'
        self.sewing.rework_limit = 1
        for _time in range(2):
            answer = self.qa.stage_report_defect(self.seam.id, 'return', qty=7, return_to=self.sewing.id)
            self._pass(self.sewing.filtered('qty_ready'))
        decision = self.env['mrp.stage.decision'].with_user(self.supervisor_user).create(
            {'defect_id': answer['defect_id']})
        self.assertEqual(self._values(decision.verdict_choices), ["One more cycle", "Accept as is"])

    def test_order_form_with_defects(self):
        """The order opens for whoever may read it."""
        self._as(self.qa, self.operator_user).stage_report_defect(
            self.seam.id, 'return', qty=7, return_to=self.sewing.id,
            photos=[{'name': "a.png", 'data': base64.b64encode(make_picture()).decode()}])
        view = 'mrp_production_stage.mrp_production_view_form_stages'
        form = Form(self._as(self.order, self.supervisor_user), view)
        self.assertEqual(len(form.defect_ids), 1)
        defect = Form(self._as(self.order, self.supervisor_user).defect_ids)
        self.assertEqual(defect.return_stage_name, "Sewing")
