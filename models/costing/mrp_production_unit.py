from odoo import api, fields, models

from ...engine.costing import per_unit
from .mrp_cost_mixin import COST_GROUP


class MrpProductionUnit(models.Model):
    """What each unit of an order that is made unit by unit costs: the work on it, and its share of what was spent on
    all. The living units together cost what their order does."""

    _name = 'mrp.production.unit'
    _inherit = ['mrp.production.unit', 'mrp.cost.mixin']

    _cost_owner = 'unit_id'

    cost_line_ids = fields.One2many(
        'mrp.cost.line', 'unit_id', "Costs of Its Own", readonly=True, groups=COST_GROUP)

    @api.depends('production_id.cost_line_ids.amount')
    def _compute_costs(self):
        super()._compute_costs()
        shares = self.production_id._get_costs_per_unit()
        for unit in self:
            amounts = shares.get((unit.production_id._origin, unit.number), {})
            unit.update({f'cost_{category}': amount for category, amount in amounts.items()})
            unit.cost_total = sum(amounts.values())

    def _get_cost_title(self):
        return self.env._("unit %(number)s of %(order)s", number=self.number, order=self.production_id.name)


class MrpProduction(models.Model):
    _inherit = 'mrp.production'

    cost_unit_ids = fields.One2many(
        'mrp.production.unit', 'production_id', "Costs of Units", readonly=True, groups=COST_GROUP)

    def _get_costs_per_unit(self):
        """Return what each numbered unit of these orders bears, per category.

        :return: ``{(order, number): {category: amount}}``
        """
        supplied = {}
        for stage, number in self.env['mrp.workorder.unit']._read_group(
            [('production_id', 'in', self._origin.ids), ('supply_event_id', '!=', False)], ['workorder_id', 'number']
        ):
            supplied.setdefault(stage.id, set()).add(number)
        flows, costs = self._load_flows(), self._origin._get_spent_costs()
        shares = {}
        for order in self._origin:
            for (number, (_stage, category, *_cell)), amount in per_unit(
                costs[order], flows[order].state.alive, supplied,
                order.company_id.currency_id.round,
            ).items():
                amounts = shares.setdefault((order, number), {})
                amounts[category] = amounts.get(category, 0.0) + amount
        return shares
