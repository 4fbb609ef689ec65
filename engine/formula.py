"""Formulas of material norms: arithmetic over named numbers, written by a technologist, safe to evaluate.

``compile_formula`` checks a text and translates it into steps: numbers, names, and operations of the tables
below. Nothing else can come out of it, so there is nothing in a formula that could run code, and nothing that
takes long: every number is a float of at most `LARGEST`, and text, size and depth are limited.

A formula gives a finite number of at least 0, or raises `FormulaError`. It means what the same text means in
Python with float operands, with two exceptions made for people who count sheets and boards:

* ``round`` rounds halves away from zero, as `to_quanta` and Odoo do: ``round(2.5)`` is 3.
* In ``floor``, ``ceil``, ``//``, ``%`` and in the result, a billionth (`NOISE`) is noise of float arithmetic:
  ``ceil(1.1 * 100 / 11)`` is 10, though the division gives 10.000000000000002, ``1 // 0.1`` is 10, and
  ``0.3 - 0.1 * 3`` is 0 and not a negative number.
"""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import Enum
from typing import NoReturn

from .errors import EngineError
from .quanta import from_quanta, to_quanta

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
#: A formula's characters
LONGEST_TEXT = 500
#: Its numbers, names, operators and calls
MOST_PARTS = 200
#: Parentheses, calls and operators inside one another; a sum of this many numbers is as deep
MOST_DEPTH = 64
#: Every number of a calculation is at most this large: floats count whole numbers exactly up to 9e15
LARGEST = 1e15
#: What differs by less than this from a whole number, or is less than this below zero, does so by float noise
NOISE = 1e-9
#: ``round(x, n)`` takes a whole number n from -9 to 9
MOST_DECIMALS = 9

#: A number with all that is glued to it; the sign of an exponent ends it, digits follow as another
_GLUED = re.compile(r"(?<![^\s!-/:-@\[-^`{-~])\.?\d[^\s!-\-/:-@\[-^`{-~]*")
#: What such a number looks like
_DIGITS = re.compile(r"[\d_]*(?:\.[\d_]*)?(?:[eE]\d*)?[jJ]?")

#: A misspelt name is compared with at most this many names of at most this length: comparing is slow
_MOST_CANDIDATES = 100
_LONGEST_CANDIDATE = 40


class FormulaRefusal(str, Enum):
    """Why a formula is refused. The parameters that come with a code are listed beside it."""

    EMPTY = "empty"
    SYNTAX = "syntax"  # position (of the character where it goes wrong, from 1)
    TOO_LONG = "too_long"  # unit ("characters" or "parts"), limit
    TOO_DEEP = "too_deep"  # limit
    UNKNOWN_NAME = "unknown_name"  # name, suggestion (a known name or None)
    NOT_ALLOWED = "not_allowed"  # what (a `Banned`), name (of the function, operator or constant, or None)
    ARGUMENT_COUNT = "argument_count"  # function, least, most (None: any number), given
    MISSING = "missing"  # name
    DIVISION_BY_ZERO = "division_by_zero"
    NEGATIVE = "negative"  # value
    NOT_FINITE = "not_finite"  # name of the value that is not, or None: the calculation gives no real number
    TOO_LARGE = "too_large"  # limit; name when a value is, else None

    def __str__(self) -> str:
        return self.value


class Banned(str, Enum):
    """What Python has and formulas do not."""

    ASSIGNMENT = "assignment"
    ATTRIBUTE = "attribute"
    CALL = "call"  # of something that is not a name
    COLLECTION = "collection"  # list, set, dictionary
    COMMA = "comma"  # outside a function: a decimal comma, perhaps
    COMMENT = "comment"
    COMPARISON = "comparison"
    COMPLEX = "complex"
    COMPREHENSION = "comprehension"
    CONDITION = "condition"
    CONSTANT = "constant"  # name
    DECIMALS = "decimals"  # of round: not a plain whole number from -9 to 9
    FUNCTION = "function"  # name
    KEYWORD_ARGUMENT = "keyword_argument"
    LAMBDA = "lambda"
    LOGIC = "logic"
    OPERATOR = "operator"  # name
    STARRED = "starred"
    STRING = "string"
    SUBSCRIPT = "subscript"
    OTHER = "other"

    def __str__(self) -> str:
        return self.value


