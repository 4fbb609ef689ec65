"""Random runs of orders in every batch mode: rework, losses, decisions, splits of splits, withdrawals."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from engine import flow, log
from engine.amount import Amount, nothing, size
from engine.flow import FlowState, Graph
from engine.log import Act
from random_graphs import Specs, dice, graphs, lines


@dataclass(eq=False)
class Batch:
    """An order as a log and the state it led to, kept step by step."""

    graph: Graph
    state: FlowState
    acts: list[Act] = field(default_factory=list)
    before: list[tuple[Graph, FlowState, Batch | None]] = field(default_factory=list)
    parts: list[Batch] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.begun = (self.graph, self.state)

    def do(self, act: Act) -> None:
        """Take an act; a split makes a part, and a withdrawal of it unmakes it."""
        self.acts.append(act)
        if act.kind == "withdraw":
            self.graph, self.state, part = self.before.pop()
            if part:
                self.parts.remove(part)
            return
        part = None
        if act.kind == "split":
            part = Batch(self.graph, flow.split_off(self.graph, self.state, act.key, act.to, act.amount)[1])
            self.parts.append(part)
        self.before.append((self.graph, self.state, part))
        self.graph, self.state = log.apply(self.graph, self.state, act)

    def may_withdraw(self) -> bool:
        """Only while nothing has happened since, to a part that was split off neither."""
        if not self.before:
            return False
        part = self.before[-1][2]
        return part is None or not part.acts

    def everybody(self) -> list[Batch]:
        """This order and all that was split off from it."""
        return [self, *(batch for part in self.parts for batch in part.everybody())]


def some_of(amount: Amount, number: int, most: int) -> Amount:
    """Choose a part of an amount by a number, at most so much of it."""
    count = 1 + number % min(most, size(amount))
    if not isinstance(amount, frozenset):
        return count
    numbers = sorted(amount)
    start = number % len(numbers)
    return frozenset((numbers[start:] + numbers[:start])[:count])


def act_of(batch: Batch, mode: str, die: int, most: int) -> Act | None:
    """Turn a number into an act that the rules allow now; None if there is none of its kind."""
    graph, state = batch.graph, batch.state
    die, kind = divmod(die, 16)
    die, pick = divmod(die, 64)
    die, number = divmod(die, 1024)
    if kind == 0 and batch.may_withdraw():
        return Act("withdraw", None)
    if kind in (1, 2):
        held = [key for key in graph.sequence if state.held[key]]
        if held:
            key = held[pick % len(held)]
            return Act("release", key, some_of(state.held[key], number, most))
    if kind < 9:
        stages = [key for key in graph.sequence if flow.there(graph, state, key)]
        if not stages:
            return None
        key = stages[pick % len(stages)]
        amount = some_of(flow.there(graph, state, key), number, most)
        targets = (*graph.ancestors(key), key)
        to = targets[die % len(targets)]
        if kind == 3:
            return Act("hold", key, amount)
        if kind == 4:
            return Act("write_off", key, amount)
        return Act("split" if mode == "split" and amount != state.alive else "return", key, amount, to=to)
    stages = [key for key in graph.sequence if flow.ready(graph, state, key)]
    if not stages:
        return None
    key = stages[pick % len(stages)]
    return Act("finish", key, some_of(flow.ready(graph, state, key), number, most))


def check(batch: Batch, is_line: bool) -> None:
    """What holds of every order at every moment."""
    graph, state = batch.graph, batch.state
    for key in graph.sequence:
        here, done, held = flow.arrived(graph, state, key), state.passed[key], state.held[key]
        assert done <= here <= state.alive
        assert size(flow.there(graph, state, key)) == size(here) - size(done) - size(held) >= 0
        assert flow.ready(graph, state, key) in (flow.there(graph, state, key), nothing(here))
    assert size(state.alive) + sum(map(size, state.lost.values())) == size(state.ordered)
    if is_line and graph.sequence:
        everywhere = sum(size(flow.there(graph, state, key)) + size(state.held[key]) for key in graph.sequence)
        assert everywhere + size(state.passed[graph.last[0]]) == size(state.alive)
    left = any(state.passed[key] != state.alive for key in graph.sequence)
    can_go_on = any(flow.ready(graph, state, key) or state.held[key] for key in graph.sequence)
    assert left == can_go_on, "work is left, no stage is ready and nothing waits for a decision"


def check_log(batch: Batch) -> None:
    """The log rebuilds what is stored."""
    assert log.replay(*batch.begun, batch.acts) == (batch.graph, batch.state)


@settings(max_examples=2000)
@given(
    specs=st.one_of(lines(), graphs),
    mode=st.sampled_from(["whole", "unit", "split"]),
    share=st.integers(1, 6),
    numbers=dice,
)
def test_units_are_conserved_and_nothing_gets_stuck(specs: Specs, mode: str, share: int, numbers: list[int]) -> None:
    graph = Graph.from_stages(specs)
    if not graph.sequence:
        graph = graph.with_active(specs[0].key, True)
    quantity = 10 * share
    amount: Amount = frozenset(range(1, quantity + 1)) if mode == "unit" else quantity
    first = Batch(graph, FlowState.start(graph, amount, together=mode == "whole"))
    is_line = all(spec.after is None and not spec.is_parallel for spec in specs)
    for die in numbers:
        batches = first.everybody()
        rest, pick = divmod(die, 16)
        batch = batches[pick % len(batches)]
        act = act_of(batch, mode, rest, most=2 * share)
        if act is None:
            continue
        batch.do(act)
        check(batch, is_line)
        if act.kind in ("withdraw", "split"):
            check_log(batch)
        assert sum(size(other.state.ordered) for other in first.everybody()) == quantity
    for batch in first.everybody():
        check_log(batch)
        bring_to_an_end(batch)
        check_log(batch)
        assert flow.is_complete(batch.graph, batch.state)
    made = sum(size(batch.state.alive) for batch in first.everybody())
    lost = sum(size(amount) for batch in first.everybody() for amount in batch.state.lost.values())
    assert made + lost == quantity


def bring_to_an_end(batch: Batch) -> None:
    """Decide what is to be decided, then work the stages in order."""
    for key in batch.graph.sequence:
        if batch.state.held[key]:
            batch.do(Act("release", key, batch.state.held[key]))
    for key in batch.graph.sequence:
        if ready := flow.ready(batch.graph, batch.state, key):
            batch.do(Act("finish", key, ready))


@settings(max_examples=500)
@given(specs=graphs, quantity=st.integers(1, 9), numbers=dice)
def test_a_numbered_order_is_as_many_orders_of_one(specs: Specs, quantity: int, numbers: list[int]) -> None:
    """Each unit by itself is an order of one, counted by the rules that are tested elsewhere."""
    graph = Graph.from_stages(specs)
    if not graph.sequence:
        graph = graph.with_active(specs[0].key, True)
    together = Batch(graph, FlowState.start(graph, frozenset(range(1, quantity + 1))))
    alone = {unit: Batch(graph, FlowState.start(graph, 1)) for unit in range(1, quantity + 1)}
    for die in numbers:
        act = act_of(together, "unit", die, most=quantity)
        if act is None or act.kind == "withdraw":
            continue
        together.do(act)
        assert isinstance(act.amount, frozenset)
        for unit in act.amount:
            alone[unit].do(Act(act.kind, act.key, 1, act.to))
        state = together.state
        assert state.alive == {unit for unit, one in alone.items() if one.state.alive}
        for key in graph.sequence:
            assert units_at(alone, "passed", key) == state.passed[key]
            assert units_at(alone, "held", key) == state.held[key]
            assert units_at(alone, "lost", key) == state.lost[key]
            assert {unit: flow.cycle_of(state, key, unit) for unit in alone} == {
                unit: one.state.cycle[key] for unit, one in alone.items()
            }


def units_at(alone: dict[int, Batch], name: str, key: Hashable) -> set[int]:
    return {unit for unit, one in alone.items() if getattr(one.state, name)[key]}
