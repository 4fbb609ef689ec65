from odoo import api, fields, models


class MrpProductionDemand(models.Model):
    """What a production order is made for: so many of its units for a line of a sale order, and through that for a
    deal. Orders of one's own have none; a batch made for several customers has one for each.

    What was split off from an order is made for the same lines: the demand stays with the order it began as.
    """

    _name = 'mrp.production.demand'
    _description = "Demand of a Production Order"
    _order = 'id'
    _rec_name = 'sale_line_id'

    production_id = fields.Many2one(
        'mrp.production', "Production Order", required=True, readonly=True, index=True, ondelete='cascade')
    sale_line_id = fields.Many2one(
        'sale.order.line', "Sale Order Line", required=True, readonly=True, index=True, ondelete='cascade')
    original_id = fields.Many2one(
        'mrp.production', "Ordered As", readonly=True, index='btree_not_null', ondelete='restrict',
        help="The order that was made for the line first, and is now made in a batch with others.")
    sale_order_id = fields.Many2one(related='sale_line_id.order_id', store=True, index=True)
    sale_order_name = fields.Char(related='sale_order_id.name', string="Sale Order Reference")
    customer_name = fields.Char(related='sale_order_id.partner_id.display_name', string="Customer")
    company_id = fields.Many2one(related='production_id.company_id', store=True)
    quantity = fields.Float(
        digits='Product Unit', required=True, readonly=True, help="In the order's unit of measure.")
    uom_id = fields.Many2one(related='production_id.product_uom_id', string="Unit")

    _one_per_order = models.UniqueIndex(
        "(production_id, sale_line_id, COALESCE(original_id, 0))",
        "A production order has one demand for each line it is made for.")
    _quantity_positive = models.Constraint(
        'CHECK (quantity > 0)', "A demand asks for more than nothing.")

    @api.depends('sale_order_name', 'customer_name')
    def _compute_display_name(self):
        for demand in self:
            demand.display_name = f"{demand.sale_order_name} - {demand.customer_name}"

    def _filter_of_product(self):
        """Return those of these demands whose orders make what the line sells, and not a component of a kit."""
        return self.filtered(lambda demand: demand.production_id.product_id == demand.sale_line_id.product_id)

    def _get_served(self):
        """Return how much of what each of these demands asks for it gets.

        An order that can still change is to give all of it. A closed one gives what it has really made, and what its
        parts have made or still make: where units were lost, the last demands go without.

        :return: ``{demand: quantity}``, in the order's unit of measure
        """
        served = {demand: demand.quantity for demand in self}
        for order in self.production_id.filtered(lambda order: not order._is_open()):
            served |= {demand: share for demand, share in order._hand_out().items() if demand in served}
        return served

    def _tell_sales(self, message):
        """Write into the history of the sale orders and deals of these demands."""
        self.sale_order_id._tell_sales(message)
