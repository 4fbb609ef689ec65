"""Floats in, whole numbers inside, clean floats out."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import flow

ROUNDINGS = [1.0, 0.1, 0.01, 0.001, 0.00001, 0.5, 0.25, 5.0, 12.0, 1 / 3]


@pytest.mark.parametrize(
    ("quantity", "rounding", "quanta"),
    [
        (0.26 * 20, 0.01, 520),
        (5.2, 0.01, 520),
        (0.1 + 0.2, 0.1, 3),
        (0.7 + 0.1, 0.1, 8),
        (30 * 0.84, 0.01, 2520),
        (100, 1, 100),
        (0, 0.01, 0),
        (-0.0, 0.01, 0),
        # halves go up, whichever side float noise left them on
        (2.5, 1.0, 3),
        (2.675, 0.01, 268),
        (1.005 * 3, 0.01, 302),
        (0.125, 0.25, 1),
        (2.49, 1.0, 2),
        (2.4999, 1.0, 2),
        (-2.5, 1.0, -3),
        (-2.4, 1.0, -2),
        # large quantities are not disturbed by the tolerance
        (float(2**53), 1.0, 2**53),
        (float(2**53 - 1), 1.0, 2**53 - 1),
        (123456789012345.0, 1.0, 123456789012345),
        (1e300, 1.0, 10**300),
    ],
)
def test_to_quanta(quantity: float, rounding: float, quanta: int) -> None:
    assert flow.to_quanta(quantity, rounding) == quanta
    assert isinstance(flow.to_quanta(quantity, rounding), int)


@pytest.mark.parametrize(
    ("quanta", "rounding", "quantity"),
    [(520, 0.01, 5.2), (3, 0.1, 0.3), (2520, 0.01, 25.2), (7, 1, 7.0), (0, 0.01, 0.0), (-520, 0.01, -5.2)],
)
def test_from_quanta(quanta: int, rounding: float, quantity: float) -> None:
    assert repr(flow.from_quanta(quanta, rounding)) == repr(quantity)


@pytest.mark.parametrize("quantity", [float("nan"), float("inf"), float("-inf")])
def test_to_quanta_refuses_what_is_no_number(quantity: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        flow.to_quanta(quantity, 0.01)


@pytest.mark.parametrize("rounding", [0.0, -0.01, float("nan"), float("inf")])
def test_rounding_must_be_positive(rounding: float) -> None:
    with pytest.raises(ValueError, match="rounding"):
        flow.to_quanta(1.0, rounding)
    with pytest.raises(ValueError, match="rounding"):
        flow.from_quanta(1, rounding)


def test_from_quanta_too_large_for_a_float() -> None:
    with pytest.raises(OverflowError):
        flow.from_quanta(10**400, 1.0)


@given(st.integers(-(10**12), 10**12), st.sampled_from(ROUNDINGS))
def test_quanta_survive_the_round_trip(quanta: int, rounding: float) -> None:
    assert flow.to_quanta(flow.from_quanta(quanta, rounding), rounding) == quanta


@given(st.integers(0, 10**9), st.integers(1, 400))
def test_sums_and_products_of_floats_find_their_quanta(quanta: int, factor: int) -> None:
    part = quanta / 100
    assert flow.to_quanta(part * factor, 0.01) == quanta * factor


@given(st.integers(-(10**8), 10**8))
def test_thousandths_round_half_up_to_hundredths(thousandths: int) -> None:
    expected = (Decimal(thousandths) / 10).to_integral_value(ROUND_HALF_UP)
    assert flow.to_quanta(thousandths / 1000, 0.01) == expected
