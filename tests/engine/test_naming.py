"""How attributes appear in formulas: their names, and the numbers of their values."""

import keyword
import math
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import formula
from engine.formula import compile_formula
from engine.naming import identifier, identifiers, numeric_value


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
