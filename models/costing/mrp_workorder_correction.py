from odoo import models
from odoo.exceptions import UserError

from .mrp_workcenter_productivity import to_seconds


class MrpWorkorder(models.Model):
    """A time that is corrected after it has been costed: the ledger takes back what it cost, and has it anew."""

    _inherit = 'mrp.workorder'

    def _apply_stage_correct(self, act):
        time = act.kept['time']
        if time.costed_until:
            act.kept['time_costing'] = (
                self.env['mrp.cost.line'].search([('time_id', '=', time.id)]),
                time.costed_until < time.date_end and time.costed_until,
                time.employee_id,
            )
        super()._apply_stage_correct(act)

    def _after_stage_correct(self, act):
        """Cost the time as if it had been like this when it was costed: at the rates of then, another person's at what
        that person costs now. It gets what others with whom it was shared have left: their part stays.

        What units that were lost or split off since have taken along of it is theirs; the difference is borne by those
        that remain.
        """
        super()._after_stage_correct(act)
        if 'time_costing' not in act.kept:
            return
        lines, until, employee = act.kept['time_costing']
        vals_list = lines._prepare_contrary_vals(act.occurred_at)
        if act.kept['time_vals'] is not None:
            vals_list += self._recost(act, until, employee)
        self.env['mrp.cost.line'].create(vals_list)
        self._check_goods_cost_something()

    def _check_goods_cost_something(self):
        """Refuse to take back more than the units bear that remain."""
        order = self.production_id
        if order.company_id.currency_id.compare_amounts(order.cost_total, 0) < 0:
            raise UserError(self.env._(
                "Units of %(order)s that were lost or split off took most of this cost along: the others would cost "
                "less than nothing. Take back less of it, or withdraw that report first.", order=order.name))

    def _recost(self, act, until, employee):
        """Return values of cost lines for a corrected time.

        :param until: to when it had been costed; False for all of it
        :param employee: whose time it was
        """
        time = act.kept['time']
        rates, end = time.cost_rates, min(until or time.date_end, time.date_end)
        if time.employee_id != employee:
            rates = rates | {'labor': [[to_seconds(end), time.employee_id.hourly_cost]]}
        time.write({'costed_until': False, 'cost_shares': False, 'cost_rates': False})
        # What had not been costed is costed when its units are finished.
        return self._cost_times({time: end}, act, rates) if end > time.date_start else []
