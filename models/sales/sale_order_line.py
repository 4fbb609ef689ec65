from odoo import api, models


class SaleOrderLine(models.Model):
    """An upsell that is added or removed reaches orders that are already running, while it still can."""

    _inherit = 'sale.order.line'

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._update_upsell_stages()
        return lines

    def write(self, vals):
        before = self.product_id if 'product_id' in vals else self.env['product.product']
        res = super().write(vals)
        if not {'product_id', 'product_uom_qty'}.isdisjoint(vals):
            self._update_upsell_stages(before)
        return res

    def unlink(self):
        sale_orders, products = self.order_id, self.product_id
        res = super().unlink()
        sale_orders.order_line._update_upsell_stages(products, sale_orders)
        return res

    def _update_upsell_stages(self, more_products=None, sale_orders=None):
        """Bring the upsell stages of running production orders in line with their sale orders.

        :param more_products: products that have just left these lines
        :param sale_orders: default the orders of these lines
        """
        sale_orders = (sale_orders or self.order_id).filtered(lambda order: order.state == 'sale')
        products = self.product_id | (more_products or self.env['product.product'])
        if not sale_orders or not products:
            return
        # Sales people have no rights on stages; what they sell decides about these, and nothing else.
        stages = self.env['mrp.workorder'].sudo().search([
            ('activation', '=', 'upsell'),
            ('upsell_product_ids', 'in', products.ids),
            ('production_id.state', 'in', ('confirmed', 'progress', 'to_close')),
            '|', '|', ('production_id.sale_line_id.order_id', 'in', sale_orders.ids),
                 ('production_id.reference_ids.sale_ids', 'in', sale_orders.ids),
                 ('production_id.demand_ids.sale_order_id', 'in', sale_orders.ids),
        ])
        for stage in stages:
            share = stage._get_upsell_share()
            if share == 'some':
                stage._tell_upsell_share()
            elif (share == 'all') == (stage.stage_status == 'skipped'):
                stage._follow_upsell(share == 'all')
