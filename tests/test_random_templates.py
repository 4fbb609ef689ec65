from dataclasses import dataclass, field

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from odoo.fields import Command
from odoo.tests import tagged

from ..engine.flow import Graph, StageSpec
from ..engine.variant import TemplateStage, stages_for_variant
from .test_variant_overrides import VariantCommon

TEMPLATES = 300
SIZES = ("small", "medium", "extra")


@dataclass
class DrawnStage:
    """A stage of a random template, told apart by its number in the template."""

    is_parallel: bool
    is_optional: bool
    sizes: frozenset[str]
    after: frozenset[int] = frozenset()
    base: int | None = None
    override_type: str | None = None


@dataclass
class DrawnTemplate:
    stages: list[DrawnStage]
    has_dependencies: bool
    variant: str
    bom: object = field(default=None, repr=False)


@st.composite
def templates(draw):
    """A template that its own checks accept, and the size that is ordered."""
    sizes = st.one_of(st.just(frozenset()), st.frozensets(st.sampled_from(SIZES), min_size=1))
    has_dependencies = draw(st.booleans())
    count = draw(st.integers(1, 5))
    # The first stage is mandatory and for everybody, so that no override leaves an order without work.
    stages = [DrawnStage(draw(st.booleans()), False, frozenset())] + [
        DrawnStage(
            draw(st.booleans()), draw(st.booleans()), draw(sizes),
            draw(st.frozensets(st.integers(0, number - 1))) if has_dependencies else frozenset())
        for number in range(1, count)
    ]
    taken = set()
    for _number in range(draw(st.integers(0, 4))):
        base, override_type = draw(st.integers(0, count - 1)), draw(st.sampled_from(("replace", "skip", "add")))
        some = draw(st.frozensets(st.sampled_from(SIZES), min_size=1))
        changed = {(base, size) for size in some} if override_type != "add" else set()
        if changed & taken or (override_type == "skip" and not base):
            continue
        taken |= changed
        stages.append(DrawnStage(
            draw(st.booleans()), override_type == "add" and draw(st.booleans()), some,
            base=base, override_type=override_type))
    return DrawnTemplate(stages, has_dependencies, draw(st.sampled_from(SIZES)))


@tagged('post_install', '-at_install')
class TestRandomTemplates(VariantCommon):
    """Whatever a template looks like, an order gets the stages and dependencies the engine gives its variant."""

    def test_orders_follow_the_engine(self):
        drawn = self._draw()
        self.assertEqual(len(drawn), TEMPLATES)
        self._create_templates(drawn)
        orders = self.env['mrp.production'].create([
            {'product_id': self._variant(self[template.variant]).id, 'bom_id': template.bom.id, 'product_qty': 3}
            for template in drawn])
        orders.action_confirm()
        for template, order in zip(drawn, orders):
            with self.subTest(template=template):
                expected = self._ask_engine(template)
                stages = order.workorder_ids.sorted('sequence')
                # Given dependencies stay on record; the flow passes through skipped stages.
                flow = order._load_flow()
                waits = flow.predecessors if template.has_dependencies else lambda stage: stage.blocked_by_workorder_ids
                self.assertEqual(
                    {stage.operation_id.id: set(waits(stage).operation_id.ids) for stage in stages
                     if stage.stage_status != 'skipped'},
                    {key: set(expected.predecessors(key)) for key in expected.sequence})
                self.assertEqual(stages.operation_id.ids, [spec.key for spec in expected.in_sequence])
                self.assertEqual(
                    stages.filtered(lambda stage: stage.stage_status == 'ready').operation_id.ids,
                    [spec.key for spec in expected.in_sequence
                     if spec.active and not expected.predecessors(spec.key)])
        shapes = [stage for template in drawn for stage in template.stages]
        for override_type in ("replace", "skip", "add"):
            self.assertGreater(sum(stage.override_type == override_type for stage in shapes), TEMPLATES / 10)

    def __getitem__(self, size):
        return getattr(self, size)

    def _draw(self):
        drawn = []

        @seed(20260302)
        @settings(
            max_examples=TEMPLATES, database=None, deadline=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck))
        @given(templates())
        def draw(template):
            drawn.append(template)

        draw()
        return drawn

    def _create_templates(self, drawn):
        """All templates in one go, base stages first: an override names a base that exists."""
        boms = self.env['mrp.bom'].create([
            {
                'product_tmpl_id': self.jacket.id, 'use_stages': True,
                'allow_operation_dependencies': template.has_dependencies,
                'operation_ids': [
                    Command.create(self._prepare_stage_vals(stage, f"Stage {number}"))
                    for number, stage in enumerate(template.stages) if stage.base is None],
            }
            for template in drawn])
        vals_list = []
        for template, bom in zip(drawn, boms):
            template.bom = bom
            bases = bom.operation_ids
            for number, stage in enumerate(template.stages):
                if stage.base is not None:
                    vals_list.append(self._prepare_stage_vals(stage, f"Stage {number}") | {
                        'base_operation_id': bases[stage.base].id, 'override_type': stage.override_type})
                elif stage.after:
                    bases[number].blocked_by_operation_ids = [Command.set([bases[i].id for i in stage.after])]
        self.env['mrp.routing.workcenter'].create(vals_list)
        boms.invalidate_recordset(['operation_ids'])

    def _prepare_stage_vals(self, stage, name):
        return {
            'name': name,
            'is_parallel': stage.is_parallel,
            'is_optional': stage.is_optional,
            'bom_product_template_attribute_value_ids': [Command.set([self[size].id for size in stage.sizes])],
        }

    def _ask_engine(self, template):
        """The graph of the variant, optional stages left out, from what was drawn alone."""
        ids = self._get_operation_ids(template)
        specs = stages_for_variant(
            TemplateStage(
                ids[number],
                is_parallel=stage.is_parallel,
                after=tuple(ids[i] for i in stage.after) if template.has_dependencies else None,
                applies=not stage.sizes or template.variant in stage.sizes,
                base=None if stage.base is None else ids[stage.base],
                override=stage.override_type,
            )
            for number, stage in enumerate(template.stages))
        optional = {ids[number] for number, stage in enumerate(template.stages) if stage.is_optional}
        specs = [StageSpec(spec.key, spec.is_parallel, spec.after, spec.key not in optional) for spec in specs]
        return Expected(specs)

    def _get_operation_ids(self, template):
        """Operation ids by number: base stages were made first, then the overrides, both in order of number."""
        ids = iter(sorted(template.bom.operation_ids.ids))
        bases = [number for number, stage in enumerate(template.stages) if stage.base is None]
        overrides = [number for number, stage in enumerate(template.stages) if stage.base is not None]
        return dict(zip(bases + overrides, ids))


class Expected:
    """What the engine says of a variant."""

    def __init__(self, specs):
        self.in_sequence = specs
        graph = Graph.from_stages(specs)
        self.sequence, self.predecessors = graph.sequence, graph.predecessors
