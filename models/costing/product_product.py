from odoo import models

from ...engine.costing import Recovery


class ProductProduct(models.Model):
    _inherit = 'product.product'

    def _get_recovery(self):
        """Return the engine's `Recovery`: what scrap that is received as this product is worth."""
        self.ensure_one()
        return Recovery(self.recovery_method, self.standard_price, self.recovery_price, self.recovery_share)
