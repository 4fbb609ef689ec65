from odoo import api, models
from odoo.exceptions import UserError

from ...engine.demand import Supply, follow
from ...engine.quanta import from_quanta, to_quanta

# What of a sale line tells how much of what is to be made
WANTED_FIELDS = {'product_uom_qty', 'product_uom_id'}


class SaleOrderLine(models.Model):
    """What customers want more or less than before reaches the orders that are made for it.

    Orders that have not begun follow by themselves. What runs goes on; a supervisor is asked.
    """

    _inherit = 'sale.order.line'

    @api.onchange('product_uom_qty', 'product_uom_id')
    def _onchange_running_production(self):
        """Tell who changes what is in work already that this does not change by itself."""
        # Whoever sells reads no production orders.
        orders = self._origin.sudo()._get_open_demands().production_id.filtered(lambda order: not order._may_follow())
        if self.state != 'sale' or not orders:
            return None
        return {'warning': {
            'type': 'notification',
            'title': self.env._("Production has begun"),
            'message': self.env._(
                "%(product)s is in work (%(orders)s). A supervisor is asked what becomes of it.",
                product=self.product_id.display_name, orders=", ".join(orders.mapped('name'))),
        }}

    def write(self, vals):
        if 'product_id' in vals:
            # What is made is not what is sold any more.
            self.filtered(lambda line: line.product_id.id != vals['product_id']).sudo().demand_ids.unlink()
        if WANTED_FIELDS.isdisjoint(vals):
            return super().write(vals)
        short = self._filter_missing()
        res = super().write(vals)
        # Quotations are made for nobody yet.
        self.filtered(lambda line: line.state == 'sale')._update_production()
        short._release_deals()
        return res

    def unlink(self):
        """With the line goes what is made for it, and a deal may wait for nothing else."""
        deals = self.sudo().demand_ids._get_waiting_deals()
        res = super().unlink()
        deals._follow_production(self.env['mrp.production'])
        return res

    def _produce(self, needs, templates):
        orders = super()._produce(needs, templates)
        # A supervisor may have been asked about what is made by these now.
        orders.demand_ids.sale_line_id.demand_ids.production_id._filter_open_change()._ask_about_changes()
        return orders

    def _update_production(self):
        """Bring the production orders of these lines in line with what the customers want now.

        Whatever keeps production from following never keeps sales from changing what is sold: it is told instead.
        """
        # Whoever sells has no rights on production; what is sold decides about it, and nothing else.
        lines = self.sudo()
        lines = lines.filtered(lambda line: line._get_open_demands())
        lines._lock_for_production()
        for line in lines:
            try:
                with self.env.cr.savepoint():
                    line._follow_demand()
            except UserError as refusal:
                orders = line._get_open_demands().production_id
                orders._tell_of_demand(line.order_id, self.env._(
                    "Production does not follow the change of %(order)s by itself: %(reason)s",
                    order=line.order_id.name, reason=str(refusal)))
                orders._ask_about_changes()

    def _get_open_demands(self):
        """Return the demands of these lines whose orders can still change."""
        return self.demand_ids.filtered(lambda demand: demand.production_id._is_open()).sorted('id')

    # ------------------------------------------------------------
    # What is wanted
    # ------------------------------------------------------------

    def _get_open_target(self, product, unit):
        """Return how much of this line is wanted of the orders that can still change.

        What others have given already is not wanted of them: orders that are done, and goods delivered from stock.

        :param product: what these orders make: what is sold, or a component of that kit
        :param unit: `uom.uom` of the result
        :raises UserError: the line is sold in what does not convert into that
        """
        self.ensure_one()
        if self.order_id.state != 'sale':
            return 0.0
        ordered = self._convert_sold(self.product_uom_qty, product, unit)
        demands = self.demand_ids.filtered(lambda demand: demand.production_id.product_id == product)
        closed = (demands - self._get_open_demands())._get_served()
        done = sum(demand.uom_id._compute_quantity(quantity, unit) for demand, quantity in closed.items())
        return max(0.0, unit.round(ordered - done - self._get_quantity_from_stock(unit, product)))

    def _plan_demand(self, demands):
        """Return what is to become of the orders that this line is made by.

        :param demands: `mrp.production.demand` of this line that can change, of orders of one product
        :return: ``(unit, supplies, plan)``: `uom.uom`, and, in quanta of it, an `engine.demand.Supply` for each
            demand, which is its key, and the `engine.demand.Plan`
        :raises UserError: see `_get_open_target`
        """
        self.ensure_one()
        unit = demands[:1].uom_id

        def quanta(quantity, order):
            return to_quanta(order.product_uom_id._compute_quantity(quantity, unit), unit.rounding)

        # A batch may be made for several demands of the line: what it makes for nobody is there once.
        firsts = {order: same[0] for order, same in demands.grouped('production_id').items()}
        supplies = []
        for demand in demands:
            order = demand.production_id
            promised = sum(order.demand_ids.mapped('quantity'))
            makes = order._get_family_quantity() if demand == firsts[order] else promised
            supplies.append(Supply(
                demand, quanta(demand.quantity, order), quanta(makes, order), quanta(promised, order),
                not order._may_follow()))
        target = self._get_open_target(demands.production_id.product_id, unit)
        return unit, supplies, follow(to_quanta(target, unit.rounding), supplies)

    def _get_demand_changes(self):
        """Return how much more, or less, the customer wants of the orders made for this line than they are made for.

        :return: ``{demand: quantity}``, in the unit of measure of the order; only what changes
        """
        changes = {}
        for demands in self._get_open_demands().grouped(lambda demand: demand.production_id.product_id).values():
            try:
                unit, supplies, plan = self._plan_demand(demands)
            except UserError:
                # What is wanted cannot be compared with what is made; the sales person has been told.
                continue
            for supply in supplies:
                demand = supply.key
                change = plan.open.get(demand, 0) + plan.demands[demand] - supply.demand
                if change:
                    changes[demand] = unit._compute_quantity(from_quanta(change, unit.rounding), demand.uom_id)
        return changes

    # ------------------------------------------------------------
    # What follows
    # ------------------------------------------------------------

    def _follow_demand(self):
        """Let the orders made for this line follow it, as far as they have not begun; ask a supervisor about the rest.

        :raises UserError: an order cannot follow; nothing has changed
        """
        self.ensure_one()
        # Nobody may start a stage of what is being changed.
        open_demands = self._get_open_demands()
        open_demands.production_id.workorder_ids._lock_stage_flow()
        for demands in open_demands.grouped(lambda demand: demand.production_id.product_id).values():
            self._follow_plan(*self._plan_demand(demands))
        self._get_open_demands().production_id._ask_about_changes()

    def _follow_plan(self, unit, supplies, plan):
        """Carry out what `_plan_demand` has returned, as far as orders have not begun."""
        for supply in supplies:
            demand = supply.key
            order = demand.production_id
            # Another demand may have changed the order just now: what it makes changes by a difference.
            wanted, more = (
                unit._compute_quantity(from_quanta(quanta, unit.rounding), order.product_uom_id)
                for quanta in (plan.demands[demand], plan.quantities[demand] - supply.quantity))
            if unit.compare(wanted, demand.quantity):
                demand._follow(wanted, order.product_uom_id.round(order.product_qty + more))
