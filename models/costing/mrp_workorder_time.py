from odoo import models

from ...engine.costing import allot
from ...engine.worktime import divide
from .mrp_workcenter_productivity import to_seconds

# Per category, the field of a time line that names whose time it is
SHARERS = {'labor': 'employee_id', 'workcenter': 'workorder_id'}


class MrpWorkorder(models.Model):
    """What the working time of a stage costs: operators and work center, at the rates of the moment."""

    _inherit = 'mrp.workorder'

    def _prepare_time_costs(self, act, times=None):
        """Return values of cost lines for the time on these stages that has not been costed yet, and mark it.

        An operator's time is divided among all stages the operator worked on at once. The time of a work center is
        that in which anybody worked, as Odoo counts it: who works there at once shares it. What was costed before
        stays as it was costed: nobody's time is costed twice, even if some of it becomes known late.

        :param act: `StageAct` at whose moment the time is costed
        :param times: time lines of these stages; default those that the act is about
        """
        return self._cost_times(self._get_due_ends(act, times or self._get_times_to_cost(act)), act)

    def _get_due_ends(self, act, times):
        """Return, per time line, to when it is to be costed, where it has not been so far."""
        ends = {time: max(time.date_start, time.date_end or act.occurred_at) for time in times}
        return {time: end for time, end in ends.items() if not time.costed_until or time.costed_until < end}

    def _get_times_to_cost(self, act):
        """Return the time lines that an act on these stages is about: those of its units, where they are numbered."""
        return self.time_ids.filtered(
            lambda time: time.workorder_id.id not in act.units
            or act.units[time.workorder_id.id].intersection(time.unit_ids.mapped('number')))

    def _cost_times(self, ends, act, rates=None):
        """Return values of cost lines for what of time lines of these stages has not been costed, and mark it.

        :param dict ends: per time line, to when it is to be costed
        :param act: `StageAct`
        :param dict rates: per category ``[until, rate]``, as kept in ``cost_rates``; default the rates of now
        """
        labor, machine = self._divide_labor(ends, act.occurred_at), self._divide_machine(ends, act.occurred_at)
        works = []
        for time, end in ends.items():
            until = to_seconds(end)
            works += time._cost(end, {'labor': labor[time.id], 'workcenter': machine[time.id]}, rates or {
                'labor': [[until, time.employee_id.hourly_cost]],
                'workcenter': [[until, time.workcenter_id.costs_hour]],
            })
        return [
            vals for work, amount in _price(works) for vals in work.time._prepare_cost_vals(act, work, amount)]

    def _divide_labor(self, ends, until):
        """Return slices of each time line, a person's time being divided among all the person did at once."""
        own = self.env['mrp.workcenter.productivity'].union(*ends)
        others = own.browse()
        if own.employee_id:
            others = own.search([
                ('employee_id', 'in', own.employee_id.ids), ('id', 'not in', own.ids),
                ('date_start', '<', max(ends.values())),
                '|', ('date_end', '=', False),
                ('date_end', '>', min(time.costed_until or time.date_start for time in own)),
            ])
        return _divide(ends, others, 'labor', until)

    def _divide_machine(self, ends, until):
        """Return slices of each time line, what ran at once on a stage sharing its work center."""
        others = self.time_ids - self.env['mrp.workcenter.productivity'].union(*ends)
        return _divide(ends, others, 'workcenter', until)


def _divide(ends, others, category, until):
    """Return the slices of time lines, those that run at once for the same sharer sharing them.

    :param dict ends: per time line, to when it counts
    :param others: time lines that run beside these
    :param str category: in which they are costed
    :param until: naive UTC, to where clocks are counted that still run
    """
    ends = ends | {time: time.date_end or until for time in others}
    return divide(time._prepare_clock(category, SHARERS[category], end) for time, end in ends.items())


def _price(works):
    """Return pairs of a `Work` and what it costs: the parts of somebody's time cost together what all of it costs.

    :param works: of one act
    """
    shared = {}
    for work in works:
        shared.setdefault((work.category, work.time[SHARERS[work.category]], work.rate), []).append(work)
    priced = []
    for (_category, _sharer, rate), parts in shared.items():
        rounded = parts[0].time.workorder_id.company_id.currency_id.round
        seconds = sum(part.seconds for part in parts)
        priced += zip(parts, allot(
            rounded(float(seconds) / 3600 * rate), (part.seconds / seconds for part in parts), rounded))
    return priced
