"""Formulas of material norms: what they give, what they refuse, and that hostile ones do no harm."""

import ast
import gc
import keyword
import math
import random
import sys
import time
import unicodedata
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from decimal import ROUND_FLOOR, Decimal
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import formula
from engine.formula import Banned, Formula, FormulaError, compile_formula
from engine.naming import identifier, identifiers, numeric_value

VALUES = {"qty": 30.0, "garment_length": 74.0, "width": 1.5, "длина": 120.0, "zero": 0.0, "minus": -2.5}


def evaluate(text: str) -> float:
    return compile_formula(text, VALUES).evaluate(VALUES)


def refused(act: Callable[[], object]) -> tuple[str, dict[str, object]]:
    with pytest.raises(FormulaError) as caught:
        act()
    return caught.value.code.value, caught.value.params


# --- what formulas give -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("(garment_length + 10) / 100", 0.84),
        ("garment_length + 10", 84),
        ("  qty * 2\t", 60),
        ("длина / 2", 60),
        ("2 + 3 * 4", 14),
        ("(2 + 3) * 4", 20),
        ("10 - 4 - 3", 3),
        ("2 ** 3 ** 2", 512),
        ("-2 ** 2 + 5", 1),
        ("--2", 2),
        ("+-+-2", 2),
        ("7 // 2", 3),
        ("-7 // 2 + 10", 6),
        ("7 % 4", 3),
        ("-7 % 4", 1),
        ("7 / 2", 3.5),
        ("2 ** -1", 0.5),
        ("1e3 + .5 + 1_000", 2000.5),
        ("min(qty, 10)", 10),
        ("max(1, qty, width)", 30),
        ("abs(minus)", 2.5),
        ("ceil(qty / 8)", 4),
        ("floor(qty / 8)", 3),
        ("ceil(minus) + 5", 3),
        ("floor(minus) + 5", 2),
        ("round(garment_length / 3, 2)", 24.67),
        ("round(1234.5, -2)", 1200),
        ("round(min(qty, 7.4))", 7),
        ("max(0, minus)", 0),
        ("minus * zero", 0),
    ],
)
def test_result(text: str, result: float) -> None:
    given_result = evaluate(text)
    assert repr(given_result) == repr(float(result))  # so 0 is not -0.0


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("round(2.5)", 3),
        ("round(2.675, 2)", 2.68),
        ("round(-2.5) + 10", 7),
        ("round(1.005 * 3, 2)", 3.02),
        ("ceil(1.1 * 100 / 11)", 10),
        ("ceil(10.00000001)", 11),
        ("floor(0.7 * 10 + 0.1 * 10)", 8),
        ("floor(2.99999999)", 2),
        ("ceil(0.3 - 0.1 * 3)", 0),
        ("floor(0.3 - 0.1 * 3)", 0),
        ("1 // 0.1", 10),
        ("0.3 // 0.1", 3),
        ("1 % 0.1", 0),
        ("0.3 % 0.1", 0),
        ("0.35 // 0.1", 3),
        ("0.3 - 0.1 * 3", 0),
    ],
)
def test_float_noise_does_not_cost_a_sheet(text: str, result: float) -> None:
    assert repr(evaluate(text)) == repr(float(result))


@pytest.mark.parametrize("decimals", range(-9, 10))
def test_round_to_any_decimals(decimals: int) -> None:
    assert evaluate(f"round(123456789.123456789, {decimals})") == round(123456789.123456789, decimals)


def test_a_formula_tells_what_it_is() -> None:
    made = compile_formula(" ceil(qty / width) + qty ", ["qty", "width", "other"])
    assert made.text == "ceil(qty / width) + qty"
    assert made.names == {"qty", "width"}
    assert made.evaluate({"qty": 10, "width": 4}) == 13.0
    assert isinstance(made.evaluate({"qty": 10, "width": 4, "other": math.nan}), float)
    assert compile_formula("1 + 2", []).names == frozenset()


def test_names_are_compared_as_python_normalises_them() -> None:
    assert compile_formula("ﬁnal * ｑｔｙ", ["final", "qty"]).evaluate({"final": 2, "qty": 3}) == 6.0


