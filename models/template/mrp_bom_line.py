from odoo import api, models


class MrpBomLine(models.Model):
    _inherit = 'mrp.bom.line'

    @api.model_create_multi
    def create(self, vals_list):
        """A material that is entered in its stage belongs to the template of that stage."""
        for vals in vals_list:
            if vals.get('operation_id') and not vals.get('bom_id'):
                vals['bom_id'] = self.env['mrp.routing.workcenter'].browse(vals['operation_id']).bom_id.id
        return super().create(vals_list)
