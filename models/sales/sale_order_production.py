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
        self._produce_on_confirmation()
        return res

    def _produce_on_confirmation(self):
        """Make the production orders of these sale orders that are due with their confirmation, or because their deal
        has reached their status before. No sale is kept from being confirmed by what production lacks."""
        due = {}
        for line, template in self.order_line._get_production_templates().items():
            status = template.crm_stage_start_id
            if template.start_on_sale_confirm or (status and status == line.order_id.opportunity_id.stage_id):
                due.setdefault(line.order_id, {})[line] = template
        for order, templates in due.items():
            # What one sale lacks is not the others' matter.
            try:
                with self.env.cr.savepoint():
                    order._produce_lines(templates)
            except UserError as refusal:
                order._tell_of_refusal(refusal)

    def _tell_of_refusal(self, refusal):
        """Tell the sales person why no production order was made."""
        self.activity_schedule(
            'mail.mail_activity_data_warning', user_id=(self.user_id or self.env.user).id,
            summary=self.env._("Production was not started"), note=plaintext2html(str(refusal)))

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
