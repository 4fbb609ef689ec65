from odoo import api, fields, models

from ...engine.costing import Cost
from .mrp_cost_mixin import COST_GROUP, check_may_see_costs, cost_field

# What a share of the costs so far is told apart by
CELL = ('workorder_id', 'category', 'rework_cycle', 'unit_id')


class MrpProduction(models.Model):
    """What an order costs: sums over its ledger."""

    _name = 'mrp.production'
    _inherit = ['mrp.production', 'mrp.cost.mixin']

    _cost_owner = 'production_id'

    cost_line_ids = fields.One2many(
        'mrp.cost.line', 'production_id', "Costs", readonly=True, groups=COST_GROUP)
    cost_unit = cost_field("Cost per Unit", compute='_compute_cost_unit')
    cost_stage_ids = fields.One2many(
        'mrp.workorder', 'production_id', "Costs of Stages", readonly=True,
        groups=COST_GROUP)

    @api.depends('cost_total', 'state', 'product_qty', 'qty_produced', 'move_finished_ids.cost_share')
    def _compute_cost_unit(self):
        quantities = self._get_costed_quantities()
        for order in self:
            order.cost_unit = order.cost_total * order._get_goods_share() / (quantities[order] or 1.0)

    def _get_costed_quantities(self):
        """Return, per order, over how many units its cost is spread: those received, or before that those still
        alive."""
        flows = self.filtered(
            lambda order: order.state != 'done' and order.use_stages and order.workorder_ids)._load_flows()
        return {
            order: order.qty_produced if order.state == 'done' else flows[order].alive if order in flows
            else order.product_qty
            for order in self
        }

    def _get_spent_costs(self):
        """Return, per order, the engine's `Cost` of all that it has cost so far, by cell."""
        costs = {order: [] for order in self}
        for order, stage, category, cycle, unit, amount in self.env['mrp.cost.line']._read_group(
            [('production_id', 'in', self.ids), ('is_separate', '=', False)], ['production_id', *CELL], ['amount:sum']
        ):
            costs[order].append(Cost(
                key=(stage, category, cycle, unit), stage=stage.id, amount=amount,
                is_material=category == 'material', unit=unit.number if unit else None))
        return costs

    def cost_breakdown(self):
        """Return what the order has cost so far.

        :return: ``{'total', 'unit', 'loss', 'variance', 'currency', 'by_category': {category: amount}, 'by_stage':
            [{'workorder_id', 'name', 'total', 'by_category'}]}``, in the company's currency; the stages in order. What
            was written off as a loss of its own is no part of the other figures
        :raises AccessError: the user does not see costs
        """
        self.ensure_one()
        self._check_may_see_costs()
        # Whoever sees costs need not be of production: the stages' names are all that is read of them.
        order = self.sudo()
        costs = {}
        for stage, category, amount in order.env['mrp.cost.line']._read_group(
            [('production_id', '=', order.id), ('is_separate', '=', False)], ['workorder_id', 'category'],
            ['amount:sum']
        ):
            costs.setdefault(stage, {})[category] = amount
        stages = [stage for stage in order.workorder_ids if stage in costs]
        rounded = order.company_id.currency_id.round
        by_category = {}
        for amounts in costs.values():
            for category, amount in amounts.items():
                by_category[category] = rounded(by_category.get(category, 0.0) + amount)
        return {
            'total': rounded(order.cost_total),
            'unit': rounded(order.cost_unit),
            'loss': rounded(order.cost_loss),
            'variance': rounded(order.cost_variance),
            'currency': order.company_id.currency_id.name,
            'by_category': by_category,
            'by_stage': [
                {
                    'workorder_id': stage.id,
                    'name': stage.name,
                    'total': rounded(sum(costs[stage].values())),
                    'by_category': costs[stage],
                }
                for stage in stages
            ],
        }

    def _check_may_see_costs(self):
        """:raises AccessError: the user does not see costs, or not these orders"""
        self.check_access('read')
        check_may_see_costs(self.env)
