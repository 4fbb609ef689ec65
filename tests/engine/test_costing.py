"""Shares of costs: by hand, and what holds for any of them."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from engine.costing import Cost, Leaving, Recovery, allot, evenly, per_unit, recovered, share_of, take_along


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


def test_a_part_without_a_share_gets_nothing() -> None:
    assert allot(78.17, [Fraction(1, 10), Fraction(0), Fraction(9, 10)], cents) == [7.82, 0.0, 70.35]


@given(amount=st.integers(-(10**9), 10**9), weights=st.lists(st.integers(0, 10**6), min_size=1, max_size=9))
def test_shares_add_up(amount: int, weights: list[int]) -> None:
    whole = sum(weights) or 1
    shares = [Fraction(weight, whole) for weight in weights]
    parts = allot(amount / 100, shares, cents)
    assert sum(round(part * 100) for part in parts) == (amount if sum(weights) else 0)
    for part, share in zip(parts, shares, strict=True):
        assert abs(part - amount / 100 * float(share)) < 0.01 + 1e-6


def test_scrap_by_hand() -> None:
    """25 of 120 ct at 10.00 were worth 250.00."""
    for recovery, value in (
        (Recovery("cost"), 250.0),
        (Recovery("cost", cost=2.0), 50.0),
        (Recovery("cost", cost=12.0), 250.0),
        (Recovery("price", cost=2.0, price=1.5), 37.5),
        (Recovery("price", price=100.0), 1200.0),
        (Recovery("share", cost=2.0, percent=30), 75.0),
    ):
        assert recovered(recovery, 25, 250.0, 1200.0, cents) == value


def test_scrap_in_another_unit_takes_its_cost() -> None:
    for method in ("cost", "share"):
        assert recovered(Recovery(method, cost=2.0, percent=30), 25, None, 1200.0, cents) == 50.0
        assert recovered(Recovery(method, percent=30), 25, None, 1200.0, cents) == 0.0


@given(
    recovery=st.builds(
        Recovery,
        st.sampled_from(["cost", "price", "share"]),
        st.floats(-10, 10**5),
        st.floats(-10, 10**5),
        st.floats(0, 100),
    ),
    quantity=st.floats(0.001, 10**5),
    was_worth=st.none() | st.floats(0, 10**7),
    inside=st.integers(-(10**9), 10**9),
)
def test_scrap_takes_no_more_than_there_is(
    recovery: Recovery, quantity: float, was_worth: float | None, inside: int
) -> None:
    value = recovered(recovery, quantity, was_worth, inside / 100, cents)
    assert 0 <= value <= max(0, inside / 100)
    assert value == cents(value)
    if was_worth is not None and recovery.method != "price":
        assert value <= was_worth + 0.005


def test_units_bear_their_own_work_and_their_share_of_the_rest() -> None:
    costs = [
        Cost("labor", "saw", 7.0, False, unit=2), Cost("wood", "saw", 20.0, True), Cost("oil", "finish", 6.0, True),
        Cost("defect", "saw", 3.0, False)]
    assert per_unit(costs, frozenset({1, 2, 3}), {"saw": frozenset({1, 2, 4})}, cents) == {
        (2, "labor"): 7.0, (1, "wood"): 10.0, (2, "wood"): 10.0, (1, "oil"): 2.0, (2, "oil"): 2.0, (3, "oil"): 2.0,
        (1, "defect"): 1.0, (2, "defect"): 1.0, (3, "defect"): 1.0}


def test_nobody_bears_anything_where_no_unit_lives() -> None:
    assert per_unit([Cost("wood", "saw", 20.0, True)], frozenset(), {"saw": frozenset({1})}, cents) == {}


@given(
    costs=st.lists(st.builds(
        Cost, key=st.sampled_from("abc"), stage=st.sampled_from(["saw", "plane"]),
        amount=st.integers(-(10**7), 10**7).map(lambda amount: amount / 100), is_material=st.booleans(),
        unit=st.none() | st.integers(1, 9)), max_size=12),
    living=st.frozensets(st.integers(1, 9), min_size=1),
    supplied=st.dictionaries(st.sampled_from(["saw", "plane"]), st.frozensets(st.integers(1, 9))),
)
def test_units_bear_all_that_was_spent(
    costs: list[Cost], living: frozenset[int], supplied: dict[str, frozenset[int]]
) -> None:
    shares = per_unit(costs, living, supplied, cents)
    for key in "abc":
        spent = sum(round(cost.amount * 100) for cost in costs if cost.key == key)
        assert sum(round(part * 100) for (_unit, name), part in shares.items() if name == key) == spent
