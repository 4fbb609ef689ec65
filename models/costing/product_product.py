from odoo import models

from ...engine.costing import Recovery


class ProductProduct(models.Model):
    _inherit = 'product.product'

    def _get_recovery(self):
        """Return the engine's `Recovery`: what scrap that is received as this product is worth."""
        self.ensure_one()
        return Recovery(self.recovery_method, self.standard_price, self.recovery_price, self.recovery_share)

    def _get_planned_price(self):
        """Return what one of these products, per its unit of measure, is expected to cost: what they do on average."""
        return sum(self.mapped('standard_price')) / (len(self) or 1)

    def action_open_expected_cost(self):
        """Show what an order of this product would cost if it were made now."""
        self.ensure_one()
        return self.env['mrp.production']._find_stage_template(self)._open_expected_cost(product=self)
