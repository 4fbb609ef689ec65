"""The stage flow: examples worked out by hand from the rules."""

import copy
import pickle
from collections.abc import Callable, Hashable
from dataclasses import FrozenInstanceError

import pytest

from engine import flow, log
from engine.flow import FlowState, Graph, StageSpec
from engine.log import Act

COFFEE = Graph.from_stages([StageSpec("roast"), StageSpec("grind"), StageSpec("pack")])
SEWING = Graph.from_stages([StageSpec("cut"), StageSpec("sew"), StageSpec("press"), StageSpec("qa")])
#: cut, then sewing and printing side by side, then assembly
FORKED = Graph.from_stages(
    [StageSpec("cut"), StageSpec("sew"), StageSpec("print", is_parallel=True), StageSpec("join")]
)


def run(graph: Graph, quantity: int, *acts: Act) -> FlowState:
    return log.replay(graph, FlowState.start(graph, quantity), acts)[1]


def done(key: str, quantity: int) -> Act:
    return Act("finish", key, quantity)


def passed(state: FlowState) -> dict[Hashable, int]:
    return dict(state.passed)


def ready(graph: Graph, state: FlowState) -> dict[Hashable, int]:
    """Stages that have work, with how much."""
    return {key: units for key in graph.sequence if (units := flow.ready(graph, state, key))}


def refused(act: Callable[[], object]) -> tuple[str, dict[str, object]]:
    with pytest.raises(flow.FlowError) as caught:
        act()
    return caught.value.code.value, caught.value.params


# --- the whole chain ----------------------------------------------------------------------------------


def test_new_order() -> None:
    state = FlowState.start(COFFEE, 20)
    assert (state.alive, state.ordered) == (20, 20)
    assert passed(state) == dict(state.lost) == {"roast": 0, "grind": 0, "pack": 0}
    assert dict(state.cycle) == {"roast": 1, "grind": 1, "pack": 1}
    assert ready(COFFEE, state) == {"roast": 20}
    assert [flow.flow_status(COFFEE, state, key) for key in COFFEE.sequence] == ["ready", "waiting", "waiting"]
    assert not flow.is_complete(COFFEE, state)


def test_whole_batch_through_the_chain() -> None:
    state = FlowState.start(COFFEE, 20)
    for i, key in enumerate(COFFEE.sequence):
        assert ready(COFFEE, state) == {key: 20}
        assert not flow.is_complete(COFFEE, state)
        state = flow.finish(COFFEE, state, key, 20)
        assert passed(state) == {stage: 20 if j <= i else 0 for j, stage in enumerate(COFFEE.sequence)}
    assert flow.is_complete(COFFEE, state)
    assert {flow.flow_status(COFFEE, state, key) for key in COFFEE.sequence} == {"done"}


def test_in_parts() -> None:
    state = run(COFFEE, 20, done("roast", 12), done("grind", 5))
    assert ready(COFFEE, state) == {"roast": 8, "grind": 7, "pack": 5}
    assert flow.arrived(COFFEE, state, "grind") == 12
    state = run(COFFEE, 20, done("roast", 12), done("grind", 12))
    assert flow.flow_status(COFFEE, state, "grind") == "waiting"  # for the other 8


# --- parallel and skipped stages ----------------------------------------------------------------------


def test_stage_after_a_parallel_group_waits_for_all_of_it() -> None:
    graph = Graph.from_stages([StageSpec("a"), StageSpec("b", is_parallel=True), StageSpec("c")])
    state = FlowState.start(graph, 10)
    assert ready(graph, state) == {"a": 10, "b": 10}
    state = flow.finish(graph, state, "a", 10)
    assert flow.flow_status(graph, state, "c") == "waiting"
    state = flow.finish(graph, state, "b", 4)
    assert ready(graph, state) == {"b": 6, "c": 4}


def test_with_b_skipped_c_follows_a() -> None:
    graph = Graph.from_stages([StageSpec("a"), StageSpec("b", is_parallel=True), StageSpec("c")])
    graph, state = flow.deactivate(graph, FlowState.start(graph, 10), "b")
    assert ready(graph, state) == {"a": 10}
    state = flow.finish(graph, state, "a", 10)
    assert ready(graph, state) == {"c": 10}
    assert flow.is_complete(graph, flow.finish(graph, state, "c", 10))


