"""Random graphs of stages, for the tests that drive random acts through them."""

from hypothesis import strategies as st

from engine.flow import StageSpec

Specs = tuple[StageSpec, ...]


@st.composite
def lines(draw: st.DrawFn) -> Specs:
    """A plain line, nothing skipped."""
    return tuple(StageSpec(i) for i in range(draw(st.integers(1, 8))))


@st.composite
def groups(draw: st.DrawFn) -> Specs:
    """A sequence with parallel marks and skipped stages."""
    marks = draw(st.lists(st.tuples(st.booleans(), st.integers(0, 3)), min_size=1, max_size=9))
    return tuple(StageSpec(i, is_parallel=mark, active=bool(skip)) for i, (mark, skip) in enumerate(marks))


@st.composite
def webs(draw: st.DrawFn) -> Specs:
    """Explicit dependencies without circles, in an order that need not agree with them, some stages skipped."""
    size = draw(st.integers(1, 8))
    specs = []
    for i in range(size):
        mask = draw(st.integers(0, 2**i - 1))
        after = tuple(j for j in range(i) if mask >> j & 1)
        specs.append(StageSpec(i, after=after or None, active=draw(st.integers(0, 3)) > 0))
    return tuple(draw(st.permutations(specs)))


graphs = st.one_of(lines(), groups(), webs())
#: One number per act decides its kind, its stages and its quantity; see `_choose`.
dice = st.lists(st.integers(0, 2**40), min_size=30, max_size=40)
