from odoo import fields, models
from odoo.exceptions import UserError

from ...engine.costing import evenly


class MrpWorkcenterProductivity(models.Model):
    """Time that has been costed is not touched any more."""

    _inherit = 'mrp.workcenter.productivity'

    costed_until = fields.Datetime(readonly=True, help="The cost of this time is in the ledger up to then.")

    def write(self, vals):
        if {'date_start', 'employee_id', 'workorder_id', 'workcenter_id'} & vals.keys() or (
            'date_end' in vals and any(time.date_end for time in self)
        ):
            self._check_not_costed()
        return super().write(vals)

    def unlink(self):
        self._check_not_costed()
        return super().unlink()

    def _check_not_costed(self):
        for time in self.filtered('costed_until'):
            raise UserError(self.env._(
                "The time of %(person)s on %(stage)s has been costed: it cannot be changed any more.",
                person=time.employee_id.name or time.user_id.name, stage=time.workorder_id.name))

    def _prepare_cost_vals(self, act, category, seconds, rate):
        """Values of the cost lines for some of this time: one, or one for each of the units that were worked on; none
        where it costs nothing.

        :param act: `StageAct`
        :param category: ``labor`` or ``workcenter``
        :param seconds: how long, exact
        :param float rate: per hour, in the company's currency
        """
        self.ensure_one()
        stage = self.workorder_id
        amount = stage.company_id.currency_id.round(float(seconds) / 3600 * rate)
        if not amount:
            return []
        units = self.unit_ids.sorted('number') or [self.env['mrp.production.unit']]
        amounts = evenly(amount, len(units), stage.company_id.currency_id.round)
        return [stage._prepare_cost_line_vals(category, act.occurred_at) | {
            'rework_cycle': self.rework_cycle or 1,
            'unit_id': unit.id,
            'quantity': float(seconds) / 3600 / len(units),
            'uom_id': self.env.ref('uom.product_uom_hour').id,
            'rate': rate,
            'amount': amount,
            'employee_id': self.employee_id.id if category == 'labor' else False,
            'workcenter_id': self.workcenter_id.id,
            'time_id': self.id,
        } for unit, amount in zip(units, amounts)]
