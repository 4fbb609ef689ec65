from odoo import models


class CrmLead(models.Model):
    """The production orders of a deal, for who sells."""

    _name = 'crm.lead'
    _inherit = ['crm.lead', 'mrp.deal.mixin']

    _demand_owner = 'sale_order_id.opportunity_id'

    def _get_margin_currency(self):
        return self.company_currency

    def _get_production_hint(self):
        sale_orders = self._get_sold_orders()
        return sale_orders._explain_next_step(sale_orders.order_line._get_production_templates())
