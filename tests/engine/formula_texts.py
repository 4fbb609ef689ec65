"""Formulas for tests: values they may read, how to evaluate them or see them refused, and random ones."""

import random
from collections.abc import Callable

import pytest

from engine.formula import FormulaError, compile_formula

VALUES = {"qty": 30.0, "garment_length": 74.0, "width": 1.5, "длина": 120.0, "zero": 0.0, "minus": -2.5}


def evaluate(text: str) -> float:
    return compile_formula(text, VALUES).evaluate(VALUES)


def refused(act: Callable[[], object]) -> tuple[str, dict[str, object]]:
    with pytest.raises(FormulaError) as caught:
        act()
    return caught.value.code.value, caught.value.params


LITERALS = ["0", "1", "2", "3", "7", "10", "100", "0.1", "0.3", "1.1", "2.5", "11", "1e3", ".5", "1_000", "9", "1e-7"]


def expression(dice: random.Random, depth: int) -> tuple[str, str]:
    """Return a random formula, and the same with every literal as a `Number` for Python."""
    if depth <= 0 or dice.random() < 0.1:
        if dice.random() < 0.4:
            name = dice.choice(list(VALUES))
            return name, name
        literal = dice.choice(LITERALS)
        return literal, f"Number({literal})"
    kind = dice.random()
    one = expression(dice, depth - 1)
    if kind < 0.1:
        return f"-{one[0]}", f"-{one[1]}"
    if kind < 0.2:
        return f"({one[0]})", f"({one[1]})"
    if kind < 0.3:
        name = dice.choice(["abs", "floor", "ceil", "round"])
        return f"{name}({one[0]})", f"{name}({one[1]})"
    if kind < 0.35:
        decimals = dice.randint(-3, 6)
        return f"round({one[0]}, {decimals})", f"round({one[1]}, {decimals})"
    two = expression(dice, depth - 1)
    if kind < 0.5:
        name = dice.choice(["min", "max"])
        return f"{name}({one[0]}, {two[0]})", f"{name}({one[1]}, {two[1]})"
    blank = dice.choice(["", " "])
    symbol = blank + dice.choice(["+", "-", "*", "/", "+", "-", "*", "/", "//", "%", "**"]) + blank
    return f"{one[0]}{symbol}{two[0]}", f"{one[1]}{symbol}{two[1]}"
