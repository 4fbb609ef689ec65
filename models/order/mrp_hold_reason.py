from odoo import fields, models


class MrpHoldReason(models.Model):
    _name = 'mrp.hold.reason'
    _description = "Hold Reason"
    _order = 'sequence, id'

    name = fields.Char("Reason", required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one('res.company', index=True, help="Empty: offered in every company.")
