from odoo import models


class SaleOrder(models.Model):
    """The production orders of a sale order, for who sells."""

    _name = 'sale.order'
    _inherit = ['sale.order', 'mrp.deal.mixin']

    _demand_owner = 'sale_order_id'

    def _get_margin_currency(self):
        return self.company_id.currency_id

    def _get_production_hint(self):
        templates = self.order_line._get_production_templates()
        return bool(templates) and self._explain_next_step(templates)

    def _explain_next_step(self, templates):
        """Return what is to be done so that what these sale orders sell is produced.

        :param dict templates: of their lines, as `_get_production_templates` returns them
        """
        if not self:
            return self.env._("Make a quotation and confirm it, and it can be produced.")
        if not any(self.mapped('can_produce')):
            return self._explain_no_production(templates)
        statuses = self.env['mrp.bom'].union(*templates.values()).crm_stage_start_id
        if not statuses or not self.opportunity_id:
            return self.env._("Press Produce to have it made.")
        return self.env._(
            "Move the deal to %(statuses)s, or press Produce.", statuses=", ".join(statuses.mapped('name')))
