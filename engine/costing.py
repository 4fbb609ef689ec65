"""Shares of costs: what units that leave an order, lost or split off, take along of what was spent on all of them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate, pairwise, repeat


@dataclass(frozen=True, slots=True)
class Cost:
    """A sum of costs that were spent on the same units.

    :ivar key: names the sum
    :ivar stage: where it was spent
    :ivar amount: in the currency, rounded
    :ivar is_material: of materials, not of work
    :ivar unit: the only unit it was spent on; None for all
    """

    key: Hashable
    stage: Hashable
    amount: float
    is_material: bool
    unit: int | None = None


@dataclass(frozen=True, slots=True)
class Leaving:
    """Units that leave.

    :ivar supplied: per stage, the share of the units with materials that leave
    :ivar worked: per stage, the share of the units worked on that leave
    :ivar units: their numbers, of an order that is made unit by unit
    """

    supplied: Mapping[Hashable, Fraction]
    worked: Mapping[Hashable, Fraction]
    units: frozenset[int] = frozenset()


def take_along(
    costs: Iterable[Cost], leaving: Leaving, rounded: Callable[[float], float]
) -> dict[Hashable, float]:
    """Return what the units that leave take along of each cost, where that is anything.

    :param rounded: rounds to the currency
    """
    taken = {}
    for cost in costs:
        if cost.unit is not None:
            share = Fraction(cost.unit in leaving.units)
        else:
            share = (leaving.supplied if cost.is_material else leaving.worked).get(cost.stage, Fraction(0))
        amount = rounded(cost.amount * share.numerator / share.denominator)
        if amount:
            taken[cost.key] = amount
    return taken


def share_of(part: int, whole: int) -> Fraction:
    """Return which share a part is; none of nothing."""
    return Fraction(part, whole) if whole else Fraction(0)


def allot(amount: float, shares: Iterable[Fraction], rounded: Callable[[float], float]) -> list[float]:
    """Return an amount in parts by their shares. Where the shares add up to one the parts add up to the amount; each is
    off by no more than one rounding.

    :param amount: rounded
    :param shares: of the amount, none below zero
    :param rounded: rounds to the currency
    """
    reached = accumulate(shares, initial=Fraction(0))
    marks = [rounded(amount * mark.numerator / mark.denominator) for mark in reached]
    return [rounded(end - start) for start, end in pairwise(marks)]


def evenly(amount: float, count: int, rounded: Callable[[float], float]) -> list[float]:
    """Return an amount in so many parts that differ by no more than one rounding and add up to it.

    :param amount: rounded
    :param rounded: rounds to the currency
    """
    return allot(amount, repeat(Fraction(1, count), count), rounded)


@dataclass(frozen=True, slots=True)
class Recovery:
    """What scrap that goes back into stock is said to be worth.

    :ivar method: ``cost``, at most the product's cost; ``price``, a set price; ``share``, of the value of what it was
    :ivar cost: of the product, per unit
    :ivar price: per unit
    :ivar percent: of the value of what it was
    """

    method: str = "cost"
    cost: float = 0.0
    price: float = 0.0
    percent: float = 0.0


def recovered(
    recovery: Recovery, quantity: float, was_worth: float | None, inside: float, rounded: Callable[[float], float]
) -> float:
    """Return what value scrap takes along: never more than there is, never less than nothing.

    :param was_worth: the value of what it was, by quantity; None where that cannot be told, and its cost has to do
    :param inside: the value that is there, rounded
    :param rounded: rounds to the currency
    """
    at_cost = recovery.cost * quantity
    if recovery.method == "price":
        value = recovery.price * quantity
    elif was_worth is None:
        value = at_cost
    elif recovery.method == "share":
        value = was_worth * recovery.percent / 100
    else:
        value = min(was_worth, at_cost or was_worth)
    return max(0.0, min(rounded(value), inside))


def per_unit(
    costs: Iterable[Cost],
    living: frozenset[int],
    supplied: Mapping[Hashable, frozenset[int]],
    rounded: Callable[[float], float],
) -> dict[tuple[int, Hashable], float]:
    """Return what each numbered unit bears of each cost: together all of it, as long as any unit lives.

    What was spent on one unit it bears alone while it lives, materials those that have got theirs at the stage, and
    everything else all that live.

    :param supplied: per stage, the units that have their materials, lost ones too
    :param rounded: rounds to the currency
    """
    shares: dict[tuple[int, Hashable], float] = {}
    for cost in costs:
        if cost.unit in living:
            parts = {cost.unit: cost.amount}
        else:
            having = supplied.get(cost.stage, frozenset()) & living if cost.is_material else living
            bearers = sorted(having or living)
            parts = dict(zip(bearers, evenly(cost.amount, len(bearers), rounded))) if bearers else {}
        for unit, part in parts.items():
            shares[unit, cost.key] = rounded(shares.get((unit, cost.key), 0.0) + part)
    return shares
