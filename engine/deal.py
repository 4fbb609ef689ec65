"""What belongs to whom of an order that is made for several customers, and what a deal earns."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from fractions import Fraction


def shares_of_demands(demands: Mapping[Hashable, Fraction], made: Fraction) -> dict[Hashable, Fraction]:
    """Return which share of an order each demand has. What nobody asks for is made for stock, and nobody's share; more
    than is made they share in proportion.

    :param demands: how much each of them asks for
    :param made: how much is made
    """
    whole = max(made, sum(demands.values(), Fraction(0)))
    return {key: demand / whole if whole else Fraction(0) for key, demand in demands.items()}


def sold_share(demand: Fraction, demanded: Fraction, sold: Fraction) -> Fraction:
    """Return which share of a sale line's revenue one of its demands brings.

    :param demand: how much is made for the line by this order
    :param demanded: by all orders
    :param sold: how much the line sells; less than demanded where the customer has taken some of it back
    """
    whole = max(demanded, sold)
    return demand / whole if whole else Fraction(0)


@dataclass(frozen=True, slots=True)
class Earnings:
    """What production earns a deal.

    :ivar revenue: what the customer pays for it
    :ivar cost: what it costs, or will have cost in the end
    :ivar is_estimate: some of it is still to come
    """

    revenue: float
    cost: float
    is_estimate: bool

    @property
    def profit(self) -> float:
        """What is left of the revenue."""
        return self.revenue - self.cost

    @property
    def margin(self) -> float | None:
        """Which part of the revenue is left; None of no revenue."""
        return self.profit / self.revenue if self.revenue else None
