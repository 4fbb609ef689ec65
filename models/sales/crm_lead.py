from odoo import api, fields, models


class CrmLead(models.Model):
    """A deal that reaches a status of a template makes its production orders."""

    _inherit = 'crm.lead'

    can_produce = fields.Boolean(
        compute='_compute_can_produce', compute_sudo=True, help="Something is sold that nobody makes yet.")

    @api.depends('order_ids.can_produce')
    def _compute_can_produce(self):
        for deal in self:
            deal.can_produce = any(deal.order_ids.mapped('can_produce'))

    def write(self, vals):
        status = self.env['crm.stage'].browse(vals.get('stage_id'))
        moved = self.filtered(lambda deal: status and deal.stage_id != status)
        res = super().write(vals)
        # What production itself moves makes nothing new: so no circle of statuses can go on for ever.
        if status and vals.get('production_stage_id') != status.id:
            self._produce_at_status(status, moved)
        return res

    def _produce_at_status(self, status, moved):
        """Make the production orders that are due at a status these deals have been given.

        :param status: `crm.stage`
        :param moved: those of them that had another one before
        :raises UserError: a template forbids it to lack materials, and some are short; the deal stays where it was
        """
        # Whoever sells reads no templates.
        if not self.env['mrp.bom'].sudo().search_count([('crm_stage_start_id', '=', status.id)], limit=1):
            return
        sold = self._get_sold_orders()
        templates = sold.order_line._get_production_templates()
        due = {line: template for line, template in templates.items() if template.crm_stage_start_id == status}
        made = sold._produce_lines(due)
        for deal in moved - made.demand_ids.sale_order_id.opportunity_id:
            sale_orders = deal._get_sold_orders()
            own, own_due = (
                {line: template for line, template in found.items() if line.order_id in sale_orders}
                for found in (templates, due))
            deal._tell_nothing_to_produce(sale_orders._explain_status(status, own, own_due))

    def _get_sold_orders(self):
        """Return the sale orders of these deals that are not cancelled."""
        # A deal is of one sales person, its sale orders may be of others.
        return self.sudo().order_ids.filtered(lambda order: order.state != 'cancel')

    def _tell_nothing_to_produce(self, reason):
        """Tell the sales person why a status that starts production has started none."""
        self.message_post(body=reason)
        self.env.user._bus_send('simple_notification', {
            'title': self.env._("Nothing to produce"), 'message': reason, 'type': 'warning'})

    def action_produce(self):
        """Make the production orders of all that this deal has sold and nobody makes yet."""
        self.check_access('write')
        return self._get_sold_orders().action_produce()
