from odoo import models


class MrpProduction(models.Model):
    """Materials and by-products of an order that follows its template."""

    _inherit = 'mrp.production'

    def _follow_moves(self, stages, begun):
        super()._follow_moves(stages, begun)
        last = [stage for stage in stages.values() if stage.state != 'cancel'][-1]
        # What was used beyond the norm stands for nothing that the template asks for.
        fixed = self.move_raw_ids.filtered(lambda move: move.workorder_id in begun and move.norm_qty)
        materials = self.move_raw_ids.filtered(lambda move: move._is_followable() and move.workorder_id not in begun)
        materials._follow_template_moves([
            {'norm_formula': False, 'norm_inputs': False} | vals | {
                'workorder_id': stages.get(self.workorder_ids.operation_id.browse(vals['operation_id']), last).id,
                'product_uom_qty': self._without_lost(vals),
            }
            for vals in self._get_moves_raw_values()
        ], fixed, begun)
        byproducts = self.move_byproduct_ids.filtered(lambda move: move.state not in ('done', 'cancel'))
        byproducts._follow_template_moves([vals for vals in self._get_moves_finished_values() if vals['byproduct_id']])

    def _without_lost(self, raw_values):
        """Return what a material would ask for in an order of the units that are not lost, in its unit of measure."""
        quantity = raw_values['product_uom_qty']
        if raw_values.get('norm_type') == 'batch' or not any(self.workorder_ids.mapped('qty_lost')):
            return quantity
        unit = self.env['uom.uom'].browse(raw_values['product_uom'])
        return unit.round(quantity * self._get_alive_quantity() / self.product_qty)
