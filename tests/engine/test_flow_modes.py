"""Numbered units, units that wait for a decision, batches that wait together, parts that go on alone: examples."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import replace

import pytest

from engine import flow, log
from engine.flow import FlowState, Graph, StageSpec
from engine.log import Act

JACKETS = Graph.from_stages([StageSpec("cut"), StageSpec("sew"), StageSpec("press"), StageSpec("qa")])
BLANKS = Graph.from_stages([StageSpec("saw"), StageSpec("plane"), StageSpec("assemble"), StageSpec("oil")])
#: cut, then sewing and printing side by side, then assembly
FORKED = Graph.from_stages(
    [StageSpec("cut"), StageSpec("sew"), StageSpec("print", is_parallel=True), StageSpec("join")]
)


def units(*numbers: int) -> frozenset[int]:
    return frozenset(numbers)


def up_to(last: int) -> frozenset[int]:
    return frozenset(range(1, last + 1))


def run(graph: Graph, state: FlowState, *acts: Act) -> FlowState:
    return log.replay(graph, state, acts)[1]


def ready(graph: Graph, state: FlowState) -> dict[Hashable, flow.Amount]:
    """Stages that have work, with how much or which."""
    return {key: amount for key in graph.sequence if (amount := flow.ready(graph, state, key))}


def touched(mapping: Mapping[Hashable, object]) -> dict[Hashable, object]:
    return {key: value for key, value in mapping.items() if value}


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(flow.FlowError) as caught:
        act()
    return caught.value.code.value


# --- the batch waits together -------------------------------------------------------------------------


def at_qa() -> FlowState:
    start = FlowState.start(JACKETS, 100, together=True)
    return run(JACKETS, start, Act("finish", "cut", 100), Act("finish", "sew", 100), Act("finish", "press", 100))


def test_the_batch_waits_for_what_is_reworked() -> None:
    state = run(JACKETS, at_qa(), Act("return", "qa", 7, to="sew"))
    assert ready(JACKETS, state) == {"sew": 7}
    assert flow.there(JACKETS, state, "qa") == 93
    assert flow.flow_status(JACKETS, state, "qa") == "waiting"
    assert (state.cycle["sew"], state.cycle["press"], state.cycle["qa"], state.cycle["cut"]) == (2, 2, 1, 1)
    state = run(JACKETS, state, Act("finish", "sew", 7))
    assert ready(JACKETS, state) == {"press": 7}
    state = run(JACKETS, state, Act("finish", "press", 7))
    assert ready(JACKETS, state) == {"qa": 100}


def test_without_that_the_rest_goes_on() -> None:
    state = run(JACKETS, replace(at_qa(), together=False), Act("return", "qa", 7, to="sew"))
    assert ready(JACKETS, state) == {"sew": 7, "qa": 93}


def test_a_second_defect_is_reported_while_the_batch_waits() -> None:
    state = run(JACKETS, at_qa(), Act("return", "qa", 7, to="sew"), Act("write_off", "qa", 3))
    assert state.alive == 97
    assert ready(JACKETS, state) == {"sew": 7}
    assert refusal(lambda: flow.finish(JACKETS, state, "qa", 90)) == "more_than_ready"


def test_the_batch_waits_for_a_decision_about_a_part() -> None:
    state = run(JACKETS, at_qa(), Act("hold", "qa", 2))
    assert ready(JACKETS, state) == {}
    assert flow.there(JACKETS, state, "qa") == 98
    assert ready(JACKETS, run(JACKETS, state, Act("release", "qa", 2))) == {"qa": 100}


# --- units that wait for a decision -------------------------------------------------------------------


def test_held_units_stay_while_others_go_on() -> None:
    start = FlowState.start(BLANKS, 10)
    state = run(BLANKS, start, Act("finish", "saw", 10), Act("hold", "plane", 3))
    assert ready(BLANKS, state) == {"plane": 7}
    assert refusal(lambda: flow.finish(BLANKS, state, "plane", 8)) == "more_than_ready"
    assert refusal(lambda: flow.release(BLANKS, state, "plane", 4)) == "more_than_ready"
    state = run(BLANKS, state, Act("finish", "plane", 7), Act("release", "plane", 3), Act("write_off", "plane", 3))
    assert (state.alive, touched(state.held), touched(state.lost)) == (7, {}, {"plane": 3})
    assert ready(BLANKS, state) == {"assemble": 7}


def test_a_stage_where_units_wait_for_a_decision_is_not_skipped() -> None:
    state = run(BLANKS, FlowState.start(BLANKS, 4), Act("hold", "saw", 1))
    assert refusal(lambda: flow.deactivate(BLANKS, state, "saw")) == "held"


def test_a_stage_is_not_taken_in_before_one_where_units_wait_for_a_decision() -> None:
    graph = BLANKS.with_active("saw", False)
    state = run(graph, FlowState.start(graph, 4), Act("hold", "plane", 1))
    assert refusal(lambda: flow.activate(graph, state, "saw")) == "too_late"


def test_units_lost_on_one_branch_leave_those_held_on_the_other_alone() -> None:
    """Nobody can say which of the units alike were lost: those not yet asked about are taken first."""
    start = FlowState.start(FORKED, 10)
    state = run(FORKED, start, Act("finish", "cut", 10), Act("finish", "print", 4), Act("hold", "print", 5))
    state = run(FORKED, state, Act("write_off", "sew", 3))
    assert (state.passed["print"], state.held["print"]) == (2, 5)
    assert flow.there(FORKED, state, "print") == 0


# --- a part goes on alone -----------------------------------------------------------------------------


def test_a_part_is_split_off_and_the_rest_goes_on() -> None:
    state = run(BLANKS, FlowState.start(BLANKS, 40), Act("finish", "saw", 40))
    left, part = flow.split_off(BLANKS, state, "plane", "saw", 6)
    assert (left.alive, left.ordered, dict(left.passed)) == (34, 34, {"saw": 34, "plane": 0, "assemble": 0, "oil": 0})
    assert ready(BLANKS, left) == {"plane": 34}
    assert (part.alive, part.ordered, touched(part.passed)) == (6, 6, {})
    assert ready(BLANKS, part) == {"saw": 6}
    assert (left.cycle["saw"], part.cycle["saw"], part.cycle["plane"]) == (1, 2, 1)


def test_a_part_keeps_what_it_had_passed_before() -> None:
    state = run(BLANKS, FlowState.start(BLANKS, 40), *(Act("finish", key, 40) for key in ("saw", "plane", "assemble")))
    _left, part = flow.split_off(BLANKS, state, "oil", "assemble", 5)
    assert touched(part.passed) == {"saw": 5, "plane": 5}
    assert ready(BLANKS, part) == {"assemble": 5}


def test_a_part_takes_along_what_a_parallel_branch_cannot_keep() -> None:
    start = FlowState.start(FORKED, 10)
    state = run(FORKED, start, Act("finish", "cut", 10), Act("finish", "print", 8))
    left, part = flow.split_off(FORKED, state, "sew", "sew", 4)
    assert (left.passed["print"], part.passed["print"]) == (6, 2)
    assert ready(FORKED, left) == {"sew": 6}
    assert ready(FORKED, part) == {"sew": 4, "print": 2}
    assert (part.cycle["sew"], part.cycle["print"]) == (2, 1)


def test_a_part_of_a_part_counts_its_cycles_on() -> None:
    state = run(BLANKS, FlowState.start(BLANKS, 40), Act("finish", "saw", 40))
    _left, part = flow.split_off(BLANKS, state, "plane", "saw", 6)
    _left, smaller = flow.split_off(BLANKS, run(BLANKS, part, Act("finish", "saw", 6)), "plane", "saw", 2)
    assert (smaller.alive, smaller.cycle["saw"]) == (2, 3)


def test_all_of_an_order_is_no_part_of_it() -> None:
    state = FlowState.start(BLANKS, 4)
    assert refusal(lambda: flow.split_off(BLANKS, state, "saw", "saw", 4)) == "no_part"
    assert refusal(lambda: flow.split_off(BLANKS, state, "saw", "saw", 5)) == "more_than_ready"
    assert refusal(lambda: flow.split_off(BLANKS, state, "saw", "plane", 1)) == "not_before"


# --- numbered units -----------------------------------------------------------------------------------


def test_units_go_their_own_ways() -> None:
    start = FlowState.start(JACKETS, up_to(12))
    state = run(JACKETS, start, Act("finish", "cut", units(3, 5, 9)), Act("finish", "sew", units(5)))
    assert ready(JACKETS, state) == {
        "cut": up_to(12) - units(3, 5, 9), "sew": units(3, 9), "press": units(5)}
    assert refusal(lambda: flow.finish(JACKETS, state, "sew", units(3, 5))) == "more_than_ready"
    assert refusal(lambda: flow.finish(JACKETS, state, "sew", units(13))) == "more_than_ready"
    assert refusal(lambda: flow.finish(JACKETS, state, "sew", units())) == "not_positive"


def test_a_unit_joins_only_when_it_has_passed_both_branches() -> None:
    """Counted units could not tell: one each has passed sewing and printing."""
    state = run(
        FORKED, FlowState.start(FORKED, up_to(2)),
        Act("finish", "cut", up_to(2)), Act("finish", "sew", units(1)), Act("finish", "print", units(2)))
    assert ready(FORKED, state) == {"sew": units(2), "print": units(1)}


def test_a_returned_unit_counts_its_own_cycle() -> None:
    start = run(JACKETS, FlowState.start(JACKETS, up_to(3)), *(Act("finish", key, up_to(3)) for key in ("cut", "sew")))
    state = run(
        JACKETS, start,
        Act("return", "press", units(2), to="sew"), Act("finish", "sew", units(2)),
        Act("return", "press", units(2), to="cut"))
    assert [flow.cycle_of(state, key, 2) for key in JACKETS.sequence] == [2, 3, 1, 1]
    assert [flow.cycle_of(state, key, 1) for key in JACKETS.sequence] == [1, 1, 1, 1]
    assert flow.cycle_of(state, "sew") == 3
    assert ready(JACKETS, state) == {"cut": units(2), "press": units(1, 3)}
    state = run(JACKETS, state, Act("write_off", "cut", units(2)))
    assert flow.cycle_of(state, "sew") == 1
    assert state.alive == units(1, 3)


def test_a_lost_unit_leaves_all_it_had_passed() -> None:
    state = run(
        FORKED, FlowState.start(FORKED, up_to(3)),
        Act("finish", "cut", up_to(3)), Act("finish", "print", units(1, 2)), Act("write_off", "sew", units(2, 3)))
    assert (state.alive, touched(state.lost)) == (units(1), {"sew": units(2, 3)})
    assert touched(state.passed) == {"cut": units(1), "print": units(1)}
    state = run(FORKED, state, Act("finish", "sew", units(1)), Act("finish", "join", units(1)))
    assert flow.is_complete(FORKED, state)


# --- withdrawals --------------------------------------------------------------------------------------


def test_a_withdrawn_act_has_not_been() -> None:
    start = FlowState.start(JACKETS, 10, together=True)
    acts = [Act("finish", "cut", 10), Act("write_off", "sew", 2), Act("return", "sew", 1, to="cut")]
    state = run(JACKETS, start, *acts)
    assert run(JACKETS, start, *acts, Act("withdraw", "sew")) == run(JACKETS, start, *acts[:2]) != state
    assert run(JACKETS, start, *acts, Act("withdraw", "sew"), Act("withdraw", "sew")) == run(JACKETS, start, acts[0])


def test_nothing_is_withdrawn_from_an_empty_log() -> None:
    assert refusal(lambda: log.effective([Act("withdraw", "cut")])) == "nothing_to_withdraw"
    assert refusal(lambda: log.apply(JACKETS, at_qa(), Act("withdraw", "cut"))) == "unknown_act"
