"""Which stage of an order waits for which.

Sets of stages are bit masks inside this module: bit *i* is the *i*-th stage in topological order. A graph
of 50 stages is built in a fraction of a millisecond.
"""

from __future__ import annotations

import heapq
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from .errors import FlowError, Refusal


@dataclass(frozen=True, slots=True)
class StageSpec:
    """What the graph must know of one stage.

    :ivar key: names the stage, unique in its graph
    :ivar is_parallel: "in parallel with the previous one": shares the predecessors of the stage before it in
        the sequence. Means nothing on the first stage, nor where explicit dependencies are used
    :ivar after: explicit dependencies, the keys of the stages this one waits for. None: none are given
    :ivar active: False for a skipped or cancelled stage, which the flow passes through
    """

    key: Hashable
    is_parallel: bool = False
    after: tuple[Hashable, ...] | None = None
    active: bool = True


class Graph:
    """The stages of an order and their dependencies. Immutable; make one with `from_stages`.

    *Predecessors* come from the sequence: a stage follows the one before it, a parallel stage shares the
    predecessors of the one before it, and the stage after a parallel group waits for the whole group. As soon
    as any stage has explicit dependencies, only explicit ones count and a stage without them waits for
    nothing, as with Odoo's ``allow_operation_dependencies``.

    An inactive stage is transparent: whatever follows it waits for what it would have waited for, through any
    number of inactive stages. "Parallel with the previous one" keeps meaning the previous stage of the
    sequence, even an inactive one.

    All questions are answered about active stages only: an inactive stage has no neighbours. Every method
    that takes a key raises FlowError ``unknown_stage`` for one that is not in the graph.
    """

    __slots__ = (
        "_above",
        "_active",
        "_direct",
        "_given",
        "_last",
        "_position",
        "_predecessors",
        "_sequence",
        "_stages",
    )

    def __init__(self, stages: tuple[StageSpec, ...], given: tuple[int, ...]) -> None:
        """Use `from_stages`. Takes the stages in topological order and a mask of what each waits for."""
        self._stages = stages
        self._given = given
        self._position = {stage.key: i for i, stage in enumerate(stages)}
        self._active = sum(1 << i for i, stage in enumerate(stages) if stage.active)
        # For each stage, through the inactive ones: whom it waits for at least, and everyone before it.
        self._direct: list[int] = []
        self._above: list[int] = []
        for mask in given:
            found = mask & self._active
            for i in _bits(mask & ~self._active):
                found |= self._direct[i]
            implied = 0
            for i in _bits(found):
                implied |= self._above[i]
            self._direct.append(found & ~implied)
            self._above.append(found | implied)
        followed = 0
        for i in _bits(self._active):
            followed |= self._direct[i]
        self._sequence = self._keys(self._active)
        self._last = self._keys(self._active & ~followed)
        self._predecessors = {
            stage.key: self._keys(self._direct[i]) if stage.active else () for i, stage in enumerate(stages)
        }

    @classmethod
    def from_stages(cls, specs: Iterable[StageSpec]) -> Graph:
        """Build the graph of ``specs``, which come in sequence order.

        :raises FlowError: ``duplicate_stage`` for a key used twice, ``unknown_stage`` for a dependency on a
            stage that is not among them, ``circle`` when stages wait for each other
        """
        stages = tuple(specs)
        seen: set[Hashable] = set()
        for stage in stages:
            if stage.key in seen:
                raise FlowError(Refusal.DUPLICATE_STAGE, stage=stage.key)
            seen.add(stage.key)
        if all(stage.after is None for stage in stages):
            return cls(stages, _sequence_dependencies(stages))
        stages = _topological(stages)
        position = {stage.key: i for i, stage in enumerate(stages)}
        return cls(stages, tuple(sum(1 << position[key] for key in set(stage.after or ())) for stage in stages))

    @property
    def stages(self) -> tuple[StageSpec, ...]:
        """All stages, the inactive ones too, in topological order."""
        return self._stages

    @property
    def sequence(self) -> tuple[Hashable, ...]:
        """Active stages in topological order; as given wherever dependencies leave the choice."""
        return self._sequence

    @property
    def last(self) -> tuple[Hashable, ...]:
        """Active stages that no active stage waits for."""
        return self._last

    def is_active(self, key: Hashable) -> bool:
        """Tell whether the stage takes part in the flow."""
        return self._stages[self._index(key)].active

    def predecessors(self, key: Hashable) -> tuple[Hashable, ...]:
        """Return the stages that ``key`` waits for, in order.

        The set is minimal: none of them comes before another of them.
        """
        self._index(key)
        return self._predecessors[key]

    def successors(self, key: Hashable) -> tuple[Hashable, ...]:
        """Return the stages that have ``key`` among their predecessors, in order."""
        i = self._index(key)
        return self._keys(sum(1 << j for j in _bits(self._active) if self._direct[j] >> i & 1))

    def ancestors(self, key: Hashable) -> tuple[Hashable, ...]:
        """Return every stage before ``key``, in order. A stage on a parallel branch is not before it."""
        i = self._index(key)
        return self._keys(self._above[i]) if self._stages[i].active else ()

    def descendants(self, key: Hashable) -> tuple[Hashable, ...]:
        """Return every stage that has ``key`` before it, in order."""
        return self._keys(self._below(self._index(key)))

    def between(self, start: Hashable, end: Hashable) -> tuple[Hashable, ...]:
        """Return the stages on the paths from ``start`` up to, not including, ``end``, in order.

        Empty when ``start`` is not before ``end`` or either is inactive.
        """
        i, j = self._index(start), self._index(end)
        if not self._stages[j].active:
            return ()
        return self._keys(self._above[j] & (self._below(i) | 1 << i))

    def with_active(self, key: Hashable, active: bool) -> Graph:
        """Return this graph with one stage active or skipped."""
        i = self._index(key)
        stage = self._stages[i]
        if stage.active == active:
            return self
        return Graph((*self._stages[:i], replace(stage, active=active), *self._stages[i + 1 :]), self._given)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Graph):
            return NotImplemented
        return self._stages == other._stages and self._given == other._given

    def __hash__(self) -> int:
        return hash((self._stages, self._given))

    def __repr__(self) -> str:
        return f"Graph({', '.join(map(repr, self._stages))})"

    def _index(self, key: Hashable) -> int:
        """Return the position of a stage; raise ``unknown_stage`` when there is none."""
        try:
            return self._position[key]
        except KeyError:
            raise FlowError(Refusal.UNKNOWN_STAGE, stage=key) from None

    def _below(self, i: int) -> int:
        """Return the mask of active stages that have the *i*-th stage before them."""
        return sum(1 << j for j in _bits(self._active) if self._above[j] >> i & 1)

    def _keys(self, mask: int) -> tuple[Hashable, ...]:
        """Return the keys of the stages in a mask, in topological order."""
        return tuple(self._stages[i].key for i in _bits(mask))


