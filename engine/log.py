"""The log of an order's stage flow: the acts that moved units, and the state they lead to."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Literal

from . import flow
from .amount import Amount
from .errors import FlowError, Refusal
from .flow import FlowState
from .graph import Graph

ActKind = Literal["finish", "write_off", "return", "hold", "release", "split", "skip", "activate", "withdraw"]


@dataclass(frozen=True, slots=True)
class Act:
    """One act of the log that moves units or changes which stages take part.

    :ivar kind: what was done
    :ivar key: the stage it was done at
    :ivar amount: units finished, written off, returned, held, released or split off; not read for the others
    :ivar to: the stage that units return to; read for a return and a split
    """

    kind: ActKind
    key: Hashable
    amount: Amount = 0
    to: Hashable = None


def effective(acts: Iterable[Act]) -> list[Act]:
    """Return the acts that count: a withdrawal takes back the last one before it that still does.

    :raises FlowError: ``nothing_to_withdraw``
    """
    counted: list[Act] = []
    for act in acts:
        if act.kind != "withdraw":
            counted.append(act)
        elif counted:
            counted.pop()
        else:
            raise FlowError(Refusal.NOTHING_TO_WITHDRAW, stage=act.key)
    return counted


def apply(graph: Graph, state: FlowState, act: Act) -> tuple[Graph, FlowState]:
    """Return graph and state after one act. Of a split, those of what is left.

    :raises FlowError: what the act raises, or ``unknown_act``: a withdrawal needs the log, see `effective`
    """
    match act.kind:
        case "finish":
            return graph, flow.finish(graph, state, act.key, act.amount)
        case "write_off":
            return graph, flow.write_off(graph, state, act.key, act.amount)
        case "return":
            return graph, flow.return_to(graph, state, act.key, act.to, act.amount)
        case "hold":
            return graph, flow.hold(graph, state, act.key, act.amount)
        case "release":
            return graph, flow.release(graph, state, act.key, act.amount)
        case "split":
            return graph, flow.split_off(graph, state, act.key, act.to, act.amount)[0]
        case "skip":
            return flow.deactivate(graph, state, act.key)
        case "activate":
            return flow.activate(graph, state, act.key)
        case _:
            raise FlowError(Refusal.UNKNOWN_ACT, kind=act.kind)


def replay(graph: Graph, state: FlowState, acts: Iterable[Act]) -> tuple[Graph, FlowState]:
    """Return graph and state of an order after all its acts.

    :param graph: as it was when the order was made
    :param state: as it was then
    :raises FlowError: what the first act that does not fit raises; ``nothing_to_withdraw``
    """
    for act in effective(acts):
        graph, state = apply(graph, state, act)
    return graph, state