def test_skipping_does_not_free_a_stage_whose_earlier_stages_are_open() -> None:
    graph, state = flow.deactivate(COFFEE, FlowState.start(COFFEE, 10), "grind")
    assert ready(graph, state) == {"roast": 10}
    assert flow.flow_status(graph, state, "pack") == "waiting"


def test_skipping_the_stage_everybody_waits_for() -> None:
    graph, state = flow.deactivate(COFFEE, run(COFFEE, 10, done("roast", 10)), "grind")
    assert ready(graph, state) == {"pack": 10}


def test_skipping_what_is_left_completes_the_order() -> None:
    state = run(COFFEE, 10, done("roast", 10), done("grind", 10))
    graph, state = flow.deactivate(COFFEE, state, "pack")
    assert flow.is_complete(graph, state)


def test_inactive_stage_has_no_work() -> None:
    graph, state = flow.deactivate(COFFEE, FlowState.start(COFFEE, 10), "roast")
    assert flow.arrived(graph, state, "roast") == flow.ready(graph, state, "roast") == 0
    assert ready(graph, state) == {"grind": 10}


def test_what_an_inactive_stage_once_passed_is_not_read() -> None:
    graph = COFFEE.with_active("grind", False)
    state = FlowState(10, 10, {"roast": 6, "grind": 3}, {}, {})
    assert ready(graph, state) == {"roast": 4, "pack": 6}
    assert flow.ready(graph, state, "grind") == 0
    graph, state = flow.activate(graph, state, "grind")
    assert ready(graph, state) == {"roast": 4, "grind": 6}


def test_activated_stage_takes_all_units() -> None:
    graph = SEWING.with_active("press", False)
    state = run(graph, 10, done("cut", 10), done("sew", 10))
    assert ready(graph, state) == {"qa": 10}
    graph, state = flow.activate(graph, state, "press")
    assert ready(graph, state) == {"press": 10}


def test_activating_is_too_late_once_a_successor_has_passed_something() -> None:
    graph = SEWING.with_active("press", False)
    state = run(graph, 10, done("cut", 10), done("sew", 10), done("qa", 1))
    answer = refused(lambda: flow.activate(graph, state, "press"))
    assert answer == ("too_late", {"stage": "press", "passed_by": ("qa",)})


def test_activating_a_last_stage_reopens_a_complete_order() -> None:
    graph = COFFEE.with_active("pack", False)
    state = run(graph, 10, done("roast", 10), done("grind", 10))
    assert flow.is_complete(graph, state)
    graph, state = flow.activate(graph, state, "pack")
    assert ready(graph, state) == {"pack": 10}


# --- rework -------------------------------------------------------------------------------------------


def test_seven_of_a_hundred_go_back_from_qa_to_sewing() -> None:
    state = run(SEWING, 100, done("cut", 100), done("sew", 100), done("press", 100))
    state = flow.return_to(SEWING, state, "qa", "sew", 7)
    assert passed(state) == {"cut": 100, "sew": 93, "press": 93, "qa": 0}
    assert ready(SEWING, state) == {"sew": 7, "qa": 93}
    assert dict(state.cycle) == {"cut": 1, "sew": 2, "press": 2, "qa": 1}
    state = flow.finish(SEWING, state, "sew", 7)
    assert ready(SEWING, state) == {"press": 7, "qa": 93}
    state = flow.finish(SEWING, state, "press", 7)
    assert ready(SEWING, state) == {"qa": 100}
    assert flow.is_complete(SEWING, flow.finish(SEWING, state, "qa", 100))


def test_return_to_the_same_stage_opens_its_next_cycle() -> None:
    before = run(SEWING, 10, done("cut", 10), done("sew", 4))
    state = flow.return_to(SEWING, before, "sew", "sew", 2)
    assert passed(state) == passed(before)
    assert ready(SEWING, state) == {"sew": 6, "press": 4}
    assert dict(state.cycle) == {"cut": 1, "sew": 2, "press": 1, "qa": 1}


