"""Parts of parts: whatever leaves an order, and whatever leaves that, no money of any currency appears or gets lost."""

import math
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from engine.costing import Cost, Leaving, evenly, share_of, take_along

DECIMALS = (0, 2, 3)    # yen, euro, dinar


def rounding_to(decimals: int) -> Callable[[float], float]:
    """Return a function that rounds as Odoo does: halves away from zero, with what floats fall short of them."""

    def rounded(amount: float) -> float:
        scaled = abs(amount) * 10**decimals
        return math.copysign(math.floor(scaled + 0.5 + scaled * 1e-15) / 10**decimals, amount)

    return rounded


def coins(amount: float, decimals: int) -> int:
    """Return an amount in the smallest coins, and make sure that it consists of these."""
    number = round(amount * 10**decimals)
    assert amount == number / 10**decimals
    return number


amounts = st.integers(0, 10**9)
leavings = st.tuples(
    st.integers(0, 20),     # which of the parts there are by then
    st.tuples(st.integers(0, 40), st.integers(1, 40)),   # of those that were supplied
    st.tuples(st.integers(0, 40), st.integers(1, 40)),   # of those that were worked on
    st.frozensets(st.integers(1, 4)),
)


@given(
    decimals=st.sampled_from(DECIMALS),
    spent=st.lists(st.tuples(amounts, st.booleans(), st.none() | st.integers(1, 4)), min_size=1, max_size=6),
    leavings=st.lists(leavings, max_size=12),
)
def test_parts_of_parts_are_worth_the_whole(
    decimals: int,
    spent: list[tuple[int, bool, int | None]],
    leavings: list[tuple[int, tuple[int, int], tuple[int, int], frozenset[int]]],
) -> None:
    rounded = rounding_to(decimals)
    kinds = {key: (is_material, unit) for key, (_amount, is_material, unit) in enumerate(spent)}
    parts = [{key: amount / 10**decimals for key, (amount, _is_material, _unit) in enumerate(spent)}]
    for place, supplied, worked, units in leavings:
        part = parts[place % len(parts)]
        taken = take_along(
            [Cost(key, "saw", amount, *kinds[key]) for key, amount in part.items()],
            Leaving(
                {"saw": share_of(min(supplied), max(supplied))}, {"saw": share_of(min(worked), max(worked))}, units),
            rounded)
        for key, amount in taken.items():
            part[key] = rounded(part[key] - amount)
        parts.append(taken)
    for key, (amount, _is_material, _unit) in enumerate(spent):
        shares = [coins(part.get(key, 0.0), decimals) for part in parts]
        assert sum(shares) == amount
        assert min(shares) >= 0


@given(
    decimals=st.sampled_from(DECIMALS), amount=st.integers(-(10**9), 10**9), count=st.integers(1, 60),
    again=st.integers(1, 9),
)
def test_even_parts_of_even_parts_add_up(decimals: int, amount: int, count: int, again: int) -> None:
    rounded = rounding_to(decimals)
    parts = evenly(amount / 10**decimals, count, rounded)
    pieces = [piece for part in parts for piece in evenly(part, again, rounded)]
    assert sum(coins(piece, decimals) for piece in pieces) == amount
    numbers = [coins(part, decimals) for part in parts]
    assert max(numbers) - min(numbers) <= 1
