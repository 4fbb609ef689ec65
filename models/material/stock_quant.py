from odoo import api, models
from odoo.tools import SQL


class StockQuant(models.Model):
    _inherit = 'stock.quant'

    @api.model
    def _lock_stock_of(self, products, locations):
        """Wait for whoever reserves or moves these products in these locations now, always in the same order.

        Core takes the first quant that nobody holds and makes another one when there is none: orders confirmed at
        the same moment each reserve all there is. Whoever comes second here finds quants that changed since its
        snapshot, fails to serialize, and is run again by Odoo on what the first one left. The ORM's own lock does
        not wait.
        """
        # As core does: what stock holds does not depend on who looks.
        query = self.sudo()._search(
            [('product_id', 'in', products.ids), ('location_id', 'child_of', locations.ids)], order='id')
        self.env.execute_query(SQL("%s FOR NO KEY UPDATE OF stock_quant", query.select()))

    @api.model
    def _lock_on_hand(self, products, locations):
        """Return what is on hand of products, as nobody else can change it until this transaction ends.

        :param products: `product.product`
        :param locations: `stock.location`; what lies below them counts
        """
        self._lock_stock_of(products, locations)
        return self.search([
            ('product_id', 'in', products.ids), ('location_id', 'child_of', locations.ids), ('owner_id', '=', False),
        ], order='in_date, id')
