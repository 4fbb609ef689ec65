from fractions import Fraction
from typing import Any, NamedTuple

from odoo import fields, models
from odoo.exceptions import UserError

from ...engine.costing import evenly
from ...engine.worktime import Clock, Slice, seconds_by_rate
from .mrp_cost_mixin import COST_GROUP

YEAR_2000 = fields.Datetime.to_datetime('2000-01-01')


class Work(NamedTuple):
    """Some of a time, to be paid at one rate.

    :ivar time: `mrp.workcenter.productivity`
    :ivar category: ``labor`` or ``workcenter``
    :ivar seconds: how long, exact
    :ivar rate: per hour, in the company's currency
    """

    time: Any
    category: str
    seconds: Fraction
    rate: float


def to_seconds(moment):
    """Return a naive UTC datetime as the engine counts moments."""
    return round((moment - YEAR_2000).total_seconds())


class MrpWorkcenterProductivity(models.Model):
    """What of a time has been costed, and at which rates: neither changes any more, but by a correction."""

    _inherit = 'mrp.workcenter.productivity'

    costed_until = fields.Datetime(readonly=True, help="The cost of this time is in the ledger up to then.")
    cost_shares = fields.Json(
        readonly=True, groups=COST_GROUP,
        help="Per category [start, end, share]: which share of a time that several clocks have in common was costed "
             "with this one. In seconds since the year 2000.")
    cost_rates = fields.Json(
        readonly=True, groups=COST_GROUP, help="Per category [until, rate]: at which rates this time was costed.")

    def write(self, vals):
        if {'workorder_id', 'workcenter_id'} & vals.keys():
            self._check_not_costed()
        return super().write(vals)

    def _forget_units(self, units):
        self._check_not_costed()
        super()._forget_units(units)

    def _forget(self):
        self._check_not_costed()
        return super()._forget()

    def _check_not_costed(self):
        for time in self.filtered('costed_until'):
            raise UserError(self.env._(
                "The time of %(person)s on %(stage)s has been costed: its start cannot be cancelled any more, nor can "
                "it go to another stage. A supervisor can correct it.",
                person=time.employee_id.name or time.user_id.name, stage=time.workorder_id.name))

    def _prepare_clock(self, category, sharer, end):
        """Return the engine's `Clock` of this time.

        :param str category: ``labor`` or ``workcenter``
        :param str sharer: the field that names whose time it is
        :param end: to when it counts, naive UTC
        """
        self.ensure_one()
        return Clock(self.id, self[sharer].id, to_seconds(self.date_start), to_seconds(end), tuple(
            Slice(start, stop, Fraction(share)) for start, stop, share in (self.cost_shares or {}).get(category, ())))

    def _cost(self, end, slices, rates):
        """Mark this time as costed; return its `Work`.

        :param end: to when it is costed, naive UTC
        :param dict slices: the engine's `Slice` of it, per category
        :param dict rates: per category ``[until, rate]``, see ``cost_rates``
        """
        self.ensure_one()
        shares, held = self.cost_shares or {}, self.cost_rates or {}
        self.write({
            'costed_until': end,
            'cost_shares': {
                category: shares.get(category, []) + [[part.start, part.end, str(part.share)] for part in parts]
                for category, parts in slices.items()},
            'cost_rates': {category: held.get(category, []) + rates[category] for category in slices},
        })
        return [
            Work(self, category, seconds, rate)
            for category, parts in slices.items()
            for rate, seconds in seconds_by_rate(parts, rates[category]).items()
            if seconds
        ]

    def _prepare_cost_vals(self, act, work, amount):
        """Values of the cost lines for some of this time: one, or one for each of the units that were worked on; none
        where it costs nothing.

        :param act: `StageAct`
        :param work: `Work` of this time
        :param float amount: what it costs, in the company's currency
        """
        self.ensure_one()
        if not amount:
            return []
        stage, hours = self.workorder_id, float(work.seconds) / 3600
        units = self.unit_ids.sorted('number') or [self.env['mrp.production.unit']]
        amounts = evenly(amount, len(units), stage.company_id.currency_id.round)
        return [stage._prepare_cost_line_vals(work.category, act.occurred_at) | {
            'rework_cycle': self.rework_cycle or 1,
            'unit_id': unit.id,
            'quantity': hours / len(units),
            'uom_id': self.env.ref('uom.product_uom_hour').id,
            'rate': work.rate,
            'amount': amount,
            'employee_id': self.employee_id.id if work.category == 'labor' else False,
            'workcenter_id': self.workcenter_id.id,
            'time_id': self.id,
        } for unit, amount in zip(units, amounts)]
