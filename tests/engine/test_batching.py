"""Groups of what is due near each other: by hand, and what holds for any of them."""

from hypothesis import given
from hypothesis import strategies as st

from engine.batching import Part, give_back, near_groups


def test_a_group_ends_where_the_span_of_its_first_ends() -> None:
    assert near_groups([("a", 0), ("b", 7), ("c", 8), ("d", 15)], 7) == [["a", "b"], ["c", "d"]]


def test_what_is_alone_is_in_no_group() -> None:
    assert near_groups([("late", 30), ("a", 1), ("b", 0)], 7) == [["b", "a"]]
    assert near_groups([], 7) == []


def test_no_span_groups_what_is_due_at_once() -> None:
    assert near_groups([("a", 1), ("b", 1), ("c", 2)], 0) == [["a", "b"]]


@given(moments=st.lists(st.integers(0, 60), max_size=40), span=st.integers(0, 20))
def test_nothing_in_a_group_is_further_apart_than_the_span(moments: list[int], span: int) -> None:
    groups = near_groups(enumerate(moments), span)
    keys = [key for group in groups for key in group]
    assert len(keys) == len(set(keys))
    for group in groups:
        due = [moments[key] for key in group]
        assert len(group) > 1
        assert due == sorted(due)
        assert due[-1] - due[0] <= span
    alone = set(range(len(moments))) - set(keys)
    for key in alone:
        # Whatever is near it is with another group.
        assert not any(other != key and moments[other] == moments[key] for other in alone)


def parts(*rows: tuple[int, int, int]) -> list[Part]:
    return [Part(place, *row) for place, row in enumerate(rows)]


def test_nothing_has_changed() -> None:
    assert give_back(30, parts((20, 20, 20), (10, 0, 0))) == {0: 20, 1: 10}


def test_a_customer_wants_less_and_the_batch_has_followed() -> None:
    assert give_back(22, parts((20, 20, 12), (10, 10, 10))) == {0: 12, 1: 10}
    assert give_back(10, parts((20, 20, 0), (10, 10, 10))) == {0: 0, 1: 10}


def test_what_was_kept_for_stock_stays_where_it_was() -> None:
    assert give_back(30, parts((20, 20, 12), (10, 10, 10))) == {0: 20, 1: 10}


def test_a_customer_takes_what_was_for_stock() -> None:
    assert give_back(100, parts((20, 20, 30), (80, 0, 0))) == {0: 30, 1: 70}


def test_what_nobody_can_tell_apart() -> None:
    assert give_back(25, parts((20, 20, 20), (10, 10, 10))) is None
    assert give_back(35, parts((20, 20, 20), (10, 10, 10))) is None


@given(
    rows=st.lists(st.tuples(st.integers(1, 50), st.integers(0, 50), st.integers(0, 60)), min_size=1, max_size=6),
    total=st.integers(0, 200),
)
def test_everybody_gets_what_they_want(rows: list[tuple[int, int, int]], total: int) -> None:
    orders = parts(*((quantity, min(quantity, promised), wanted) for quantity, promised, wanted in rows))
    given_back = give_back(total, orders)
    if given_back is None:
        return
    assert sum(given_back.values()) == total
    for order in orders:
        assert order.wanted <= given_back[order.key] <= order.wanted + order.quantity
