"""Shares of costs: what units that leave an order, lost or split off, take along of what was spent on all of them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise


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


def evenly(amount: float, count: int, rounded: Callable[[float], float]) -> list[float]:
    """Return an amount in so many parts that differ by no more than one rounding and add up to it.

    :param amount: rounded
    :param rounded: rounds to the currency
    """
    marks = [rounded(amount * place / count) for place in range(count + 1)]
    return [rounded(end - start) for start, end in pairwise(marks)]
