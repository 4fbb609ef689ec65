from odoo import api, models

from .mrp_cost_mixin import cost_field
from .mrp_workorder_plan import PLANNED


class MrpProduction(models.Model):
    """What an order is expected to cost: kept since it was confirmed; before that, at today's prices and rates."""

    _inherit = 'mrp.production'

    cost_planned_material = cost_field("Planned Material", compute='_compute_cost_planned')
    cost_planned_labor = cost_field("Planned Labor", compute='_compute_cost_planned')
    cost_planned_workcenter = cost_field("Planned Work Center", compute='_compute_cost_planned')
    cost_planned = cost_field(
        "Planned Cost", compute='_compute_cost_planned',
        help="What the norms cost at the prices and rates of the day the order was confirmed.")
    cost_planned_unit = cost_field("Planned Cost per Unit", compute='_compute_cost_planned')
    cost_difference_material = cost_field("Difference of Material", compute='_compute_cost_difference')
    cost_difference_labor = cost_field("Difference of Labor", compute='_compute_cost_difference')
    cost_difference_workcenter = cost_field("Difference of Work Center", compute='_compute_cost_difference')
    cost_difference = cost_field(
        "Difference", compute='_compute_cost_difference', help="What the order cost beyond its plan.")
    cost_difference_unit = cost_field("Difference per Unit", compute='_compute_cost_difference')

    @api.depends(
        'state', 'product_qty', 'workorder_ids.cost_planned', 'workorder_ids.duration_expected',
        'move_raw_ids.product_uom_qty', 'selection_ids.product_qty')
    def _compute_cost_planned(self):
        expected = self.filtered(lambda order: order._is_cost_expected())
        stage_plans = expected._get_stages_to_plan()._get_cost_plans()
        for order in self:
            if order in expected:
                plans = [stage_plans[stage] for stage in order._get_stages_to_plan()]
            else:
                plans = [stage._get_cost_plan() for stage in order.workorder_ids]
            rounded = order.company_id.currency_id.round
            for category in PLANNED:
                order[f'cost_planned_{category}'] = rounded(sum(plan[category] for plan in plans))
            order.cost_planned = rounded(sum(order[f'cost_planned_{category}'] for category in PLANNED))
            order.cost_planned_unit = order.cost_planned * order._get_goods_share() / (order.product_qty or 1.0)

    @api.depends('cost_planned', 'cost_total', 'cost_unit')
    def _compute_cost_difference(self):
        for order in self:
            for category in PLANNED:
                order[f'cost_difference_{category}'] = (
                    order[f'cost_{category}'] - order[f'cost_planned_{category}'])
            order.cost_difference = order.cost_total - order.cost_planned
            order.cost_difference_unit = order.cost_unit - order.cost_planned_unit

    # ------------------------------------------------------------
    # What it will cost
    # ------------------------------------------------------------

    def _is_cost_expected(self):
        """Tell whether nothing has been planned yet, so that what the order costs follows today's prices and rates."""
        return self.use_stages and self.state in (False, 'draft')

    def _get_stages_to_plan(self):
        """Return the stages of drafts that will take part when they are confirmed."""
        return self.workorder_ids.filtered(lambda stage: not stage.is_optional or stage._is_stage_wanted())

    def _get_last_stage_to_plan(self):
        """Return the stage that will use what no stage asks for: see `_link_workorders_and_moves`."""
        stages = self._get_stages_to_plan() or self.workorder_ids
        if self._origin:
            return stages.sorted('sequence')[-1:]
        # Stages that are not saved have no sequence of their own yet.
        places = self._get_stage_places()
        return stages.sorted(lambda stage: places.get(stage.operation_id.id, (-1,))[0])[-1:]

    def _get_material_plans(self):
        """Return, per stage, what its norms cost today."""
        self.ensure_one()
        order = self.with_company(self.company_id)
        norms = order._get_drafted_norms() if order._is_cost_expected() else order._get_norms()
        amounts = {}
        for stage, quantity, products in norms:
            amounts[stage] = amounts.get(stage, 0.0) + quantity * products._get_planned_price()
        return amounts

    def _get_norms(self):
        """Return what stages ask for: ``(stage, quantity, products)``, of several products it will be one. Quantities
        are in the unit of measure of the product."""
        return [
            (move.workorder_id, move.norm_qty, move.product_id) for move in self.move_raw_ids if move.norm_qty
        ] + [
            selection._get_norm_to_plan(selection.workorder_id, selection._get_quantity_to_pick())
            for selection in (self.selection_ids if self.has_selections else ()) if selection._is_awaiting()
        ]

    def _get_drafted_norms(self):
        """Return what stages will ask for; see `_get_norms`. Materials of a draft know operations only."""
        stages = {stage.operation_id: stage for stage in self.workorder_ids if stage.operation_id}
        last = self._get_last_stage_to_plan()
        return [
            (stages.get(move.operation_id, last), move.product_qty, move.product_id)
            for move in self.move_raw_ids if move.state != 'cancel'
        ] + [
            selection._get_norm_to_plan(stages.get(selection.operation_id, last), selection.product_qty)
            for selection in self.selection_ids
        ]

    def action_open_expected_cost(self):
        """Show what this draft is expected to cost by stages and materials."""
        self.ensure_one()
        quantity = self.product_uom_id._compute_quantity(self.product_qty, self.bom_id.product_uom_id)
        return self.bom_id._open_expected_cost(self.product_id, quantity)

    # ------------------------------------------------------------
    # When plans change
    # ------------------------------------------------------------

    def _after_stage_confirm(self):
        super()._after_stage_confirm()
        self.workorder_ids._plan_costs()

    def _after_stage_quantity_change(self, old_qty):
        super()._after_stage_quantity_change(old_qty)
        self.workorder_ids._plan_costs()

    def _after_stage_split(self, orders, ordered):
        super()._after_stage_split(orders, ordered)
        # Only now each part has its norms and times.
        orders.workorder_ids._plan_costs()

    def _follow_template(self):
        res = super()._follow_template()
        self.workorder_ids.filtered(lambda stage: not stage._has_begun())._plan_costs()
        return res

    def _merge_back(self, act):
        """What a part was planned to cost is planned for its order again."""
        # Whoever withdraws a report need not see what units cost.
        for stage, twin in self.sudo()._get_twin_stages().items():
            plan = twin._get_cost_plan()
            stage._add_to_cost_plan(plan, 1)
            twin._add_to_cost_plan(plan, -1)
        super()._merge_back(act)
