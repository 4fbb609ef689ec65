from odoo import fields, models


class MrpWorkorderEvent(models.Model):
    _inherit = 'mrp.workorder.event'

    balance_reason = fields.Text(
        "Why Unexplained", readonly=True,
        help="Why more is unexplained in the stage's journal than its tolerance allows.")
