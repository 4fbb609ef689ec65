from odoo import models

from ..order.readable import read_field
from .norm_comparison import Norm


class MrpProduction(models.Model):
    """Materials whose variant is open, in an order that is compared with its template or follows it."""

    _inherit = 'mrp.production'

    # ------------------------------------------------------------
    # Compare
    # ------------------------------------------------------------

    def _get_asked_norms(self):
        """Of what was picked, what it was picked for is compared."""
        picked = {move for move in self.move_raw_ids if move.selection_id}
        return [
            *(norm for move, norm in zip(self.move_raw_ids, super()._get_asked_norms()) if move not in picked),
            *(self._get_selection_norm(selection, self._get_asking_stage(selection))
              for selection in self.selection_ids),
        ]

    def _get_todays_norms(self, stages):
        return super()._get_todays_norms(stages) + [
            self._get_selection_norm(selection, self._get_todays_stage(selection, stages))
            for selection in self._new_todays_selections()]

    def _new_todays_selections(self):
        """Return what would be to pick in an order made now: records that are never saved."""
        selections = self.env['mrp.production.selection']
        return selections.concat(*(
            selections.new(self._prepare_selection_vals(vals)) for vals in self._get_open_raw_values()))

    def _get_selection_norm(self, selection, stage):
        product = selection.product_tmpl_id
        return Norm(
            stage, product, selection.product_uom,
            selection.product_uom._compute_quantity(selection.product_qty, product.uom_id), {
                'norm_type': read_field(selection, 'norm_type'),
                'location_id': (selection.source_location_id or self.location_src_id).display_name,
            })

    # ------------------------------------------------------------
    # Follow
    # ------------------------------------------------------------

    def _follow_moves(self, stages, begun):
        super()._follow_moves(stages, begun)
        begun_operations = {operation.id for operation, stage in stages.items() if stage in begun}
        fixed = self.selection_ids.filtered(lambda selection: selection.workorder_id in begun)
        left, new_vals = self.selection_ids, []
        for vals in map(self._prepare_selection_vals, self._get_open_raw_values()):
            selection = left._find_template_selection(vals)
            left -= selection
            if selection in fixed or vals['operation_id'] in begun_operations:
                continue
            if selection:
                selection._follow_template_vals(vals)
            else:
                new_vals.append(vals | {'production_id': self.id})
        (left - fixed)._remove_from_order()
        self.env['mrp.production.selection'].create(new_vals)