class FormulaError(EngineError):
    """A text that is not a formula, or a formula that gives no usable quantity.

    :ivar code: the reason, a `FormulaRefusal`
    """

    def __init__(self, code: FormulaRefusal | str, **params: object) -> None:
        self.code = FormulaRefusal(code)
        super().__init__(self.code, params)


# ------------------------------------------------------------------------------------------------------
# Arithmetic
# ------------------------------------------------------------------------------------------------------


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


def _floor_divide(dividend: float, divisor: float) -> float:
    whole = _near_whole(_checked(dividend / divisor))
    return dividend // divisor if whole is None else whole


def _modulo(dividend: float, divisor: float) -> float:
    whole = _near_whole(_checked(dividend / divisor))
    return dividend % divisor if whole is None else 0.0


def _power(base: float, exponent: float) -> float:
    result = base**exponent
    if isinstance(result, complex):
        raise FormulaError(FormulaRefusal.NOT_FINITE, name=None)
    return float(result)


def _round(number: float, decimals: float = 0.0) -> float:
    rounding = 10.0**-decimals
    return from_quanta(to_quanta(number, rounding), rounding)


@dataclass(frozen=True, slots=True)
class _Function:
    """A function of formulas with the least and the greatest number of its arguments."""

    apply: Callable[..., float]
    least: int
    most: int | None


_FUNCTIONS: Mapping[str, _Function] = {
    "min": _Function(min, 2, None),
    "max": _Function(max, 2, None),
    "round": _Function(_round, 1, 2),
    "ceil": _Function(_ceil, 1, 1),
    "floor": _Function(_floor, 1, 1),
    "abs": _Function(abs, 1, 1),
}
#: The functions a formula may call
FUNCTIONS: tuple[str, ...] = tuple(_FUNCTIONS)

_BINARY: Mapping[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: _floor_divide,
    ast.Mod: _modulo,
    ast.Pow: _power,
}
_UNARY: Mapping[type[ast.unaryop], Callable[[float], float]] = {ast.UAdd: operator.pos, ast.USub: operator.neg}

_BANNED_OPERATORS: Mapping[type[ast.AST], str] = {
    ast.MatMult: "@",
    ast.LShift: "<<",
    ast.RShift: ">>",
    ast.BitOr: "|",
    ast.BitXor: "^",
    ast.BitAnd: "&",
    ast.Invert: "~",
}
_BANNED: Mapping[type[ast.AST], Banned] = {
    ast.Attribute: Banned.ATTRIBUTE,
    ast.BoolOp: Banned.LOGIC,
    ast.Call: Banned.CALL,
    ast.Compare: Banned.COMPARISON,
    ast.Dict: Banned.COLLECTION,
    ast.DictComp: Banned.COMPREHENSION,
    ast.GeneratorExp: Banned.COMPREHENSION,
    ast.IfExp: Banned.CONDITION,
    ast.JoinedStr: Banned.STRING,
    ast.Lambda: Banned.LAMBDA,
    ast.List: Banned.COLLECTION,
    ast.ListComp: Banned.COMPREHENSION,
    ast.NamedExpr: Banned.ASSIGNMENT,
    ast.Not: Banned.LOGIC,
    ast.Set: Banned.COLLECTION,
    ast.SetComp: Banned.COMPREHENSION,
    ast.Starred: Banned.STARRED,
    ast.Subscript: Banned.SUBSCRIPT,
    ast.Tuple: Banned.COMMA,
}


def _to_float(number: float, name: str | None = None) -> float:
    """Return a number of any size as a checked float.

    :raises FormulaError: ``not_finite``, ``too_large``
    """
    try:
        return _checked(float(number), name)
    except OverflowError:  # a whole number that no float can hold
        raise FormulaError(FormulaRefusal.TOO_LARGE, limit=LARGEST, name=name) from None


# ------------------------------------------------------------------------------------------------------
# A formula and how a text becomes one
# ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Operation:
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


#: A number to put on the stack, a name whose value to put there, or an operation
_Step = float | str | _Operation