def _bits(mask: int) -> Iterator[int]:
    """Yield the positions of the bits set in a mask, lowest first."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest


def _sequence_dependencies(stages: Sequence[StageSpec]) -> tuple[int, ...]:
    """Return for each stage the mask of those it follows by its place in the sequence."""
    given: list[int] = []
    before = 0  # what the current group of parallel stages waits for
    group = 0
    for i, stage in enumerate(stages):
        if not stage.is_parallel:
            before, group = group, 0
        given.append(before)
        group |= 1 << i
    return tuple(given)


def _topological(stages: Sequence[StageSpec]) -> tuple[StageSpec, ...]:
    """Sort stages so that each comes after its explicit dependencies, otherwise in the order given.

    :raises FlowError: ``unknown_stage`` or ``circle``
    """
    position = {stage.key: i for i, stage in enumerate(stages)}
    waits_for: list[set[int]] = []
    followers: list[list[int]] = [[] for _stage in stages]
    for i, stage in enumerate(stages):
        for key in stage.after or ():
            if key not in position:
                raise FlowError(Refusal.UNKNOWN_STAGE, stage=key, needed_by=stage.key)
        waits_for.append({position[key] for key in stage.after or ()})
        for j in waits_for[i]:
            followers[j].append(i)
    missing = [len(places) for places in waits_for]
    free = [i for i, count in enumerate(missing) if not count]  # ascending, hence already a heap
    order: list[int] = []
    while free:
        i = heapq.heappop(free)
        order.append(i)
        for j in followers[i]:
            missing[j] -= 1
            if not missing[j]:
                heapq.heappush(free, j)
    if len(order) < len(stages):
        circle = _circle(waits_for, set(range(len(stages))).difference(order))
        raise FlowError(Refusal.CIRCLE, stages=tuple(stages[i].key for i in circle))
    return tuple(stages[i] for i in order)


def _circle(waits_for: Sequence[set[int]], stuck: set[int]) -> list[int]:
    """Return one circle among ``stuck``, each of which waits for at least one other of them."""
    path: list[int] = []
    i = min(stuck)
    while i not in path:
        path.append(i)
        i = min(waits_for[i] & stuck)
    return path[path.index(i) :]