def test_each_stage_counts_its_own_cycles() -> None:
    state = run(
        SEWING, 10, done("cut", 10), done("sew", 10), Act("return", "press", 3, to="sew"),
        done("sew", 3), done("press", 10), Act("return", "qa", 2, to="sew"),
    )  # fmt: skip
    assert dict(state.cycle) == {"cut": 1, "sew": 3, "press": 2, "qa": 1}


def test_return_from_one_branch_to_before_the_fork() -> None:
    # Printing has passed all 10, so it must have passed the 2 that come back: it does them again.
    state = run(FORKED, 10, done("cut", 10), done("print", 10), done("sew", 5), Act("return", "sew", 2, to="cut"))
    assert passed(state) == {"cut": 8, "sew": 5, "print": 8, "join": 0}
    assert ready(FORKED, state) == {"cut": 2, "sew": 3, "join": 5}
    assert dict(state.cycle) == {"cut": 2, "sew": 1, "print": 2, "join": 1}


def test_branch_that_has_not_done_the_returned_units_gives_nothing_back() -> None:
    state = run(FORKED, 10, done("cut", 10), done("print", 4), Act("return", "sew", 2, to="cut"))
    assert passed(state) == {"cut": 8, "sew": 0, "print": 4, "join": 0}
    assert dict(state.cycle) == {"cut": 2, "sew": 1, "print": 1, "join": 1}


def test_return_from_after_the_group_into_one_branch_leaves_the_other() -> None:
    state = run(FORKED, 10, done("cut", 10), done("sew", 10), done("print", 10), Act("return", "join", 3, to="sew"))
    assert passed(state) == {"cut": 10, "sew": 7, "print": 10, "join": 0}
    assert dict(state.cycle) == {"cut": 1, "sew": 2, "print": 1, "join": 1}


def test_return_from_after_the_group_to_before_it_reopens_both_branches() -> None:
    state = run(FORKED, 10, done("cut", 10), done("sew", 10), done("print", 10), Act("return", "join", 3, to="cut"))
    assert passed(state) == {"cut": 7, "sew": 7, "print": 7, "join": 0}
    assert dict(state.cycle) == {"cut": 2, "sew": 2, "print": 2, "join": 1}


def test_units_past_the_reporting_stage_stay_where_they_are() -> None:
    state = run(COFFEE, 10, done("roast", 10), done("grind", 6), done("pack", 6), Act("return", "grind", 4, to="roast"))
    assert passed(state) == {"roast": 6, "grind": 6, "pack": 6}
    assert ready(COFFEE, state) == {"roast": 4}


# --- losses -------------------------------------------------------------------------------------------


def test_write_off_takes_units_out_of_the_order() -> None:
    state = run(SEWING, 100, done("cut", 100), done("sew", 60), Act("write_off", "press", 5))
    assert (state.alive, state.ordered) == (95, 100)
    assert passed(state) == {"cut": 95, "sew": 55, "press": 0, "qa": 0}
    assert dict(state.lost) == {"cut": 0, "sew": 0, "press": 5, "qa": 0}
    assert ready(SEWING, state) == {"sew": 40, "press": 55}
    assert set(state.cycle.values()) == {1}


def test_write_off_at_a_first_stage() -> None:
    state = run(COFFEE, 20, done("roast", 5), Act("write_off", "roast", 15))
    assert state.alive == 5
    assert flow.flow_status(COFFEE, state, "roast") == "done"


def test_write_off_on_a_branch_takes_the_lost_units_from_the_other() -> None:
    state = run(FORKED, 10, done("cut", 10), done("print", 9), Act("write_off", "sew", 3))
    assert state.alive == 7
    assert passed(state) == {"cut": 7, "sew": 0, "print": 7, "join": 0}
    assert set(state.cycle.values()) == {1}  # lost units are not done again


def test_write_off_on_a_branch_leaves_the_other_if_it_had_not_done_them() -> None:
    state = run(FORKED, 10, done("cut", 10), done("print", 5), Act("write_off", "sew", 3))
    assert passed(state) == {"cut": 7, "sew": 0, "print": 5, "join": 0}


