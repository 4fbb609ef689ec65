"""The stage flow: how many units of an order are where, and what may be done next.

For an order the flow keeps the units still alive and, for each stage, how many of the living have passed
it. Everything else follows: a unit has *arrived* at a stage when it has passed all its predecessors, and is
*ready* there until it passes the stage itself.

Quantities are exact and compared for equality. By convention they are whole numbers, multiples of the
rounding of the order's unit of measure: see `to_quanta` and `from_quanta`.

Nothing here changes its arguments: an act returns a new state, or raises `FlowError` and there is no new
state. Events of the log, as `Act`, rebuild the state with `replay`.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal

from .errors import FlowError, Refusal
from .graph import Graph, StageSpec
from .quanta import from_quanta, to_quanta

__all__ = [
    "Act",
    "ActKind",
    "FlowError",
    "FlowState",
    "FlowStatus",
    "Graph",
    "Refusal",
    "StageSpec",
    "activate",
    "apply",
    "arrived",
    "deactivate",
    "finish",
    "flow_status",
    "from_quanta",
    "give_back",
    "is_complete",
    "ready",
    "replay",
    "return_to",
    "to_quanta",
    "write_off",
]

ActKind = Literal["finish", "write_off", "return", "skip", "activate"]
FlowStatus = Literal["waiting", "ready", "done"]


@dataclass(frozen=True, slots=True)
class FlowState:
    """Where the units of an order are. All quantities in quanta.

    The mappings are copied and cannot be written to. A stage missing from them counts as untouched: nothing
    passed, nothing lost, cycle 1.

    :ivar alive: units not lost
    :ivar ordered: units the order was started with: ``alive`` plus all that were lost
    :ivar passed: per stage, how many of the living have completed it. Not read while the stage is inactive
    :ivar lost: per stage, units written off there
    :ivar cycle: per stage, its rework cycle; 1 until units come back to it
    """

    alive: int
    ordered: int
    passed: Mapping[Hashable, int]
    lost: Mapping[Hashable, int]
    cycle: Mapping[Hashable, int]

    def __post_init__(self) -> None:
        for name in ("passed", "lost", "cycle"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))

    @classmethod
    def start(cls, graph: Graph, quantity: int) -> FlowState:
        """Return the state of a new order of ``quantity`` units: all before the first stages.

        :raises FlowError: ``not_positive``
        """
        _check_positive(quantity)
        keys = [stage.key for stage in graph.stages]
        nothing = dict.fromkeys(keys, 0)
        return cls(alive=quantity, ordered=quantity, passed=nothing, lost=nothing, cycle=dict.fromkeys(keys, 1))


@dataclass(frozen=True, slots=True)
class Act:
    """One act of the log that moves units or changes which stages take part.

    :ivar kind: what was done
    :ivar key: the stage it was done at
    :ivar quantity: units finished, written off or returned; not read for skip and activate
    :ivar to: the stage that units return to; read for a return only
    """

    kind: ActKind
    key: Hashable
    quantity: int = 0
    to: Hashable = None


# ------------------------------------------------------------------------------------------------------
# Questions
# ------------------------------------------------------------------------------------------------------


def arrived(graph: Graph, state: FlowState, key: Hashable) -> int:
    """Return how many living units have passed everything before the stage; 0 when it is inactive.

    :raises FlowError: ``unknown_stage``
    """
    return _arrived(graph, state.alive, state.passed, key) if graph.is_active(key) else 0


def ready(graph: Graph, state: FlowState, key: Hashable) -> int:
    """Return how many units may be worked at the stage now; 0 when it is inactive.

    :raises FlowError: ``unknown_stage``
    """
    return arrived(graph, state, key) - state.passed.get(key, 0) if graph.is_active(key) else 0


def is_complete(graph: Graph, state: FlowState) -> bool:
    """Tell whether no work is left: every active stage has passed all living units, or none are alive.

    An order with living units and no active stage is not complete: that nobody has to do anything does not
    mean that anything was made, and a person should decide.
    """
    if not state.alive:
        return True
    return bool(graph.sequence) and all(state.passed.get(key, 0) == state.alive for key in graph.sequence)


def flow_status(graph: Graph, state: FlowState, key: Hashable) -> FlowStatus:
    """Return what the quantities say of a stage: done with all living units, ready for some, or waiting.

    :raises FlowError: ``unknown_stage``, or ``inactive`` for a stage that takes no part
    """
    _check_active(graph, key)
    if state.passed.get(key, 0) == state.alive:
        return "done"
    return "ready" if ready(graph, state, key) > 0 else "waiting"


# ------------------------------------------------------------------------------------------------------
# Acts
# ------------------------------------------------------------------------------------------------------


def finish(graph: Graph, state: FlowState, key: Hashable, quantity: int) -> FlowState:
    """Let ``quantity`` of the units ready at a stage pass it.

    :raises FlowError: ``unknown_stage``, ``inactive``, ``not_positive``, ``more_than_ready``
    """
    _check_ready(graph, state, key, quantity)
    return replace(state, passed={**state.passed, key: state.passed.get(key, 0) + quantity})


def write_off(graph: Graph, state: FlowState, key: Hashable, quantity: int) -> FlowState:
    """Lose ``quantity`` of the units ready at a stage: they leave the order, and every stage before it.

    On a parallel branch they leave the stages they had passed there. No rework cycle opens, for nothing is
    done again.

    :raises FlowError: ``unknown_stage``, ``inactive``, ``not_positive``, ``more_than_ready``
    """
    _check_ready(graph, state, key, quantity)
    left = replace(
        state,
        alive=state.alive - quantity,
        passed=_less(state.passed, graph.ancestors(key), quantity),
        lost={**state.lost, key: state.lost.get(key, 0) + quantity},
    )
    return give_back(graph, left)


def return_to(graph: Graph, state: FlowState, key: Hashable, to: Hashable, quantity: int) -> FlowState:
    """Send ``quantity`` of the units ready at stage ``key`` back to stage ``to``, to be done again from there.

    The stages on the paths from ``to`` up to, not including, ``key`` take the units off. The next rework
    cycle, each stage counting its own, opens for every stage that units come back to:

    * those stages;
    * a stage off the paths that gives units back, having already passed returned units on a parallel branch;
    * ``key`` itself when the units stay there (``to`` is ``key``). Otherwise ``key``, which these units have
      not passed yet, goes on in the cycle it is in once they arrive again.

    :raises FlowError: ``unknown_stage``, ``inactive`` (of either stage), ``not_before`` when ``to`` is
        neither ``key`` nor before it, ``not_positive``, ``more_than_ready``
    """
    _check_active(graph, key)
    _check_active(graph, to)
    if to != key and to not in graph.ancestors(key):
        raise FlowError(Refusal.NOT_BEFORE, stage=key, to=to)
    _check_ready(graph, state, key, quantity)
    returned = give_back(graph, replace(state, passed=_less(state.passed, graph.between(to, key), quantity)))
    if to == key:
        again = [key]
    else:
        again = [other for other in graph.sequence if returned.passed.get(other, 0) < state.passed.get(other, 0)]
    return replace(returned, cycle={**state.cycle, **{other: state.cycle.get(other, 1) + 1 for other in again}})


def give_back(graph: Graph, state: FlowState) -> FlowState:
    """Let every stage, in order, give back what it has passed beyond what has arrived.

    The last step of a write-off and of a return; changes nothing in a state that keeps the rules.
    """
    passed = dict(state.passed)
    for key in graph.sequence:
        passed[key] = min(passed.get(key, 0), _arrived(graph, state.alive, passed, key))
    return replace(state, passed=passed)


def deactivate(graph: Graph, state: FlowState, key: Hashable) -> tuple[Graph, FlowState]:
    """Skip a stage: its successors follow its predecessors from now on.

    Refused once living units have passed the stage, for then it took part and cannot be said to be skipped.
    What was lost there and its rework cycle stay in the state.

    :raises FlowError: ``unknown_stage``, ``inactive`` when it already is, ``already_passed``
    """
    _check_active(graph, key)
    done = state.passed.get(key, 0)
    if done:
        raise FlowError(Refusal.ALREADY_PASSED, stage=key, passed=done)
    return graph.with_active(key, False), state


def activate(graph: Graph, state: FlowState, key: Hashable) -> tuple[Graph, FlowState]:
    """Take a skipped stage into the flow: all living units have it still before them.

    :raises FlowError: ``unknown_stage``, ``already_active``, ``too_late`` when units have passed a stage
        that would have to wait for it
    """
    if graph.is_active(key):
        raise FlowError(Refusal.ALREADY_ACTIVE, stage=key)
    extended = graph.with_active(key, True)
    beyond = tuple(other for other in extended.successors(key) if state.passed.get(other, 0))
    if beyond:
        raise FlowError(Refusal.TOO_LATE, stage=key, passed_by=beyond)
    return extended, replace(state, passed={**state.passed, key: 0})


# ------------------------------------------------------------------------------------------------------
# The log
# ------------------------------------------------------------------------------------------------------


def apply(graph: Graph, state: FlowState, act: Act) -> tuple[Graph, FlowState]:
    """Return graph and state after one act.

    :raises FlowError: what the act raises, or ``unknown_act``
    """
    match act.kind:
        case "finish":
            return graph, finish(graph, state, act.key, act.quantity)
        case "write_off":
            return graph, write_off(graph, state, act.key, act.quantity)
        case "return":
            return graph, return_to(graph, state, act.key, act.to, act.quantity)
        case "skip":
            return deactivate(graph, state, act.key)
        case "activate":
            return activate(graph, state, act.key)
        case _:
            raise FlowError(Refusal.UNKNOWN_ACT, kind=act.kind)


def replay(graph: Graph, quantity: int, acts: Iterable[Act]) -> tuple[Graph, FlowState]:
    """Return graph and state of an order of ``quantity`` units after all its acts.

    :param graph: as it was when the order was made
    :raises FlowError: what the first act that does not fit raises
    """
    state = FlowState.start(graph, quantity)
    for act in acts:
        graph, state = apply(graph, state, act)
    return graph, state


# ------------------------------------------------------------------------------------------------------
# Helpers
# ------------------------------------------------------------------------------------------------------


def _arrived(graph: Graph, alive: int, passed: Mapping[Hashable, int], key: Hashable) -> int:
    """Return the least that the predecessors of an active stage have passed; all the living for a first one."""
    return min((passed.get(before, 0) for before in graph.predecessors(key)), default=alive)


def _less(passed: Mapping[Hashable, int], keys: Iterable[Hashable], quantity: int) -> dict[Hashable, int]:
    """Return ``passed`` with ``quantity`` taken off at each of ``keys``."""
    return {**passed, **{key: passed.get(key, 0) - quantity for key in keys}}


def _check_active(graph: Graph, key: Hashable) -> None:
    if not graph.is_active(key):
        raise FlowError(Refusal.INACTIVE, stage=key)


def _check_positive(quantity: int) -> None:
    if not quantity > 0:  # also refuses a NaN
        raise FlowError(Refusal.NOT_POSITIVE, asked=quantity)


def _check_ready(graph: Graph, state: FlowState, key: Hashable, quantity: int) -> None:
    """Refuse a quantity that cannot be acted on at a stage now."""
    _check_active(graph, key)
    _check_positive(quantity)
    possible = ready(graph, state, key)
    if quantity > possible:
        raise FlowError(Refusal.MORE_THAN_READY, stage=key, ready=possible, asked=quantity)
