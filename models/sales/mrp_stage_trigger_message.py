import base64

from odoo import models
from odoo.exceptions import UserError
from odoo.tools.misc import get_lang


class MrpStageTrigger(models.Model):
    """Messages to the customers of the sale orders that an order serves."""

    _inherit = 'mrp.stage.trigger'

    def _post_messages(self):
        """Send the messages of these triggers, one for each sale order.

        :return: pairs of a record and what is to be noted there
        """
        notes = []
        for trigger in self.filtered('mail_template_id'):
            stage = trigger.workorder_id
            sale_orders = stage.production_id._get_sale_orders_to_tell()
            for sale_order in sale_orders.filtered(lambda order: order.state != 'cancel'):
                reason = trigger._send_message(sale_order)
                if reason:
                    text = self.env._(
                        "%(customer)s (%(sale_order)s) did not get the message %(message)s of %(stage)s, %(order)s: "
                        "%(reason)s",
                        customer=sale_order.partner_id.display_name, sale_order=sale_order.name,
                        message=trigger.mail_template_id.name, stage=stage.name, order=stage.production_id.name,
                        reason=reason)
                    notes += [(stage.production_id, text), (sale_order, text)]
        return notes

    def _send_message(self, sale_order):
        """Send the message to the customer of a sale order.

        :return: why that was not possible, or None
        """
        if not sale_order.partner_id.email_normalized:
            return self.env._("there is no valid e-mail address. Add one, and write from the sale order.")
        return self._attempt(self._post_message, sale_order)

    def _post_message(self, sale_order):
        """Post the message in the history of a sale order, in the name of its salesperson or its company."""
        self.ensure_one()
        stage, company = self.workorder_id, sale_order.company_id
        salesperson = sale_order.user_id.filtered('active')
        author = salesperson.partner_id or company.partner_id
        lang = get_lang(self.env, sale_order.partner_id.lang or company.partner_id.lang).code
        template = self.mail_template_id.with_user(salesperson or self.env.user).sudo().with_context(
            lang=lang, message_sale_order_id=sale_order.id)
        if template.model != stage._name:
            raise UserError(self.env._("it is not for stages. Choose another e-mail template."))
        content = template._generate_template_attachments([stage.id], {'attachment_ids', 'report_template_ids'})
        sale_order.with_env(template.env).message_post(
            subject=template._render_field('subject', [stage.id])[stage.id],
            body=template._render_field('body_html', [stage.id])[stage.id],
            # So that it is the author's alone, whoever acts, and the customer sees it in the portal.
            message_type='auto_comment',
            subtype_xmlid='mail.mt_comment',
            author_id=author.id,
            email_from=author.email_formatted or company.email_formatted or None,
            partner_ids=sale_order.partner_id.ids,
            attachment_ids=content[stage.id]['attachment_ids'],
            attachments=[(name, base64.b64decode(data)) for name, data in content[stage.id]['attachments']],
            email_layout_xmlid=template.email_layout_xmlid or False,
            force_email_lang=lang,
        )