def test_write_off_takes_the_lost_units_from_another_first_stage() -> None:
    graph = Graph.from_stages([StageSpec("a"), StageSpec("b", is_parallel=True), StageSpec("c")])
    state = run(graph, 10, done("b", 10), Act("write_off", "a", 4))
    assert passed(state) == {"a": 0, "b": 6, "c": 0}
    assert ready(graph, state) == {"a": 6}


def test_give_back_runs_down_the_branch() -> None:
    # b, then d after it, are not before c; both had done all units.
    graph = Graph.from_stages(
        [StageSpec("a"), StageSpec("b", after=("a",)), StageSpec("c", after=("a",)), StageSpec("d", after=("b",))]
    )
    state = run(graph, 8, done("a", 8), done("b", 8), done("d", 8), Act("write_off", "c", 2))
    assert passed(state) == {"a": 6, "b": 6, "c": 0, "d": 6}


def test_give_back_changes_nothing_in_order() -> None:
    state = run(COFFEE, 20, done("roast", 12), done("grind", 5))
    assert flow.give_back(COFFEE, state) == state


def test_losing_everything_completes_the_order() -> None:
    state = run(COFFEE, 4, done("roast", 4), Act("write_off", "grind", 4))
    assert (state.alive, state.ordered) == (0, 4)
    assert flow.is_complete(COFFEE, state)
    assert {flow.flow_status(COFFEE, state, key) for key in COFFEE.sequence} == {"done"}


def test_order_without_active_stages_is_not_complete() -> None:
    graph = Graph.from_stages([StageSpec("a")])
    graph, state = flow.deactivate(graph, FlowState.start(graph, 1), "a")
    assert not flow.is_complete(graph, state)


def test_order_without_active_stages_is_complete_when_all_is_lost() -> None:
    graph = Graph.from_stages([StageSpec("a")])
    graph, state = flow.deactivate(graph, run(graph, 1, Act("write_off", "a", 1)), "a")
    assert flow.is_complete(graph, state)


def test_one_of_two_last_stages_does_not_complete_the_order() -> None:
    graph = Graph.from_stages([StageSpec("cut"), StageSpec("sew"), StageSpec("print", is_parallel=True)])
    state = run(graph, 10, done("cut", 10), done("print", 10), done("sew", 9))
    assert not flow.is_complete(graph, state)
    assert flow.is_complete(graph, flow.finish(graph, state, "sew", 1))


# --- refusals -----------------------------------------------------------------------------------------

HALFWAY = run(COFFEE, 10, done("roast", 10), done("grind", 4))
SKIPPED = COFFEE.with_active("grind", False)


@pytest.mark.parametrize("act", [flow.finish, flow.write_off])
def test_quantity_must_fit(act: Callable[[Graph, FlowState, Hashable, int], FlowState]) -> None:
    too_many = ("more_than_ready", {"stage": "grind", "ready": 6, "asked": 7})
    assert refused(lambda: act(COFFEE, HALFWAY, "grind", 7)) == too_many
    assert refused(lambda: act(COFFEE, HALFWAY, "grind", 0)) == ("not_positive", {"asked": 0})
    assert refused(lambda: act(COFFEE, HALFWAY, "grind", -1)) == ("not_positive", {"asked": -1})
    assert refused(lambda: act(COFFEE, HALFWAY, "grind", float("nan")))[0] == "not_positive"  # type: ignore[arg-type]
    assert refused(lambda: act(COFFEE, HALFWAY, "dry", 1)) == ("unknown_stage", {"stage": "dry"})
    assert refused(lambda: act(SKIPPED, HALFWAY, "grind", 1)) == ("inactive", {"stage": "grind"})


def test_return_must_fit() -> None:
    def back(key: str, to: str, quantity: int, graph: Graph = COFFEE) -> tuple[str, dict[str, object]]:
        return refused(lambda: flow.return_to(graph, HALFWAY, key, to, quantity))

    assert back("grind", "pack", 1) == ("not_before", {"stage": "grind", "to": "pack"})
    assert back("pack", "roast", 5) == ("more_than_ready", {"stage": "pack", "ready": 4, "asked": 5})
    assert back("pack", "pack", 5)[0] == "more_than_ready"
    assert back("pack", "roast", 0) == ("not_positive", {"asked": 0})
    assert back("pack", "dry", 1) == ("unknown_stage", {"stage": "dry"})
    assert back("dry", "roast", 1) == ("unknown_stage", {"stage": "dry"})
    assert back("pack", "grind", 1, SKIPPED) == ("inactive", {"stage": "grind"})
    assert back("grind", "roast", 1, SKIPPED) == ("inactive", {"stage": "grind"})


