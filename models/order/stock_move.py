from odoo import models


class StockMove(models.Model):
    """Open moves of an order that ask for less, or a part of which goes to an order that is split off."""

    _inherit = 'stock.move'

    def _share_out(self, quantities, prepare_vals):
        """Let new moves take over a part of the demand of these ones.

        Nothing is procured again: what is on its way for these moves is on its way for both. What is reserved beyond
        what is left of them goes along.

        :param dict quantities: per move, in its unit of measure
        :param prepare_vals: takes a move, returns what the new one has otherwise
        :return: pairs of ids: a move and the new one, for all of which there is a share
        """
        vals_list, origins = [], []
        for move in self.with_context(no_procurement=True):
            share = move.product_uom._compute_quantity(
                move.product_uom.round(quantities[move]), move.product_id.uom_id, rounding_method='HALF-UP')
            for vals in move._split(min(share, move.product_qty)):
                vals_list.append(vals | prepare_vals(move) | {
                    'state': 'confirmed', 'reservation_date': move.reservation_date})
                origins.append(move)
        shares = self.create(vals_list)
        for move, share in zip(origins, shares):
            move._hand_over_reservation(share, move.quantity - move.product_uom_qty)
        (self | shares)._recompute_state()
        return [[move.id, share.id] for move, share in zip(origins, shares)]

    def _take_back_shares(self, pairs):
        """Let moves ask again for what others had taken over of them; these ask for nothing any more.

        :param list pairs: as `_share_out` returned them
        """
        for move_id, share_id in pairs:
            move, share = self.browse(move_id), self.browse(share_id).exists()
            quantity = share.product_uom._compute_quantity(share.product_uom_qty, move.product_uom)
            move.with_context(no_procurement=True, do_not_unreserve=True).product_uom_qty += quantity
            share._hand_over_reservation(move, share.quantity)
        shares = self.browse(share_id for _move_id, share_id in pairs).exists()
        # Core cancels an order whose raw moves are all cancelled.
        shares.with_context(skip_mo_check=True)._action_cancel()
        self.browse(move_id for move_id, _share_id in pairs)._recompute_state()

    def _set_demand(self, demand):
        """Ask for so much, in the move's unit of measure. What is reserved within that stays reserved."""
        self.ensure_one()
        self._release_reservation(self.quantity - demand)
        self.product_uom_qty = demand

    def _hand_over_reservation(self, heir, quantity):
        """Let a part of what is reserved for this move be reserved for another one instead.

        :param float quantity: in the unit of measure of this move
        """
        owner = {
            'move_id': heir.id,
            'production_id': heir.raw_material_production_id.id,
            'workorder_id': heir.workorder_id.id,
        }
        for line, taken in self._allot_reservation(quantity):
            if line.product_uom_id.compare(taken, line.quantity) >= 0:
                line.write(owner)
            else:
                line.quantity -= taken
                line.copy(owner | {'quantity': taken})

    def _release_reservation(self, quantity):
        """Let a part of what is reserved for this move be free.

        :param float quantity: in the unit of measure of this move
        """
        for line, taken in self._allot_reservation(quantity):
            if line.product_uom_id.compare(taken, line.quantity) >= 0:
                line.unlink()
            else:
                line.quantity -= taken

    def _allot_reservation(self, quantity):
        """Return of which lines of this move a quantity is taken, last reserved first.

        :param float quantity: in the unit of measure of this move
        :return: pairs of a line and a quantity in its unit of measure
        """
        self.ensure_one()
        shares = []
        for line in self.move_line_ids.sorted('id', reverse=True):
            if self.product_uom.compare(quantity, 0) <= 0:
                break
            taken = min(quantity, line.product_uom_id._compute_quantity(line.quantity, self.product_uom))
            shares.append((line, self.product_uom._compute_quantity(
                taken, line.product_uom_id, rounding_method='HALF-UP')))
            quantity -= taken
        return shares
