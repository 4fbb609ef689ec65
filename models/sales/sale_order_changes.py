from odoo import models


class SaleOrder(models.Model):
    """A sale order that is cancelled, or confirmed again, changes what is wanted."""

    _inherit = 'sale.order'

    def _action_cancel(self):
        short = self.order_line._filter_missing()
        res = super()._action_cancel()
        self.order_line._update_production()
        short._release_deals()
        return res

    def unlink(self):
        """The database takes the lines along: what that changes for deals happens here."""
        deals = self.sudo().order_line.demand_ids._get_waiting_deals()
        res = super().unlink()
        deals._follow_production(self.env['mrp.production'])
        return res

    def _action_confirm(self):
        res = super()._action_confirm()
        self.order_line._update_production()
        # Extras that were added or removed while it was a quotation again. Whoever sells reads no stages.
        extras = self.sudo().order_line.demand_ids.production_id.workorder_ids.upsell_product_ids
        if extras:
            self.order_line._update_upsell_stages(extras)
        return res

    def _log_decrease_ordered_quantity(self, documents, cancel=False):
        """Orders with stages follow, or ask by themselves: Odoo's own warning would be a second one."""
        return super()._log_decrease_ordered_quantity(
            {
                key: value for key, value in documents.items()
                if key[0]._name != 'mrp.production' or not key[0].sudo().use_stages
            },
            cancel=cancel)

    def _tell_sales(self, message):
        """Write into the history of these sale orders and of their deals."""
        for thread in (*self, *self.opportunity_id):
            thread.message_post(body=message)