def test_a_value_may_be_called_like_a_function() -> None:
    assert compile_formula("min(min, 2)", ["min"]).evaluate({"min": 1}) == 1.0


# --- what is not a formula ----------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", " ", "\t", "\n\n ", "\xa0", "\u3000\r\n"])
def test_empty(text: str) -> None:
    assert refused(lambda: compile_formula(text, VALUES)) == ("empty", {})


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("1 +", 4),
        ("  1 +", 6),
        ("qty * * 2", 7),
        ("2 qty", 3),
        ("2qty", 1),
        ("1 + 0x10", 5),
        ("1 + 2if 1", 5),
        ("1.5or 2", 1),
        ("1.if 1", 1),
        ("max(.5if 1)", 5),
        ("1e-5in 2", 4),
        ("1 + 1.5.real", 5),
        ("(1", 1),
        ("1)", 2),
        ("длина * * 2", 9),
        ("qty × 2", 5),
        ("1 +\n2", 4),
        ("(1 +\r2)", 5),
        ("qty\x00", 4),
        ("qty\xa0* 2", 4),
        ("qty * \ud800", 7),
        ("qty \\ 2", 5),
        ("a = 1", 3),
        ("1; 2", 2),
    ],
)
def test_syntax(text: str, position: int) -> None:
    code, params = refused(lambda: compile_formula(text, VALUES))
    assert (code, list(params)) == ("syntax", ["position"])
    assert params["position"] == position


def test_position_of_an_error_is_inside_the_text_or_right_behind_it() -> None:
    for text in ("import os", "1 2", "((1)", "f(", "0777", "0x", "1__0", "1if", "garment_length +* 1", ",", "del x"):
        code, params = refused(lambda: compile_formula(f" {text}", VALUES))
        assert code == "syntax"
        assert isinstance(params["position"], int)
        assert 2 <= params["position"] <= len(text) + 2


@pytest.mark.parametrize(
    ("text", "what", "name"),
    [
        ("qty.real", "attribute", None),
        ("qty.is_integer()", "attribute", None),
        ("__import__('os').system('x')", "attribute", None),
        ("().__class__.__bases__[0]", "subscript", None),
        ("().__class__", "attribute", None),
        ("__import__('os')", "function", "__import__"),
        ("eval('1')", "function", "eval"),
        ("exec('1')", "function", "exec"),
        ("pow(2, 3)", "function", "pow"),
        ("qty(2)", "function", "qty"),
        ("mаx(1, 2)", "function", "mаx"),  # the letter in the middle is Cyrillic
        ("min(1, 2)(3)", "call", None),
        ("2(3)", "call", None),
        ("(lambda: 1)()", "lambda", None),
        ("lambda: 1", "lambda", None),
        ("qty[0]", "subscript", None),
        ("1 < 2", "comparison", None),
        ("1 == qty", "comparison", None),
        ("qty in (1, 2)", "comparison", None),
        ("1 and 2", "logic", None),
        ("not 1", "logic", None),
        ("1 if qty else 2", "condition", None),
        ("(a := 1)", "assignment", None),
        ("round(1, ndigits=2)", "keyword_argument", None),
        ("max(1, 2, key=abs)", "keyword_argument", None),
        ("max(1, **qty)", "keyword_argument", None),
        ("max(*qty)", "starred", None),
        ("'x' * 3", "string", None),
        ("b'x'", "string", None),
        ("f'{qty}'", "string", None),
        ("1j", "complex", None),
        ("True + 1", "constant", "True"),
        ("None", "constant", "None"),
        ("...", "constant", "..."),
        ("[1, 2]", "collection", None),
        ("{1: 2}", "collection", None),
        ("{1}", "collection", None),
        ("1,5 * qty", "comma", None),
        ("()", "comma", None),
        ("[x for x in qty]", "comprehension", None),
        ("max(1, (x for x in qty))", "comprehension", None),
        ("qty ^ 2", "operator", "^"),
        ("qty | 2", "operator", "|"),
        ("qty & 2", "operator", "&"),
        ("qty << 2", "operator", "<<"),
        ("qty >> 2", "operator", ">>"),
        ("qty @ 2", "operator", "@"),
        ("~qty", "operator", "~"),
        ("await qty", "other", None),
        ("(yield 1)", "other", None),
        ("qty # seam", "comment", None),
        ("round(1.5, qty)", "decimals", None),
        ("round(1.5, 10)", "decimals", None),
        ("round(1.5, -10)", "decimals", None),
        ("round(1.5, 1.0)", "decimals", None),
        ("round(1.5, True)", "decimals", None),
        ("round(1.5, 9**9)", "decimals", None),
    ],
)
def test_not_allowed(text: str, what: str, name: str | None) -> None:
    expected = ("not_allowed", {"what": what, "name": name})
    assert refused(lambda: compile_formula(text, VALUES)) == expected
    assert Banned(what).value == str(Banned(what)) == what
    if what != "comment":  # the rest of the text, too
        assert refused(lambda: compile_formula(f"1 + max(2, ({text}))", VALUES)) == expected


