"""The stage flow under random acts on random graphs: what must hold always, whatever happens."""

from collections.abc import Hashable, Iterator
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import flow, log
from engine.flow import FlowState, Graph, StageSpec
from engine.log import Act
from random_graphs import Specs, dice, graphs, groups, lines

Before = dict[Hashable, set[Hashable]]


# --- the rules once more, word by word and slowly -----------------------------------------------------


def written_dependencies(specs: Specs) -> Before:
    """For each stage of the template, skipped or not, the stages it directly waits for."""
    if any(spec.after is not None for spec in specs):
        return {spec.key: set(spec.after or ()) for spec in specs}
    before: Before = {}
    for i, spec in enumerate(specs):
        if i and spec.is_parallel:
            before[spec.key] = before[specs[i - 1].key]
            continue
        group: set[Hashable] = set()
        for j in range(i - 1, -1, -1):
            group.add(specs[j].key)
            if not specs[j].is_parallel:
                break
        before[spec.key] = group
    return before


def all_before(before: Before, active: set[Hashable], key: Hashable) -> set[Hashable]:
    """Every active stage that one can reach going back from ``key``."""
    seen: set[Hashable] = set()
    todo = list(before[key])
    while todo:
        other = todo.pop()
        if other not in seen:
            seen.add(other)
            todo.extend(before[other])
    return seen & active


class Rules(NamedTuple):
    """The rules of the flow on plain sets, as an oracle for the engine."""

    before: dict[Hashable, set[Hashable]]  # active stages, all of those before each

    @classmethod
    def of(cls, specs: Specs, active: set[Hashable]) -> "Rules":
        written = written_dependencies(specs)
        return cls({key: all_before(written, active, key) for key in active})

    def arrived(self, alive: int, passed: dict[Hashable, int], key: Hashable) -> int:
        return min((passed[other] for other in self.before[key]), default=alive)

    def after(self, state: FlowState, act: Act) -> tuple[int, dict[Hashable, int], dict[Hashable, int]]:
        """Return alive, passed and cycle after a finish, a write-off or a return."""
        alive, passed, cycle = state.alive, dict(state.passed), dict(state.cycle)
        if act.kind == "finish":
            passed[act.key] += act.amount
            return alive, passed, cycle
        if act.kind == "write_off":
            alive -= act.amount
            taken = self.before[act.key]
        elif act.to == act.key:
            taken = set()
        else:
            taken = {k for k in self.before[act.key] if k == act.to or act.to in self.before[k]}
        for key in taken:
            passed[key] -= act.amount
        for key in sorted(self.before, key=lambda other: len(self.before[other])):
            passed[key] = min(passed[key], self.arrived(alive, passed, key))
        if act.kind == "return":
            for key in self.before:
                if passed[key] < state.passed[key] or key == act.key == act.to:
                    cycle[key] += 1
        return alive, passed, cycle


# --- random acts --------------------------------------------------------------------------------------


def _choose(graph: Graph, state: FlowState, die: int, most: int) -> Act | None:
    """Turn a number into an act that the rules allow now, of at most ``most`` units; None if there is none."""
    die, kind = divmod(die, 16)
    die, pick = divmod(die, 64)
    die, size = divmod(die, 1024)
    skipped = [stage.key for stage in graph.stages if not stage.active]
    if kind == 0 and skipped:
        key = skipped[pick % len(skipped)]
        if not any(state.passed[other] for other in graph.with_active(key, True).successors(key)):
            return Act("activate", key)
    if kind == 1 and len(graph.sequence) > 1:
        key = graph.sequence[pick % len(graph.sequence)]
        if not state.passed[key]:
            return Act("skip", key)
    open_stages = [key for key in graph.sequence if flow.ready(graph, state, key)]
    if not open_stages:
        return None
    key = open_stages[pick % len(open_stages)]
    quantity = 1 + size % min(most, flow.ready(graph, state, key))
    if kind in (2, 3):
        return Act("write_off", key, quantity)
    if kind in (4, 5, 6, 7):
        targets = (*graph.ancestors(key), key)
        return Act("return", key, quantity, to=targets[die % len(targets)])
    return Act("finish", key, quantity)


class Step(NamedTuple):
    act: Act
    graph: Graph
    state: FlowState


def walk(graph: Graph, quantity: int, numbers: list[int], most: int) -> Iterator[Step]:
    """Apply random acts one by one, until the numbers are used up or nothing is left to do."""
    state = FlowState.start(graph, quantity)
    for die in numbers:
        act = _choose(graph, state, die, most)
        if act is None:
            return
        graph, state = log.apply(graph, state, act)
        yield Step(act, graph, state)


