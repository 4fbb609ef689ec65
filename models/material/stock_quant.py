from odoo import api, models
from odoo.tools import SQL


class StockQuant(models.Model):
    _inherit = 'stock.quant'

    @api.model
    def _lock_on_hand(self, products, locations):
        """Return what is on hand of products, as nobody else can change it until this transaction ends.

        Core skips quants that somebody else has locked, and makes others. Here whoever comes second waits, finds rows
        that changed since its snapshot, fails to serialize, and is run again by Odoo on what the first one left.

        :param products: `product.product`
        :param locations: `stock.location`; what lies below them counts
        """
        quants = self.search([
            ('product_id', 'in', products.ids), ('location_id', 'child_of', locations.ids), ('owner_id', '=', False),
        ], order='in_date, id')
        if quants:
            self.env.flush_all()
            self.env.execute_query(SQL(
                "SELECT id FROM stock_quant WHERE id IN %s ORDER BY id FOR NO KEY UPDATE", tuple(quants.ids)))
        return quants
