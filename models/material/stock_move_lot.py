from odoo import models


class StockMove(models.Model):
    """Of which lots a tracked material may be used."""

    _inherit = 'stock.move'

    def _get_lots_at_hand(self):
        """Return, per product of these moves, the lots that lie where the moves take from, the oldest first."""
        if not self:
            return {}
        quants = self.env['stock.quant'].search([
            ('product_id', 'in', self.product_id.ids), ('location_id', 'child_of', self.location_id.ids),
            ('lot_id', '!=', False), ('quantity', '>', 0),
        ], order='in_date, id')
        return {product: product_quants.lot_id for product, product_quants in quants.grouped('product_id').items()}

    def _allot_use(self, quantity, lots):
        """Share what is used among the lots that are reserved, in their order.

        :param float quantity: in the move's unit of measure
        :param lots: other lots that may be used, of which nothing is expected
        :return: ``{lot: quantity}``; what no reserved lot covers is of the empty lot
        """
        self.ensure_one()
        shares = {}
        for line in self.move_line_ids:
            taken = min(quantity, line.product_uom_id._compute_quantity(line.quantity, self.product_uom))
            shares[line.lot_id] = shares.get(line.lot_id, 0.0) + taken
            quantity -= taken
        for lot in lots:
            shares.setdefault(lot, 0.0)
        if self.product_uom.compare(quantity, 0) > 0:
            no_lot = self.env['stock.lot']
            shares[no_lot] = shares.get(no_lot, 0.0) + quantity
        return shares
