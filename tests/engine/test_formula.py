"""What formulas give, and which give no quantity."""

import math

import pytest

from engine.formula import FormulaError, FormulaRefusal, compile_formula
from formula_texts import VALUES, evaluate, refused


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
    code = FormulaRefusal.MISSING
    assert str(FormulaError(code, name="qty")) == "missing (name='qty')"
    assert str(FormulaError("empty")) == str(FormulaRefusal.EMPTY) == "empty"
