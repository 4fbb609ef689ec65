from odoo import fields, models


class MrpWorkorder(models.Model):
    """What a stage is expected to cost: its norms, at the prices and rates of the day its order was confirmed."""

    _inherit = 'mrp.workorder'

    cost_planned = fields.Monetary(
        "Planned Cost", readonly=True, copy=False, currency_field='cost_currency_id',
        groups='mrp_production_stage.group_cost')

    def _plan_costs(self):
        """Write down what these stages are expected to cost."""
        # Whoever may confirm an order need not see what it costs.
        stages = self.sudo().filtered(lambda stage: stage.stage_status not in ('done', 'skipped', 'cancel'))
        rates = stages._get_planned_hourly_costs()
        for stage in stages:
            stage.cost_planned = stage._get_material_plan() + stage.duration_expected / 60 * (
                rates[stage] + stage.workcenter_id.costs_hour)

    def _get_material_plan(self):
        """Return what the stage's norms cost today, in the company's currency."""
        return sum(move.norm_qty * move.product_id.standard_price for move in self.move_raw_ids)

    def _get_planned_hourly_costs(self):
        """Return, per stage, what an hour of its performer costs: of a role or of nobody yet, of those who may be it on
        average; nothing of a subcontractor."""
        operators = self.env.ref('mrp_production_stage.group_operator').all_user_ids
        anybody = {
            company: self.env['hr.employee'].search([
                ('company_id', '=', company.id), ('user_id', 'in', operators.ids)])
            for company in self.filtered(lambda stage: stage.performer_type == 'at_start').company_id
        }
        rates = {}
        for stage in self:
            if stage.performer_type == 'role':
                employees = stage.performer_role_id.employee_ids
            elif stage.performer_type == 'at_start':
                employees = anybody[stage.company_id]
            else:
                employees = stage.performer_employee_id
            rates[stage] = sum(employees.mapped('hourly_cost')) / (len(employees) or 1)
        return rates
