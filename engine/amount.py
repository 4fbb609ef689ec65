"""How much of an order is somewhere: a number of units, or which units.

Units that are all alike are counted: the amount is an ``int`` of quanta (see `quanta`). Numbered units go their
own ways, and the amount is the ``frozenset`` of their numbers. The rules of the flow are the same for both; ``-``,
``<=`` and truth mean the same for both, and what Python spells differently is here.
"""

from __future__ import annotations

from collections.abc import Iterable

Amount = int | frozenset[int]


def nothing(like: Amount) -> Amount:
    """Return no units, of the kind that ``like`` is."""
    return frozenset() if isinstance(like, frozenset) else 0


def join(one: Amount, other: Amount) -> Amount:
    """Return both amounts together; no unit is in both."""
    return one | other if isinstance(one, frozenset) else one + other


def meet(amounts: Iterable[Amount], whole: Amount) -> Amount:
    """Return what is in all of the amounts: the least number, or the units they share; ``whole`` if there are none."""
    found = whole
    for amount in amounts:
        found = found & amount if isinstance(found, frozenset) else min(found, amount)
    return found


def size(amount: Amount) -> int:
    """Return how much an amount is: quanta, or how many units."""
    return len(amount) if isinstance(amount, frozenset) else amount
