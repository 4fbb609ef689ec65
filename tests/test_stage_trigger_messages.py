from unittest.mock import patch

from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .trigger_common import FIRE_LOGGER, TriggerCommon


@tagged('post_install', '-at_install')
class TestStageTriggerMessages(TriggerCommon):
    """The finish of Packing tells the customers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._trigger(mail_template_id=cls.mail.id)

    def test_customer_gets_one_message_in_their_language_from_the_salesperson(self):
        sale = self._sell()
        order = self._order_soap(sale)
        with patch.object(self.env.registry['ir.mail_server'], '_connect__') as connect:
            self._work(order.workorder_ids)
        connect.assert_not_called()
        message = self._messages(sale)
        self.assertEqual(order.state, 'done')
        self.assertEqual((str(message.body), message.subject), (
            "<p>Cher Chez Paul, emballé</p>", f"{sale.name} is packed"))
        self.assertEqual((message.author_id, message.create_uid), (self.seller.partner_id, self.seller))
        self.assertIn("sofia@roastery.example.com", message.email_from)
        self.assertEqual(message.partner_ids, self.customer)
        self.assertFalse(message.is_internal)
        self.assertEqual(message.subtype_id, self.env.ref('mail.mt_comment'))
        self.assertNotIn(self.operator_user.partner_id, sale.message_partner_ids)
        # The answer comes back to the sale order; the mail waits in the queue.
        mail = self.env['mail.mail'].search([('mail_message_id', '=', message.id)])
        self.assertEqual((mail.recipient_ids, mail.state, mail.model, mail.res_id), (
            self.customer, 'outgoing', 'sale.order', sale.id))
        self.assertFalse(self._notes(order))

    def test_queue_of_mails_is_woken(self):
        cron = self.env.ref('mail.ir_cron_mail_scheduler_action')
        before = self.env['ir.cron.trigger'].search_count([('cron_id', '=', cron.id)])
        self._work(self._order_soap(self._sell()).workorder_ids)
        self.assertEqual(self.env['ir.cron.trigger'].search_count([('cron_id', '=', cron.id)]), before + 1)

    def test_mail_server_that_is_down_is_told_at_the_message(self):
        sale = self._sell()
        self._work(self._order_soap(sale).workorder_ids)
        mail = self.env['mail.mail'].search([('mail_message_id', '=', self._messages(sale).id)])
        with patch.object(self.env.registry['ir.mail_server'], '_connect__', side_effect=OSError("no route")):
            mail.send()
        self.assertEqual(mail.state, 'exception')
        self.assertTrue(self._messages(sale).has_error)

    def test_without_salesperson_the_company_writes(self):
        former = self._create_user("Frank", 'sales_team.group_sale_salesman', email="frank@example.com")
        sales = self._sell(user_id=False), self._sell(user_id=former.id)
        former.active = False
        self._work(self._order_soap(*sales).workorder_ids)
        for sale in sales:
            message = self._messages(sale)
            self.assertEqual(message.author_id, self.company.partner_id)
            self.assertIn("hello@roastery.example.com", message.email_from)

    def test_each_sale_order_has_its_message(self):
        other = self.env['res.partner'].create({'name': "Corner Café", 'email': "corner@example.com", 'lang': 'en_US'})
        first, second, third = self._sell(), self._sell(), self._sell(other)
        cancelled = self._sell()
        order = self._order_soap(first, second, third, cancelled)
        cancelled.action_cancel()
        self._work(order.workorder_ids)
        self.assertEqual(
            [(len(self._messages(sale)), self._messages(sale).partner_ids, self._messages(sale).subject)
             for sale in (first, second, third)],
            [(1, customer, f"{sale.name} is packed")
             for sale, customer in ((first, self.customer), (second, self.customer), (third, other))])
        self.assertEqual(str(self._messages(third).body), "<p>Dear Corner Café, packed</p>")
        self.assertFalse(self._messages(cancelled))

    def test_order_for_stock_tells_nobody(self):
        order = self._order_soap()
        self._work(order.workorder_ids)
        self.assertFalse(self.env['mail.message'].search([('message_type', '=', 'auto_comment')]))
        self.assertEqual((order.state, self._notes(order)), ('done', ""))

    def test_attachments_of_the_template_go_along(self):
        self.mail.attachment_ids = [Command.create({'name': "care.txt", 'raw': b"Store dry"})]
        sale = self._sell()
        self._work(self._order_soap(sale).workorder_ids)
        self.assertEqual(self._messages(sale).attachment_ids.mapped('name'), ["care.txt"])

    # ------------------------------------------------------------
    # What cannot be sent
    # ------------------------------------------------------------

    def _assert_told_why(self, order, sale, *patterns):
        self.assertEqual(order.state, 'done')
        self.assertFalse(self._messages(sale))
        for record in (order, sale):
            for pattern in patterns:
                self.assertRegex(self._notes(record), pattern)

    def test_customer_without_valid_address(self):
        for email in (False, "no address"):
            customer = self.env['res.partner'].create({'name': "Mute", 'email': email})
            told, mute = self._sell(), self._sell(customer)
            order = self._order_soap(told, mute)
            self._work(order.workorder_ids)
            self._assert_told_why(
                order, mute, r"Mute \(S\d+\) did not get the message Packed of Packing.*e-mail address")
            self.assertEqual((len(self._messages(told)), self._notes(told)), (1, ""))

    def test_template_that_cannot_be_rendered(self):
        sale, stranger = self._sell(), self.env['ir.model']._get_id('res.partner')
        for vals, pattern in (
            ({'subject': "{{ object.no_such_field }}"}, "no_such_field"),
            ({'body_html': '<p t-out="1 / 0"/>'}, "division by zero"),
            # Numbers of stages are none of customers.
            ({'model_id': stranger}, "not for stages"),
        ):
            with self.subTest(vals), self.env.cr.savepoint() as savepoint:
                order = self._order_soap(sale)
                self.env.flush_all()
                # Past the checks of the template, as something may have changed since.
                with patch.object(self.env.registry['mail.template'], '_check_can_be_rendered'):
                    self.mail.with_context(lang='fr_FR').write(vals)
                self._work_quietly(order.workorder_ids)
                self._assert_told_why(order, sale, "Chez Paul", pattern)
                savepoint.rollback()

    def test_failure_undoes_nothing_of_the_act_and_is_logged(self):
        order = self._order_soap(self._sell())
        stage = self._as(order.workorder_ids, self.operator_user)
        stage.stage_start()
        with (
            patch.object(self.env.registry['sale.order'], 'message_post', side_effect=ZeroDivisionError("oh")),
            self.assertLogs(FIRE_LOGGER, 'WARNING') as logs,
        ):
            answer = stage.stage_finish(client_key='one-act')
        self.assertIn("oh", logs.output[0])
        self.env.invalidate_all()
        self.assertEqual((answer['stage_status'], order.state), ('done', 'done'))
        self.assertEqual(stage.sudo().event_ids[0].client_key, 'one-act')
        self.assertEqual(order.move_finished_ids.mapped('quantity'), [20])

    def test_deleted_template_is_told_and_does_nothing(self):
        sale = self._sell()
        running, fired = self._order_soap(sale), self._order_soap()
        self._work(fired.workorder_ids)
        self.mail.unlink()
        self.assertIn("Packed was deleted: Packing does not trigger it any more.", self._notes_by(running))
        self.assertIn("Packed was deleted", self._notes_by(self.soap_template))
        self.assertNotIn("Packed was deleted", self._notes_by(fired))
        self._work(running.workorder_ids)
        self.assertEqual(running.state, 'done')
        self.assertFalse(self._messages(sale))

    def _notes_by(self, record):
        return " ".join(str(message.body) for message in record.message_ids)

    def test_templates_and_actions_are_for_stages(self):
        stranger = self.env['ir.model']._get_id('res.partner')
        mail = self.env['mail.template'].create({'name': "Birthday", 'model_id': stranger})
        action = self.env['ir.actions.server'].create(
            {'name': "Tidy up", 'model_id': stranger, 'state': 'code', 'code': ""})
        manager = self._create_person("Mona", 'group_manager')[1]
        for name, means in (('mail_template_id', mail), ('server_action_id', action)):
            with self.assertRaisesRegex(ValidationError, f"{means.name} is not for stages"):
                self.env['mrp.stage.trigger'].with_user(manager).create(
                    {'operation_id': self.packing.id, name: means.id})

    def test_ready_made_template(self):
        template = self.env.ref('mrp_production_stage.mail_template_ready_to_ship')
        self.packing.trigger_ids.mail_template_id = template
        sale = self._sell()
        self._work(self._order_soap(sale).workorder_ids)
        message = self._messages(sale)
        self.assertEqual(message.subject, f"{sale.name}: Soap is ready to ship")
        for text in ("Hello Chez Paul", sale.name, "Soap"):
            self.assertIn(text, message.body)
