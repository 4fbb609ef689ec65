from markupsafe import Markup

from odoo import models
from odoo.exceptions import UserError

from ..order.arguments import format_quantity
from .mrp_production_changes import DEMAND_CHANGE


class MrpProduction(models.Model):
    """A supervisor decides what becomes of an order that has begun when its customer wants something else."""

    _inherit = 'mrp.production'

    def _get_unwanted_quantity(self, changes):
        """Return how much of the order its customers do not want any more.

        :param dict changes: as `_get_demand_changes` returns them
        """
        fewer = -sum(change for change in changes.values() if change < 0)
        if changes or not self._filter_open_change():
            return fewer
        # Whoever wanted it is not even there any more: the line was taken off the sale order.
        return max(0.0, self._get_family_quantity() - sum(self.sudo().demand_ids.mapped('quantity')))

    def _check_decidable(self):
        """Refuse to decide about an order that has been closed, perhaps while somebody had it before his eyes."""
        if not self._is_open():
            raise UserError(self.env._("%(order)s is closed: there is nothing to decide any more.", order=self.name))

    def _decide_changes(self, less=None, more=None, quantity=None):
        """Carry out what was decided; everybody concerned reads it.

        :param str less: what becomes of what is not wanted any more: ``reduce``, ``stock`` or ``cancel``
        :param str more: how more is made: ``second``, ``raise`` or ``none``
        :param float quantity: what the order makes from now on, where it is reduced
        :raises UserError: it cannot be done (any more); nothing has changed
        """
        self.ensure_one()
        self._check_decidable()
        # People of production need not see what was sold; what they decide concerns it.
        changes = self.sudo()._get_demand_changes()
        sale_orders = self.sudo().demand_ids.sale_order_id
        asked = sale_orders.browse().union(*(demand.sale_order_id for demand in changes))
        fewer = {demand: change for demand, change in changes.items() if change < 0}
        sentences = []
        if more:
            wanted = {demand: change for demand, change in changes.items() if change > 0}
            sentences.append(getattr(self, f'_decide_{more}')(wanted))
        if less:
            sentences.append(getattr(self, f'_decide_{less}')(fewer, quantity))
        message = Markup(" ").join(sentences)
        if self._filter_open_change():
            self.sudo().activity_feedback([DEMAND_CHANGE], feedback=message)
        else:
            self.message_post(body=message)
        # Those of whom nothing changes are not told, unless they lose all.
        concerned = sale_orders if less == 'cancel' else asked
        concerned._tell_sales(message)

    # ------------------------------------------------------------
    # Less
    # ------------------------------------------------------------

    def _release_demands(self, fewer):
        for demand, change in fewer.items():
            demand._set_quantity(demand.quantity + change)

    def _decide_reduce(self, fewer, quantity):
        """Make less, and for stock what cannot be left out any more."""
        if self.product_uom_id.compare(quantity, self.product_qty) > 0:
            raise UserError(self.env._(
                "%(order)s makes %(quantity)s %(unit)s: enter less than that to make less.",
                order=self.name, quantity=format_quantity(self.env, self.product_qty), unit=self.product_uom_id.name))
        parts = self._get_family_quantity() - self.product_qty
        promised = sum(self.sudo().demand_ids.mapped('quantity')) + sum(fewer.values()) - parts
        if self.product_uom_id.compare(quantity, promised) < 0:
            raise UserError(self.env._(
                "%(order)s is made for customers who want %(quantity)s %(unit)s: it cannot make less.",
                order=self.name, quantity=format_quantity(self.env, promised), unit=self.product_uom_id.name))
        before = self.product_qty
        # First of all: the order may close with what it has made, for those who still want it.
        self._release_demands(fewer)
        self._change_quantity(quantity)
        return self.env._(
            "Production order %(order)s makes %(quantity)s %(unit)s, instead of %(before)s.",
            order=self._get_html_link(), quantity=format_quantity(self.env, quantity), unit=self.product_uom_id.name,
            before=format_quantity(self.env, before))

    def _decide_stock(self, fewer, _quantity):
        """Go on, and make for stock what the customer does not want any more."""
        self._release_demands(fewer)
        return self.env._(
            "Production order %(order)s goes on as it is; what is not wanted any more is made for stock.",
            order=self._get_html_link())

    def _decide_cancel(self, _fewer, _quantity):
        """End the order. Its demands stay with it: they tell whom it was made for."""
        self.action_cancel()
        return self.env._("Production order %(order)s is cancelled.", order=self._get_html_link())

    # ------------------------------------------------------------
    # More
    # ------------------------------------------------------------

    def _decide_second(self, wanted):
        """Make an order of its own for what is wanted more."""
        orders = self.env['mrp.production']
        for demand, change in wanted.items():
            line = demand.sale_line_id
            template = line._get_production_templates().get(line)
            if not template:
                raise UserError(self._get_no_template_message(line.product_id))
            need = demand.uom_id._compute_quantity(change, template.product_uom_id)
            orders |= line._produce({line: need}, {line: template})
        return self.env._(
            "What is wanted more than production order %(order)s makes is made by %(others)s.",
            order=self._get_html_link(), others=Markup(", ").join(order._get_html_link() for order in orders))

    def _decide_raise(self, wanted):
        """Make more, as long as nothing has passed a stage: all of it then goes through together."""
        if not self._may_raise():
            raise UserError(self.env._(
                "Units of %(order)s have passed a stage already: make a second order for what is wanted more.",
                order=self.name))
        self._change_quantity(self.product_qty + sum(wanted.values()))
        self._check_raise()
        for demand, change in wanted.items():
            demand._set_quantity(demand.quantity + change)
        return self.env._(
            "Production order %(order)s makes %(quantity)s %(unit)s now.", order=self._get_html_link(),
            quantity=format_quantity(self.env, self.product_qty), unit=self.product_uom_id.name)

    def _may_raise(self):
        """Tell whether nothing of the order has gone so far that more could not join it."""
        return not self._get_least_quantity() and not self.child_batch_ids

    def _decide_none(self, _wanted):
        """Leave the order as it is."""
        return self.env._(
            "Production order %(order)s stays as it is: no more than that is made for now.",
            order=self._get_html_link())