def test_every_kind_of_expression_is_allowed_or_banned_by_name() -> None:
    allowed = {ast.Constant, ast.Name, ast.BinOp, ast.UnaryOp, ast.Call}
    other = {"Await", "Yield", "YieldFrom", "FormattedValue", "Slice", "TemplateStr", "Interpolation"}
    deprecated = {"Num", "Str", "Bytes", "NameConstant", "Ellipsis", "ExtSlice", "Index"}
    kinds = {kind for kind in ast.expr.__subclasses__() if kind.__name__ not in other | deprecated}
    assert kinds - allowed == {kind for kind in formula._BANNED if issubclass(kind, ast.expr)} - {ast.Call}


@pytest.mark.parametrize(
    ("text", "name", "suggestion"),
    [
        ("garment_lenght + 10", "garment_lenght", "garment_length"),
        ("QTY", "QTY", "qty"),
        ("1 + ДЛИНА", "ДЛИНА", "длина"),
        ("colour", "colour", None),
        ("min", "min", "minus"),
        ("__builtins__", "__builtins__", None),
        ("q" * 200, "q" * 200, None),
        ("ԛty", "ԛty", "qty"),  # the first letter is Cyrillic
    ],
)
def test_unknown_name(text: str, name: str, suggestion: str | None) -> None:
    expected = ("unknown_name", {"name": name, "suggestion": suggestion})
    assert refused(lambda: compile_formula(text, VALUES)) == expected


@pytest.mark.parametrize(
    ("text", "function", "least", "most", "given_count"),
    [
        ("min()", "min", 2, None, 0),
        ("max(1)", "max", 2, None, 1),
        ("round()", "round", 1, 2, 0),
        ("round(1, 2, 3)", "round", 1, 2, 3),
        ("ceil(1, 2)", "ceil", 1, 1, 2),
        ("floor()", "floor", 1, 1, 0),
        ("abs(1, 2)", "abs", 1, 1, 2),
    ],
)
def test_argument_count(text: str, function: str, least: int, most: int | None, given_count: int) -> None:
    expected = {"function": function, "least": least, "most": most, "given": given_count}
    assert refused(lambda: compile_formula(text, VALUES)) == ("argument_count", expected)


def test_limits() -> None:
    characters = ("too_long", {"unit": "characters", "limit": 500})
    assert evaluate("1" + " " * 499) == 1
    assert refused(lambda: evaluate("1" + " " * 500)) == characters
    assert refused(lambda: evaluate("(" * 10_000)) == characters

    parts = ("too_long", {"unit": "parts", "limit": 200})
    assert evaluate(f"max({','.join('1' * 199)})") == 1
    assert refused(lambda: evaluate(f"max({','.join('1' * 200)})")) == parts

    deep = ("too_deep", {"limit": 64})
    assert evaluate("+".join("1" * 64)) == 64
    assert refused(lambda: evaluate("+".join("1" * 65))) == deep
    assert evaluate("-" * 62 + "1") == 1
    assert refused(lambda: evaluate("-" * 64 + "1")) == deep
    assert evaluate("(" * 64 + "1" + ")" * 64) == 1
    assert refused(lambda: evaluate("(" * 65 + "1" + ")" * 65)) == deep
    assert refused(lambda: evaluate("abs(" * 64 + "1" + ")" * 64)) == deep
    for text in ("-" * 499 + "1", "(" * 499, "[" * 499, "abs(" * 124, "{" * 499):
        assert refused(lambda: evaluate(text)) == deep


