"""Shares of costs: by hand, and what holds for any of them."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from engine.costing import Cost, Leaving, evenly, share_of, take_along


def cents(amount: float) -> float:
    return round(amount, 2)


def test_materials_follow_the_supplied_and_work_those_worked_on() -> None:
    costs = [Cost("wood", "saw", 400.0, True), Cost("sawing", "saw", 16.0, False), Cost("oil", "oil", 9.0, True)]
    leaving = Leaving(supplied={"saw": Fraction(6, 40)}, worked={"saw": Fraction(3, 40)})
    assert take_along(costs, leaving, cents) == {"wood": 60.0, "sawing": 1.2}


def test_a_numbered_unit_takes_what_was_spent_on_it() -> None:
    costs = [Cost("five", "saw", 7.0, False, unit=5), Cost("six", "saw", 9.0, False, unit=6)]
    assert take_along(costs, Leaving({}, {"saw": Fraction(1, 2)}, frozenset({5})), cents) == {"five": 7.0}


def test_nothing_leaves_with_no_unit() -> None:
    assert share_of(0, 0) == 0
    assert take_along([Cost("wood", "saw", 1.0, True)], Leaving({}, {}), cents) == {}


def test_a_cent_is_not_lost_in_three() -> None:
    assert evenly(10.0, 3, cents) == [3.33, 3.34, 3.33]


@given(amount=st.integers(-(10**9), 10**9), count=st.integers(1, 60))
def test_even_parts_add_up(amount: int, count: int) -> None:
    parts = evenly(amount / 100, count, cents)
    assert len(parts) == count
    assert sum(round(part * 100) for part in parts) == amount
    assert max(parts) - min(parts) < 0.02 + 1e-6


@given(
    amounts=st.lists(st.integers(0, 10**8), min_size=1, max_size=8),
    part=st.integers(0, 40),
    whole=st.integers(1, 40),
)
def test_nobody_takes_more_than_there_is(amounts: list[int], part: int, whole: int) -> None:
    share = share_of(min(part, whole), whole)
    costs = [Cost(i, "saw", amount / 100, bool(i % 2)) for i, amount in enumerate(amounts)]
    taken = take_along(costs, Leaving({"saw": share}, {"saw": share}), cents)
    for cost in costs:
        assert 0 <= taken.get(cost.key, 0.0) <= cost.amount
        assert abs(taken.get(cost.key, 0.0) - cost.amount * float(share)) <= 0.005 + 1e-6
