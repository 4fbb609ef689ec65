from odoo import api, fields, models


class MrpProduction(models.Model):
    """A batch of several orders is made for all their sale lines. Each keeps its demand, with its quantity; the orders
    that were cancelled for the batch have none."""

    _inherit = 'mrp.production'

    customer_names = fields.Char("Customers", compute='_compute_customer_names', compute_sudo=True)

    original_demand_ids = fields.One2many(
        'mrp.production.demand', 'original_id', readonly=True, help="What this order's batch makes of it.")

    @api.depends('demand_ids.customer_name', 'original_demand_ids.customer_name')
    def _compute_customer_names(self):
        for order in self:
            demands = order.demand_ids | order.original_demand_ids
            order.customer_names = ", ".join(dict.fromkeys(demands.mapped('customer_name'))) or False

    def _get_kind_refusal(self):
        if self._get_custom_attribute_values():
            return self.env._(
                "%(order)s is made to what its customer has asked for in words or numbers: it is made on its own.",
                order=self.name)
        return super()._get_kind_refusal()

    def _prepare_aggregation_undo(self):
        return super()._prepare_aggregation_undo() | {
            'demands': [[demand.id, demand.quantity] for demand in self.demand_ids],
        }

    def _hand_over(self, batch):
        super()._hand_over(batch)
        for order in self:
            order.demand_ids.write({'original_id': order.id, 'production_id': batch.id})

    def _get_promised_quantities(self):
        """Customers who want more or less by now have changed the demands of the batch."""
        return (
            sum(quantity for _id, quantity in self.aggregation_undo['demands']),
            sum(self.original_demand_ids.mapped('quantity')))

    def _take_back(self, batch):
        super()._take_back(batch)
        for order, demands in batch.demand_ids.filtered('original_id').grouped('original_id').items():
            demands.write({'production_id': order.id, 'original_id': False})

    def _after_aggregate(self, batch):
        super()._after_aggregate(batch)
        for order, demands in batch.demand_ids.filtered('original_id').grouped('original_id').items():
            message = self.env._(
                "Production order %(order)s is made in the batch %(batch)s, together with others.",
                order=order._get_html_link(), batch=batch._get_html_link())
            demands._tell_sales(message)

    def _after_dissolve(self, batch, wanted):
        super()._after_dissolve(batch, wanted)
        for order in wanted:
            order.demand_ids._tell_sales(self.env._(
                "Production order %(order)s is made on its own: the batch %(batch)s has been dissolved.",
                order=order._get_html_link(), batch=batch._get_html_link()))