@pytest.mark.parametrize(
    ("failure", "code"), [(RecursionError(), "too_deep"), (MemoryError(), "too_deep"), (ValueError(), "syntax")]
)
def test_whatever_the_parser_says_is_a_refusal(failure: Exception, code: str) -> None:
    def parse(source: str, mode: str) -> None:
        raise failure

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ast, "parse", parse)
        said = refused(lambda: evaluate("1"))[0]
    assert said == code


def test_almost_full_stack() -> None:
    """When the server is deep in calls already, a formula is too deep sooner, and says so."""

    def fill(levels: int) -> float | str:
        if levels:
            return fill(levels - 1)
        try:
            return evaluate("-" * 62 + "1")
        except FormulaError as error:
            return error.code.value

    outcomes: set[float | str] = set()
    with suppress(RecursionError):  # no room for the first of the engine's own functions
        for levels in range(0, sys.getrecursionlimit(), 3):
            outcomes.add(fill(levels))
    assert outcomes == {1.0, "too_deep"}


# --- formulas that give no quantity -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code", "params"),
    [
        ("qty / zero", "division_by_zero", {}),
        ("qty // zero", "division_by_zero", {}),
        ("qty % zero", "division_by_zero", {}),
        ("zero ** -1", "division_by_zero", {}),
        ("0 * (1 / zero)", "division_by_zero", {}),
        ("10 - qty", "negative", {"value": -20.0}),
        ("-0.00000001", "negative", {"value": -1e-8}),
        ("minus ** 0.5", "not_finite", {"name": None}),
        ("9**9**9", "too_large", {"limit": 1e15, "name": None}),
        ("9**9**9**9", "too_large", {"limit": 1e15, "name": None}),
        ("9**9**9**9**9**9**9**9", "too_large", {"limit": 1e15, "name": None}),
        ("10 ** 15 + 1", "too_large", {"limit": 1e15, "name": None}),
        ("0 * 10 ** 16", "too_large", {"limit": 1e15, "name": None}),
        ("0 * -10 ** 16", "too_large", {"limit": 1e15, "name": None}),
        ("1e15 * 1e15", "too_large", {"limit": 1e15, "name": None}),
        ("1 / 1e-300", "too_large", {"limit": 1e15, "name": None}),
        ("1e15 / 1e-300", "too_large", {"limit": 1e15, "name": None}),
        ("1e15 // 1e-300", "too_large", {"limit": 1e15, "name": None}),
        ("1e15 % 1e-300", "too_large", {"limit": 1e15, "name": None}),
        ("qty % 1e-100", "too_large", {"limit": 1e15, "name": None}),
        ("0 * (qty // 1e-100)", "too_large", {"limit": 1e15, "name": None}),
    ],
)
def test_no_quantity(text: str, code: str, params: dict[str, object]) -> None:
    made = compile_formula(text, VALUES)
    assert refused(lambda: made.evaluate(VALUES)) == (code, params)


def test_largest() -> None:
    assert evaluate("10 ** 15") == 1e15
    for text in ("1e999", "9" * 499, "1000000000000001", "1e15 + 1e16"):
        assert refused(lambda: compile_formula(text, VALUES)) == ("too_large", {"limit": 1e15, "name": None})


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (None, "missing"),
        (math.nan, "not_finite"),
        (math.inf, "not_finite"),
        (-math.inf, "not_finite"),
        (1e16, "too_large"),
        (-1e16, "too_large"),
        (10**400, "too_large"),
    ],
)
def test_unusable_value(value: float, code: str) -> None:
    made = compile_formula("1 + width * 0", ["width"])
    expected: dict[str, object] = {"name": "width"}
    if code == "too_large":
        expected["limit"] = 1e15
    assert refused(lambda: made.evaluate({"width": value, "qty": 1})) == (code, expected)


