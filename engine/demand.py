"""How production orders follow what a customer wants now. Quantities are in quanta, see `quanta`."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Supply:
    """An open order that is made for a line of a sale, perhaps among others.

    :ivar demand: how much of it is for this line
    :ivar quantity: how much it makes
    :ivar promised: how much of that is for somebody, this line included
    :ivar begun: its stages have begun: it changes by nobody's decision but a person's
    """

    key: Hashable
    demand: int
    quantity: int
    promised: int
    begun: bool


@dataclass(slots=True)
class Plan:
    """What becomes of the orders of a line.

    :ivar demands: per order, how much of it is for the line from now on
    :ivar quantities: per order, how much it makes from now on
    :ivar open: per order that has begun, how much more (or, negative, less) the customer wants of it: to be decided
    """

    demands: dict[Hashable, int]
    quantities: dict[Hashable, int]
    open: dict[Hashable, int] = field(default_factory=dict)


def follow(target: int, supplies: Sequence[Supply]) -> Plan:
    """Bring the orders of a line in line with what is wanted of them in all.

    What is wanted more is first taken from what the orders make for nobody, then added to the first that has not begun.
    What is wanted less is taken from those that have not begun, the last one first. What is left is open.

    :param target: what the line wants of all these orders; not negative
    :param supplies: the orders, in the order they were made
    """
    plan = Plan({one.key: one.demand for one in supplies}, {one.key: one.quantity for one in supplies})
    difference = target - sum(plan.demands.values())
    if difference > 0:
        _add(plan, difference, supplies)
    elif difference < 0:
        _take(plan, -difference, supplies)
    return plan


def _add(plan: Plan, more: int, supplies: Sequence[Supply]) -> None:
    for one in supplies:
        spare = min(more, max(0, one.quantity - one.promised))
        plan.demands[one.key] += spare
        more -= spare
    waiting = [one for one in supplies if not one.begun]
    if more and waiting:
        plan.demands[waiting[0].key] += more
        plan.quantities[waiting[0].key] += more
    elif more and supplies:
        plan.open[supplies[-1].key] = more


def _take(plan: Plan, less: int, supplies: Sequence[Supply]) -> None:
    waiting = [one for one in supplies if not one.begun]
    running = [one for one in supplies if one.begun]
    for one in (*reversed(waiting), *reversed(running)):
        part = min(less, one.demand)
        if not part:
            continue
        less -= part
        if one.begun:
            plan.open[one.key] = -part
        else:
            plan.demands[one.key] -= part
            plan.quantities[one.key] -= part


def hand_out(given: int, asked: Mapping[Key, int]) -> dict[Key, int]:
    """Return who gets how much of what an order has given: the first all it asks for, then the next.

    :param given: less than all ask for where units were lost; what nobody asks for is nobody's
    :param asked: how much each asks for, who comes first first
    """
    shares = {}
    for key, quantity in asked.items():
        shares[key] = min(quantity, max(given, 0))
        given -= shares[key]
    return shares


def cut_back(excess: int, demands: Mapping[Key, tuple[int, int]]) -> dict[Key, int]:
    """Return how much each gets of an order that makes less than it was to: first goes what nobody wants any more, then
    what the last ones wait for.

    :param excess: how much less is made than all ask for
    :param demands: how much each asks for and how much of that it does not want any more, who comes first first
    """
    kept = {}
    for key, (quantity, unwanted) in demands.items():
        part = min(max(excess, 0), unwanted)
        kept[key] = quantity - part
        excess -= part
    for key in reversed(kept):
        part = min(max(excess, 0), kept[key])
        kept[key] -= part
        excess -= part
    return kept
