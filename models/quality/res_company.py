from odoo import fields, models


class ResCompany(models.Model):
    _inherit = 'res.company'

    defect_write_off = fields.Selection(
        [('operator', "Whoever may work the stage"), ('supervisor', "Supervisors"), ('manager', "Production managers")],
        string="Who May Write Off", default='supervisor', required=True,
        help="Who may say that defective units are lost. Anybody who may work a stage may return them.")
