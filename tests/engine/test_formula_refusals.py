"""What is not a formula."""

import ast
import sys
from contextlib import suppress

import pytest

from engine import formula_parser
from engine.formula import Banned, FormulaError, compile_formula
from formula_texts import VALUES, evaluate, refused


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
    assert kinds - allowed == {kind for kind in formula_parser._BANNED if issubclass(kind, ast.expr)} - {ast.Call}


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
