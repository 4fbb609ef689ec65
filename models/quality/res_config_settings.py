from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    defect_write_off = fields.Selection(related='company_id.defect_write_off', readonly=False)