def test_value_not_given() -> None:
    made = compile_formula("qty * width", ["width", "qty"])
    assert refused(lambda: made.evaluate({"qty": 1})) == ("missing", {"name": "width"})
    assert refused(lambda: made.evaluate({})) == ("missing", {"name": "qty"})


def test_error_reads_well_in_a_log() -> None:
    code = formula.FormulaRefusal.MISSING
    assert str(FormulaError(code, name="qty")) == "missing (name='qty')"
    assert str(FormulaError("empty")) == str(formula.FormulaRefusal.EMPTY) == "empty"


# --- the same as Python -------------------------------------------------------------------------------


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


# --- hostile texts ------------------------------------------------------------------------------------

HOSTILE = 10_000
PER_EXAMPLE = 50
#: Seconds of the thread's own time, so that a busy machine does not count
SLOWEST = 0.05

ATTACKS = [
    "__import__('os').system('x')",
    "().__class__.__bases__[0].__subclasses__()",
    "(lambda: (yield))()",
    "[c for c in ().__class__.__base__.__subclasses__()]",
    "(a := 9**9**9)",
    "9**9**9",
    "9**9**9**9",
    "2**2**2**2**2**2**2**2",
    "10**10**10**10 % 7",
    "-9**-9**-9",
    "(-8) ** (1 / 3)",
    "max(9**9, 9**9)**9**9",
    "9" * 499,
    "9" * 5000,
    "1e" + "9" * 490,
    "0x" + "f" * 490,
    "0b" + "1" * 490,
    "1" + "_1" * 240,
    "." * 499,
    "1." * 240,
    "(" * 10_000,
    "(" * 250 + ")" * 250,
    "((" * 30 + "1" + "))" * 30,
    "[" * 499,
    "{" * 499,
    "-" * 499 + "1",
    "~" * 499 + "1",
    "not " * 124 + "1",
    "lambda:" * 71 + "1",
    "1if 1else " * 49 + "1",
    "await " * 80 + "x",
    "min(" * 124,
    "min(1," * 60 + "1" + ")" * 60,
    "abs(" * 60 + "1" + ")" * 60,
    "round(1e-300," * 30 + "1" + ")" * 30,
    "+".join(["round(1e-300,9)"] * 30),
    "f'{__import__(\"os\")}'",
    "f'{' * 100",
    'f"{f"{1}"}"',
    "'" * 499,
    '"""' + "x" * 400,
    "r'\\d' + b'\\xff'",
    "'a' * 10**9",
    "'%s' % qty",
    "eval('1')",
    "exec('import os')",
    "open('/etc/passwd').read()",
    "compile('1', '', 'eval')",
    "globals()['qty']",
    "getattr(qty, 'real')",
    "qty.__class__",
    "qty.real",
    "qty[0]",
    "qty()",
    "breakpoint()",
    "print(1)",
    "help()",
    "input()",
    "__builtins__",
    "__debug__",
    "await qty",
    "async lambda: 1",
    "yield 1",
    "import os",
    "del qty",
    "qty = 1",
    "qty == 1",
    "1 < qty < 2",
    "*qty",
    "**qty",
    "max(*[1, 2])",
    "max(**{})",
    "min(1, 2, key=print)",
    "round(1, 10**9)",
    "round(1, -10**9)",
    "round(ndigits=2)",
    "1j ** 2",
    "True",
    "None",
    "...",
    "Ellipsis",
    "nan",
    "inf",
    "float('nan')",
    "1e308 * 10",
    "1e308 * 10 - 1e308 * 10",
    "qty\x00",
    "\x00",
    "\ud800",
    "\ufeff1",
    "1\u202e+2",
    "ｍin(1, 2)",
    "ｅval('1')",
    "𝐦𝐚𝐱(1, 2)",
    "mіn(1, 2)",
    "ﷺ" * 499,
    "é" * 400,
    "e\u0301" * 200,
    "٣ + ٤",
    "１ + ２",
    "qty\n+1",
    "1\r\n",
    "1 \\\n + 2",
    "1 \\",
    "# coding: utf-7\n1",
    "1 # x",
    "\t1",
    " 1",
    "\x0c1",
    "1;1",
    "1,5",
    "{}",
    "{**qty}",
    "qty @ qty",
    "qty if qty else qty",
    "qty and qty",
    "1 is 1",
    "0777",
    "1__0",
    "1_",
    "1if 1else 1",
    "1.if 1",
    "1e5or 1",
    "1jand 1",
    "0x",
    "q" * 499,
    " or ".join(["q"] * 100),
    "$qty",
    "qty?",
    "`qty`",
    "!qty",
    "qty!",
    "<qty>",
    "1 <> 2",
    "a.b.c.d",
    "qty . real",
    "min.__self__",
    "min.__call__(1, 2)",
    "(min)(1, 2)",
    "min(1, 2).real",
    "zero ** zero ** minus",
    "minus ** minus",
    "zero / zero",
    "1 % 1e-300",
    "1e15 % 3e-9",
    "1e-320 ** 0.5",
    "floor(1e15 - 0.5)",
]
ALPHABET = [
    *"()[]{}+-*/%,.:=<>!@&|^~'\"\\#_ \t\n;?$`0129e",
    *("**", "//", ":=", "\x00", "\ud800", "\xa0", "é", "٣", "ｆ", "½", "∞", "qty", "zero", "minus"),
    *("min(", "max(", "round(", "abs(", "ceil(", "floor(", "lambda ", "await ", "yield ", "f'{", "1e308", "9**"),
    *(" if ", " else ", " for ", " in ", " not ", " and ", "__class__", "__import__", "eval(", "None"),
]


