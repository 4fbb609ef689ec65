"""The stage flow: how many units of an order, or which, are where, and what may be done next.

For an order the flow keeps the units still alive and, for each stage, which of the living have passed
it. Everything else follows: a unit has *arrived* at a stage when it has passed all its predecessors, is
*there* until it passes the stage itself, and is *ready* unless it has to wait there.

An order is counted or numbered, see `amount`. Quantities of a counted one are exact and compared for equality: whole
numbers, multiples of the rounding of the order's unit of measure, see `to_quanta` and `from_quanta`. The units of a
numbered one are named by their numbers, and each goes its own way.

Nothing here changes its arguments: an act returns a new state, or raises `FlowError` and there is no new
state. `log` rebuilds the state from the acts of the log.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Literal

from .amount import Amount, join, meet, nothing, size
from .errors import FlowError, Refusal
from .graph import Graph, StageSpec
from .quanta import from_quanta, to_quanta

__all__ = [
    "Amount",
    "FlowError",
    "FlowState",
    "FlowStatus",
    "Graph",
    "Refusal",
    "StageSpec",
    "activate",
    "arrived",
    "cycle_of",
    "deactivate",
    "finish",
    "flow_status",
    "from_quanta",
    "give_back",
    "hold",
    "is_complete",
    "meet",
    "ready",
    "release",
    "return_to",
    "split_off",
    "there",
    "to_quanta",
    "write_off",
]

FlowStatus = Literal["waiting", "ready", "done"]
#: Of a stage: the cycle it is in, or those of the units that are not in their first.
Cycle = int | Mapping[int, int]


@dataclass(frozen=True, slots=True)
class FlowState:
    """Where the units of an order are.

    The mappings are copied and cannot be written to. A stage missing from them counts as untouched: nothing
    passed, lost or held, cycle 1.

    :ivar alive: units not lost
    :ivar ordered: units the order has to answer for: ``alive`` plus all that were lost
    :ivar passed: per stage, which of the living have completed it. Not read while the stage is inactive
    :ivar lost: per stage, units written off there
    :ivar cycle: per stage, its rework cycle; 1 until units come back to it. In a numbered order a mapping of
        the units that came back
    :ivar held: per stage, units that wait there for a decision
    :ivar together: the batch waits for what is reworked: no stage works while one before it does again what
        it has done before, nor while one of its own units is held. For counted orders
    """

    alive: Amount
    ordered: Amount
    passed: Mapping[Hashable, Amount]
    lost: Mapping[Hashable, Amount]
    cycle: Mapping[Hashable, Cycle]
    held: Mapping[Hashable, Amount] = field(default_factory=dict)
    together: bool = False

    def __post_init__(self) -> None:
        for name in ("passed", "lost", "cycle", "held"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))

    @classmethod
    def start(cls, graph: Graph, amount: Amount, *, together: bool = False) -> FlowState:
        """Return the state of a new order: all units before the first stages.

        :param amount: how many units, or their numbers
        :raises FlowError: ``not_positive``
        """
        _check_positive(amount)
        keys = [stage.key for stage in graph.stages]
        none = dict.fromkeys(keys, nothing(amount))
        first: Cycle = {} if isinstance(amount, frozenset) else 1
        return cls(
            alive=amount,
            ordered=amount,
            passed=none,
            lost=none,
            cycle=dict.fromkeys(keys, first),
            held=none,
            together=together,
        )


# ------------------------------------------------------------------------------------------------------
# Questions
# ------------------------------------------------------------------------------------------------------


def arrived(graph: Graph, state: FlowState, key: Hashable) -> Amount:
    """Return the living units that have passed everything before the stage; none when it is inactive.

    :raises FlowError: ``unknown_stage``
    """
    return _arrived(graph, state.alive, state.passed, key) if graph.is_active(key) else nothing(state.alive)


def there(graph: Graph, state: FlowState, key: Hashable) -> Amount:
    """Return the units that are at the stage and wait for no decision; none when it is inactive.

    These may be written off, returned, held or split off, even while the batch waits for others.

    :raises FlowError: ``unknown_stage``
    """
    if not graph.is_active(key):
        return nothing(state.alive)
    return arrived(graph, state, key) - _of(state, "passed", key) - _of(state, "held", key)


def ready(graph: Graph, state: FlowState, key: Hashable) -> Amount:
    """Return the units that may be worked at the stage now; none when it is inactive.

    :raises FlowError: ``unknown_stage``
    """
    if state.together and (_of(state, "held", key) or _is_reworked_before(graph, state, key)):
        return nothing(state.alive)
    return there(graph, state, key)


def is_complete(graph: Graph, state: FlowState) -> bool:
    """Tell whether no work is left: every active stage has passed all living units, or none are alive.

    An order with living units and no active stage is not complete: that nobody has to do anything does not
    mean that anything was made, and a person should decide.
    """
    if not state.alive:
        return True
    return bool(graph.sequence) and all(_of(state, "passed", key) == state.alive for key in graph.sequence)


def flow_status(graph: Graph, state: FlowState, key: Hashable) -> FlowStatus:
    """Return what the units say of a stage: done with all living units, ready for some, or waiting.

    :raises FlowError: ``unknown_stage``, or ``inactive`` for a stage that takes no part
    """
    _check_active(graph, key)
    if _of(state, "passed", key) == state.alive:
        return "done"
    return "ready" if ready(graph, state, key) else "waiting"


def cycle_of(state: FlowState, key: Hashable, unit: int | None = None) -> int:
    """Return the rework cycle a stage is in; 1 until units come back to it.

    :param unit: of a numbered order, whose cycle is asked for; None for the highest of the living
    """
    cycle = state.cycle.get(key, 1)
    if not isinstance(cycle, Mapping):
        return cycle
    if unit is None:
        return max((number for other, number in cycle.items() if other in state.alive), default=1)
    return cycle.get(unit, 1)


# ------------------------------------------------------------------------------------------------------
# Acts
# ------------------------------------------------------------------------------------------------------


def finish(graph: Graph, state: FlowState, key: Hashable, amount: Amount) -> FlowState:
    """Let some of the units ready at a stage pass it.

    :raises FlowError: ``unknown_stage``, ``inactive``, ``not_positive``, ``more_than_ready``
    """
    _check_amount(graph, key, amount, ready(graph, state, key))
    return replace(state, passed={**state.passed, key: join(_of(state, "passed", key), amount)})


def write_off(graph: Graph, state: FlowState, key: Hashable, amount: Amount) -> FlowState:
    """Lose some of the units at a stage: they leave the order, and every stage before it.

    On a parallel branch they leave the stages they had passed there. No rework cycle opens, for nothing is
    done again.

    :raises FlowError: ``unknown_stage``, ``inactive``, ``not_positive``, ``more_than_ready``
    """
    _check_amount(graph, key, amount, there(graph, state, key))
    left = _leave(graph, state, key, amount)
    return replace(left, lost={**state.lost, key: join(_of(state, "lost", key), amount)})


def return_to(graph: Graph, state: FlowState, key: Hashable, to: Hashable, amount: Amount) -> FlowState:
    """Send some of the units at stage ``key`` back to stage ``to``, to be done again from there.

    The stages on the paths from ``to`` up to, not including, ``key`` take the units off. The next rework
    cycle, each stage counting its own, opens for every stage that units come back to:

    * those stages;
    * a stage off the paths that gives units back, having already passed returned units on a parallel branch;
    * ``key`` itself when the units stay there (``to`` is ``key``). Otherwise ``key``, which these units have
      not passed yet, goes on in the cycle it is in once they arrive again.

    In a numbered order the cycle opens for the units that come back, not for the others at the stage.

    :raises FlowError: ``unknown_stage``, ``inactive`` (of either stage), ``not_before`` when ``to`` is
        neither ``key`` nor before it, ``not_positive``, ``more_than_ready``
    """
    _check_active(graph, key)
    _check_active(graph, to)
    if to != key and to not in graph.ancestors(key):
        raise FlowError(Refusal.NOT_BEFORE, stage=key, to=to)
    _check_amount(graph, key, amount, there(graph, state, key))
    returned = give_back(graph, replace(state, passed=_less(state, graph.between(to, key), amount)))
    again = _difference(graph, state, returned) if to != key else {key: amount}
    cycles = {other: _next_cycle(state, other, back) for other, back in again.items()}
    return replace(returned, cycle={**state.cycle, **cycles})


def hold(graph: Graph, state: FlowState, key: Hashable, amount: Amount) -> FlowState:
    """Let some of the units at a stage wait there until somebody decides about them.

    :raises FlowError: ``unknown_stage``, ``inactive``, ``not_positive``, ``more_than_ready``
    """
    _check_amount(graph, key, amount, there(graph, state, key))
    return replace(state, held={**state.held, key: join(_of(state, "held", key), amount)})


def release(graph: Graph, state: FlowState, key: Hashable, amount: Amount) -> FlowState:
    """Let held units of a stage be as they were before.

    :raises FlowError: ``unknown_stage``, ``inactive``, ``not_positive``, ``more_than_ready``
    """
    held = _of(state, "held", key)
    _check_amount(graph, key, amount, held)
    return replace(state, held={**state.held, key: held - amount})


def split_off(
    graph: Graph, state: FlowState, key: Hashable, to: Hashable, amount: Amount
) -> tuple[FlowState, FlowState]:
    """Let some of the units at a counted stage go on as an order of their own, returned to stage ``to``.

    The part takes along what it has passed, on parallel branches too, and the cycles of the stages. What is left
    answers for fewer units from now on.

    :return: the states of what is left and of the part, under the same keys
    :raises FlowError: what `return_to` raises, ``no_part`` when nothing would be left
    """
    _check_amount(graph, key, amount, there(graph, state, key))
    if amount == state.alive:
        raise FlowError(Refusal.NO_PART, stage=key, asked=amount)
    left = replace(_leave(graph, state, key, amount), ordered=state.ordered - amount)
    none = nothing(amount)
    brought = {stage.key: _of(state, "passed", stage.key) - _of(left, "passed", stage.key) for stage in graph.stages}
    part = FlowState(
        alive=amount,
        ordered=amount,
        passed=brought,
        lost=dict.fromkeys(brought, none),
        cycle=state.cycle,
        held=dict.fromkeys(brought, none),
        together=state.together,
    )
    return left, return_to(graph, part, key, to, amount)


def give_back(graph: Graph, state: FlowState) -> FlowState:
    """Let every stage, in order, give back what it has passed or holds beyond what has arrived.

    The last step of a write-off and of a return; changes nothing in a state that keeps the rules.
    """
    passed, held = dict(state.passed), dict(state.held)
    for key in graph.sequence:
        here = _arrived(graph, state.alive, passed, key)
        if held.get(key):
            held[key] = meet([here], held[key])
            here = here - held[key]
        passed[key] = meet([here], passed.get(key, nothing(here)))
    return replace(state, passed=passed, held=held)


def deactivate(graph: Graph, state: FlowState, key: Hashable) -> tuple[Graph, FlowState]:
    """Skip a stage: its successors follow its predecessors from now on.

    Refused once living units have passed the stage, for then it took part and cannot be said to be skipped.
    What was lost there and its rework cycle stay in the state.

    :raises FlowError: ``unknown_stage``, ``inactive`` when it already is, ``already_passed``; ``held`` while
        units wait there for a decision
    """
    _check_active(graph, key)
    done, held = _of(state, "passed", key), _of(state, "held", key)
    if done:
        raise FlowError(Refusal.ALREADY_PASSED, stage=key, passed=size(done))
    if held:
        raise FlowError(Refusal.HELD, stage=key, held=size(held))
    return graph.with_active(key, False), state


def activate(graph: Graph, state: FlowState, key: Hashable) -> tuple[Graph, FlowState]:
    """Take a skipped stage into the flow: all living units have it still before them.

    :raises FlowError: ``unknown_stage``, ``already_active``, ``too_late`` when units have passed a stage
        that would have to wait for it, or wait there for a decision
    """
    if graph.is_active(key):
        raise FlowError(Refusal.ALREADY_ACTIVE, stage=key)
    extended = graph.with_active(key, True)
    beyond = tuple(
        other for other in extended.successors(key) if _of(state, "passed", other) or _of(state, "held", other)
    )
    if beyond:
        raise FlowError(Refusal.TOO_LATE, stage=key, passed_by=beyond)
    return extended, replace(state, passed={**state.passed, key: nothing(state.alive)})


# ------------------------------------------------------------------------------------------------------
# Helpers
# ------------------------------------------------------------------------------------------------------


def _of(state: FlowState, name: Literal["passed", "lost", "held"], key: Hashable) -> Amount:
    """Return what a state keeps of a stage."""
    return getattr(state, name).get(key, nothing(state.alive))


def _arrived(graph: Graph, alive: Amount, passed: Mapping[Hashable, Amount], key: Hashable) -> Amount:
    """Return what all predecessors of an active stage have passed; all the living for a first one."""
    return meet((passed.get(before, nothing(alive)) for before in graph.predecessors(key)), alive)


def _is_reworked_before(graph: Graph, state: FlowState, key: Hashable) -> bool:
    """Tell whether a stage before this one has units to do again."""
    return any(
        cycle_of(state, before) > 1 and _of(state, "passed", before) != state.alive for before in graph.ancestors(key)
    )


def _leave(graph: Graph, state: FlowState, key: Hashable, amount: Amount) -> FlowState:
    """Return the state without these units of a stage: they leave the order, and what they have passed."""
    passed = _less(state, graph.ancestors(key), amount)
    return give_back(graph, replace(state, alive=state.alive - amount, passed=passed))


def _less(state: FlowState, keys: Iterable[Hashable], amount: Amount) -> dict[Hashable, Amount]:
    """Return what has passed each stage, with ``amount`` taken off at each of ``keys``."""
    return {**state.passed, **{key: _of(state, "passed", key) - amount for key in keys}}


def _difference(graph: Graph, before: FlowState, after: FlowState) -> dict[Hashable, Amount]:
    """Return what each active stage has passed no more, where there is any."""
    lost = {key: _of(before, "passed", key) - _of(after, "passed", key) for key in graph.sequence}
    return {key: amount for key, amount in lost.items() if amount}


def _next_cycle(state: FlowState, key: Hashable, amount: Amount) -> Cycle:
    """Return the cycle of a stage to which these units come back."""
    if not isinstance(amount, frozenset):
        return cycle_of(state, key) + 1
    return {**state.cycle.get(key, {}), **{unit: cycle_of(state, key, unit) + 1 for unit in amount}}


def _check_active(graph: Graph, key: Hashable) -> None:
    if not graph.is_active(key):
        raise FlowError(Refusal.INACTIVE, stage=key)


def _check_positive(amount: Amount) -> None:
    if not size(amount) > 0:  # also refuses a NaN
        raise FlowError(Refusal.NOT_POSITIVE, asked=amount)


def _check_amount(graph: Graph, key: Hashable, amount: Amount, possible: Amount) -> None:
    """Refuse an amount that cannot be acted on at a stage now."""
    _check_active(graph, key)
    _check_positive(amount)
    if not amount <= possible:
        raise FlowError(Refusal.MORE_THAN_READY, stage=key, ready=possible, asked=amount)
