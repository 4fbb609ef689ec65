"""Working time: how a person's minutes are divided among what the person works on at once.

Moments are whole seconds since any common beginning, spans are half-open: a clock that ends when another starts does
not run beside it.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Clock:
    """One span of one person's work.

    :ivar key: names what is worked on, a stage or one of its time lines
    :ivar person: who works
    :ivar start: in seconds
    :ivar end: in seconds; a clock that ends before it starts, or then, measured nothing
    """

    key: Hashable
    person: Hashable
    start: int
    end: int


def divided_seconds(clocks: Iterable[Clock]) -> dict[Hashable, Fraction]:
    """Return, per key, the seconds of work on it: what a person does at the same time shares that time equally.

    A person who has two clocks on the same thing at once works on it once. The seconds of all keys of a person add up
    to the time in which any of the person's clocks ran. Keys whose clocks measured nothing are there with 0.
    """
    clocks = list(clocks)
    seconds = dict.fromkeys((clock.key for clock in clocks), Fraction(0))
    people: dict[Hashable, list[Clock]] = {}
    for clock in clocks:
        if clock.start < clock.end:
            people.setdefault(clock.person, []).append(clock)
    for own in people.values():
        for length, keys in _spans(own):
            for key in keys:
                seconds[key] += Fraction(length, len(keys))
    return seconds


def _spans(clocks: list[Clock]) -> Iterator[tuple[int, tuple[Hashable, ...]]]:
    """Yield how long one person worked on which things at once, in the order of time."""
    starts = [(clock.start, 1, clock.key) for clock in clocks]
    ends = [(clock.end, -1, clock.key) for clock in clocks]
    changes = sorted(starts + ends, key=lambda change: change[0])
    running: dict[Hashable, int] = {}
    since = 0
    for moment, change, key in changes:
        if running and moment > since:
            yield moment - since, tuple(running)
        since = moment
        running[key] = running.get(key, 0) + change
        if not running[key]:
            del running[key]
