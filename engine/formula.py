"""Formulas of material norms: arithmetic over named numbers, written by a technologist, safe to evaluate.

``compile_formula`` checks a text and translates it into steps: numbers, names, and operations of the parser's
tables. Nothing else can come out of it, so there is nothing in a formula that could run code, and nothing that
takes long: every number is a float of at most `LARGEST`, and text, size and depth are limited.

A formula gives a finite number of at least 0, or raises `FormulaError`. It means what the same text means in
Python with float operands, with two exceptions made for people who count sheets and boards:

* ``round`` rounds halves away from zero, as `to_quanta` and Odoo do: ``round(2.5)`` is 3.
* In ``floor``, ``ceil``, ``//``, ``%`` and in the result, a billionth (`NOISE`) is noise of float arithmetic:
  ``ceil(1.1 * 100 / 11)`` is 10, though the division gives 10.000000000000002, ``1 // 0.1`` is 10, and
  ``0.3 - 0.1 * 3`` is 0 and not a negative number.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from .arithmetic import FUNCTIONS, LARGEST, NOISE, Operation, to_float
from .formula_errors import Banned, FormulaError, FormulaRefusal
from .formula_parser import LONGEST_TEXT, MOST_DECIMALS, MOST_DEPTH, MOST_PARTS, Step, translate

__all__ = [
    "FUNCTIONS",
    "LARGEST",
    "LONGEST_TEXT",
    "MOST_DECIMALS",
    "MOST_DEPTH",
    "MOST_PARTS",
    "NOISE",
    "QUANTITY",
    "Banned",
    "Formula",
    "FormulaError",
    "FormulaRefusal",
    "compile_formula",
]

#: The quantity of the order, in a formula. Attributes do not get this name.
QUANTITY = "qty"


@dataclass(frozen=True, slots=True)
class Formula:
    """A checked formula, made by `compile_formula`.

    :ivar text: as it was given, without blanks around it
    :ivar names: of the values that it reads
    """

    text: str
    names: frozenset[str]
    _steps: tuple[Step, ...] = field(repr=False)

    def evaluate(self, values: Mapping[str, float]) -> float:
        """Return what the formula gives for these values: a finite number of at least 0.

        :param values: by name; those that the formula does not read are not looked at
        :raises FormulaError: ``missing``, ``division_by_zero``, ``negative``, ``not_finite``, ``too_large``
        """
        stack: list[float] = []
        for step in self._steps:
            if isinstance(step, Operation):
                arguments = stack[-step.arguments :]
                del stack[-step.arguments :]
                stack.append(step(arguments))
            elif isinstance(step, str):
                stack.append(_value(values, step))
            else:
                stack.append(step)
        (result,) = stack
        if result < -NOISE:
            raise FormulaError(FormulaRefusal.NEGATIVE, value=result)
        return result if result > 0 else 0.0


def _value(values: Mapping[str, float], name: str) -> float:
    """Return one of the values, checked.

    :raises FormulaError: ``missing``, ``not_finite``, ``too_large``
    """
    value = values.get(name)
    if value is None:
        raise FormulaError(FormulaRefusal.MISSING, name=name)
    return to_float(value, name)


def compile_formula(text: str, names: Collection[str]) -> Formula:
    """Check a formula and prepare it for evaluation.

    Allowed are numbers, the names given, ``+ - * / // % **``, signs, parentheses, and calls of `FUNCTIONS`,
    all on one line.

    :param names: that the formula may read, each as `identifier` makes them
    :raises FormulaError: ``empty``, ``syntax``, ``too_long``, ``too_deep``, ``unknown_name``, ``not_allowed``,
        ``argument_count``; ``too_large`` for a number in the text
    """
    steps, used = translate(text, names)
    return Formula(text.strip(), used, steps)
