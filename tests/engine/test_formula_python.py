"""Formulas mean the same as in Python."""

import math
import random
from collections.abc import Callable
from decimal import ROUND_FLOOR, Decimal
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.formula import FormulaError
from formula_texts import VALUES, evaluate, expression


class Refused(Exception):
    """What the oracle says instead of a number."""


class Number(float):
    """A float whose operations are checked one by one. Python's own parser and floats do the rest."""

    def __add__(self, other: float) -> "Number":
        return checked(lambda: float(self) + float(other))

    def __sub__(self, other: float) -> "Number":
        return checked(lambda: float(self) - float(other))

    def __mul__(self, other: float) -> "Number":
        return checked(lambda: float(self) * float(other))

    def __truediv__(self, other: float) -> "Number":
        return checked(lambda: float(self) / float(other))

    def __floordiv__(self, other: float) -> "Number":
        quotient = self / other
        return Number(round(quotient)) if is_noisy(quotient) else checked(lambda: float(self) // float(other))

    def __mod__(self, other: float) -> "Number":
        quotient = self / other
        return Number(0.0) if is_noisy(quotient) else checked(lambda: float(self) % float(other))

    def __pow__(self, other: float, modulo: None = None) -> "Number":
        return checked(lambda: float(self) ** float(other))

    def __neg__(self) -> "Number":
        return Number(-float(self))

    def __pos__(self) -> "Number":
        return self


def checked(calculate: Callable[[], float | complex]) -> Number:
    try:
        result = calculate()
    except ZeroDivisionError:
        raise Refused("division_by_zero") from None
    except OverflowError:
        raise Refused("too_large") from None
    if isinstance(result, complex):
        raise Refused("not_finite")
    if not -1e15 <= result <= 1e15:
        raise Refused("too_large")
    return Number(result)


def is_noisy(number: float) -> bool:
    return abs(number - round(number)) <= 1e-9


def floor(number: float) -> Number:
    return Number(round(number) if is_noisy(number) else math.floor(number))


def ceil(number: float) -> Number:
    return -floor(-Number(number))


def round_half_away(number: float, decimals: int = 0) -> Number:
    size = abs(Decimal(repr(float(number)))).scaleb(decimals)
    whole = size.to_integral_value(ROUND_FLOOR)
    up = size - whole + min(size / 2**50, Decimal("0.01")) >= Decimal("0.5")
    return Number(math.copysign(float((whole + up).scaleb(-decimals)), number))


ORACLE: dict[str, object] = {
    "__builtins__": {},
    "Number": Number,
    "min": min,
    "max": max,
    "abs": lambda number: Number(abs(number)),
    "floor": floor,
    "ceil": ceil,
    "round": round_half_away,
    **{name: Number(value) for name, value in VALUES.items()},
}


@settings(max_examples=100)
@given(st.integers(0, 2**64))
def test_valid_formulas_equal_python(seed: int) -> None:
    """The text means what Python makes of it with floats; precedence and order are Python's own."""
    dice = random.Random(seed)
    for _ in range(20):
        text, python = expression(dice, dice.randint(1, 4))
        try:
            expected: float | str = float(eval(python, dict(ORACLE)))
        except Refused as refusal:
            expected = str(refusal)
        if isinstance(expected, float) and expected <= 0:
            expected = "negative" if expected < -1e-9 else 0.0
        try:
            result: float | str = evaluate(text)
        except FormulaError as error:
            result = error.code.value
        assert repr(result) == repr(expected), text


@pytest.mark.parametrize(("dividend", "divisor"), [*product([0, 1, 7, 30, 12345, 10**9 + 7], [1, 2, 7, 11, 999])])
def test_whole_numbers_divide_as_in_python(dividend: int, divisor: int) -> None:
    assert evaluate(f"{dividend} // {divisor}") == dividend // divisor
    assert evaluate(f"{dividend} % {divisor}") == dividend % divisor
    assert evaluate(f"ceil({dividend} / {divisor})") == -(-dividend // divisor)
