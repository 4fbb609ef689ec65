from itertools import combinations, islice
from itertools import product as all_combinations

from odoo import fields, models
from odoo.exceptions import ValidationError

from ...engine.variant import TemplateStage, stages_for_variant
from .mrp_bom_line import MOST_COMBINATIONS


class MrpBom(models.Model):
    """The stages each variant goes through."""

    _inherit = 'mrp.bom'

    stage_ids = fields.One2many(
        'mrp.routing.workcenter', 'bom_id', "Stages", domain=[('base_operation_id', '=', False)], copy=False)
    override_ids = fields.One2many(
        'mrp.routing.workcenter', 'bom_id', "Variant Overrides", domain=[('base_operation_id', '!=', False)],
        copy=False)

    def _has_variant_stages(self):
        """Tell whether some variants go through other stages than the rest."""
        return any(
            stage.base_operation_id or stage.bom_product_template_attribute_value_ids for stage in self.operation_ids)

    def _get_stage_specs(self, product, never_attribute_values=False):
        """Return the stages orders of the product go through, as `StageSpec` keyed by operation id, in sequence.

        :param product: `product.product`
        :param never_attribute_values: values of attributes that make no variants, as the order has them
        """
        self.ensure_one()
        return self._arrange_stages(lambda stage: not stage._is_for_others(product, never_attribute_values))

    def _arrange_stages(self, applies):
        """Return the `StageSpec` of the stages left when only those that ``applies`` accepts are meant."""
        stages = self.operation_ids.sorted(lambda stage: (stage.sequence, stage.id))
        return stages_for_variant([
            TemplateStage(
                stage.id,
                is_parallel=stage.is_parallel,
                after=tuple((stage.blocked_by_operation_ids & stages).ids)
                if self.allow_operation_dependencies else None,
                applies=applies(stage),
                base=stage.base_operation_id.id or None,
                override=stage.override_type or None,
            )
            for stage in stages
        ])

    def _link_copied_stages(self, copied, stages):
        super()._link_copied_stages(copied, stages)
        for stage in self.operation_ids.filtered('base_operation_id'):
            stages[stage].write({
                'base_operation_id': stages[stage.base_operation_id].id, 'override_type': stage.override_type})

    # ------------------------------------------------------------
    # Checks
    # ------------------------------------------------------------

    def _check_overrides(self):
        """Refuse overrides of which two are meant for one variant, or that leave a variant nothing to do.

        :raises ValidationError:
        """
        for bom in self:
            bom._check_overrides_apart()
            bom._check_mandatory_stage()

    def _check_overrides_apart(self):
        changing = self.operation_ids.filtered(lambda stage: stage.override_type in ('replace', 'skip'))
        for base, overrides in changing.grouped('base_operation_id').items():
            for first, second in combinations(overrides, 2):
                shared = _get_shared_values(
                    first.bom_product_template_attribute_value_ids, second.bom_product_template_attribute_value_ids)
                if shared is not None:
                    raise ValidationError(self.env._(
                        "%(first)s and %(second)s both override %(base)s for %(variant)s. Only one of them can.",
                        first=first.name, second=second.name, base=base.name,
                        variant=", ".join(shared.mapped('display_name')) or self.env._("every variant")))

    def _check_mandatory_stage(self):
        for values in islice(self._get_value_combinations(), MOST_COMBINATIONS):
            specs = self._arrange_stages(lambda stage: _is_meant_for(stage, values))
            stages = self.operation_ids.browse(spec.key for spec in specs)
            bases = self.operation_ids.filtered(
                lambda stage: not stage.base_operation_id and _is_meant_for(stage, values))
            if all(stages.mapped('is_optional')) and not all(bases.mapped('is_optional')):
                raise ValidationError(self.env._(
                    "The overrides leave no mandatory stage for %(variant)s. Keep at least one.",
                    variant=", ".join(values.mapped('display_name'))))

    def _get_value_combinations(self):
        """Yield the combinations of attribute values that this template's stages tell apart."""
        told_apart = self.operation_ids.bom_product_template_attribute_value_ids.attribute_line_id
        choices = [line.product_template_value_ids for line in told_apart]
        for combination in all_combinations(*choices):
            yield self.env['product.template.attribute.value'].union(*combination)


def _is_meant_for(stage, values):
    """Tell whether a stage is for variants with these values, one of each attribute the template tells apart."""
    wanted = stage.bom_product_template_attribute_value_ids
    return len(wanted & values) == len(wanted.attribute_line_id)


def _get_shared_values(first, second):
    """Return the values of both that one variant can have; None when no variant is meant by both."""
    shared = first.browse()
    seconds = second.grouped('attribute_line_id')
    firsts = first.grouped('attribute_line_id')
    for line in firsts.keys() | seconds.keys():
        values = firsts.get(line, seconds.get(line)) & seconds.get(line, firsts.get(line))
        if not values:
            return None
        shared |= values
    return shared
