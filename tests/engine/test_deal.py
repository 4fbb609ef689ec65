"""What belongs to whom of a batch, and what a deal earns."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from engine.deal import Earnings, shares_of_demands, sold_share

QUANTITIES = st.integers(1, 10**6).map(lambda number: Fraction(number, 1000))


def test_five_customers_of_one_batch() -> None:
    wanted = {name: Fraction(quantity) for name, quantity in zip("abcde", (100, 50, 50, 30, 20))}
    shares = shares_of_demands(wanted, Fraction(250))
    assert shares == {name: quantity / 250 for name, quantity in wanted.items()}


def test_what_nobody_asks_for_is_nobodys() -> None:
    assert shares_of_demands({"a": Fraction(30)}, Fraction(40)) == {"a": Fraction(3, 4)}


def test_no_batch_no_share() -> None:
    assert shares_of_demands({}, Fraction(0)) == {}
    assert shares_of_demands({"a": Fraction(0)}, Fraction(0)) == {"a": 0}


@given(demands=st.dictionaries(st.integers(), QUANTITIES, max_size=8), made=QUANTITIES)
def test_shares_are_of_one_whole(demands: dict[int, Fraction], made: Fraction) -> None:
    shares = shares_of_demands(demands, made)
    whole = sum(shares.values(), Fraction(0))
    assert whole <= 1
    assert whole == 1 or sum(demands.values(), Fraction(0)) < made


def test_a_customer_pays_for_what_is_sold() -> None:
    assert sold_share(Fraction(20), Fraction(20), Fraction(25)) == Fraction(4, 5)
    assert sold_share(Fraction(20), Fraction(20), Fraction(15)) == 1
    assert sold_share(Fraction(0), Fraction(0), Fraction(0)) == 0


def test_margin() -> None:
    assert Earnings(200.0, 50.0, False).margin == 0.75
    assert Earnings(0.0, 50.0, False).margin is None
    assert Earnings(0.0, 50.0, False).profit == -50.0
