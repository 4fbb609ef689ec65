from odoo import api, fields, models
from odoo.exceptions import UserError

# Lots that are not set aside for the order but shown; any other is typed, or scanned.
OTHER_LOTS = 5


class MrpStageFinish(models.TransientModel):
    """Of which lots materials were used, in the finish dialog of a stage."""

    _inherit = 'mrp.stage.finish'

    has_lots = fields.Boolean(compute='_compute_has_lots')

    @api.depends('line_ids.is_tracked')
    def _compute_has_lots(self):
        for finish in self:
            finish.has_lots = any(finish.line_ids.mapped('is_tracked'))

    @api.model
    def _prepare_line_vals_list(self, stage, quantity):
        """A tracked material that is used now has a line for each lot that it may come from."""
        vals_list = super()._prepare_line_vals_list(stage, quantity)
        moves = {move.id: move for move in stage._get_open_materials() if move.has_tracking != 'none'}
        lots_at_hand = stage.move_raw_ids.browse(moves)._get_lots_at_hand()
        return [
            lot_vals
            for vals in vals_list
            for lot_vals in (
                self._prepare_lot_vals_list(vals, moves[vals['move_id']], lots_at_hand)
                if vals['move_id'] in moves else [vals])
        ]

    @api.model
    def _prepare_lot_vals_list(self, vals, move, lots_at_hand):
        others = lots_at_hand.get(move.product_id, self.env['stock.lot']) - move.move_line_ids.lot_id
        return [
            vals | {'lot_name': lot.name, 'expected_lot': lot.name, 'norm': quantity, 'qty': quantity}
            for lot, quantity in move._allot_use(vals['norm'], others[:OTHER_LOTS]).items()
        ]


class MrpStageFinishLine(models.TransientModel):
    _inherit = 'mrp.stage.finish.line'

    is_tracked = fields.Boolean(compute='_compute_is_tracked')
    # By its name: whoever works with a lot can read, or scan, what is written on it, and needs no rights on lots.
    lot_name = fields.Char("Lot/Serial")
    expected_lot = fields.Char(help="The lot of which use is expected, whatever lot is named instead.")

    @api.depends('product_id')
    def _compute_is_tracked(self):
        for line in self:
            line.is_tracked = line.product_id.tracking in ('lot', 'serial')

    def _is_reported(self):
        """Of what is used now lots are always named: those that were expected, too."""
        return (self.is_tracked and bool(self.qty) and not self._has_left_stock()) or super()._is_reported()

    def _has_left_stock(self):
        """Tell whether the material left stock, with its lots, at the start."""
        return self.sudo().move_id.state == 'done'

    def _prepare_material(self):
        material = super()._prepare_material()
        lot = self._get_lot()
        return material | {'lot_id': lot.id} if lot else material

    def _get_lot(self):
        """Return the lot that is named, or none.

        :raises UserError: there is no such lot, or none is named where one must be
        """
        self.ensure_one()
        if not self.is_tracked or not self.qty:
            return self.env['stock.lot']
        if not self.lot_name:
            if self._has_left_stock():
                return self.env['stock.lot']
            raise UserError(self.env._(
                "Say of which lot or serial number %(product)s was used; enter 0 if none was.",
                product=self.product_id.display_name))
        # Operators have no rights on lots; only what is named is looked up, and the door checks whether it fits.
        lot = self.env['stock.lot'].sudo().search([
            ('product_id', '=', self.product_id.id), ('name', '=', self.lot_name.strip()),
            ('company_id', 'in', (False, self.finish_id._get_stage().company_id.id)),
        ], limit=1)
        if not lot:
            raise UserError(self.env._(
                "There is no lot or serial number %(lot)s of %(product)s. Check what is written on it.",
                lot=self.lot_name, product=self.product_id.display_name))
        return lot