def test_parallel_stage_is_not_before() -> None:
    state = run(FORKED, 10, done("cut", 10), done("print", 10))
    assert refused(lambda: flow.return_to(FORKED, state, "sew", "print", 1))[0] == "not_before"


def test_passed_stage_cannot_be_skipped() -> None:
    answer = refused(lambda: flow.deactivate(COFFEE, HALFWAY, "grind"))
    assert answer == ("already_passed", {"stage": "grind", "passed": 4})


def test_switching_twice() -> None:
    state = FlowState.start(COFFEE, 1)
    assert refused(lambda: flow.deactivate(SKIPPED, state, "grind")) == ("inactive", {"stage": "grind"})
    assert refused(lambda: flow.activate(COFFEE, state, "grind")) == ("already_active", {"stage": "grind"})
    assert refused(lambda: flow.activate(COFFEE, state, "dry")) == ("unknown_stage", {"stage": "dry"})


def test_status_of_an_inactive_stage_is_not_a_matter_of_quantities() -> None:
    assert refused(lambda: flow.flow_status(SKIPPED, HALFWAY, "grind")) == ("inactive", {"stage": "grind"})


@pytest.mark.parametrize("quantity", [0, -5])
def test_order_needs_units(quantity: int) -> None:
    assert refused(lambda: FlowState.start(COFFEE, quantity)) == ("not_positive", {"asked": quantity})


def test_unknown_act() -> None:
    act = Act("paint", "roast", 1)  # type: ignore[arg-type]
    assert refused(lambda: log.replay(COFFEE, FlowState.start(COFFEE, 1), [act])) == ("unknown_act", {"kind": "paint"})


def test_error_reads_well_in_a_log_and_travels() -> None:
    error = flow.FlowError("more_than_ready", stage="grind", ready=6, asked=7)
    assert str(error) == "more_than_ready (stage='grind', ready=6, asked=7)"
    assert str(flow.FlowError(flow.Refusal.CIRCLE)) == "circle"
    for same in (copy.copy(error), pickle.loads(pickle.dumps(error))):
        assert (same.code, same.params) == (error.code, error.params)
    with pytest.raises(ValueError, match="no_such_code"):
        flow.FlowError("no_such_code")


# --- states are values --------------------------------------------------------------------------------


def test_state_cannot_be_written_to() -> None:
    source = {"roast": 1}
    state = FlowState(2, 2, source, {}, {})  # type: ignore[arg-type]
    source["roast"] = 2
    assert state.passed["roast"] == 1
    with pytest.raises(TypeError):
        state.passed["roast"] = 2  # type: ignore[index]
    with pytest.raises(FrozenInstanceError):
        state.alive = 3  # type: ignore[misc]


def test_stage_missing_from_the_mappings_counts_as_untouched() -> None:
    state = FlowState(10, 10, {}, {}, {})
    assert ready(COFFEE, state) == {"roast": 10}
    state = flow.return_to(COFFEE, flow.finish(COFFEE, state, "roast", 10), "grind", "roast", 1)
    assert dict(state.cycle) == {"roast": 2}
    assert dict(flow.write_off(COFFEE, state, "grind", 1).lost) == {"grind": 1}


def test_replay_starts_from_the_graph_of_the_first_day() -> None:
    acts = [
        done("cut", 10), Act("skip", "press"), done("sew", 10), Act("activate", "press"), done("press", 10),
        Act("write_off", "qa", 1), Act("return", "qa", 2, to="press"), done("press", 2), done("qa", 9),
    ]  # fmt: skip
    graph, state = log.replay(SEWING, FlowState.start(SEWING, 10), acts)
    assert graph == SEWING
    assert flow.is_complete(graph, state)
    assert passed(state) == dict.fromkeys(SEWING.sequence, 9)
    assert state.cycle["press"] == 2
