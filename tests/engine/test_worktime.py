"""Dividing a person's time: examples by hand, and what holds for any clocks."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from engine.worktime import Clock, divided_seconds

HOUR = 3600


def test_three_things_at_once_share_the_hour() -> None:
    seconds = divided_seconds(Clock(key, "Olga", 0, HOUR) for key in "abc")
    assert seconds == {"a": 1200, "b": 1200, "c": 1200}


def test_two_people_on_one_thing_work_two_hours() -> None:
    assert divided_seconds([Clock("a", "Olga", 0, HOUR), Clock("a", "Hugo", 0, HOUR)]) == {"a": 2 * HOUR}


def test_only_the_time_in_common_is_shared() -> None:
    seconds = divided_seconds([Clock("a", "Olga", 0, 100), Clock("b", "Olga", 60, 160)])
    assert seconds == {"a": 80, "b": 80}


def test_one_after_the_other_shares_nothing() -> None:
    assert divided_seconds([Clock("a", "Olga", 0, 60), Clock("b", "Olga", 60, 90)]) == {"a": 60, "b": 30}


def test_a_third_of_a_second_is_exact() -> None:
    assert divided_seconds(Clock(key, "Olga", 0, 1) for key in "abc")["a"] == Fraction(1, 3)


def test_a_clock_that_measured_nothing_is_there() -> None:
    assert divided_seconds([Clock("a", "Olga", 5, 5), Clock("b", "Olga", 7, 3)]) == {"a": 0, "b": 0}


def test_no_clocks() -> None:
    assert divided_seconds([]) == {}


moments = st.integers(0, 60)
clocks = st.lists(st.builds(Clock, st.sampled_from("abcd"), st.sampled_from(["Olga", "Hugo"]), moments, moments))


@given(clocks=clocks)
def test_nobody_works_longer_than_the_clock(clocks: list[Clock]) -> None:
    """Second by second: whoever works shares that second among what is worked on."""
    expected = {clock.key: Fraction(0) for clock in clocks}
    for person in ("Olga", "Hugo"):
        for second in range(60):
            running = {c.key for c in clocks if c.person == person and c.start <= second < c.end}
            for key in running:
                expected[key] += Fraction(1, len(running))
    assert divided_seconds(clocks) == expected
