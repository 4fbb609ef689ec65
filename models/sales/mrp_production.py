from odoo import models


class MrpProduction(models.Model):
    _inherit = 'mrp.production'

    def _get_sale_orders(self):
        """Return the sale orders these orders are made for."""
        # Production people need no rights on sales to have their orders follow them.
        orders = self.sudo()
        return orders.sale_line_id.order_id | orders.reference_ids.sale_ids

    def _get_custom_attribute_values(self):
        """What the customer gave on the sale line the order is made for."""
        line = self.sudo().sale_line_id
        return super()._get_custom_attribute_values() | {
            value.custom_product_template_attribute_value_id: value.custom_value
            for value in line.product_custom_attribute_value_ids
        }
