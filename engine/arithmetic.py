"""The arithmetic of formulas: floats that stay finite and small, with functions for people who count sheets.

Every number of a calculation is a float of at most `LARGEST`; whatever would be another raises `FormulaError`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from .formula_errors import FormulaError, FormulaRefusal
from .quanta import from_quanta, to_quanta

#: Every number of a calculation is at most this large: floats count whole numbers exactly up to 9e15
LARGEST = 1e15
#: What differs by less than this from a whole number, or is less than this below zero, does so by float noise
NOISE = 1e-9


def _checked(number: float, name: str | None = None) -> float:
    """Return the number, which must be finite and not too large.

    :param name: of the value it is; None for a number that was calculated, infinite when it overflowed
    :raises FormulaError: ``not_finite``, ``too_large``
    """
    if math.isnan(number) or (name is not None and math.isinf(number)):
        raise FormulaError(FormulaRefusal.NOT_FINITE, name=name)
    if abs(number) > LARGEST:
        raise FormulaError(FormulaRefusal.TOO_LARGE, limit=LARGEST, name=name)
    return number


def to_float(number: float, name: str | None = None) -> float:
    """Return a number of any size as a checked float.

    :raises FormulaError: ``not_finite``, ``too_large``
    """
    try:
        return _checked(float(number), name)
    except OverflowError:  # a whole number that no float can hold
        raise FormulaError(FormulaRefusal.TOO_LARGE, limit=LARGEST, name=name) from None


def _near_whole(number: float) -> float | None:
    """Return the whole number that ``number`` misses by noise at most, if there is one."""
    whole = float(round(number))
    return whole if abs(number - whole) <= NOISE else None


def _floor(number: float) -> float:
    whole = _near_whole(number)
    return float(math.floor(number)) if whole is None else whole


def _ceil(number: float) -> float:
    whole = _near_whole(number)
    return float(math.ceil(number)) if whole is None else whole


def floor_divide(dividend: float, divisor: float) -> float:
    whole = _near_whole(_checked(dividend / divisor))
    return dividend // divisor if whole is None else whole


def modulo(dividend: float, divisor: float) -> float:
    whole = _near_whole(_checked(dividend / divisor))
    return dividend % divisor if whole is None else 0.0


def power(base: float, exponent: float) -> float:
    result = base**exponent
    if isinstance(result, complex):
        raise FormulaError(FormulaRefusal.NOT_FINITE, name=None)
    return float(result)


def _round(number: float, decimals: float = 0.0) -> float:
    rounding = 10.0**-decimals
    return from_quanta(to_quanta(number, rounding), rounding)


@dataclass(frozen=True, slots=True)
class Function:
    """A function of formulas with the least and the greatest number of its arguments."""

    apply: Callable[..., float]
    least: int
    most: int | None


#: The functions a formula may call
FUNCTIONS: Mapping[str, Function] = {
    "min": Function(min, 2, None),
    "max": Function(max, 2, None),
    "round": Function(_round, 1, 2),
    "ceil": Function(_ceil, 1, 1),
    "floor": Function(_floor, 1, 1),
    "abs": Function(abs, 1, 1),
}


@dataclass(frozen=True, slots=True)
class Operation:
    """Take as many numbers from the stack as there are arguments and put the result there."""

    apply: Callable[..., float]
    arguments: int

    def __call__(self, arguments: list[float]) -> float:
        """Return the result, a finite number that is not too large.

        :raises FormulaError: ``division_by_zero``, ``not_finite``, ``too_large``
        """
        try:
            return _checked(self.apply(*arguments))
        except ZeroDivisionError:
            raise FormulaError(FormulaRefusal.DIVISION_BY_ZERO) from None
        except OverflowError:
            raise FormulaError(FormulaRefusal.TOO_LARGE, limit=LARGEST, name=None) from None
