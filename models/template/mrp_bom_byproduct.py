from odoo import api, models

from .own_stage import check_own_stage


class MrpBomByproduct(models.Model):
    _inherit = 'mrp.bom.byproduct'

    @api.constrains('operation_id', 'bom_id')
    def _check_operation(self):
        check_own_stage(self)
