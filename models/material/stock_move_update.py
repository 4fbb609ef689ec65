from odoo import models

# What an open move takes from its template later.
FOLLOWING_FIELDS = (
    'bom_line_id', 'byproduct_id', 'operation_id', 'workorder_id', 'sequence', 'cost_share', 'product_uom_qty',
    'norm_type', 'norm_formula', 'norm_inputs',
)


class StockMove(models.Model):
    """A move of an order that follows its template."""

    _inherit = 'stock.move'

    def _follow_template_moves(self, vals_list, fixed=None, begun=None):
        """Bring these moves of an order in line with what its template gives today; make and delete what it takes.

        :param list vals_list: values of moves of the order
        :param fixed: moves of stages that have begun: what they stand for is asked nowhere else
        :param begun: stages that take nothing any more; what would move to them stays where it is still to come
        """
        fixed = fixed or self.browse()
        left, new_vals = fixed | self, []
        for vals in vals_list:
            move = left._find_template_move(vals)
            if move and not move._is_same_kind(vals) and move not in fixed:
                move = self.browse()
            left -= move
            if move in fixed or (begun and vals['workorder_id'] in begun.ids):
                continue
            if move:
                move._follow_template_vals(vals)
            else:
                new_vals.append(vals)
        (left - fixed)._remove_from_order()
        self.create(new_vals)._start_in_order()

    def _is_followable(self):
        """Tell whether the template may still change this material: it is open, or would be if its stage took part."""
        self.ensure_one()
        return self.state not in ('done', 'cancel') or (
            self.state == 'cancel' and self.workorder_id.stage_status == 'skipped')

    def _find_template_move(self, vals):
        """Return the one of these moves that stands for what the template gives: by its line, else by its product."""
        same = self.filtered(lambda move: move.product_id.id == vals['product_id'])
        return (
            same.filtered(lambda move: (move.bom_line_id.id, move.byproduct_id.id) == (
                vals.get('bom_line_id', False), vals.get('byproduct_id', False)))[:1]
            or same.filtered(lambda move: not move.bom_line_id and not move.byproduct_id)[:1]
        )

    def _is_same_kind(self, vals):
        """Tell whether only how much, at which stage and by which norm may be different."""
        return self.product_uom.id == vals['product_uom'] and self.location_id.id == vals['location_id']

    def _follow_template_vals(self, vals):
        """Take from the values of a move that the template gives today what may change in an open one."""
        self.ensure_one()
        current = self._convert_to_write({name: self[name] for name in FOLLOWING_FIELDS})
        changed = {name: vals[name] for name in FOLLOWING_FIELDS if name in vals and vals[name] != current[name]}
        # Of a skipped stage nothing is procured.
        self.with_context(no_procurement=self.state == 'cancel').write(changed)
        self._set_norm()

    def _set_norm(self):
        """Take what these materials ask for as their norm; what belongs to a stage that takes no part asks nothing."""
        for move in self.filtered('raw_material_production_id'):
            move.norm_qty = 0.0 if move.state == 'cancel' else move.product_qty
            units = 1.0 if move.norm_type == 'batch' else move.raw_material_production_id._get_alive_quantity()
            move.norm_rate = move.product_qty / (units or 1.0)

    def _remove_from_order(self):
        """Delete open moves; what was fetched for them in other steps is asked for no more."""
        self.filtered(lambda move: move.state != 'cancel').product_uom_qty = 0
        self.with_context(skip_mo_check=True)._action_cancel()
        self.unlink()

    def _start_in_order(self):
        """Confirm new moves of a running order; of a stage that takes no part they only say what would be."""
        idle = self.filtered(lambda move: move.workorder_id.stage_status == 'skipped')
        idle.with_context(skip_mo_check=True)._action_cancel()
        moves = self - idle
        moves._adjust_procure_method()
        moves = moves._action_confirm(merge=False)
        (moves | idle)._set_norm()