def garbage(dice: random.Random) -> str:
    size = dice.choice([3, 10, 40, 150, 600])
    return "".join(dice.choices(dice.sample(ALPHABET, dice.randint(1, 12)), k=dice.randint(1, size)))


def mutated(dice: random.Random, text: str) -> str:
    for _ in range(dice.randint(1, 4)):
        start = dice.randint(0, len(text))
        end = min(len(text), start + dice.choice([0, 0, 1, 5]))
        piece = dice.choice([dice.choice(ALPHABET), dice.choice(ALPHABET), "", text[start:end] * dice.choice([2, 50])])
        text = text[:start] + piece + text[end:]
    return text


def hostile(dice: random.Random) -> str:
    kind = dice.random()
    if kind < 0.35:
        return garbage(dice)
    valid = expression(dice, dice.randint(1, 6))[0]
    if kind < 0.5:
        return valid
    if kind < 0.7:
        return mutated(dice, valid)
    attack = dice.choice(ATTACKS)
    if kind < 0.8:
        return mutated(dice, attack)
    if kind < 0.9:
        return valid.replace("qty", f"({attack})", 1) if "qty" in valid else f"{valid} + {attack}"
    return dice.choice(["max(1, {})", "abs({})", "({})**9", "1/({})", "{}", "-({})"]).format(attack)


