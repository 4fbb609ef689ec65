"""Mass balance: what went into a stage, what came out, what was lost, and what nobody can explain.

Quantities are exact: what is typed as 0.1 is a tenth. Each family of units of measure (all that convert into each
other) has a balance of its own, so that kilograms never meet pieces.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from .word import Word


class Kind(Word):
    """What an entry does to the quantity at a stage."""

    INPUT = "input"
    OUTPUT = "output"
    WASTE = "waste"
    REJECTION = "rejection"
    SCRAP = "scrap"


def exact(number: float) -> Fraction:
    """Return a number as the decimal it was typed as: exactly 1/10 for ``0.1``.

    :raises ValueError: for a NaN or infinite number
    """
    if not math.isfinite(number):
        raise ValueError(f"a quantity must be a finite number, not {number!r}")
    return Fraction(repr(float(number)))


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of measure.

    :ivar key: names the unit
    :ivar family: names all units that convert into this one
    :ivar factor: how much of the family's reference unit one of this unit is
    """

    key: Hashable
    family: Hashable
    factor: Fraction

    def __post_init__(self) -> None:
        if self.factor <= 0:
            raise ValueError(f"the factor of a unit must be greater than zero, not {self.factor}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a stage's journal.

    :ivar quantity: in ``unit``; negative for what takes an earlier entry back
    """

    kind: Kind
    unit: Unit
    quantity: Fraction


@dataclass(slots=True)
class Balance:
    """What is known of one family of units. All quantities are in ``unit``, the first one that was used.

    :ivar moved: quantity per kind
    """

    unit: Unit
    moved: dict[Kind, Fraction] = field(default_factory=lambda: dict.fromkeys(Kind, Fraction()))

    def add(self, entry: Entry) -> None:
        """Count one more entry of the family."""
        self.moved[entry.kind] += entry.quantity * entry.unit.factor / self.unit.factor

    @property
    def input(self) -> Fraction:
        """What has been put in."""
        return self.moved[Kind.INPUT]

    @property
    def taken(self) -> Fraction:
        """What has come out or was lost."""
        return sum(self.moved.values(), start=Fraction()) - self.input

    @property
    def unexplained(self) -> Fraction:
        """What has been put in and is accounted for by nothing: still there, or gone.

        Negative where more has come out than was put in, as when kilograms become pieces.
        """
        return self.input - self.taken

    @property
    def is_comparable(self) -> bool:
        """Whether something was put in and something came out or was lost: a family of which only one is known became
        something else, or was something else before."""
        return bool(self.input and self.taken)

    def in_unit(self, quantity: Fraction, unit: Unit) -> Fraction:
        """Return a quantity of this balance in another unit of the family."""
        return quantity * self.unit.factor / unit.factor

    def is_within(self, tolerance: float) -> bool:
        """Tell whether the unexplained difference is small enough, or none can be told.

        :param tolerance: in percent of what was put in
        """
        if not self.is_comparable:
            return True
        return abs(self.unexplained) * 100 <= abs(self.input) * exact(tolerance)

    def as_floats(self) -> dict[str, float]:
        """Return each kind's quantity and the unexplained difference, as the floats nearest to them."""
        return {kind.value: float(quantity) for kind, quantity in self.moved.items()} | {
            "unexplained": float(self.unexplained)}


def balance(entries: Iterable[Entry]) -> dict[Hashable, Balance]:
    """Return the balance of each family of units, in the order in which they first occur."""
    balances: dict[Hashable, Balance] = {}
    for entry in entries:
        balances.setdefault(entry.unit.family, Balance(entry.unit)).add(entry)
    return balances


def share(value: Fraction, part: Fraction, whole: Fraction) -> Fraction:
    """Return the share of a value that leaves with ``part`` of ``whole``: never more than there is, never less than
    nothing."""
    if whole <= 0:
        return Fraction()
    return max(Fraction(), value) * min(Fraction(1), part / whole)
