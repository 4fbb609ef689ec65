from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html


class SaleOrder(models.Model):
    """A sale order makes the production orders of what it sells: when it is confirmed, when its deal reaches a status,
    or by hand."""

    _inherit = 'sale.order'

    can_produce = fields.Boolean(
        compute='_compute_can_produce', compute_sudo=True, help="Something is sold that nobody makes yet.")

    @api.depends('state', 'order_line.product_uom_qty', 'order_line.qty_delivered', 'order_line.demand_ids.quantity')
    def _compute_can_produce(self):
        sold = self.filtered(lambda order: order.state == 'sale')
        (self - sold).can_produce = False
        templates = sold.order_line._get_production_templates()
        for order in sold:
            try:
                order.can_produce = bool(order.order_line._get_production_needs(templates))
            except UserError:
                # The button tells why.
                order.can_produce = True

    def _action_confirm(self):
        res = super()._action_confirm()
        self.order_line._produce_when_sold()
        return res

    def _tell_of_refusal(self, refusal):
        """Tell the sales person why no production order was made."""
        self.activity_schedule(
            'mail.mail_activity_data_warning', user_id=self._get_user_to_tell().id,
            summary=self.env._("Production was not started"), note=plaintext2html(str(refusal)))

    def _get_user_to_tell(self):
        """Return who sees to what went wrong with this sale order: its sales person, or that of its deal or team. Where
        there is none, whoever confirms it, if not the customer in the portal; then whoever decides about production."""
        # A deal is of one sales person, its sale orders may be of others.
        order = self.sudo()
        users = (order.user_id, order.opportunity_id.user_id, order.team_id.user_id, self.env.user)
        found = next((user for user in users if user._filter_working_in(order.company_id)), None)
        return found or self.env['res.users'].sudo()._get_free_supervisor(order.company_id) or self.env.user

    def _produce_lines(self, templates):
        """Make the production orders that these sale orders' lines need.

        :param dict templates: of the lines that are due, as `_get_production_templates` returns them
        :return: the new `mrp.production`
        :raises UserError: see `sale.order.line._produce`
        """
        lines = self.env['sale.order.line'].union(*templates)
        lines._lock_for_production()
        return lines._produce(lines._get_production_needs(templates), templates)

    def action_produce(self):
        """Make the production orders of all that these sale orders need and nobody makes yet."""
        self.check_access('write')
        templates = self.order_line._get_production_templates()
        orders = self._produce_lines(templates)
        if not orders:
            raise UserError(self._explain_no_production(templates))
        return True

    def _explain_status(self, status, templates, due):
        """Return why a status of their deal has these sale orders make no production order.

        :param status: `crm.stage`
        :param dict templates: of their lines, as `_get_production_templates` returns them
        :param dict due: those of them that start at the status
        """
        confirmed = self.filtered(lambda order: order.state == 'sale')
        if confirmed and templates and not due:
            return self.env._(
                "Nothing on %(orders)s is started by the status %(status)s: its templates start otherwise.",
                orders=", ".join(confirmed.mapped('name')), status=status.name)
        return self._explain_no_production(templates)

    def _explain_no_production(self, templates):
        """Return why these sale orders make no production order.

        :param dict templates: of their lines, as `_get_production_templates` returns them
        """
        confirmed = self.filtered(lambda order: order.state == 'sale')
        quotations = self.filtered(lambda order: order.state in ('draft', 'sent'))
        if not confirmed and quotations:
            return self.env._(
                "%(orders)s is not confirmed yet. Confirm it, and it can be produced.",
                orders=", ".join(quotations.mapped('name')))
        if not confirmed:
            return self.env._("There is no confirmed sale order: nothing has been sold that could be produced.")
        names = ", ".join(confirmed.mapped('name'))
        if not templates:
            return self.env._("Nothing on %(orders)s is made by a production template.", orders=names)
        return self.env._(
            "Everything on %(orders)s is made already, made to order, or delivered.", orders=names)
