"""Hostile texts: none runs code, takes long or gives anything but a finite number."""

import gc
import math
import random
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import arithmetic, formula_parser
from engine.formula import Formula, FormulaError, compile_formula
from formula_texts import VALUES, expression, refused

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
    known = {function.apply for function in arithmetic.FUNCTIONS.values()}
    known |= set(formula_parser._BINARY.values()) | set(formula_parser._UNARY.values())
    for step in made._steps:
        if isinstance(step, arithmetic.Operation):
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
