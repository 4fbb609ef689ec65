"""The production orders behind a deal, as far as they are made for it."""

from fractions import Fraction

from ...engine.balance import exact
from ...engine.deal import shares_of_demands


class DealOrder:
    """An order, or a part that was split off from one, and which share of it is made for a deal."""

    def __init__(self, order, demands, all_shares):
        """
        :param order: `mrp.production`
        :param demands: `mrp.production.demand`, those of the deal
        :param dict all_shares: the exact share of every demand that the order meets
        """
        self.order = order
        self.demands = demands
        self.all_shares = all_shares

    @property
    def quantity(self):
        """How much is made for the deal, in the order's unit of measure."""
        return self.order.product_uom_id.round(float(self.get_quantity(self.demands)))

    def get_quantity(self, demands):
        """Return how much is made for these demands, exact."""
        return exact(self.order.product_qty) * sum((self.all_shares[demand] for demand in demands), Fraction(0))


def load_deal_orders(demands):
    """Return the `DealOrder` of these demands: the orders as they were made, each followed by its parts.

    :param demands: `mrp.production.demand`, of one deal or sale order
    """
    deal_orders = []
    for root, own in demands.grouped('production_id').items():
        family = root._get_families().sorted(lambda order: (order.id != root.id, order.id))
        living = family.filtered(lambda order: order.state != 'cancel') or root
        shares = shares_of_demands(
            {demand: exact(demand.quantity) for demand in root.demand_ids},
            sum((exact(order.product_qty) for order in living), Fraction(0)))
        deal_orders += [DealOrder(order, own, shares) for order in family if order in living or order._has_mattered()]
    return deal_orders
