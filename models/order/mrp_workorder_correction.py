from odoo import fields, models
from odoo.exceptions import UserError

from .arguments import check_moment, check_record_id


class MrpWorkorder(models.Model):
    """Time that a clock measured wrongly, because somebody forgot it, is put right by a supervisor."""

    _inherit = 'mrp.workorder'

    def stage_correct_time(self, time_id, date_start=None, date_end=None, employee_id=None, note=None, **options):
        """Say when somebody really worked on the stage, or who did; for supervisors, while the order is open.

        :param int time_id: a `mrp.workcenter.productivity` of this stage whose clock has stopped
        :param date_start: UTC, datetime or string; default as it is
        :param date_end: UTC, datetime or string; default as it is
        :param int employee_id: who worked; default as it is, False for nobody
        :param str note: why
        """
        request = {'time_id': check_record_id(self.env, time_id)}
        for name, moment in (('date_start', date_start), ('date_end', date_end)):
            if moment is not None:
                request[name] = fields.Datetime.to_string(check_moment(self.env, moment))
        if employee_id is not None:
            request['employee_id'] = self._browse_employee(employee_id).id if employee_id else False
        return self._correct_time(request, note, **options)

    def stage_remove_time(self, time_id, note=None, **options):
        """Say that nobody worked on the stage then; for supervisors, while the order is open.

        :param int time_id: a `mrp.workcenter.productivity` of this stage whose clock has stopped
        :param str note: why
        """
        return self._correct_time({'time_id': check_record_id(self.env, time_id), 'is_removed': True}, note, **options)

    def _correct_time(self, request, note, **options):
        if len(self) != 1:
            raise UserError(self.env._("A time is corrected at one stage."))
        return self._act('correct', request, note=note, **options)

    def _check_stage_correct(self, act):
        if not act.is_supervisor:
            raise UserError(self.env._("Only a supervisor may correct the time of a stage."))
        self._check_time_correctable()
        time = act.kept['time'] = self.time_ids.filtered(lambda time: time.id == act.request['time_id'])
        if not time:
            raise UserError(self.env._("This time is none of %(stage)s.", stage=self.name))
        if not time.date_end:
            raise UserError(self.env._(
                "%(person)s still works on %(stage)s. Pause it first, then correct its time.",
                person=time.employee_id.name or time.user_id.name, stage=self.name))
        vals = act.kept['time_vals'] = None if act.request.get('is_removed') else self._prepare_correction_vals(act)
        if vals and vals.get('date_start', time.date_start) >= vals.get('date_end', time.date_end):
            raise UserError(self.env._(
                "Work ends after it has started. If nobody worked on %(stage)s then, remove the time.",
                stage=self.name))

    def _check_time_correctable(self):
        """Refuse orders whose times count for good."""
        order = self.production_id
        if order.state == 'done':
            raise UserError(self.env._(
                "%(order)s is closed: its goods have been received at what its times cost. They cannot be corrected "
                "any more.", order=order.name))
        if order.state == 'cancel':
            raise UserError(self.env._(
                "%(order)s is cancelled: its times cannot be corrected any more.", order=order.name))
        self._check_order_running()

    def _prepare_correction_vals(self, act):
        """Return what a correction writes to the time."""
        vals = {
            name: fields.Datetime.to_datetime(act.request[name])
            for name in ('date_start', 'date_end') if name in act.request
        }
        if 'employee_id' in act.request:
            employee = self.env['hr.employee'].browse(act.request['employee_id'])
            vals |= {'employee_id': employee.id, 'user_id': employee.user_id.id}
        return vals

    def _apply_stage_correct(self, act):
        time, vals = act.kept['time'], act.kept['time_vals']
        act.note = " · ".join(filter(None, [time._describe_correction(vals), act.note]))
        time._correct(vals)

    def _after_stage_correct(self, act):
        """Hook: a time is as it should be."""