class Watch:
    """Sees what the interpreter reports to its auditors: running code, importing, opening files, and so on."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.is_on = False
        sys.addaudithook(self._note)  # for the rest of the process: it cannot be taken away

    def _note(self, event: str, _args: object) -> None:
        if self.is_on:
            self.seen.append(event)

    @contextmanager
    def running(self) -> Iterator[None]:
        self.seen.clear()
        self.is_on = True
        try:
            yield
        finally:
            self.is_on = False

    @property
    def trouble(self) -> set[str]:
        """What was seen, except that ``ast.parse`` compiled a text to its tree."""
        return set(self.seen) - {"compile"}


@pytest.fixture(scope="module")
def watch() -> Watch:
    return Watch()


def test_the_watch_sees_code_run(watch: Watch) -> None:
    with watch.running():
        eval("1 + 1")
    assert watch.trouble == {"exec"}


def attempt(text: str) -> float | None:
    """Return what a text gives, None when it is refused. Nothing but a `FormulaError` comes out."""
    try:
        made = compile_formula(text, VALUES)
        assert_harmless(made)
        return made.evaluate(VALUES)
    except FormulaError as error:
        assert str(error)
        return None


def assert_harmless(made: Formula) -> None:
    """The formula holds numbers, given names and the operations of the tables, nothing else."""
    known = {function.apply for function in formula._FUNCTIONS.values()}
    known |= set(formula._BINARY.values()) | set(formula._UNARY.values())
    for step in made._steps:
        if isinstance(step, formula._Operation):
            assert step.apply in known
        else:
            assert (type(step) is str and step in VALUES) or type(step) is float


def assert_safe(text: str, watch: Watch) -> tuple[float | None, float]:
    """Try a text; return what it gives and how long it took.

    A time over the limit is measured twice more: it is the text's own only if it comes again.
    """
    spent = math.inf
    for _ in range(3):
        start = time.thread_time()
        with watch.running():
            result = attempt(text)
        spent = min(spent, time.thread_time() - start)
        if spent <= SLOWEST:
            break
    assert spent <= SLOWEST, f"{spent:.3f} s for {text!r}"
    assert not watch.trouble, (watch.trouble, text)
    assert result is None or (type(result) is float and math.isfinite(result) and result >= 0), text
    return result, spent


@contextmanager
def observed() -> Iterator[None]:
    """The collection of garbage is not measured; Python's warnings about odd texts ("1if") must not be there."""
    gc.disable()
    try:
        with warnings.catch_warnings(record=True) as found:
            warnings.simplefilter("always")
            yield
        assert not found, [str(warning.message) for warning in found]
    finally:
        gc.enable()


def test_10000_hostile_formulas(watch: Watch) -> None:
    spent: list[float] = []
    given_numbers = 0

    @settings(max_examples=HOSTILE // PER_EXAMPLE)
    @given(st.integers(0, 2**64))
    def fuzz(seed: int) -> None:
        nonlocal given_numbers
        dice = random.Random(seed)
        with observed():
            for _ in range(PER_EXAMPLE):
                result, seconds = assert_safe(hostile(dice), watch)
                spent.append(seconds)
                given_numbers += result is not None

    fuzz()
    assert len(spent) >= HOSTILE
    assert HOSTILE / 20 < given_numbers < HOSTILE / 2  # neither all noise nor all harmless


@pytest.mark.parametrize("text", ATTACKS, ids=range(len(ATTACKS)))
def test_attack(text: str, watch: Watch) -> None:
    with observed():
        assert_safe(text, watch)


@settings(max_examples=300)
@given(st.text(max_size=60))
def test_any_text(text: str) -> None:
    with observed():
        attempt(text)


def test_many_names_do_not_make_a_suggestion_slow() -> None:
    names = {"a" * 39 + "é" * i: 1.0 for i in range(2000)} | {f"b{'a' * 38}{i}": 1.0 for i in range(2000)}
    spent = []
    for _ in range(3):
        start = time.thread_time()
        assert refused(lambda: compile_formula("a" * 38 + "b", names))[0] == "unknown_name"
        spent.append(time.thread_time() - start)
    assert min(spent) <= SLOWEST


# --- names --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("Garment length (cm)", "garment_length_cm"),
        ("Длина", "длина"),
        ("Длина рукава, см", "длина_рукава_см"),
        ("長さ", "長さ"),
        ("الطول", "الطول"),
        ("Straße", "straße"),
        ("  Width -- (mm)  ", "width_mm"),
        ("__dunder__", "dunder"),
        ("2nd side", "_2nd_side"),
        ("74", "_74"),
        ("", "value"),
        ("%%%", "value"),
        ("Lambda", "lambda_"),
        ("None", "none"),
        ("if", "if_"),
        ("Min", "min_"),
        ("round", "round_"),
        ("ﬁnish", "finish"),
        ("Ｌｅｎｇｔｈ", "length"),
        ("Area m²", "area_m2"),
        ("A\u200db", "a_b"),
        ("\u0301x", "_\u0301x"),
        ("x" * 100, "x" * 60),
    ],
)
def test_identifier(label: str, name: str) -> None:
    assert identifier(label) == name


