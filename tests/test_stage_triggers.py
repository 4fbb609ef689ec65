from psycopg2.errors import CheckViolation

from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import StageCommon


@tagged('post_install', '-at_install')
class TestStageTriggers(StageCommon):
    """Rows that say what the start and the finish of a stage trigger."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.packing = cls.template.operation_ids[2]
        cls.todo = cls.env.ref('mail.mail_activity_data_todo')
        cls.role = cls.env['mrp.role'].create({'name': "Logistics"})

    def _create(self, **vals):
        return self.env['mrp.stage.trigger'].create({'operation_id': self.packing.id, **vals})

    def test_order_takes_its_own_copy(self):
        mail = self.env['mail.template'].create({
            'name': "Packed", 'model_id': self.env['ir.model']._get_id('mrp.workorder')})
        action = self.env['ir.actions.server'].create({
            'name': "Print labels", 'model_id': self.env['ir.model']._get_id('mrp.workorder'), 'state': 'code'})
        self.packing.trigger_ids = [
            Command.create({'moment': 'start', 'mail_template_id': mail.id, 'sequence': 1}),
            Command.create({
                'moment': 'finish', 'sequence': 2, 'activity_type_id': self.todo.id, 'activity_summary': "Fetch it",
                'activity_note': "<p>Ramp 2</p>", 'activity_role_id': self.role.id, 'activity_days': 3,
                'server_action_id': action.id}),
        ]
        order = self.env['mrp.production'].with_user(self.supervisor_user).create(
            {'product_id': self.coffee.id, 'product_qty': 20})
        order.action_confirm()
        self.packing.trigger_ids.unlink()
        self.env.invalidate_all()
        first, second = order.sudo().workorder_ids[2].trigger_ids
        self.assertEqual((first.moment, first.mail_template_id, first.operation_id.id), ('start', mail, False))
        self.assertEqual(
            (second.activity_type_id, second.activity_summary, second.activity_note, second.activity_role_id,
             second.activity_days, second.server_action_id),
            (self.todo, "Fetch it", "<p>Ramp 2</p>", self.role, 3, action))
        self.assertFalse(order.workorder_ids[0].trigger_ids)

    def test_a_trigger_does_something(self):
        with self.assertRaisesRegex(ValidationError, "A trigger of Packing does nothing"):
            self._create(moment='start', activity_summary="Only words")
        trigger = self._create(activity_type_id=self.todo.id)
        with self.assertRaisesRegex(ValidationError, "does nothing"):
            trigger.activity_type_id = False

    @mute_logger('odoo.sql_db')
    def test_one_responsible_and_no_negative_days(self):
        for pattern, vals in (
            ("for a person or for a role", {'activity_user_id': self.env.user.id, 'activity_role_id': self.role.id}),
            ("cannot be due before", {'activity_days': -1}),
        ):
            with self.assertRaises(CheckViolation) as refusal, self.env.cr.savepoint():
                self._create(activity_type_id=self.todo.id, **vals)
            self.assertIn(pattern, self.env['mrp.stage.trigger']._sql_error_to_message(refusal.exception))

    def test_manager_chooses_among_actions_of_the_administrator(self):
        manager = self._create_person("Mona", 'group_manager')[1]
        action = self.env['ir.actions.server'].create({
            'name': "Print labels", 'model_id': self.env['ir.model']._get_id('mrp.workorder'), 'state': 'code',
            'code': "secret = 1"})
        trigger = self._create(server_action_id=action.id).with_user(manager)
        self.env.invalidate_all()
        self.assertEqual(trigger.server_action_id.display_name, "Print labels")
        other = self.env['ir.actions.server'].create({
            'name': "Tell the bank", 'model_id': self.env['ir.model']._get_id('res.partner'), 'state': 'webhook',
            'webhook_url': "https://example.com/secret"})
        self.assertFalse(self.env['ir.actions.server'].with_user(manager).search([('id', '=', other.id)]))
        self.assertTrue(self.env['ir.actions.server'].with_user(self.env.ref('base.user_admin')).search(
            [('id', '=', other.id)]))
        copy = self.template.with_user(manager).copy()
        self.assertEqual(copy.operation_ids.trigger_ids.server_action_id.id, action.id)
