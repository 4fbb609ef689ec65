from odoo import api, models

from ..template.performer import PERFORMER_FIELDS, performer_name
from .mrp_workorder_lists import SNAPSHOT_LISTS
from .readable import read_field


class MrpProduction(models.Model):
    """In what an order differs from its template as it is today."""

    _inherit = 'mrp.production'

    def _get_template_differences(self):
        """Return the differences as rows for people, the order as a whole first, then stage by stage.

        What people did on the floor is no difference: who took a stage that was open, an optional stage that was
        activated or skipped, material used beyond the norm.

        :return: list of ``{'stage_name', 'what', 'order_value', 'template_value'}``
        :raises UserError: the template cannot make such an order today
        """
        self.ensure_one()
        todays_stages = self._get_todays_stages()
        return self._compare_with_template(todays_stages, self._pair_stages(todays_stages))

    def _compare_with_template(self, todays_stages, pairs):
        """Hook: return the rows of `_get_template_differences`.

        :param todays_stages: as `_get_todays_stages` returns them
        :param dict pairs: as `_pair_stages` returns them
        """
        return [
            *self._compare_settings(),
            *self._compare_sequence(pairs),
            *self._compare_stages(todays_stages, pairs),
        ]

    @api.model
    def _prepare_difference(self, stage, what, order_value, template_value):
        return {
            'stage_name': stage.name if stage else False,
            'what': what,
            'order_value': order_value,
            'template_value': template_value,
        }

    @api.model
    def _compare_field(self, stage, name, ours, todays):
        """Return the row, in a list, of a field of which both sides have a value of their own."""
        return [self._prepare_difference(
            stage, ours._fields[name]._description_string(self.env), *_read_both(ours, todays, name))]

    # ------------------------------------------------------------
    # The order
    # ------------------------------------------------------------

    def _compare_settings(self):
        rows = []
        for name in self._get_template_settings():
            if self[name] != self.bom_id[name]:
                rows += self._compare_field(None, name, self, self.bom_id)
        if self.state != 'draft' and self.allow_workorder_dependencies != self.bom_id.allow_operation_dependencies:
            rows.append(self._prepare_difference(
                None, self.env._("Dependencies of Stages"), read_field(self, 'allow_workorder_dependencies'),
                read_field(self.bom_id, 'allow_operation_dependencies')))
        return rows

    def _compare_sequence(self, pairs):
        todays = self.workorder_ids.browse(stage.id for stage in pairs.values())
        ours = todays.sorted(lambda stage: (stage.sequence, stage.id))
        if ours.ids == todays.ids:
            return []
        return [self._prepare_difference(
            None, self.env._("Sequence of Stages"), ", ".join(ours.mapped('name')), ", ".join(todays.mapped('name')))]

    # ------------------------------------------------------------
    # Stages
    # ------------------------------------------------------------

    def _compare_stages(self, todays_stages, pairs):
        rows = []
        yes, no = self.env._("Yes"), self.env._("No")
        paired = {stage: today for today, stage in pairs.items()}
        for stage in self.workorder_ids.sorted(lambda stage: (stage.sequence, stage.id)):
            if stage in paired:
                rows += self._compare_stage(stage, paired[stage])
                rows += self._compare_predecessors(stage, paired[stage], pairs)
            elif stage.is_optional or stage.stage_status != 'skipped':
                # What an update of the order left out is out already.
                rows.append(self._prepare_difference(stage, self.env._("Is a Stage"), yes, no))
        rows += [
            self._prepare_difference(today, self.env._("Is a Stage"), no, yes)
            for today in todays_stages if today not in pairs
        ]
        return rows

    def _compare_stage(self, stage, today):
        rows = []
        if stage.name != today.name:
            rows.append(self._prepare_difference(stage, self.env._("Name"), stage.name, today.name))
        for name in self._get_compared_stage_fields():
            if self._is_stage_different(stage, today, name):
                rows += self._compare_field(stage, name, stage, today)
        for name in SNAPSHOT_LISTS:
            if not stage[name]._is_same_list(today.operation_id[name]):
                rows += self._compare_field(stage, name, stage, today.operation_id)
        if stage._is_performer_different(today):
            rows.append(self._prepare_difference(stage, self.env._("Performer"), *(
                performer_name(side) or read_field(side, 'performer_type') for side in (stage, today))))
        return rows

    @api.model
    def _get_compared_stage_fields(self):
        """Hook: the fields of a stage that are compared by their values."""
        of_performer = {'performer_type', *PERFORMER_FIELDS.values()}
        return [
            'workcenter_id', 'duration_expected', 'is_parallel',
            *(name for name in self.env['mrp.workorder']._get_snapshot_fields() if name not in of_performer),
            'upsell_product_ids',
        ]

    def _is_stage_different(self, stage, today, name):
        if name == 'duration_expected' and self.template_version == self.bom_id.version:
            # Scaled with the order's quantity it need not be what the template gives; nobody changed it for that.
            return False
        ours, todays = stage[name], today[name]
        if stage._fields[name].relational:
            ours, todays = ours._origin, todays._origin
        return (ours or False) != (todays or False)

    def _compare_predecessors(self, stage, today, pairs):
        """Where stages have dependencies of their own, compare what they wait for."""
        if not (self.allow_workorder_dependencies and self.bom_id.allow_operation_dependencies):
            return []
        ours = stage.blocked_by_workorder_ids
        todays = self.workorder_ids.browse(
            pairs[blocker].id for blocker in self._get_todays_blockers(today, pairs) if blocker in pairs)
        if ours == todays:
            return []
        return [self._prepare_difference(
            stage, self.env._("Waits For"), ", ".join(ours.mapped('name')), ", ".join(todays.mapped('name')))]

    def _get_todays_blockers(self, today, todays_stages):
        _place, spec = self._get_stage_places()[today.operation_id.id]
        return [other for other in todays_stages if other.operation_id.id in (spec.after or ())]


def _read_both(ours, todays, name):
    """Return both sides of a field as text, told apart even where the text leaves something out."""
    texts = [read_field(ours, name), read_field(todays, name)]
    if texts[0] == texts[1]:
        texts[1] = ours.env._("%(text)s (with other details)", text=texts[1])
    return texts
