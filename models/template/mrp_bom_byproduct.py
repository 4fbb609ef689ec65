from odoo import api, models

from .own_stage import check_own_stage


class MrpBomByproduct(models.Model):
    _name = 'mrp.bom.byproduct'
    _inherit = ['mrp.bom.byproduct', 'mrp.template.part']

    @api.constrains('operation_id', 'bom_id')
    def _check_operation(self):
        check_own_stage(self)

    @api.model
    def _get_unversioned_fields(self):
        return super()._get_unversioned_fields() | {'sequence'}
