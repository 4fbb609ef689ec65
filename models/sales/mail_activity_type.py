from odoo import models


class MailActivityType(models.Model):
    _name = 'mail.activity.type'
    _inherit = ['mail.activity.type', 'mrp.stage.trigger.means']
    _trigger_field = 'activity_type_id'
