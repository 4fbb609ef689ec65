from odoo import fields, models

from ...engine.worktime import Clock, divided_seconds


class MrpWorkorder(models.Model):
    """What the working time of a stage costs: operators and work center, at the rates of the moment."""

    _inherit = 'mrp.workorder'

    def _prepare_time_costs(self, act):
        """Return values of cost lines for the time on these stages that has not been costed yet, and mark it.

        An operator's time is divided among all stages the operator worked on at once. The time of a work center is
        that in which anybody worked, as Odoo counts it: who works there at once shares it.

        :param act: `StageAct` at whose moment the time is costed
        """
        spans = self._get_uncosted_spans(act)
        labor = self._divide_labor(spans, act.occurred_at)
        machine = self._divide_machine(spans, act.occurred_at)
        vals_list = []
        for time in spans:
            stage = time.workorder_id
            vals_list += time._prepare_cost_vals(act, 'labor', labor[time.id], time.employee_id.hourly_cost)
            vals_list += time._prepare_cost_vals(act, 'workcenter', machine[time.id], stage.workcenter_id.costs_hour)
        for end, times in self.env['mrp.workcenter.productivity'].union(*spans).grouped(
            lambda time: spans[time][1]
        ).items():
            times.costed_until = end
        return vals_list

    def _get_uncosted_spans(self, act):
        """Return, per time line of these stages, from when to when it is to be costed."""
        spans = {}
        for time in self._get_times_to_cost(act):
            start = max(time.date_start, time.costed_until or time.date_start)
            end = time.date_end or act.occurred_at
            if start < end:
                spans[time] = (start, end)
        return spans

    def _get_times_to_cost(self, act):
        """Return the time lines that an act on these stages is about: those of its units, where they are numbered."""
        return self.time_ids.filtered(
            lambda time: time.workorder_id.id not in act.units
            or act.units[time.workorder_id.id].intersection(time.unit_ids.mapped('number')))

    def _divide_labor(self, spans, until):
        """Return seconds of work per time line, a person's time being divided among all the person did at once."""
        own = self.env['mrp.workcenter.productivity'].union(*spans)
        others = own.browse()
        if own.employee_id:
            others = own.search([
                ('employee_id', 'in', own.employee_id.ids), ('id', 'not in', own.ids),
                ('date_start', '<', max(end for _start, end in spans.values())),
                '|', ('date_end', '=', False),
                ('date_end', '>', min(start for start, _end in spans.values())),
            ])
        return _divide(spans, others, 'employee_id', until)

    def _divide_machine(self, spans, until):
        """Return seconds of the work center per time line, what ran at once on a stage sharing it."""
        others = self.time_ids - self.env['mrp.workcenter.productivity'].union(*spans)
        return _divide(spans, others, 'workorder_id', until)


def _divide(spans, others, sharer, until):
    """Return seconds per time line, those that run at once for the same sharer sharing them.

    :param dict spans: per time line, from when to when it counts
    :param others: time lines that run beside these
    :param str sharer: the field of a time line that names whose time is shared
    :param until: naive UTC, to where clocks are counted that still run
    """
    spans = spans | {time: (time.date_start, time.date_end or until) for time in others}
    return divided_seconds(
        Clock(time.id, time[sharer].id, *map(_seconds, span)) for time, span in spans.items())


def _seconds(moment):
    return round((moment - fields.Datetime.to_datetime('2000-01-01')).total_seconds())
