"""Dividing a person's time: examples by hand, and what holds for any clocks in any order."""

from dataclasses import replace
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from engine.worktime import Clock, Slice, divide, seconds_by_rate

HOUR = 3600
PEOPLE = ("Olga", "Hugo")


def seconds(slices: list[Slice]) -> Fraction:
    return sum(((part.end - part.start) * part.share for part in slices), Fraction(0))


def divided_seconds(clocks: list[Clock]) -> dict[str, Fraction]:
    return {key: seconds(slices) for key, slices in divide(clocks).items()}


def cost(clocks: dict[str, Clock], key: str) -> Fraction:
    """Cost what of a clock has not been costed, with what is known so far; return its seconds."""
    slices = divide(clocks.values())[key]
    clocks[key] = replace(clocks[key], costed=(*clocks[key].costed, *slices))
    return seconds(slices)


def test_three_things_at_once_share_the_hour() -> None:
    clocks = [Clock(key, "Olga", 0, HOUR) for key in "abc"]
    assert divided_seconds(clocks) == {"a": 1200, "b": 1200, "c": 1200}


def test_two_people_on_one_thing_work_two_hours() -> None:
    assert divided_seconds([Clock("a", "Olga", 0, HOUR), Clock("b", "Hugo", 0, HOUR)]) == {"a": HOUR, "b": HOUR}


def test_only_the_time_in_common_is_shared() -> None:
    clocks = [Clock("a", "Olga", 0, 100), Clock("b", "Olga", 60, 160)]
    assert divided_seconds(clocks) == {"a": 80, "b": 80}
    half = Fraction(1, 2)
    assert divide(clocks) == {
        "a": [Slice(0, 60, Fraction(1)), Slice(60, 100, half)],
        "b": [Slice(60, 100, half), Slice(100, 160, Fraction(1))],
    }


def test_one_after_the_other_shares_nothing() -> None:
    assert divided_seconds([Clock("a", "Olga", 0, 60), Clock("b", "Olga", 60, 90)]) == {"a": 60, "b": 30}


def test_a_third_of_a_second_is_exact() -> None:
    assert divided_seconds([Clock(key, "Olga", 0, 1) for key in "abc"])["a"] == Fraction(1, 3)


def test_a_clock_that_measured_nothing_is_there() -> None:
    assert divide([Clock("a", "Olga", 5, 5), Clock("b", "Olga", 7, 3)]) == {"a": [], "b": []}


def test_no_clocks() -> None:
    assert divide([]) == {}


def test_costed_one_after_the_other_they_share_equally() -> None:
    clocks = {key: Clock(key, "Olga", 0, HOUR) for key in "abc"}
    assert [cost(clocks, key) for key in "abc"] == [1200, 1200, 1200]


def test_what_comes_late_gets_what_is_left() -> None:
    clocks = {"a": Clock("a", "Olga", 0, HOUR)}
    assert cost(clocks, "a") == HOUR
    clocks["b"] = Clock("b", "Olga", 1800, 5400)
    assert cost(clocks, "b") == 1800, "the hour was costed; only the half hour after it is left"


def test_two_that_come_late_share_what_is_left() -> None:
    clocks = {key: Clock(key, "Olga", 0, HOUR) for key in "ab"}
    assert cost(clocks, "a") == 1800
    clocks["c"] = Clock("c", "Olga", 0, HOUR)
    assert (cost(clocks, "c"), cost(clocks, "b")) == (900, 900)


def test_costed_in_parts() -> None:
    clocks = {"a": Clock("a", "Olga", 0, 100), "b": Clock("b", "Olga", 0, 300)}
    assert cost(clocks, "a") == 50
    clocks["a"] = replace(clocks["a"], end=200)
    assert cost(clocks, "a") == 50
    assert cost(clocks, "b") == 50 + 50 + 100


def test_around_what_has_been_costed() -> None:
    whole = Fraction(1)
    clock = Clock("a", "Olga", 0, 30, (Slice(10, 20, whole),))
    assert divide([clock]) == {"a": [Slice(0, 10, whole), Slice(20, 30, whole)]}


def test_seconds_at_the_rate_of_their_time() -> None:
    slices = [Slice(-10, 30, Fraction(1)), Slice(30, 70, Fraction(1, 2))]
    assert seconds_by_rate(slices, [(20, 12.0), (50, 24.0)]) == {12.0: 30, 24.0: 30}
    assert seconds_by_rate(slices, [(99, 12.0)]) == {12.0: 60}
    assert seconds_by_rate([], [(20, 12.0)]) == {}


moments = st.integers(0, 40)
recordings = st.lists(st.tuples(st.sampled_from(PEOPLE), moments, moments), min_size=1, max_size=6)


@given(clocks=recordings)
def test_with_full_knowledge_everybody_shares_equally(clocks: list[tuple[str, int, int]]) -> None:
    """Second by second: whoever works shares that second among what is worked on, costed in whatever order."""
    known = {str(number): Clock(str(number), *clock) for number, clock in enumerate(clocks)}
    expected = dict.fromkeys(known, Fraction(0))
    for person in PEOPLE:
        for second in range(40):
            running = [c.key for c in known.values() if c.person == person and c.start <= second < c.end]
            for key in running:
                expected[key] += Fraction(1, len(running))
    assert divided_seconds(list(known.values())) == expected
    assert {key: cost(known, key) for key in known} == expected


def taken(clocks: dict[str, Clock], person: str, second: int) -> Fraction:
    own = [clock for clock in clocks.values() if clock.person == person]
    return sum(
        (part.share for clock in own for part in clock.costed if part.start <= second < part.end), Fraction(0))


@given(clocks=recordings, data=st.data())
def test_nobody_works_longer_than_the_clock(clocks: list[tuple[str, int, int]], data: st.DataObject) -> None:
    """Record clocks and cost them, whole or up to some moment, in any order: no second is ever costed more than once,
    and once all has been costed every second is, exactly."""
    known: dict[str, Clock] = {}
    late = {str(number): Clock(str(number), *clock) for number, clock in enumerate(clocks)}
    while late or any(seconds(divide(known.values())[key]) for key in known):
        if late and (not known or data.draw(st.booleans(), "records")):
            key = data.draw(st.sampled_from(sorted(late)), "recorded")
            known[key] = late.pop(key)
        else:
            key = data.draw(st.sampled_from(sorted(known)), "costed")
            whole = known[key]
            until = data.draw(st.integers(whole.start, whole.end), "until") if whole.start < whole.end else whole.end
            known[key] = replace(whole, end=until)
            cost(known, key)
            known[key] = replace(known[key], end=whole.end)
            if not late:
                cost(known, key)
        for person in PEOPLE:
            assert all(taken(known, person, second) <= 1 for second in range(40))
    for key in known:
        cost(known, key)
    for person in PEOPLE:
        for second in range(40):
            runs = any(c.person == person and c.start <= second < c.end for c in known.values())
            assert taken(known, person, second) == int(runs)
