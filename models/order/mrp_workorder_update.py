from odoo import models
from odoo.fields import Command

from ..template.performer import PERFORMER_FIELDS, performer_name

# Acts after which a stage is no more as its template made it
BEGINNINGS = frozenset({'finish', 'begin', 'return', 'write_off', 'split', 'escalate'})


class MrpWorkorder(models.Model):
    """A stage that takes anew what its template says."""

    _inherit = 'mrp.workorder'

    def _has_begun(self):
        """Tell whether work was done on this stage that a change of its template must not touch."""
        self.ensure_one()
        return self.is_started or not BEGINNINGS.isdisjoint(self.event_ids.mapped('kind'))

    def _is_wanted_today(self):
        """Tell whether this stage takes part in its order, by what a person decided last or by what asks for it."""
        self.ensure_one()
        decision = self.event_ids.filtered(lambda event: event.kind in ('activate', 'skip')).sorted('id')[-1:]
        if not self.is_optional:
            return True
        return decision.kind == 'activate' if decision else self._is_stage_wanted()

    def _is_performer_different(self, today):
        """Tell whether today's template names others: assigning somebody where it leaves that open is what that is
        for."""
        self.ensure_one()
        if (self.performer_type, performer_name(self)) == (today.performer_type, performer_name(today)):
            return False
        return not (
            today.performer_type in ('at_start', 'role') and today._is_qualified(self.performer_employee_id)
            and 'assign' in self.event_ids.mapped('kind'))

    def _prepare_todays_vals(self, stage=None):
        """Return what an order's stage takes from this one, which today's template would make.

        :param stage: the stage that takes it; default a new one
        """
        self.ensure_one()
        names = {
            'name', 'operation_id', 'workcenter_id', 'duration_expected', 'is_parallel', 'upsell_product_ids',
            *self._get_snapshot_fields()}
        if stage and not stage._is_performer_different(self):
            # Whoever a supervisor assigned stays.
            names -= {'performer_type', *PERFORMER_FIELDS.values()}
        return {name: self._prepare_todays_value(name) for name in names}

    def _prepare_todays_value(self, name):
        value = self[name]
        if self._fields[name].type == 'many2many':
            return [Command.set(value._origin.ids)]
        return value.id if self._fields[name].relational else value

    def _follow_template_vals(self, vals):
        """Take what today's template says; hook for what a stage has besides its fields.

        :param dict vals: as `_prepare_todays_vals` returns them
        """
        self.ensure_one()
        if self.operation_id.id != vals['operation_id']:
            # Odoo finds the stage of a move by its operation.
            (self.move_raw_ids | self.move_finished_ids).operation_id = vals['operation_id']
        self.write(vals)

    def _set_part_of_order(self, is_part):
        """Let these stages take part in their orders or not, as nobody's act. Part of the door."""
        if is_part:
            self._write_stage({'state': 'blocked', 'stage_status': 'waiting'})
            self._after_taken_in()
        else:
            self._write_stage({'state': 'cancel', 'stage_status': 'skipped'})
            self._after_left_out()