def check_invariants(graph: Graph, state: FlowState) -> None:
    for key in graph.sequence:
        done, here = state.passed[key], flow.arrived(graph, state, key)
        assert 0 <= done <= here <= state.alive
        assert flow.ready(graph, state, key) == here - done
        status = "done" if done == state.alive else "ready" if here > done else "waiting"
        assert flow.flow_status(graph, state, key) == status
    assert state.alive >= 0
    assert state.alive + sum(state.lost.values()) == state.ordered
    unfinished = [key for key in graph.sequence if state.passed[key] != state.alive]
    some_ready = any(flow.ready(graph, state, key) for key in graph.sequence)
    assert some_ready == bool(unfinished)
    assert flow.is_complete(graph, state) == (not unfinished and (bool(graph.sequence) or not state.alive))


# --- properties ---------------------------------------------------------------------------------------


@settings(max_examples=1000)
@given(specs=graphs, share=st.integers(1, 25), numbers=dice)
def test_long_runs_keep_the_invariants(specs: Specs, share: int, numbers: list[int]) -> None:
    """At least 30 acts each: no act moves more than a fortieth of the order, so it cannot be over before."""
    graph = Graph.from_stages(specs)
    if not graph.sequence:
        graph = graph.with_active(specs[0].key, True)
    start, quantity = graph, 40 * share
    check_invariants(graph, FlowState.start(graph, quantity))
    steps = list(walk(graph, quantity, numbers, most=share))
    assert len(steps) >= 30
    for step in steps:
        check_invariants(step.graph, step.state)
    acts = [step.act for step in steps]
    assert log.replay(start, FlowState.start(start, quantity), acts) == (steps[-1].graph, steps[-1].state)
    assert log.replay(start, FlowState.start(start, quantity), acts[:15]) == (steps[14].graph, steps[14].state)


@settings(max_examples=400)
@given(specs=graphs, quantity=st.integers(1, 12), numbers=dice)
def test_every_act_follows_the_rules_word_by_word(specs: Specs, quantity: int, numbers: list[int]) -> None:
    graph = Graph.from_stages(specs)
    state = FlowState.start(graph, quantity)
    for step in walk(graph, quantity, numbers, most=quantity):
        check_invariants(step.graph, step.state)
        rules = Rules.of(specs, set(step.graph.sequence))
        for key in step.graph.sequence:
            alive, passed = step.state.alive, dict(step.state.passed)
            assert flow.arrived(step.graph, step.state, key) == rules.arrived(alive, passed, key)
        if step.act.kind in ("skip", "activate"):
            assert step.state == state
        else:
            got = (step.state.alive, dict(step.state.passed), dict(step.state.cycle))
            assert got == rules.after(state, step.act)
        state = step.state


@settings(max_examples=200)
@given(specs=lines(), quantity=st.integers(1, 30), numbers=dice)
def test_on_a_plain_line_every_unit_is_somewhere(specs: Specs, quantity: int, numbers: list[int]) -> None:
    """Follow each unit by itself; count them; compare. No unit is ever in two places or in none."""
    graph = Graph.from_stages(specs)
    places = [0] * quantity  # for each living unit, how many stages it has passed
    state = FlowState.start(graph, quantity)
    for die in numbers:
        act = _choose(graph, state, die, most=quantity)
        if act is None or act.kind in ("skip", "activate"):
            continue
        here = specs.index(StageSpec(act.key))
        moved = [i for i, place in enumerate(places) if place == here][: act.amount]
        assert len(moved) == act.amount
        if act.kind == "write_off":
            places = [place for i, place in enumerate(places) if i not in moved]
        for i in moved:
            if act.kind == "finish":
                places[i] = here + 1
            elif act.kind == "return":
                places[i] = specs.index(StageSpec(act.to))
        graph, state = log.apply(graph, state, act)
        assert state.alive == len(places)
        for i, key in enumerate(graph.sequence):
            assert flow.ready(graph, state, key) == places.count(i)
            assert state.passed[key] == sum(place > i for place in places)
        (last,) = graph.last
        assert sum(flow.ready(graph, state, key) for key in graph.sequence) + state.passed[last] == state.alive


