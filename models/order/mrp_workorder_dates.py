from datetime import timedelta

from odoo import models


class MrpWorkorder(models.Model):
    """When stages take place in the calendars of their work centers. Part of the door."""

    _inherit = 'mrp.workorder'

    def _write_stage_start(self, start):
        """Put the stages into the calendars from now on, for as long as they are planned to take.

        :param start: naive UTC
        """
        planned = self.filtered('leave_id')
        for length, stages in planned.grouped(lambda stage: stage._get_planned_length()).items():
            stages._write_stage({'date_start': start, 'date_finished': start + length})
        fresh = self - planned
        # Left to core, each would make its slot alone. The dates follow from the slot.
        leaves = self.env['resource.calendar.leaves'].create([
            stage._prepare_stage_leave_vals(start) for stage in fresh])
        for stage, leave in zip(fresh, leaves):
            stage._write_stage({'leave_id': leave.id})

    def _get_planned_length(self):
        """Core's own measure for work that starts unplanned; asking the calendar would cost queries per stage."""
        self.ensure_one()
        return timedelta(minutes=self.duration_expected)

    def _prepare_stage_leave_vals(self, start):
        self.ensure_one()
        return {
            'name': self.display_name,
            'calendar_id': self.workcenter_id.resource_calendar_id.id,
            'resource_id': self.workcenter_id.resource_id.id,
            'time_type': 'other',
            'date_from': start,
            'date_to': start + self._get_planned_length(),
        }
