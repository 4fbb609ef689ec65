from markupsafe import Markup

from odoo import models

from ..order.arguments import format_quantity


class MrpProductionDemand(models.Model):
    """A customer wants more or less of an order that nobody has begun."""

    _inherit = 'mrp.production.demand'

    def _follow(self, wanted, made):
        """Make more or less for this line, and tell everybody.

        :param float wanted: how much is for the line from now on, in the order's unit of measure
        :param float made: how much the order makes from now on; at nothing it is cancelled, its demand stays with it
        :raises UserError: the order cannot follow
        """
        self.ensure_one()
        order, line, before = self.production_id, self.sale_line_id, self.quantity
        is_raised = order.product_uom_id.compare(made, order.product_qty) > 0
        is_cancelled = order.product_uom_id.compare(made, 0) <= 0
        if is_cancelled:
            order.action_cancel()
        else:
            # First of all: what an order makes less than it is made for, others would go without.
            self._set_quantity(wanted)
            order._change_quantity(made)
            if is_raised:
                order._check_raise()
            order._feed_deliveries(line)
        if is_cancelled:
            consequence = self.env._("Production order %(order)s is cancelled.", order=order._get_html_link())
        else:
            consequence = self.env._(
                "Production order %(order)s makes %(quantity)s %(unit)s now.", order=order._get_html_link(),
                quantity=format_quantity(self.env, order.product_qty), unit=order.product_uom_id.name)
        order._tell_of_demand(line.order_id, Markup("%s %s") % (
            order._describe_demand(line, wanted, before), consequence))

    def unlink(self):
        """What is not made for a deal any more may be all that it still waited for."""
        deals = self._get_waiting_deals()
        res = super().unlink()
        deals._follow_production(self.env['mrp.production'])
        return res

    def _get_waiting_deals(self):
        """Return the deals that wait for orders with these demands."""
        # Whoever lets an order be made for somebody else, or for nobody, need not see the deal.
        return self.sudo().filtered(lambda demand: demand.production_id._is_open()).sale_order_id.opportunity_id

    def _cut(self, quantity):
        """Let less of the order be for this line, because a person has it make less; everybody reads it."""
        self.ensure_one()
        order, line, before = self.production_id, self.sale_line_id, self.quantity
        if not self.uom_id.compare(quantity, before):
            return
        self._set_quantity(quantity)
        order._tell_of_demand(line.order_id, self.env._(
            "%(order)s makes %(made)s %(unit)s now. Of these %(quantity)s %(unit)s are for %(sale)s, instead of "
            "%(before)s.",
            order=order._get_html_link(), made=format_quantity(self.env, order.product_qty),
            unit=order.product_uom_id.name, quantity=format_quantity(self.env, quantity), sale=line.order_id.name,
            before=format_quantity(self.env, before)))

    def _set_quantity(self, quantity):
        """Let so much of the order be for this line; at nothing the order is not made for it any more."""
        if self.uom_id.compare(quantity, 0) <= 0:
            self.unlink()
        else:
            self.quantity = quantity
