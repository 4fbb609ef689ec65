from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import ChecklistCommon


@tagged('post_install', '-at_install')
class TestChecklistRights(ChecklistCommon):
    """Who reads and writes checks and answers."""

    def test_answers_are_a_log(self):
        self.stage.stage_finish(checks=self._answers())
        manager = self._create_person("Mona", 'group_manager')[1]
        answers = self.grinding.check_answer_ids
        for user in (self.operator_user, self.supervisor_user, manager):
            with self.assertRaises(AccessError):
                self.env['mrp.stage.check.answer'].with_user(user).create({'check_id': self.clean.id})
        for record in (answers.with_user(manager), answers, answers.sudo()):
            with self.assertRaisesRegex(UserError, "cannot be changed"):
                record.write({'value_number': 1})
            with self.assertRaises(UserError):
                record.unlink()
        photo = self.env['ir.attachment'].search([
            ('res_model', '=', answers._name), ('res_field', '=', 'value_photo'), ('res_id', 'in', answers.ids)])
        self.assertEqual(len(photo), 1)
        with self.assertRaises(AccessError):
            photo.with_user(manager).unlink()
        self.assertTrue(self._as(answers, self.supervisor_user)[-1].answer)
        with self.assertRaises(AccessError):
            self._as(answers, self.operator_user).read(['value_number'])

    def test_checks_of_orders_are_copies_nobody_adds_to(self):
        manager = self._create_person("Mona", 'group_manager')[1]
        for model, vals in (('mrp.stage.check', {'name': "Mine"}), ('mrp.stage.trigger', {
            'activity_type_id': self.env.ref('mail.mail_activity_data_todo').id})):
            with self.assertRaises(AccessError):
                self.env[model].with_user(manager).create({'workorder_id': self.packing.id, **vals})
            with self.assertRaises(AccessError):
                self.env[model].with_user(self.supervisor_user).create({'operation_id': self.operation.id, **vals})
        self.env['mrp.stage.check'].with_user(manager).create({'name': "Mine", 'operation_id': self.operation.id})

    def test_operator_learns_what_to_answer(self):
        keys = ('check_id', 'name', 'expected', 'limit_min', 'limit_max', 'unit')
        self.assertEqual(
            [tuple(check.get(key) for key in keys) for check in self.stage.stage_checks()],
            [(self.clean.id, "Clean", True, None, None, None), (self.moisture.id, "Moisture", None, 0, 12.5, "g"),
             (self.remark.id, "Remark", None, None, None, None), (self.picture.id, "Picture", None, None, None, None)])
        self.assertEqual(
            self.stage.check_text.splitlines(), ["Clean: Yes", "Moisture: 0 to 12.5 g", "Remark", "Picture"])
        self.packing.stage_assign(self.helper.id)
        with self.assertRaises(AccessError):
            self._as(self.packing, self.operator_user).stage_checks()
        with self.assertRaises(AccessError):
            self._as(self.clean, self.operator_user).read(['name'])

    def test_other_company(self):
        company = self.env['res.company'].create({'name': "Elsewhere"})
        stranger = self._create_person("Stan", 'group_manager')[1]
        stranger.write({'company_ids': [Command.set(company.ids)], 'company_id': company.id})
        self.template.company_id = self.company
        self.stage.stage_finish(checks=self._answers())
        self.env.flush_all()
        for model in ('mrp.stage.check', 'mrp.stage.check.answer'):
            self.assertFalse(self.env[model].with_user(stranger).search(
                [('id', 'in', (self.clean | self.operation.checklist_ids).ids)] if model == 'mrp.stage.check' else []))
