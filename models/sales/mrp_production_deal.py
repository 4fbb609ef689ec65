from odoo import fields, models

from ..order.arguments import format_quantity


class MrpProduction(models.Model):
    """Which sale orders and deals an order is made for."""

    _inherit = 'mrp.production'

    demand_ids = fields.One2many('mrp.production.demand', 'production_id', "Made For", readonly=True)

    def _get_root_batches(self):
        """Return the orders that these, where they are parts, were split off from in the first place."""
        roots = self
        while parents := roots.parent_batch_id:
            roots = roots.filtered(lambda order: not order.parent_batch_id) | parents
        return roots

    def _get_families(self):
        """Return these orders with all that was split off from them."""
        family = generation = self
        while generation := generation.child_batch_ids:
            family |= generation
        return family

    def _get_sale_orders(self):
        """Return the sale orders these orders are made for."""
        # Production people need no rights on sales to have their orders follow them.
        orders = self.sudo()
        demands = orders._get_root_batches().demand_ids
        return orders.sale_line_id.order_id | orders.reference_ids.sale_ids | demands.sale_order_id

    def _get_sale_orders_to_tell(self):
        """Return the sale orders whose customers still want what this order makes.

        An order that was made for customers, and is made for stock now, keeps what links it to their sale orders.
        """
        self.ensure_one()
        # As above.
        order = self.sudo()
        lines = order._get_root_batches().demand_ids.sale_line_id
        if lines:
            return lines.filtered(lambda line: line.product_uom_qty > 0).order_id
        sale_orders = order._get_sale_orders()
        if order.move_finished_ids.move_dest_ids.raw_material_production_id:
            # It makes materials of what was sold, for nobody by itself.
            return sale_orders
        # Linked by hand. Lines with demands are served by other orders.
        return sale_orders.order_line.filtered(
            lambda line: line.product_id == order.product_id and line.product_uom_qty > 0 and not line.demand_ids
        ).order_id

    def _get_lines_sold_with(self):
        """Return, for each line of a sale order that this order is made for, the lines that are sold with it; of an
        order without any, all lines of the sale orders it refers to."""
        self.ensure_one()
        # As above.
        order = self.sudo()
        lines = order._get_root_batches().demand_ids.sale_line_id or order.sale_line_id
        return [line._get_sold_with() for line in lines] or [order._get_sale_orders().order_line]

    def _get_deals(self):
        """Return the deals these orders are made for."""
        # As above: nobody of production sees the deals.
        return self.sudo()._get_root_batches().demand_ids.sale_order_id.opportunity_id

    def _tell_sales_of_production(self):
        """Write into the history of the sale order and of the deal that this order is made for them."""
        self.ensure_one()
        self._get_sale_orders()._tell_sales(self.env._(
            "Production order %(order)s for %(quantity)s %(unit)s of %(product)s has been made.",
            order=self._get_html_link(), quantity=format_quantity(self.env, self.product_qty),
            unit=self.product_uom_id.name, product=self.product_id.display_name))

    # ------------------------------------------------------------
    # Links
    # ------------------------------------------------------------

    def _post_run_manufacture(self, post_production_values):
        res = super()._post_run_manufacture(post_production_values)
        # What is made for another order's materials is no product of the deal.
        self.filtered(lambda order: not order.move_dest_ids.raw_material_production_id)._link_to_sale_lines()
        return res

    def _link_to_sale_lines(self):
        """Let these new orders know the sale lines they are made for."""
        orders = self.filtered(lambda order: order.use_stages and order.sale_line_id)
        # Whoever makes an order for a sale, a rule of stock or a person of sales, need not be of production.
        self.env['mrp.production.demand'].sudo().create([
            {'production_id': order.id, 'sale_line_id': order.sale_line_id.id, 'quantity': order.product_qty}
            for order in orders
        ])
