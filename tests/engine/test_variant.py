"""Which stages a variant goes through: examples worked out by hand, and random templates."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.flow import FlowError, Graph
from engine.variant import Override, TemplateStage, stages_for_variant

CUTTING, SEWING, PRESSING = TemplateStage("cutting"), TemplateStage("sewing"), TemplateStage("pressing")


def predecessors(*stages: TemplateStage) -> dict[str, tuple[str, ...]]:
    """Return, in sequence, what each stage of the variant waits for."""
    specs = stages_for_variant(stages)
    graph = Graph.from_stages(specs)
    return {spec.key: graph.predecessors(spec.key) for spec in specs}


def test_without_overrides_the_template_is_the_order() -> None:
    assert predecessors(CUTTING, SEWING, PRESSING) == {
        "cutting": (),
        "sewing": ("cutting",),
        "pressing": ("sewing",),
    }
    assert stages_for_variant([]) == ()


def test_a_replacing_stage_takes_the_place_of_its_base() -> None:
    instead = TemplateStage("cutting XL", base="cutting", override="replace")
    assert list(predecessors(CUTTING, SEWING, instead)) == ["cutting XL", "sewing"]
    other = TemplateStage("cutting XL", base="cutting", override="replace", applies=False)
    assert list(predecessors(CUTTING, SEWING, other)) == ["cutting", "sewing"]


def test_a_replacing_stage_is_parallel_where_its_base_is() -> None:
    ironing = TemplateStage("ironing", is_parallel=True)
    instead = TemplateStage("steaming", base="ironing", override=Override.REPLACE)
    assert predecessors(CUTTING, SEWING, ironing, PRESSING, instead) == {
        "cutting": (),
        "sewing": ("cutting",),
        "steaming": ("cutting",),
        "pressing": ("sewing", "steaming"),
    }


def test_there_is_nothing_to_replace_where_the_base_does_not_apply() -> None:
    lining = TemplateStage("lining", applies=False)
    instead = TemplateStage("fur lining", base="lining", override="replace")
    assert list(predecessors(CUTTING, lining, SEWING, instead)) == ["cutting", "sewing"]


def test_a_skipped_stage_is_transparent() -> None:
    skip = TemplateStage("no sewing", base="sewing", override="skip")
    assert predecessors(CUTTING, SEWING, PRESSING, skip) == {"cutting": (), "pressing": ("cutting",)}


def test_skipped_is_skipped_even_when_it_is_replaced_too() -> None:
    skip = TemplateStage("no sewing", base="sewing", override="skip")
    instead = TemplateStage("glueing", base="sewing", override="replace")
    assert list(predecessors(CUTTING, SEWING, skip, instead)) == ["cutting"]


def test_what_is_parallel_with_a_missing_stage_stays_where_it_was() -> None:
    """Without sewing, ironing does not become parallel with cutting."""
    ironing = TemplateStage("ironing", is_parallel=True)
    skip = TemplateStage("no sewing", base="sewing", override="skip")
    assert predecessors(CUTTING, SEWING, ironing, PRESSING, skip) == {
        "cutting": (),
        "ironing": ("cutting",),
        "pressing": ("ironing",),
    }


def test_added_stages_follow_their_base_in_their_own_order() -> None:
    first = TemplateStage("first fitting", base="sewing", override="add")
    second = TemplateStage("second fitting", base="sewing", override="add")
    assert predecessors(CUTTING, SEWING, PRESSING, first, second) == {
        "cutting": (),
        "sewing": ("cutting",),
        "first fitting": ("sewing",),
        "second fitting": ("first fitting",),
        "pressing": ("second fitting",),
    }


def test_an_added_stage_leaves_a_parallel_group_together() -> None:
    ironing = TemplateStage("ironing", is_parallel=True)
    fitting = TemplateStage("fitting", base="sewing", override="add")
    assert predecessors(CUTTING, SEWING, ironing, PRESSING, fitting) == {
        "cutting": (),
        "sewing": ("cutting",),
        "ironing": ("cutting",),
        "fitting": ("sewing", "ironing"),
        "pressing": ("fitting",),
    }


def test_an_added_stage_may_join_a_parallel_group() -> None:
    printing = TemplateStage("printing", base="sewing", override="add", is_parallel=True)
    assert predecessors(CUTTING, SEWING, PRESSING, printing) == {
        "cutting": (),
        "sewing": ("cutting",),
        "printing": ("cutting",),
        "pressing": ("sewing", "printing"),
    }


def test_an_added_stage_stays_when_its_base_is_left_out() -> None:
    skip = TemplateStage("no sewing", base="sewing", override="skip")
    glueing = TemplateStage("glueing", base="sewing", override="add")
    assert predecessors(CUTTING, SEWING, PRESSING, skip, glueing) == {
        "cutting": (),
        "glueing": ("cutting",),
        "pressing": ("glueing",),
    }


def test_explicit_dependencies_pass_through_overrides() -> None:
    front = TemplateStage("front", after=())
    back = TemplateStage("back", after=())
    join = TemplateStage("join", after=("front", "back"))
    pack = TemplateStage("pack", after=("join",))
    instead = TemplateStage("big front", base="front", override="replace")
    skip = TemplateStage("no join", base="join", override="skip")
    lining = TemplateStage("lining", base="back", override="add")
    print_back = TemplateStage("print back", base="back", override="add", is_parallel=True)
    assert predecessors(front, back, join, pack, instead, skip, lining, print_back) == {
        "big front": (),
        "back": (),
        "lining": ("back",),
        "print back": (),
        "pack": ("big front", "lining", "print back"),
    }


def test_a_circle_is_refused() -> None:
    with pytest.raises(FlowError, match="circle"):
        stages_for_variant([TemplateStage("a", after=("b",)), TemplateStage("b", after=("a",))])


@st.composite
def templates(draw: st.DrawFn) -> list[TemplateStage]:
    """Random templates: bases in sequence, then their overrides."""
    count = draw(st.integers(1, 6))
    explicit = draw(st.booleans())
    bases = [
        TemplateStage(
            i,
            is_parallel=draw(st.booleans()),
            after=tuple(draw(st.sets(st.integers(0, i - 1)))) if explicit and i else () if explicit else None,
            applies=draw(st.booleans()),
        )
        for i in range(count)
    ]
    overrides = [
        TemplateStage(
            count + n,
            is_parallel=draw(st.booleans()),
            applies=draw(st.booleans()),
            base=draw(st.integers(0, count - 1)),
            override=draw(st.sampled_from(Override)),
        )
        for n in range(draw(st.integers(0, 4)))
    ]
    return bases + overrides


def ancestors(stages: list[TemplateStage]) -> dict[int, set[int]]:
    specs = stages_for_variant(stages)
    graph = Graph.from_stages(specs)
    return {spec.key: set(graph.ancestors(spec.key)) for spec in specs}


@given(templates())
def test_what_is_left_out_changes_nothing_for_the_others(stages: list[TemplateStage]) -> None:
    """Two stages wait for each other as they would if nothing were left out and nothing replaced."""
    everything = [
        TemplateStage(stage.key, is_parallel=stage.is_parallel, after=stage.after)
        if stage.base is None
        else TemplateStage(
            stage.key, is_parallel=stage.is_parallel, base=stage.base, override=stage.override, applies=stage.applies
        )
        for stage in stages
        if stage.base is None or stage.override == Override.ADD
    ]
    whole = ancestors(everything)
    base_of = {stage.key: stage.base for stage in stages if stage.override == Override.REPLACE}
    result = ancestors(stages)
    for key, before in result.items():
        expected = whole[base_of.get(key, key)]
        assert {base_of.get(other, other) for other in before} == expected & {
            base_of.get(other, other) for other in result
        }


@given(templates())
def test_every_stage_comes_from_its_template_once(stages: list[TemplateStage]) -> None:
    specs = stages_for_variant(stages)
    keys = [spec.key for spec in specs]
    by_key = {stage.key: stage for stage in stages}
    assert len(set(keys)) == len(keys)
    for key in keys:
        assert by_key[key].applies
        assert by_key[key].override != Override.SKIP
        if by_key[key].override == Override.REPLACE:
            assert by_key[by_key[key].base].applies
            assert by_key[key].base not in keys


@given(templates())
def test_overrides_may_stand_anywhere(stages: list[TemplateStage]) -> None:
    """Only the order among the bases, and among the overrides of one base, counts."""
    bases = [stage for stage in stages if stage.base is None]
    overrides = [stage for stage in stages if stage.base is not None]
    assert stages_for_variant(overrides + bases) == stages_for_variant(bases + overrides)
