"""Who waits for whom: examples worked out by hand."""

import timeit

import pytest

from engine import flow
from engine.flow import Graph, StageSpec


def line(*keys: str) -> Graph:
    return Graph.from_stages(StageSpec(key) for key in keys)


def refusal(specs: list[StageSpec]) -> flow.FlowError:
    with pytest.raises(flow.FlowError) as caught:
        Graph.from_stages(specs)
    return caught.value


def test_plain_line() -> None:
    graph = line("roast", "grind", "pack")
    assert graph.sequence == ("roast", "grind", "pack")
    assert graph.predecessors("roast") == ()
    assert graph.predecessors("pack") == ("grind",)
    assert graph.successors("roast") == ("grind",)
    assert graph.ancestors("pack") == ("roast", "grind")
    assert graph.descendants("roast") == ("grind", "pack")
    assert graph.last == ("pack",)


def test_no_stages() -> None:
    graph = Graph.from_stages([])
    assert graph.sequence == graph.last == ()


def test_parallel_group() -> None:
    graph = Graph.from_stages(
        [StageSpec("cut"), StageSpec("sew"), StageSpec("print", is_parallel=True), StageSpec("press"), StageSpec("qa")]
    )
    assert graph.predecessors("sew") == graph.predecessors("print") == ("cut",)
    assert graph.predecessors("press") == ("sew", "print")
    assert graph.predecessors("qa") == ("press",)
    assert graph.successors("cut") == ("sew", "print")
    assert graph.ancestors("sew") == ("cut",)
    assert graph.ancestors("press") == ("cut", "sew", "print")
    assert graph.descendants("print") == ("press", "qa")


def test_group_of_three_then_group_of_two() -> None:
    specs = [StageSpec(key, is_parallel=key in "bce") for key in "abcde"]
    graph = Graph.from_stages(specs)
    assert [graph.predecessors(key) for key in "abc"] == [(), (), ()]
    assert graph.predecessors("d") == graph.predecessors("e") == ("a", "b", "c")
    assert graph.last == ("d", "e")


def test_parallel_mark_on_the_first_stage_means_nothing() -> None:
    graph = Graph.from_stages([StageSpec("a", is_parallel=True), StageSpec("b")])
    assert graph.predecessors("a") == ()
    assert graph.predecessors("b") == ("a",)


def test_skipped_stage_is_transparent() -> None:
    graph = line("a", "b", "c").with_active("b", False)
    assert graph.sequence == ("a", "c")
    assert graph.predecessors("c") == ("a",)
    assert graph.successors("a") == ("c",)


def test_several_skipped_stages_in_a_row() -> None:
    graph = line("a", "b", "c", "d").with_active("b", False).with_active("c", False)
    assert graph.predecessors("d") == ("a",)
    assert graph.ancestors("d") == ("a",)
    assert graph.with_active("a", False).predecessors("d") == ()


def test_skipped_member_of_a_parallel_group() -> None:
    graph = Graph.from_stages([StageSpec("a"), StageSpec("b", is_parallel=True), StageSpec("c")])
    assert graph.predecessors("c") == ("a", "b")
    assert graph.with_active("b", False).predecessors("c") == ("a",)
    assert graph.with_active("a", False).predecessors("c") == ("b",)


def test_predecessors_reached_through_a_skipped_stage_are_minimal() -> None:
    graph = Graph.from_stages(
        [StageSpec("x"), StageSpec("a"), StageSpec("b", is_parallel=True), StageSpec("c")]
    ).with_active("a", False)
    assert graph.predecessors("c") == ("b",)
    assert graph.ancestors("c") == ("x", "b")


def test_parallel_to_a_skipped_stage_keeps_its_place() -> None:
    graph = Graph.from_stages([StageSpec("a"), StageSpec("b", active=False), StageSpec("c", is_parallel=True)])
    assert graph.predecessors("c") == ("a",)


def test_inactive_stage_has_no_neighbours() -> None:
    graph = line("a", "b", "c").with_active("b", False)
    assert graph.predecessors("b") == graph.successors("b") == graph.ancestors("b") == graph.descendants("b") == ()
    assert graph.between("a", "b") == graph.between("b", "c") == ()
    assert not graph.is_active("b")


