"""The mass balance of a stage."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.balance import Entry, Kind, Unit, balance, exact, share

CARAT = Unit("ct", "weight", Fraction(1, 5000))
GRAM = Unit("g", "weight", Fraction(1, 1000))
KILO = Unit("kg", "weight", Fraction(1))
PIECE = Unit("pcs", "pieces", Fraction(1))
DOZEN = Unit("doz", "pieces", Fraction(12))


def entry(kind: str, unit: Unit, quantity: float) -> Entry:
    return Entry(Kind(kind), unit, exact(quantity))


entries = st.lists(
    st.builds(
        entry,
        st.sampled_from([kind.value for kind in Kind]),
        st.sampled_from([CARAT, GRAM, KILO, PIECE, DOZEN]),
        st.integers(-(10**9), 10**9).map(lambda hundredths: hundredths / 100),
    ),
    max_size=40,
)


def test_gems() -> None:
    cutting = balance([
        entry("input", CARAT, 95),
        entry("output", CARAT, 52),
        entry("waste", CARAT, 41.5),
        entry("rejection", CARAT, 1.2),
    ])["weight"]
    assert cutting.as_floats() == {
        "input": 95, "output": 52, "waste": 41.5, "rejection": 1.2, "scrap": 0, "unexplained": 0.3}


def test_kilograms_are_never_added_to_pieces() -> None:
    balances = balance([
        entry("input", KILO, 10), entry("output", PIECE, 200), entry("waste", GRAM, 500), entry("output", DOZEN, 1)])
    assert list(balances) == ["weight", "pieces"]
    assert balances["weight"].as_floats()["waste"] == 0.5
    assert balances["pieces"].as_floats()["output"] == 212
    assert balances["weight"].unexplained == Fraction(19, 2)
    assert balances["pieces"].unexplained == -212


def test_what_is_taken_back_never_was() -> None:
    assert balance([entry("waste", CARAT, 0.1), entry("waste", CARAT, 0.2), entry("waste", CARAT, -0.3)])[
        "weight"].moved[Kind.WASTE] == 0


@pytest.mark.parametrize(
    ("taken", "tolerance", "within"),
    [
        (94.7, 0, False),
        (94.7, 0.3, False),
        (94.05, 1, True),
        (94.04, 1, False),
        (95, 0, True),
        (95.95, 1, True),
        (95.96, 1, False),
    ],
)
def test_tolerance(taken: float, tolerance: float, within: bool) -> None:
    cutting = balance([entry("input", CARAT, 95), entry("output", CARAT, taken)])["weight"]
    assert cutting.is_within(tolerance) is within


def test_what_became_something_else_is_no_difference() -> None:
    balances = balance([entry("input", KILO, 10), entry("output", PIECE, 200)])
    assert balances["weight"].is_within(0)
    assert balances["pieces"].is_within(0)


def test_only_what_went_in_and_came_out_can_be_compared() -> None:
    balances = balance([entry("input", KILO, 10), entry("output", PIECE, 200)])
    assert not any(one.is_comparable for one in balances.values())
    assert balance([entry("input", KILO, 10), entry("waste", KILO, 1)])["weight"].is_comparable


def test_in_another_unit() -> None:
    gems = balance([entry("input", CARAT, 120)])["weight"]
    assert gems.in_unit(gems.input, GRAM) == 24


@pytest.mark.parametrize("quantity", [float("nan"), float("inf"), float("-inf")])
def test_no_numbers(quantity: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        exact(quantity)


def test_no_unit() -> None:
    with pytest.raises(ValueError, match="greater than zero"):
        Unit("x", "y", Fraction())


@pytest.mark.parametrize(
    ("value", "part", "whole", "expected"),
    [(1200, 95, 120, 950), (250, 25, 25, 250), (100, 3, 2, 100), (100, 1, 0, 0), (-5, 1, 2, 0), (100, 0, 5, 0)],
)
def test_share(value: int, part: int, whole: int, expected: int) -> None:
    assert share(Fraction(value), Fraction(part), Fraction(whole)) == expected


@given(entries)
def test_inputs_are_outputs_losses_and_the_unexplained(journal: list[Entry]) -> None:
    """To six decimals; where a float has fewer left, beside thousands of tons, to the last digits it has."""
    for family in balance(journal).values():
        shown = family.as_floats()
        taken = shown["output"] + shown["waste"] + shown["rejection"] + shown["scrap"]
        last_digits = max(map(abs, shown.values())) * 2**-48
        assert shown["input"] == pytest.approx(taken + shown["unexplained"], abs=max(1e-6, last_digits), rel=0)


@given(entries, st.randoms(use_true_random=False))
def test_the_order_of_entries_does_not_matter(journal: list[Entry], chance) -> None:  # type: ignore[no-untyped-def]
    shuffled = list(journal)
    chance.shuffle(shuffled)
    first, second = balance(journal), balance(shuffled)
    assert first.keys() == second.keys()
    for family, one in first.items():
        other = second[family]
        for kind in Kind:
            assert one.moved[kind] == other.in_unit(other.moved[kind], one.unit)


@given(entries)
def test_families_keep_to_themselves(journal: list[Entry]) -> None:
    weights = [line for line in journal if line.unit.family == "weight"]
    expected = balance(weights).get("weight")
    assert balance(journal).get("weight") == expected


@given(st.lists(st.integers(1, 1000), min_size=1, max_size=20), st.integers(0, 10**6))
def test_parts_taken_one_by_one_take_all(parts: list[int], cents: int) -> None:
    value, whole = Fraction(cents), Fraction(sum(parts))
    for part in parts:
        taken = share(value, Fraction(part), whole)
        value, whole = value - taken, whole - part
    assert value == 0
