"""Which stages of a template a variant goes through, and in what order.

A template has base stages, in sequence, and overrides of them for some variants: a stage done instead of its
base stage, a mark that the base stage is left out, or a stage done after it. What comes out is the order's own
list of stages, which no longer knows of the template: `Graph.from_stages` takes it as it is.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace

from .graph import Graph, StageSpec
from .word import Word


class Override(Word):
    """What an override does to its base stage."""

    REPLACE = "replace"
    SKIP = "skip"
    ADD = "add"


@dataclass(frozen=True, slots=True)
class TemplateStage:
    """A stage of a template, or an override of one.

    :ivar key: names the stage, unique in its template
    :ivar is_parallel: as in `StageSpec`. A replacing stage takes its base's place, so its own mark means nothing
    :ivar after: explicit dependencies, as in `StageSpec`; those of a replacing stage are its base's
    :ivar applies: whether it is meant for the variant at all
    :ivar base: for an override, the key of the stage it overrides
    :ivar override: for an override, what it does to its base
    """

    key: Hashable
    is_parallel: bool = False
    after: tuple[Hashable, ...] | None = None
    applies: bool = True
    base: Hashable | None = None
    override: Override | str | None = None


def stages_for_variant(stages: Iterable[TemplateStage]) -> tuple[StageSpec, ...]:
    """Return the stages a variant goes through, in sequence.

    A replacing stage stands where its base does, and only where the base itself applies. An added stage comes
    after its base and whatever is parallel with it; one marked parallel joins them instead. It is there even when
    its base is left out. A stage that is left out is transparent, as in `Graph`: those after it wait for what it
    would have waited for, and a stage parallel with it stays where it was.

    :param stages: in sequence; overrides may stand anywhere, their order among those of one base counts
    :raises FlowError: see `Graph.from_stages`
    """
    places = _places(tuple(stages))
    graph = Graph.from_stages(places)
    if any(place.after is not None for place in places):
        return tuple(
            StageSpec(place.key, after=graph.predecessors(place.key)) for place in places if place.active)
    present: list[StageSpec] = []
    opens_group = True
    for place in places:
        opens_group = opens_group or not place.is_parallel
        if place.active:
            # The first of a parallel group that is left opens it; it has no previous one to be parallel with.
            present.append(StageSpec(place.key, is_parallel=not opens_group))
            opens_group = False
    return tuple(present)


def _places(stages: Sequence[TemplateStage]) -> tuple[StageSpec, ...]:
    """Return every place of the template, those left out inactive, with added stages where they belong."""
    overrides: dict[Hashable, list[TemplateStage]] = {}
    for stage in stages:
        if stage.base is not None and stage.applies:
            overrides.setdefault(stage.base, []).append(stage)
    bases = [stage for stage in stages if stage.base is None]
    standing = {base.key: _standing(base, overrides.get(base.key, [])) for base in bases}
    added = {
        base.key: [stage for stage in overrides.get(base.key, []) if stage.override == Override.ADD] for base in bases
    }
    if any(base.after is not None for base in bases):
        return _explicit_places(bases, standing, added)
    return _sequence_places(bases, standing, added)


def _standing(base: TemplateStage, overrides: Sequence[TemplateStage]) -> StageSpec:
    """Return what stands in the place of a base stage."""
    instead = [stage for stage in overrides if stage.override == Override.REPLACE]
    skipped = any(stage.override == Override.SKIP for stage in overrides)
    return StageSpec(
        instead[0].key if instead and base.applies and not skipped else base.key,
        is_parallel=base.is_parallel, after=base.after, active=base.applies and not skipped)


def _sequence_places(
    bases: Sequence[TemplateStage],
    standing: dict[Hashable, StageSpec],
    added: dict[Hashable, list[TemplateStage]],
) -> tuple[StageSpec, ...]:
    places: list[StageSpec] = []
    after_group: list[StageSpec] = []
    for base in bases:
        if not base.is_parallel:
            places += after_group
            after_group = []
        places.append(standing[base.key])
        for stage in added[base.key]:
            (places if stage.is_parallel else after_group).append(StageSpec(stage.key, is_parallel=stage.is_parallel))
    return (*places, *after_group)


def _explicit_places(
    bases: Sequence[TemplateStage],
    standing: dict[Hashable, StageSpec],
    added: dict[Hashable, list[TemplateStage]],
) -> tuple[StageSpec, ...]:
    chains = {base.key: _chain(standing[base.key].key, added[base.key]) for base in bases}
    places: list[StageSpec] = []
    for base in bases:
        # Whatever waited for a base stage waits for what was added after it, too.
        waits = tuple(end for key in base.after or () for end in (chains[key][1] if key in chains else (key,)))
        places.append(replace(standing[base.key], after=waits))
        places += (StageSpec(key, after=waits if after is None else after) for key, after in chains[base.key][0])
    return tuple(places)


def _chain(
    first: Hashable, added: Iterable[TemplateStage]
) -> tuple[list[tuple[Hashable, tuple[Hashable, ...] | None]], tuple[Hashable, ...]]:
    """Line up what is added after a stage.

    :return: each added stage with what it waits for, None for whatever ``first`` waits for, and what has to be
        waited for in the end
    """
    links: list[tuple[Hashable, tuple[Hashable, ...] | None]] = []
    ends: tuple[Hashable, ...] = (first,)
    for stage in added:
        if stage.is_parallel:
            links.append((stage.key, None))
            ends = (*ends, stage.key)
        else:
            links.append((stage.key, ends))
            ends = (stage.key,)
    return links, ends