def test_explicit_dependencies_win_over_the_sequence() -> None:
    graph = Graph.from_stages(
        [StageSpec("lid"), StageSpec("box", is_parallel=True), StageSpec("paint", after=("lid",)), StageSpec("foot"),
         StageSpec("join", after=("box", "paint", "lid"))]
    )  # fmt: skip
    assert graph.predecessors("foot") == ()
    assert graph.predecessors("paint") == ("lid",)
    assert graph.predecessors("join") == ("box", "paint")  # lid comes before paint anyway
    assert graph.ancestors("join") == ("lid", "box", "paint")
    assert graph.last == ("foot", "join")


def test_explicit_dependency_against_the_given_order() -> None:
    graph = Graph.from_stages([StageSpec("c", after=("b",)), StageSpec("a", after=()), StageSpec("b"), StageSpec("d")])
    assert graph.sequence == ("a", "b", "c", "d")
    assert graph.predecessors("c") == ("b",)


def test_empty_explicit_dependencies_are_explicit() -> None:
    graph = Graph.from_stages([StageSpec("a", after=()), StageSpec("b")])
    assert graph.predecessors("b") == ()


def test_between() -> None:
    specs = [StageSpec("a"), StageSpec("b"), StageSpec("c", is_parallel=True), StageSpec("d"), StageSpec("e")]
    graph = Graph.from_stages(specs)
    assert graph.between("a", "e") == ("a", "b", "c", "d")
    assert graph.between("b", "d") == ("b",)
    assert graph.between("a", "b") == ("a",)
    assert graph.between("d", "d") == ()
    assert graph.between("e", "a") == ()
    assert graph.between("b", "c") == ()


def test_with_active_leaves_the_graph_alone() -> None:
    graph = line("a", "b")
    assert graph.with_active("b", True) is graph
    shorter = graph.with_active("b", False)
    assert graph.sequence == ("a", "b")
    assert shorter != graph
    assert shorter.with_active("b", True) == graph
    assert hash(shorter.with_active("b", True)) == hash(graph)
    assert graph != "graph"
    assert "StageSpec(key='a'" in repr(graph)


def test_refuses_a_key_used_twice() -> None:
    error = refusal([StageSpec("a"), StageSpec("b"), StageSpec("a")])
    assert (error.code, error.params) == ("duplicate_stage", {"stage": "a"})


def test_refuses_a_dependency_on_an_unknown_stage() -> None:
    error = refusal([StageSpec("a"), StageSpec("b", after=("z",))])
    assert (error.code, error.params) == ("unknown_stage", {"stage": "z", "needed_by": "b"})


def test_refuses_a_circle_and_names_it() -> None:
    error = refusal(
        [StageSpec("late", after=("b",)), StageSpec("a", after=("c", "start")), StageSpec("b", after=("a",)),
         StageSpec("c", after=("b",)), StageSpec("start")]
    )  # fmt: skip
    assert error.code == "circle"
    assert error.params == {"stages": ("b", "a", "c")}


def test_refuses_a_stage_that_waits_for_itself() -> None:
    error = refusal([StageSpec("a"), StageSpec("b", after=("a", "b"))])
    assert (error.code, error.params) == ("circle", {"stages": ("b",)})


def test_refuses_a_circle_through_an_inactive_stage() -> None:
    assert refusal([StageSpec("a", after=("b",), active=False), StageSpec("b", after=("a",))]).code == "circle"


@pytest.mark.parametrize("method", ["predecessors", "successors", "ancestors", "descendants", "is_active"])
def test_unknown_stage(method: str) -> None:
    with pytest.raises(flow.FlowError) as caught:
        getattr(line("a"), method)("z")
    assert (caught.value.code, caught.value.params) == ("unknown_stage", {"stage": "z"})


def test_fifty_stages_take_less_than_a_millisecond() -> None:
    # The widest graph there is: groups of ten, each stage waiting for ten others, every third stage skipped.
    specs = [StageSpec(i, is_parallel=bool(i % 10), active=bool(i % 3)) for i in range(50)]
    graph = Graph.from_stages(specs)
    state = flow.FlowState.start(graph, 100)
    assert min(timeit.repeat(lambda: Graph.from_stages(specs), number=1, repeat=50)) < 0.001
    assert min(timeit.repeat(lambda: flow.write_off(graph, state, 1, 1), number=1, repeat=50)) < 0.001
    assert min(timeit.repeat(lambda: flow.return_to(graph, state, 1, 1, 1), number=1, repeat=50)) < 0.001
