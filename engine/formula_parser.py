"""From the text of a formula to the steps of its calculation.

The text is parsed by Python and translated node by node: numbers, names that are known, and the operations of the
tables below. Everything else is refused, by name where it has one, and so is what is too long or nested too deep.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Collection, Mapping
from difflib import get_close_matches
from typing import NoReturn

from .arithmetic import FUNCTIONS, Function, Operation, floor_divide, modulo, power, to_float
from .formula_errors import Banned, FormulaError, FormulaRefusal

#: A formula's characters
LONGEST_TEXT = 500
#: Its numbers, names, operators and calls
MOST_PARTS = 200
#: Parentheses, calls and operators inside one another; a sum of this many numbers is as deep
MOST_DEPTH = 64
#: ``round(x, n)`` takes a whole number n from -9 to 9
MOST_DECIMALS = 9

#: A number to put on the stack, a name whose value to put there, or an operation
Step = float | str | Operation

#: A number with all that is glued to it; the sign of an exponent ends it, digits follow as another
_GLUED = re.compile(r"(?<![^\s!-/:-@\[-^`{-~])\.?\d[^\s!-\-/:-@\[-^`{-~]*")
#: What such a number looks like
_DIGITS = re.compile(r"[\d_]*(?:\.[\d_]*)?(?:[eE]\d*)?[jJ]?")

#: A misspelt name is compared with at most this many names of at most this length: comparing is slow
_MOST_CANDIDATES = 100
_LONGEST_CANDIDATE = 40

_BINARY: Mapping[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: floor_divide,
    ast.Mod: modulo,
    ast.Pow: power,
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


def translate(text: str, names: Collection[str]) -> tuple[tuple[Step, ...], frozenset[str]]:
    """Return the steps of a formula's calculation, each operation after its operands, and the names it reads.

    :param names: that it may read
    :raises FormulaError: see `compile_formula`
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
    return tuple(translation.steps), frozenset(translation.used)


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
        self.steps: list[Step] = []
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
        self.steps.append(Operation(apply, len(operands)))

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
        return to_float(value)
    if isinstance(value, complex):
        _ban(Banned.COMPLEX)
    if isinstance(value, (str, bytes)):
        _ban(Banned.STRING)
    _ban(Banned.CONSTANT, "..." if value is Ellipsis else str(value))


def _called(node: ast.Call) -> Function:
    """Return the function that a call names, if its arguments are right.

    :raises FormulaError: ``not_allowed``, ``argument_count``
    """
    if not isinstance(node.func, ast.Name):
        _ban(_BANNED.get(type(node.func), Banned.CALL))
    name = node.func.id
    if name not in FUNCTIONS:
        _ban(Banned.FUNCTION, name)
    if node.keywords:
        _ban(Banned.KEYWORD_ARGUMENT)
    if any(isinstance(argument, ast.Starred) for argument in node.args):
        _ban(Banned.STARRED)
    function, given = FUNCTIONS[name], len(node.args)
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