@settings(max_examples=300)
@given(st.text(max_size=80))
def test_every_identifier_can_be_used(label: str) -> None:
    name = identifier(label)
    assert name.isidentifier()
    assert not keyword.iskeyword(name)
    assert name not in formula.FUNCTIONS
    assert name == unicodedata.normalize("NFKC", name) == identifier(name)
    assert compile_formula(f"2 * {name} + abs({name})", [name]).evaluate({name: 2}) == 6.0


def test_identifiers_are_different() -> None:
    assert identifiers(["Length", "Width"]) == {"Length": "length", "Width": "width"}
    assert identifiers(["Length", "length", "LENGTH!"]) == {
        "Length": "length",
        "length": "length_2",
        "LENGTH!": "length_3",
    }
    assert list(identifiers(["b", "a", "B"]).items()) == [("b", "b"), ("a", "a"), ("B", "b_2")]
    # a label whose own name has a suffix keeps it
    assert identifiers(["A", "a", "a 2"]) == {"A": "a", "a": "a_3", "a 2": "a_2"}
    assert identifiers(["x", "x"]) == {"x": "x"}
    assert identifiers([]) == {}


def test_quantity_is_reserved() -> None:
    assert identifiers(["Qty"]) == {"Qty": "qty_2"}
    assert identifiers(["Qty"], reserved=()) == {"Qty": "qty"}
    assert identifiers(["Length"], reserved=["length", "length_2"]) == {"Length": "length_3"}


@given(st.lists(st.text(alphabet="aA2_ ()é", max_size=4), max_size=12))
def test_identifiers_of_any_labels_are_different(labels: list[str]) -> None:
    names = identifiers(iter(labels))
    assert list(names) == list(dict.fromkeys(labels))
    assert len(set(names.values())) == len(names)
    assert names == identifiers(labels)
    for label, name in names.items():
        assert name.startswith(identifier(label))
        assert name.isidentifier()


# --- numbers of attribute values ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("74", 74.0),
        ("74 cm", 74.0),
        ("74cm", 74.0),
        ("1.5", 1.5),
        ("1,5", 1.5),
        ("0,125", 0.125),
        ("1250,125 m", 1250.125),
        ("1.250", 1.25),
        ("-3", -3.0),
        ("−3 °C", -3.0),
        ("+5", 5.0),
        ("(-3)", -3.0),
        ("h=-3", -3.0),
        (".5", 0.5),
        ("5.", 5.0),
        ("⌀ 8 mm", 8.0),
        ("Length: 74 cm.", 74.0),
        ("10%", 10.0),
        ("2XL", 2.0),
        ("74 cm²", 74.0),
        ("74 m2", 74.0),
        ("170 g/m2", 170.0),
        ("5 м3", 5.0),
        ("٧٤", 74.0),
        ("007", 7.0),
    ],
)
def test_numeric_value(text: str, number: float) -> None:
    assert repr(numeric_value(text)) == repr(number)


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "XL", "-", ".", "m2", "∞", "nan", "inf", "²"),
        *("74x30", "74 x 30", "10-20", "10–20", "1 000", "1\xa0000", "1.2.3", "1,2,3", "1/2", "5'10", "1e3", "0x10"),
        *("A4", "M8", "Type-3", "T_3", "No.5", "- 3", "–3", "--3", "(.5)", ",5"),
        *("½", "1½", "1 ½", "10²", "1,250", "-12,500 kg", "9" * 400, "1" + "0" * 16),
    ],
)
def test_no_clear_number(text: str) -> None:
    assert numeric_value(text) is None


@given(st.text(max_size=40))
def test_number_of_any_text_is_finite(text: str) -> None:
    number = numeric_value(text)
    assert number is None or math.isfinite(number)


@given(st.floats(-1e6, 1e6, allow_subnormal=False).map(lambda number: round(number, 4)))
def test_written_numbers_are_read(number: float) -> None:
    written = f"{number:.4f}"
    assert numeric_value(written) == numeric_value(f"{written} cm") == number
    assert numeric_value(written.replace(".", ",")) == number
