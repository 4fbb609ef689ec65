from odoo import fields, models


class MrpProduction(models.Model):
    """Materials of a cancelled order on their way back into stock."""

    _inherit = 'mrp.production'

    has_used_materials = fields.Boolean("Has Used Materials", compute='_compute_has_used_materials')

    def _compute_has_used_materials(self):
        used = self.env['mrp.production.material']._read_group(
            [('production_id', 'in', self.ids), ('consumed', '>', 0)], ['production_id'])
        used_ids = {order.id for order, in used}
        for order in self:
            order.has_used_materials = order._origin.id in used_ids

    def action_open_material_return(self):
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('mrp_production_stage.mrp_material_return_action')
        return action | {'context': {'default_production_id': self.id, 'dialog_size': 'medium'}}
