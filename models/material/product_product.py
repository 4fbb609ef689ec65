from odoo import models


class ProductProduct(models.Model):
    _inherit = 'product.product'

    def _get_scrap_product(self, order):
        """Return the product under which scrap of this one is received into stock, made if there is none.

        That is what the order's template said, else what the product says. What is scrap already stays what it is.

        :param order: a `mrp.production`
        """
        self.ensure_one()
        if order.scrap_product_id or self._is_scrap():
            return order.scrap_product_id or self
        if not self.product_tmpl_id.scrap_product_id:
            self.product_tmpl_id.scrap_product_id = self.create(self._prepare_scrap_product_vals())
        return self.product_tmpl_id.scrap_product_id

    def _is_scrap(self):
        """Tell whether scrap of another product is received as this one."""
        return bool(self.env['product.template'].search_count([('scrap_product_id', '=', self.id)], limit=1))

    def _prepare_scrap_product_vals(self):
        return {
            'name': self.env._("Scrap of %(product)s", product=self.product_tmpl_id.name),
            'type': 'consu',
            'is_storable': True,
            'uom_id': self.uom_id.id,
            'categ_id': self.env.ref('mrp_production_stage.product_category_scrap').id,
            'company_id': self.company_id.id,
        }
