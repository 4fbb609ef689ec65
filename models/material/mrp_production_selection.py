from odoo import fields, models
from odoo.tools import groupby

from ..order.mrp_workorder import CLOSED_STATUSES
from ..template.mrp_bom_line import NORM_TYPES


class MrpProductionSelection(models.Model):
    """A material of an order whose variant its template leaves open: the norm, as it was when the order was made, and
    the stock moves of what was picked for it."""

    _name = 'mrp.production.selection'
    _description = "Material to Pick for a Production Order"
    _order = 'sequence, id'
    _rec_name = 'product_tmpl_id'

    production_id = fields.Many2one('mrp.production', "Production Order", required=True, index=True, ondelete='cascade')
    company_id = fields.Many2one(related='production_id.company_id', store=True)
    workorder_id = fields.Many2one('mrp.workorder', "Stage", index='btree_not_null', copy=False)
    operation_id = fields.Many2one('mrp.routing.workcenter', "Operation")
    bom_line_id = fields.Many2one('mrp.bom.line', "Line of the Template")
    sequence = fields.Integer()
    product_tmpl_id = fields.Many2one('product.template', "Material", required=True, ondelete='restrict')
    product_qty = fields.Float("Norm", digits='Product Unit')
    norm_rate = fields.Float(help="What it asks for one unit of the order, or for the order where it is per order.")
    product_uom = fields.Many2one('uom.uom', "Unit", required=True)
    norm_type = fields.Selection(NORM_TYPES, "Norm Is")
    norm_formula = fields.Char()
    norm_inputs = fields.Json()
    source_location_id = fields.Many2one('stock.location', "Taken From")
    move_ids = fields.One2many('stock.move', 'selection_id', "Picked")

    # ------------------------------------------------------------
    # Reading
    # ------------------------------------------------------------

    def _is_awaiting(self):
        """Tell whether nobody has picked yet what the stage uses."""
        self.ensure_one()
        return self.workorder_id.stage_status not in CLOSED_STATUSES and all(
            move.state == 'cancel' for move in self.move_ids)

    def _get_open_moves(self):
        """Return what was picked and is not used yet."""
        return self.move_ids.filtered(lambda move: move.state not in ('done', 'cancel'))

    def _get_quantity_to_pick(self):
        """Return the norm of what is not used yet, in the selection's unit of measure."""
        self.ensure_one()
        used = sum(
            move.product_id.uom_id._compute_quantity(move.norm_qty, self.product_uom, round=False)
            for move in self.move_ids if move.state == 'done')
        return self.product_uom.round(self.product_qty - used)

    def _get_picked_quantities(self):
        """Return what was picked and is not used yet, per product, in the selection's unit of measure."""
        self.ensure_one()
        return {
            product: sum(move.product_uom._compute_quantity(move.product_uom_qty, self.product_uom) for move in moves)
            for product, moves in groupby(self._get_open_moves(), lambda move: move.product_id)
        }

    def _get_source_location(self):
        return self.source_location_id or self.production_id.location_src_id

    def _get_available(self):
        """Return what is at hand of each variant where the stage takes its material from.

        :return: ``{(selection, product): quantity}``, in the unit of measure of the selection
        """
        available = {}
        for location, selections in groupby(self, lambda selection: selection._get_source_location()):
            products = self.union(*selections).product_tmpl_id.product_variant_ids
            stock = products.with_context(location=location.id)._compute_quantities_dict(None, None, None)
            available.update({
                (selection, product): product.uom_id._compute_quantity(
                    stock[product.id]['qty_available'], selection.product_uom)
                for selection in selections for product in selection.product_tmpl_id.product_variant_ids
            })
        return available

    # ------------------------------------------------------------
    # Changes
    # ------------------------------------------------------------

    def _replace_picks(self, quantities):
        """Let the stage use these variants instead of what was picked before and is not used yet.

        :param dict quantities: per `product.product`, in the selection's unit of measure
        :return: the moves, reserved as far as there is stock
        """
        self.ensure_one()
        replaced = self._get_open_moves()
        norm = self._get_quantity_to_pick()
        replaced._remove_from_order()
        total = sum(quantities.values())
        moves = self.env['stock.move'].create([
            self._prepare_pick_vals(product, quantity, norm * quantity / total, self.norm_rate * quantity / total)
            for product, quantity in quantities.items()
        ])
        moves._adjust_procure_method()
        moves._action_confirm(merge=False)
        moves._action_assign()
        return moves

    def _shrink(self, share, is_all):
        """Let less be picked. What an order takes once is picked as long as it makes anything.

        :param float share: of what is not used yet, in 0..1
        :param bool is_all: no unit is left
        :return: pairs of an id and the norm before
        """
        before = []
        for selection in self.filtered(lambda selection: is_all or selection.norm_type != 'batch'):
            before.append([selection.id, selection.product_qty])
            selection.product_qty = selection.product_uom.round(
                selection.product_qty - selection._get_quantity_to_pick() * share)
        return before

    def _prepare_pick_vals(self, product, quantity, norm, rate):
        """Values of the move of a picked variant.

        :param float norm: its share of the norm, which it need not be equal to, in the selection's unit of measure
        :param float rate: its share of the norm's rate
        """
        vals = self.production_id._get_move_raw_values(product, quantity, self.product_uom)
        return vals | self.production_id._prepare_source_vals(self.source_location_id) | {
            'selection_id': self.id,
            'bom_line_id': self.bom_line_id.id,
            'sequence': self.sequence,
            'workorder_id': self.workorder_id.id,
            'operation_id': self.operation_id.id,
            'norm_qty': self.product_uom._compute_quantity(norm, product.uom_id, rounding_method='HALF-UP'),
            'norm_rate': self.product_uom._compute_quantity(rate, product.uom_id, round=False),
            'norm_type': self.norm_type,
            'norm_formula': self.norm_formula,
            'norm_inputs': self.norm_inputs,
        }

    def _get_norm_change(self, new_qty):
        """Return how much more the selection asks for when the order's quantity changes, in its own unit of measure.

        :param float new_qty: in the order's unit of measure
        """
        self.ensure_one()
        return self.product_uom.round(self.production_id._get_norm_change(
            self, self.product_tmpl_id, self.norm_rate, self.product_uom, new_qty))

    # ------------------------------------------------------------
    # Following the template
    # ------------------------------------------------------------

    def _find_template_selection(self, vals):
        """Return the one of these that stands for what the template leaves open: by its line, else by its product."""
        same = self.filtered(lambda selection: selection.product_tmpl_id.id == vals['product_tmpl_id'])
        return (
            same.filtered(lambda selection: selection.bom_line_id.id == vals['bom_line_id'])[:1]
            or same.filtered(lambda selection: not selection.bom_line_id)[:1])

    def _follow_template_vals(self, vals):
        """Take the values the template gives today; what was picked for another norm is picked again."""
        self.ensure_one()
        current = self._convert_to_write({name: self[name] for name in vals})
        changed = {name for name, value in vals.items() if name not in ('bom_line_id', 'sequence', 'norm_rate') and (
            self.product_uom.compare(value, current[name]) if name == 'product_qty' else value != current[name])}
        if changed:
            self._get_unused_moves()._remove_from_order()
        # The stage is found by its operation when all have been linked.
        self.write(vals | ({'workorder_id': False} if 'operation_id' in changed else {}))

    def _get_unused_moves(self):
        return self.move_ids.filtered(lambda move: move.state != 'done')

    def _remove_from_order(self):
        self._get_unused_moves()._remove_from_order()
        self.unlink()
