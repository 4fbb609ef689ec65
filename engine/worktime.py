"""Working time: how a person's minutes are divided among what the person works on at once, and what they cost.

Moments are whole seconds since any common beginning, spans are half-open: a clock that ends when another starts does
not run beside it.

What is known grows: an act that arrives late brings a clock beside one that has been costed already. What has been
costed stays as it is; only what it left of the time is divided among the others. So nobody's time is costed twice,
whatever the order in which clocks are recorded and costed.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of a clock's span, and which share of that time belongs to the clock.

    :ivar start: in seconds
    :ivar end: in seconds
    :ivar share: from 0, none of it, to 1, all of it
    """

    start: int
    end: int
    share: Fraction


@dataclass(frozen=True, slots=True)
class Clock:
    """One span of one person's work.

    :ivar key: names the clock
    :ivar person: whose time it measures
    :ivar start: in seconds
    :ivar end: in seconds; a clock that ends before it starts, or then, measured nothing
    :ivar costed: what of it has been costed; there it takes no part any more
    """

    key: Hashable
    person: Hashable
    start: int
    end: int
    costed: tuple[Slice, ...] = ()


def divide(clocks: Iterable[Clock]) -> dict[Hashable, list[Slice]]:
    """Return, per clock, the slices of its time that have not been costed.

    Clocks of a person that run at once share equally what the costed ones have left of that time.
    """
    clocks = list(clocks)
    slices: dict[Hashable, list[Slice]] = {clock.key: [] for clock in clocks}
    people: dict[Hashable, list[Clock]] = {}
    for clock in clocks:
        people.setdefault(clock.person, []).append(clock)
    for own in people.values():
        for start, end, keys, free in _stretches(own):
            for key in keys:
                _append(slices[key], Slice(start, end, free / len(keys)))
    return slices


def _stretches(clocks: list[Clock]) -> Iterator[tuple[int, int, list[Hashable], Fraction]]:
    """Yield, in the order of time, from when to when which clocks of a person wait to be costed, and which share of
    the time there is for them."""
    nothing = Fraction(0)
    changes: list[tuple[int, Hashable, int, Fraction]] = []
    for clock in clocks:
        if clock.start < clock.end:
            changes += [(clock.start, clock.key, 1, nothing), (clock.end, clock.key, -1, nothing)]
        for part in clock.costed:
            changes += [(part.start, clock.key, -1, part.share), (part.end, clock.key, 1, -part.share)]
    waiting = dict.fromkeys((clock.key for clock in clocks), 0)
    taken, since = nothing, 0
    for moment, key, change, share in sorted(changes, key=lambda change: change[0]):
        if moment > since:
            keys = [key for key, count in waiting.items() if count > 0]
            if keys:
                yield since, moment, keys, 1 - taken
        since = moment
        waiting[key] += change
        taken += share


def _append(slices: list[Slice], part: Slice) -> None:
    """Add a slice, as more of the last one where nothing but its end is new."""
    last = slices[-1] if slices else None
    if last and (last.end, last.share) == (part.start, part.share):
        slices[-1] = Slice(last.start, part.end, part.share)
    else:
        slices.append(part)


def seconds_by_rate(
    slices: Iterable[Slice], rates: Sequence[tuple[int, float]]
) -> dict[float, Fraction]:
    """Return how many seconds of these slices are to be paid at which rate.

    :param rates: until when each holds, in the order of time; the last one holds on
    """
    seconds: dict[float, Fraction] = {}
    for part in slices:
        cuts = [part.start, *(until for until, _rate in rates if part.start < until < part.end), part.end]
        for start, end in pairwise(cuts):
            rate = next((rate for until, rate in rates if start < until), rates[-1][1])
            seconds[rate] = seconds.get(rate, Fraction(0)) + (end - start) * part.share
    return seconds
