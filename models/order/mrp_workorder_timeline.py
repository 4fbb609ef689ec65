from odoo import fields, models


class MrpWorkorder(models.Model):
    """One stage's part of its order's timeline."""

    _inherit = 'mrp.workorder'

    def _prepare_stage_timeline_vals(self):
        """Return the stage with its times, see `production_timeline`."""
        self.ensure_one()
        people = self._get_stage_timeline_people()
        return {
            'workorder_id': self.id,
            'name': self.name,
            'stage_status': self.stage_status,
            'status_label': dict(self._fields['stage_status']._description_selection(self.env)).get(self.stage_status),
            'qty_produced': self.qty_produced,
            'uom': self.product_uom_id.name,
            'planned': self.duration_expected,
            'worked': sum(person['work'] for person in people),
            'paused': sum(person['pause'] for person in people),
            'started_at': fields.Datetime.to_string(min(self.time_ids.mapped('date_start'), default=False)) or False,
            'finished_at': fields.Datetime.to_string(self.state == 'done' and self.date_finished) or False,
            'wait_after': self.wait_after,
            'available_from': fields.Datetime.to_string(self.available_from) or False,
            'people': people,
        }

    def _get_stage_timeline_people(self):
        """Return who worked at this stage and how long, as `mrp.production.time` tells it of the whole order."""
        now = fields.Datetime.now()
        people = []
        for (employee, user), times in self.time_ids.sorted(lambda time: (time.date_start, time.id)).grouped(
            lambda time: (time.employee_id, time.user_id)
        ).items():
            last_end = now if self.is_started else times[-1].date_end
            next_starts = [*times[1:].mapped('date_start'), last_end]
            people.append({
                'employee_id': employee.id,
                'name': employee.name or user.name,
                'work': sum(_minutes(time.date_start, time.date_end or now) for time in times),
                'pause': sum(
                    _minutes(time.date_end, next_start)
                    for time, next_start in zip(times, next_starts) if time.is_paused),
                'is_working': not all(times.mapped('date_end')),
            })
        return people


def _minutes(start, end):
    return (end - start).total_seconds() / 60
