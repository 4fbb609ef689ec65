from odoo import api, fields, models

from .mrp_cost_mixin import COST_GROUP, cost_field

# The categories that are planned: what is not foreseen, losses and what comes back, is not
PLANNED = ('material', 'labor', 'workcenter')


def _planned_field(string):
    return fields.Monetary(string, readonly=True, copy=False, currency_field='cost_currency_id', groups=COST_GROUP)


class MrpWorkorder(models.Model):
    """What a stage is expected to cost: its norms, at the prices and rates of the day its order was confirmed."""

    _inherit = 'mrp.workorder'

    cost_planned_material = _planned_field("Planned Material")
    cost_planned_labor = _planned_field("Planned Labor")
    cost_planned_workcenter = _planned_field("Planned Work Center")
    cost_planned = cost_field("Planned Cost", compute='_compute_cost_planned', store=True)
    cost_difference = cost_field(
        "Difference", compute='_compute_cost_difference', help="What a stage that is done cost beyond its plan.")

    @api.depends('cost_planned_material', 'cost_planned_labor', 'cost_planned_workcenter')
    def _compute_cost_planned(self):
        for stage in self:
            stage.cost_planned = sum(stage[f'cost_planned_{category}'] for category in PLANNED)

    @api.depends('cost_total', 'cost_planned', 'stage_status')
    def _compute_cost_difference(self):
        for stage in self:
            stage.cost_difference = stage.stage_status == 'done' and stage.cost_total - stage.cost_planned

    # ------------------------------------------------------------
    # Planning
    # ------------------------------------------------------------

    def _plan_costs(self):
        """Write down what these stages are expected to cost. What is done stays as it was planned."""
        # Whoever may confirm an order need not see what it costs.
        stages = self.sudo()
        idle = stages.filtered(lambda stage: stage.stage_status in ('skipped', 'cancel'))
        idle._write_cost_plan(dict.fromkeys(PLANNED, 0.0))
        stages = stages.filtered(lambda stage: stage.stage_status not in ('done', 'skipped', 'cancel'))
        for stage, plan in stages._get_cost_plans().items():
            stage._write_cost_plan(plan)

    def _write_cost_plan(self, plan):
        """:param dict plan: an amount per category"""
        self.write({f'cost_planned_{category}': plan[category] for category in PLANNED})

    def _get_cost_plan(self):
        """Return what was planned for this stage, per category."""
        self.ensure_one()
        return {category: self[f'cost_planned_{category}'] for category in PLANNED}

    def _get_cost_plans(self):
        """Return, per stage, what its norms and times cost at today's prices and rates, per category.

        Of what is not known yet, which variant or which person, it is what those possible cost on average.
        """
        rates = self._get_planned_hourly_costs()
        materials = {}
        for order in self.production_id:
            materials |= order._get_material_plans()
        plans = {}
        for stage in self:
            hours = stage.duration_expected / 60
            plan = {
                'material': materials.get(stage, 0.0),
                'labor': hours * rates[stage],
                'workcenter': hours * stage.workcenter_id.costs_hour,
            }
            rounded = stage.production_id.company_id.currency_id.round
            plans[stage] = {category: rounded(amount) for category, amount in plan.items()}
        return plans

    def _get_planned_hourly_costs(self):
        """Return, per stage, what an hour of its performer costs: of a role or of nobody yet, of those who may be it on
        average; nothing of a subcontractor."""
        named = self.filtered(lambda stage: stage.performer_type == 'employee')
        qualified = (self - named)._get_qualified_employees()
        rates = {}
        for stage in self:
            employees = stage.performer_employee_id if stage in named else qualified[stage]
            rates[stage] = sum(employees.mapped('hourly_cost')) / (len(employees) or 1)
        return rates

    def _after_left_out(self):
        super()._after_left_out()
        self._plan_costs()

    def _after_taken_in(self):
        super()._after_taken_in()
        self._plan_costs()

    # ------------------------------------------------------------
    # Sub-batches
    # ------------------------------------------------------------

    def _after_batch_split(self, act, child):
        """A part is expected to cost its share, by quantity, of what its order was: both together as before."""
        super()._after_batch_split(act, child)
        # Whoever reports a defect need not see what units cost.
        order, part = self.sudo().production_id, child.sudo()
        share = part.product_qty / (order.product_qty + part.product_qty)
        rounded = order.company_id.currency_id.round
        for stage, twin in part._get_twin_stages().items():
            plan = {category: rounded(amount * share) for category, amount in stage._get_cost_plan().items()}
            twin._write_cost_plan(plan)
            stage._add_to_cost_plan(plan, -1)

    def _add_to_cost_plan(self, plan, sign):
        """:param dict plan: an amount per category
        :param int sign: 1 to add it, -1 to take it away
        """
        self._write_cost_plan({
            category: amount + sign * plan[category] for category, amount in self._get_cost_plan().items()})
