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
                'workorder_id': stages.get(self.workorder_ids.operation_id.browse(vals['operation_id']), last).id}
            for vals in self._get_moves_raw_values()
        ], fixed, begun)
        byproducts = self.move_byproduct_ids.filtered(lambda move: move.state not in ('done', 'cancel'))
        byproducts._follow_template_moves([vals for vals in self._get_moves_finished_values() if vals['byproduct_id']])
