from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    defect_loss_account_id = fields.Many2one(related='company_id.defect_loss_account_id', readonly=False)
