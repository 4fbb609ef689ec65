"""Exact quantities: whole multiples ("quanta") of a unit of measure's rounding.

The stage flow adds, subtracts and compares quantities for equality, which floats cannot do. Models turn
their floats into quanta on the way in and back on the way out, always with the same rounding.
"""

from __future__ import annotations

import math
from fractions import Fraction
from functools import lru_cache

#: Half a quantum may be missed by this share of the quantity (8 units in the last place of a float)...
_NOISE = Fraction(1, 2**50)
#: ...but never by more than this part of a quantum, so that very large quantities stay as they are.
_MOST_NOISE = Fraction(1, 100)


@lru_cache(maxsize=64)
def _step(rounding: float) -> Fraction:
    """Return the rounding as the decimal number it was typed as: exactly 1/100 for ``0.01``.

    :raises ValueError: when it is not a positive finite number
    """
    if not (math.isfinite(rounding) and rounding > 0):
        raise ValueError(f"a rounding must be a positive number, not {rounding!r}")
    return Fraction(repr(float(rounding)))


def to_quanta(quantity: float, rounding: float) -> int:
    """Return how many times ``rounding`` goes into ``quantity``, to the nearest whole number.

    Halves go away from zero, as in Odoo's ``float_round``. A quantity that misses a half only by the noise
    of earlier float arithmetic counts as the half: ``1.005 * 3`` (3.0149999999999997) is 302 hundredths.

    :param quantity: in the unit of measure; may be negative
    :param rounding: the unit's rounding, in the same unit
    :raises ValueError: for a NaN or infinite quantity, or a rounding that is not a positive finite number
    """
    step = _step(rounding)
    if not math.isfinite(quantity):
        raise ValueError(f"a quantity must be a finite number, not {quantity!r}")
    size = abs(Fraction(repr(float(quantity))) / step)
    quanta = math.floor(size + Fraction(1, 2) + min(size * _NOISE, _MOST_NOISE))
    return -quanta if quantity < 0 else quanta


def from_quanta(quanta: int, rounding: float) -> float:
    """Return the quantity that ``quanta`` stand for: the float nearest to the exact decimal product.

    So ``from_quanta(520, 0.01)`` is 5.2, and it reads 5.2.

    :param quanta: whole multiples of ``rounding``
    :param rounding: the unit's rounding, in the unit of the answer
    :raises ValueError: for a rounding that is not a positive finite number
    :raises OverflowError: when the quantity is too large for a float
    """
    return float(quanta * _step(rounding))
