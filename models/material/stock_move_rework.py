from odoo import models


class StockMove(models.Model):
    """Materials that fewer units need."""

    _inherit = 'stock.move'

    def _shrink_norm(self, share, is_all):
        """Ask for less. What an order takes once is asked for as long as it makes anything.

        :param float share: of the demand, in 0..1
        :param bool is_all: no unit is left
        :return: list of what it was before: id, demand and norm
        """
        before = []
        for move in self.filtered(lambda move: is_all or move.norm_type != 'batch'):
            before.append([move.id, move.product_uom_qty, move.norm_qty])
            move.norm_qty = move.product_id.uom_id.round(move.norm_qty * (1 - share))
            move._set_demand(move.product_uom.round(move.product_uom_qty * (1 - share)))
        return before

    def _take_back_shares(self, pairs):
        """The norm comes back with the demand."""
        for move_id, share_id in pairs:
            move, share = self.browse(move_id), self.browse(share_id).exists()
            move.norm_qty += share.norm_qty
            share.norm_qty = 0.0
        return super()._take_back_shares(pairs)
