from odoo import models


class MrpBom(models.Model):
    """The extras that a template makes in optional stages."""

    _inherit = 'mrp.bom'

    def _get_upsell_products(self, product):
        """Return the products that may be sold on top of a product made by this template, whoever may see them.

        :param product: `product.product` that the template makes
        """
        stages = self.operation_ids.filtered(
            lambda stage: stage.activation == 'upsell' and not stage._skip_operation_line(product))
        return stages.upsell_product_ids.filtered(lambda upsell: upsell.active and upsell.sale_ok)
