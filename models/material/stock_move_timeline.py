from odoo import models


class StockMove(models.Model):
    """What a move is in the timeline of its order."""

    _inherit = 'stock.move'

    def _get_timeline_kind(self):
        """Tell whether this is one of the inputs, outputs or losses of an order; what undoes a move is of its kind."""
        move = self.origin_returned_move_id or self
        if move.location_dest_usage == 'inventory' or move.stage_event_id.kind == 'loss':
            return 'losses'
        return 'outputs' if move.production_id else 'inputs'

    def _get_timeline_quantity(self):
        """Return what these moves of one product moved in all, less what others of them took back; in its unit."""
        return sum(
            (-1 if move.origin_returned_move_id else 1)
            * move.product_uom._compute_quantity(move.quantity, move.product_id.uom_id)
            for move in self)