@settings(max_examples=200)
@given(specs=graphs, quantity=st.integers(1, 50), numbers=st.lists(st.integers(0, 2**40), max_size=20))
def test_work_can_always_be_brought_to_an_end(specs: Specs, quantity: int, numbers: list[int]) -> None:
    """From wherever an order stands, one pass over the stages in order finishes it."""
    graph = Graph.from_stages(specs)
    state = FlowState.start(graph, quantity)
    for step in walk(graph, quantity, numbers, most=quantity):
        graph, state = step.graph, step.state
    for key in graph.sequence:
        if units := flow.ready(graph, state, key):
            state = flow.finish(graph, state, key, units)
    assert all(flow.flow_status(graph, state, key) == "done" for key in graph.sequence)
    assert flow.is_complete(graph, state) == (bool(graph.sequence) or not state.alive)


@settings(max_examples=200)
@given(specs=graphs, quantity=st.integers(1, 20), numbers=st.lists(st.integers(0, 2**40), max_size=20))
def test_what_does_not_fit_is_refused_and_changes_nothing(specs: Specs, quantity: int, numbers: list[int]) -> None:
    graph = Graph.from_stages(specs)
    state = FlowState.start(graph, quantity)
    for step in walk(graph, quantity, numbers, most=quantity):
        graph, state = step.graph, step.state
    was = (state.alive, dict(state.passed), dict(state.lost), dict(state.cycle), graph.stages)

    def assert_refused(act: Act, code: str) -> None:
        with pytest.raises(flow.FlowError) as caught:
            log.apply(graph, state, act)
        assert caught.value.code == code

    for stage in graph.stages:
        key = stage.key
        over = flow.ready(graph, state, key) + 1
        assert_refused(Act("finish", key, over), "more_than_ready" if stage.active else "inactive")
        assert_refused(Act("write_off", key, over), "more_than_ready" if stage.active else "inactive")
        assert_refused(Act("return", key, over, to=key), "more_than_ready" if stage.active else "inactive")
        assert_refused(Act("finish", key, 0), "not_positive" if stage.active else "inactive")
        for other in graph.sequence:
            if stage.active and other != key and other not in graph.ancestors(key):
                assert_refused(Act("return", key, 1, to=other), "not_before")
        if stage.active:
            assert_refused(Act("activate", key), "already_active")
            if state.passed[key]:
                assert_refused(Act("skip", key), "already_passed")
        else:
            assert_refused(Act("skip", key), "inactive")
            if any(state.passed[other] for other in graph.with_active(key, True).descendants(key)):
                assert_refused(Act("activate", key), "too_late")
    assert was == (state.alive, dict(state.passed), dict(state.lost), dict(state.cycle), graph.stages)


@settings(max_examples=400)
@given(specs=graphs)
def test_graph_answers_agree_with_a_plain_search(specs: Specs) -> None:
    graph = Graph.from_stages(specs)
    written = written_dependencies(specs)
    active = {spec.key for spec in specs if spec.active}
    before = {key: all_before(written, active, key) for key in active}
    assert set(graph.sequence) == active
    place = {key: i for i, key in enumerate(graph.sequence)}
    for key in active:
        assert set(graph.ancestors(key)) == before[key]
        assert set(graph.descendants(key)) == {other for other in active if key in before[other]}
        # direct neighbours: nothing in between
        direct = {p for p in before[key] if not any(p in before[q] for q in before[key])}
        assert set(graph.predecessors(key)) == direct
        assert all(key in graph.successors(p) for p in direct)
        assert set(graph.successors(key)) == {other for other in active if key in graph.predecessors(other)}
        assert all(place[other] < place[key] for other in before[key])
        for start in active:
            middle = {k for k in before[key] if k == start or start in before[k]} if start in before[key] else set()
            assert set(graph.between(start, key)) == middle
    assert set(graph.last) == {key for key in active if not any(key in before[other] for other in active)}


@given(specs=st.one_of(lines(), groups()))
def test_without_explicit_dependencies_the_given_order_stays(specs: Specs) -> None:
    assert [stage.key for stage in Graph.from_stages(specs).stages] == [spec.key for spec in specs]


@given(specs=graphs, data=st.data())
def test_switching_stages_equals_building_the_graph_so(specs: Specs, data: st.DataObject) -> None:
    wanted = data.draw(st.lists(st.booleans(), min_size=len(specs), max_size=len(specs)))
    graph = Graph.from_stages(specs)
    for spec, active in zip(specs, wanted, strict=True):
        graph = graph.with_active(spec.key, active)
    assert graph == Graph.from_stages(
        StageSpec(spec.key, spec.is_parallel, spec.after, active) for spec, active in zip(specs, wanted, strict=True)
    )
