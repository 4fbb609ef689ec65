"""Batches of several orders: which may well be made together, and what each is given back when they are not."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


def near_groups(moments: Iterable[tuple[Key, int]], span: int) -> list[list[Key]]:
    """Return groups of keys whose moments are no further apart than a span, the earliest first.

    A group begins with the earliest moment that is in none yet and takes all that follow within the span: nothing waits
    for longer than that. What has nothing near it is in no group.

    :param moments: pairs of a key and its moment, in any order
    :param span: in the unit of the moments, not negative
    """
    groups: list[list[Key]] = []
    begin = None
    for key, moment in sorted(moments, key=lambda pair: pair[1]):
        if begin is None or moment - begin > span:
            begin = moment
            groups.append([])
        groups[-1].append(key)
    return [group for group in groups if len(group) > 1]


@dataclass(frozen=True, slots=True)
class Part:
    """An order that was made part of a batch. Quantities are in quanta, see `quanta`.

    :ivar quantity: what it made then
    :ivar promised: how much of that was for somebody; the rest is for stock
    :ivar wanted: what those it was for want of it now
    """

    key: Hashable
    quantity: int
    promised: int
    wanted: int


def give_back(total: int, parts: Sequence[Part]) -> dict[Hashable, int] | None:
    """Return how much each order makes once its batch is dissolved, in all what the batch makes now.

    Everybody gets what they want now. What the batch makes less than that and the stock was to get, the stock goes
    without, in the last orders first. What it makes more was kept for stock when somebody wanted less, and stays where
    that was.

    :param total: what the batch makes
    :return: None where the batch makes more or less than that can explain
    """
    given = {part.key: part.quantity - part.promised + part.wanted for part in parts}
    missing = sum(given.values()) - total
    for part in reversed(parts):
        less = min(max(missing, 0), part.quantity - part.promised)
        given[part.key] -= less
        missing -= less
    for part in parts:
        more = min(max(-missing, 0), max(part.promised - part.wanted, 0))
        given[part.key] += more
        missing += more
    return None if missing else given
