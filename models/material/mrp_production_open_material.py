from odoo import api, fields, models
from odoo.fields import Command


class MrpProduction(models.Model):
    """Materials whose variant the template leaves open are no stock moves until somebody picks it."""

    _inherit = 'mrp.production'

    selection_ids = fields.One2many(
        'mrp.production.selection', 'production_id', "Materials to Pick",
        compute='_compute_selection_ids', store=True, readonly=False, copy=True)
    has_selections = fields.Boolean(
        compute='_compute_has_selections', store=True, help="Spares all other orders a look at what is to be picked.")

    # ------------------------------------------------------------
    # Creation
    # ------------------------------------------------------------

    @api.depends('use_stages')
    def _compute_move_raw_ids(self):
        """An order that turns out to be plain uses the variant that is named; what has become open is no move."""
        super()._compute_move_raw_ids()
        for order in self.filtered(lambda order: order.state == 'draft'):
            open_lines = order._get_open_lines()
            moves = order.move_raw_ids.filtered(lambda move: move.bom_line_id and move.bom_line_id in open_lines)
            if moves:
                order.move_raw_ids = [Command.delete(move.id) for move in moves]

    @api.depends(
        'use_stages', 'bom_id', 'product_id', 'product_qty', 'product_uom_id',
        'never_product_template_attribute_value_ids')
    def _compute_selection_ids(self):
        """Taken whenever core makes a draft's materials, anew too."""
        for order in self:
            if order.state not in (False, 'draft') or self.env.context.get('skip_compute_move_raw_ids'):
                continue
            vals_list = [order._prepare_selection_vals(vals) for vals in order._get_open_raw_values()]
            if vals_list or order.selection_ids:
                order.selection_ids = [Command.clear(), *map(Command.create, vals_list)]

    @api.depends('selection_ids')
    def _compute_has_selections(self):
        for order in self:
            order.has_selections = bool(order.selection_ids)

    def _get_open_lines(self):
        """Return the lines of the template whose variant is picked on the order."""
        self.ensure_one()
        if not self.use_stages:
            return self.env['mrp.bom.line']
        return self.bom_id.bom_line_ids.filtered(lambda line: line._is_variant_open())

    def _get_moves_raw_values(self):
        open_line_ids = {line.id for order in self for line in order._get_open_lines()}
        return [vals for vals in super()._get_moves_raw_values() if vals['bom_line_id'] not in open_line_ids]

    def _get_open_raw_values(self):
        """Return the values that moves of the materials whose variant is open would have."""
        self.ensure_one()
        lines = self._get_open_lines()
        if not lines or not self.product_id or self.product_qty <= 0:
            return []
        template = self.bom_id
        factor = self.product_uom_id._compute_quantity(
            self.product_qty, template.product_uom_id, round=False) / template.product_qty
        return [
            self._get_move_raw_values(
                line.product_id, line.product_uom_id.round(line.product_qty * factor, rounding_method='UP'),
                line.product_uom_id, line.operation_id.id, line)
            for line in lines
            if not line._skip_bom_line(self.product_id, self.never_product_template_attribute_value_ids)
        ]

    def _prepare_selection_vals(self, raw_values):
        """Values of what is to be picked instead of such a move."""
        line = self.env['mrp.bom.line'].browse(raw_values['bom_line_id'])
        return {name: raw_values.get(name) or False for name in (
            'bom_line_id', 'operation_id', 'sequence', 'product_uom', 'norm_type', 'norm_formula', 'norm_inputs',
        )} | {
            'product_tmpl_id': line.product_tmpl_id.id,
            'product_qty': raw_values['product_uom_qty'],
            'norm_rate': raw_values['product_uom_qty'] / (
                1.0 if raw_values.get('norm_type') == 'batch' else self.product_qty),
            'source_location_id': line.source_location_id.id,
        }

    def copy_data(self, default=None):
        """A copy waits for its own pick."""
        vals_list = super().copy_data(default)
        for order, vals in zip(self, vals_list):
            if order.has_selections and vals.get('move_raw_ids'):
                vals['move_raw_ids'] = [
                    command for command in vals['move_raw_ids'] if not command[2].get('selection_id')]
        return vals_list

    def _link_workorders_and_moves(self):
        """Like a move, what is to be picked belongs to a stage; without one, to the last."""
        super()._link_workorders_and_moves()
        if not self.has_selections:
            return
        stages = self.workorder_ids.grouped('operation_id')
        last = self.workorder_ids.sorted(lambda stage: (stage.sequence, stage.id))[-1:]
        for selection in self.selection_ids.filtered(lambda selection: not selection.workorder_id):
            selection.workorder_id = stages.get(selection.operation_id, last)

    # ------------------------------------------------------------
    # Changes
    # ------------------------------------------------------------

    def _update_raw_moves(self, factor):
        res = super()._update_raw_moves(factor)
        if self.use_stages:
            # After the moves: they read by how much it changes.
            for selection in self.selection_ids:
                selection.product_qty += selection._get_norm_change(self.product_qty * factor)
        return res

    def _split_productions(self, amounts=False, cancel_remaining_qty=False, set_consumed_qty=False):
        """Each part picks for itself, or keeps its share of what was picked."""
        ordered = {order: order.product_qty for order in self if order.has_selections}
        orders = super()._split_productions(amounts, cancel_remaining_qty, set_consumed_qty)
        for order, total in ordered.items():
            originals = order.selection_ids
            norms = originals.mapped('product_qty')
            for part in orders & order.production_group_id.production_ids:
                for original, norm, selection in zip(originals, norms, part.selection_ids):
                    selection.product_qty = selection.product_uom.round(norm * part.product_qty / total)
                    part.move_raw_ids.filtered(lambda move: move.selection_id == original).selection_id = selection
        return orders