@dataclass(frozen=True, slots=True)
class Formula:
    """A checked formula, made by `compile_formula`.

    :ivar text: as it was given, without blanks around it
    :ivar names: of the values that it reads
    """

    text: str
    names: frozenset[str]
    _steps: tuple[_Step, ...] = field(repr=False)

    def evaluate(self, values: Mapping[str, float]) -> float:
        """Return what the formula gives for these values: a finite number of at least 0.

        :param values: by name; those that the formula does not read are not looked at
        :raises FormulaError: ``missing``, ``division_by_zero``, ``negative``, ``not_finite``, ``too_large``
        """
        stack: list[float] = []
        for step in self._steps:
            if isinstance(step, _Operation):
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
    return _to_float(value, name)


def compile_formula(text: str, names: Collection[str]) -> Formula:
    """Check a formula and prepare it for evaluation.

    Allowed are numbers, the names given, ``+ - * / // % **``, signs, parentheses, and calls of `FUNCTIONS`,
    all on one line.

    :param names: that the formula may read, each as `identifier` makes them
    :raises FormulaError: ``empty``, ``syntax``, ``too_long``, ``too_deep``, ``unknown_name``, ``not_allowed``,
        ``argument_count``; ``too_large`` for a number in the text
    """
    if len(text) > LONGEST_TEXT:
        raise FormulaError(FormulaRefusal.TOO_LONG, unit="characters", limit=LONGEST_TEXT)
    stripped = text.strip()
    if not stripped:
        raise FormulaError(FormulaRefusal.EMPTY)
    before = text.index(stripped)
    _check_characters(stripped, before)
    _check_numbers(stripped, before)
    translation = _Translation(frozenset(names))
    try:
        translation.add(_parse(stripped, before))
    except (RecursionError, MemoryError):  # earlier than by our own limit when the caller's stack is almost full
        raise FormulaError(FormulaRefusal.TOO_DEEP, limit=MOST_DEPTH) from None
    return Formula(stripped, frozenset(translation.used), tuple(translation.steps))


def _check_characters(text: str, before: int) -> None:
    """Refuse what never is part of a formula, and parentheses so deep that parsing them may go wrong.

    :param before: how many characters stand before the text
    :raises FormulaError: ``syntax``, ``not_allowed``, ``too_deep``
    """
    depth = 0
    for position, character in enumerate(text, before + 1):
        if character == "\\" or not (character.isprintable() or character == "\t"):
            raise FormulaError(FormulaRefusal.SYNTAX, position=position)
        if character == "#":
            _ban(Banned.COMMENT)
        depth += (character in "([{") - (character in ")]}")
        if depth > MOST_DEPTH:
            raise FormulaError(FormulaRefusal.TOO_DEEP, limit=MOST_DEPTH)


def _check_numbers(text: str, before: int) -> None:
    """Refuse numbers with letters, such as ``2qty`` and ``0x10``. In ``1if`` Python would see a number and write
    a warning into the log.

    :param before: how many characters stand before the text
    :raises FormulaError: ``syntax``
    """
    for match in _GLUED.finditer(text):
        if not _DIGITS.fullmatch(match.group()):
            raise FormulaError(FormulaRefusal.SYNTAX, position=before + match.start() + 1)


def _parse(text: str, before: int) -> ast.expr:
    """Return Python's syntax tree of the text.

    :param before: how many characters stand before the text
    :raises FormulaError: ``syntax``
    """
    try:
        return ast.parse(text, mode="eval").body
    except SyntaxError as error:
        position = error.offset or len(text) + 1  # Python says 0 when something is missing at the end
        raise FormulaError(FormulaRefusal.SYNTAX, position=before + position) from None
    except ValueError:
        raise FormulaError(FormulaRefusal.SYNTAX, position=before + 1) from None


def _ban(what: Banned, name: str | None = None) -> NoReturn:
    raise FormulaError(FormulaRefusal.NOT_ALLOWED, what=what, name=name)


