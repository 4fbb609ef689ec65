from odoo import models
from odoo.exceptions import UserError

from ...engine.demand import cut_back, hand_out
from ...engine.quanta import from_quanta, to_quanta


class MrpProduction(models.Model):
    """What people do to orders by hand, with Odoo's own means, reaches those the orders are made for."""

    _inherit = 'mrp.production'

    # ------------------------------------------------------------
    # Split and merge
    # ------------------------------------------------------------

    def _pre_action_split_merge_hook(self, merge=False, split=False):
        if merge:
            # Whoever merges orders need not see what is sold.
            for order in self.sudo().filtered('demand_ids'):
                raise UserError(self.env._(
                    "%(order)s is made for %(sales)s. Use Aggregate to make one batch of several orders: there each "
                    "customer keeps its part.",
                    order=order.name, sales=", ".join(order.demand_ids.sale_order_id.mapped('name'))))
        return super()._pre_action_split_merge_hook(merge, split)

    def _split_productions(self, amounts=False, cancel_remaining_qty=False, set_consumed_qty=False):
        # As above.
        sold = self.sudo().filtered('demand_ids')
        orders = super()._split_productions(amounts, cancel_remaining_qty, set_consumed_qty)
        for order in sold:
            order._share_demands(order | (orders.sudo() & order.production_group_id.production_ids))
        return orders

    def _share_demands(self, parts):
        """Let what Odoo has split this order into be made for the same lines.

        :param parts: the orders it was split into, this one first: they are filled one after the other
        """
        rounding = self.product_uom_id.rounding
        room = {part: to_quanta(part.product_qty, rounding) for part in parts}
        for demand in self.demand_ids.sorted('id'):
            shares = hand_out(to_quanta(demand.quantity, rounding), room)
            room = {part: left - shares[part] for part, left in room.items()}
            found = [
                {'production_id': part.id, 'quantity': from_quanta(share, rounding)}
                for part, share in shares.items() if share]
            for place, vals in enumerate(found):
                if place:
                    demand.copy(vals)
                else:
                    demand.write(vals)

    # ------------------------------------------------------------
    # Another quantity
    # ------------------------------------------------------------

    def _cut_demands(self):
        """Let these orders be made for no more than they make: what others wait for is wanted again."""
        for order in self.filtered(lambda order: order._is_open() and order.demand_ids):
            rounding = order.product_uom_id.rounding
            asked = sum(order.demand_ids.mapped('quantity'))
            excess = to_quanta(asked, rounding) - to_quanta(order._get_family_quantity(), rounding)
            if excess <= 0:
                continue
            changes = order._get_demand_changes()
            kept = cut_back(excess, {
                demand: tuple(to_quanta(quantity, rounding) for quantity in (
                    demand.quantity, max(0.0, -changes.get(demand, 0.0))))
                for demand in order.demand_ids.sorted('id')})
            for demand, quantity in kept.items():
                demand._cut(from_quanta(quantity, rounding))
            order._filter_open_change()._ask_about_changes()
