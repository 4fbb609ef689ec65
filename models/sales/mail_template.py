from odoo import models


class MailTemplate(models.Model):
    _name = 'mail.template'
    _inherit = ['mail.template', 'mrp.stage.trigger.means']
    _trigger_field = 'mail_template_id'