class _Translation:
    """Translates a syntax tree into steps, each operation after its operands; refuses all but the allowed.

    :ivar steps: what to do, in order
    :ivar used: names that are read
    """

    def __init__(self, names: frozenset[str]) -> None:
        self.names = names
        self.steps: list[_Step] = []
        self.used: set[str] = set()
        self._parts = 0

    def add(self, node: ast.expr, depth: int = 1) -> None:
        """Add the steps of a node and of all below it.

        :raises FormulaError: see `compile_formula`
        """
        self._parts += 1
        if self._parts > MOST_PARTS:
            raise FormulaError(FormulaRefusal.TOO_LONG, unit="parts", limit=MOST_PARTS)
        if depth > MOST_DEPTH:
            raise FormulaError(FormulaRefusal.TOO_DEEP, limit=MOST_DEPTH)
        if isinstance(node, ast.Constant):
            self.steps.append(_literal(node.value))
        elif isinstance(node, ast.Name):
            self._add_name(node.id)
        elif isinstance(node, ast.BinOp):
            self._add_operation(_operation(_BINARY, node.op), [node.left, node.right], depth)
        elif isinstance(node, ast.UnaryOp):
            self._add_operation(_operation(_UNARY, node.op), [node.operand], depth)
        elif isinstance(node, ast.Call):
            self._add_operation(_called(node).apply, node.args, depth)
        else:
            _ban(_BANNED.get(type(node), Banned.OTHER))

    def _add_operation(self, apply: Callable[..., float], operands: list[ast.expr], depth: int) -> None:
        for operand in operands:
            self.add(operand, depth + 1)
        self.steps.append(_Operation(apply, len(operands)))

    def _add_name(self, name: str) -> None:
        if name not in self.names:
            raise FormulaError(FormulaRefusal.UNKNOWN_NAME, name=name, suggestion=_suggestion(name, self.names))
        self.used.add(name)
        self.steps.append(name)


def _operation(known: Mapping[type, Callable[..., float]], symbol: ast.AST) -> Callable[..., float]:
    """Return what an operator does.

    :raises FormulaError: ``not_allowed``
    """
    kind = type(symbol)
    if kind not in known:
        _ban(_BANNED.get(kind, Banned.OPERATOR), _BANNED_OPERATORS.get(kind))
    return known[kind]


def _literal(value: object) -> float:
    """Return the value of a number in the text.

    :raises FormulaError: ``not_allowed``, ``too_large``
    """
    if isinstance(value, bool):
        _ban(Banned.CONSTANT, str(value))
    if isinstance(value, (int, float)):
        return _to_float(value)
    if isinstance(value, complex):
        _ban(Banned.COMPLEX)
    if isinstance(value, (str, bytes)):
        _ban(Banned.STRING)
    _ban(Banned.CONSTANT, "..." if value is Ellipsis else str(value))


def _called(node: ast.Call) -> _Function:
    """Return the function that a call names, if its arguments are right.

    :raises FormulaError: ``not_allowed``, ``argument_count``
    """
    if not isinstance(node.func, ast.Name):
        _ban(_BANNED.get(type(node.func), Banned.CALL))
    name = node.func.id
    if name not in _FUNCTIONS:
        _ban(Banned.FUNCTION, name)
    if node.keywords:
        _ban(Banned.KEYWORD_ARGUMENT)
    if any(isinstance(argument, ast.Starred) for argument in node.args):
        _ban(Banned.STARRED)
    function, given = _FUNCTIONS[name], len(node.args)
    if given < function.least or (function.most is not None and given > function.most):
        raise FormulaError(
            FormulaRefusal.ARGUMENT_COUNT, function=name, least=function.least, most=function.most, given=given
        )
    if name == "round" and given == 2:
        _check_decimals(node.args[1])
    return function


def _check_decimals(node: ast.expr) -> None:
    """Refuse decimals that are not plainly written as a small whole number.

    :raises FormulaError: ``not_allowed``
    """
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        node = node.operand
    value = node.value if isinstance(node, ast.Constant) else None
    if type(value) is not int or value > MOST_DECIMALS:
        _ban(Banned.DECIMALS)


def _suggestion(name: str, names: Collection[str]) -> str | None:
    """Return the known name that was probably meant."""
    folded = {known.casefold(): known for known in sorted(names)}
    if name.casefold() in folded:
        return folded[name.casefold()]
    candidates = [known for known in sorted(names) if len(known) <= _LONGEST_CANDIDATE][:_MOST_CANDIDATES]
    close = get_close_matches(name, candidates, n=1) if len(name) <= _LONGEST_CANDIDATE else []
    return close[0] if close else None
