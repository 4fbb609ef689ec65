from odoo import api, fields, models
from odoo.exceptions import AccessError

from .mrp_cost_line import CATEGORIES

COST_GROUP = 'mrp_production_stage.group_cost'
CATEGORY_NAMES = tuple(category for category, _label in CATEGORIES)
# What is known of each record's costs: the categories' sums make up the total
COSTS = (*CATEGORY_NAMES, 'total', 'loss', 'rework')


def cost_field(string, compute='_compute_costs', **options):
    """Return a field with a sum of money, for people who see costs."""
    return fields.Monetary(
        string, compute=compute, compute_sudo=True, currency_field='cost_currency_id', groups=COST_GROUP, **options)


def may_see_costs(env):
    """Tell whether whoever acts may read what production costs."""
    return env.su or env.user.has_group(COST_GROUP)


def check_may_see_costs(env):
    """:raises AccessError: whoever acts may not read what production costs"""
    if not may_see_costs(env):
        raise AccessError(env._("Only people who see production costs may read them."))


class MrpCostMixin(models.AbstractModel):
    """Records that cost something: what the ledger says of them, and what was planned. For people who see costs."""

    _name = 'mrp.cost.mixin'
    _description = "Costs of Production"

    #: The ledger's field that names these records
    _cost_owner = None

    cost_currency_id = fields.Many2one(
        'res.currency', "Cost Currency", compute='_compute_cost_currency_id', compute_sudo=True,
        groups=COST_GROUP)
    cost_material = cost_field("Material")
    cost_labor = cost_field("Labor")
    cost_workcenter = cost_field("Work Center")
    cost_subcontract = cost_field("Subcontracting")
    cost_defect = cost_field("Defects")
    cost_recovery = cost_field("Recovery")
    cost_loss = cost_field("Separate Loss", help="Written off, and no cost of the goods.")
    cost_total = cost_field("Cost")
    cost_rework = cost_field(
        "Spent on Rework", help="Materials and work of rework cycles. It is part of the other figures.")

    @api.depends('company_id')
    def _compute_cost_currency_id(self):
        for record in self:
            record.cost_currency_id = record.company_id.currency_id

    @api.depends('cost_line_ids.amount')
    def _compute_costs(self):
        costs = {record: dict.fromkeys(COSTS, 0.0) for record in self._origin}
        for owner, category, is_separate, origin, cycle, amount in self.env['mrp.cost.line']._read_group(
            [(self._cost_owner, 'in', self._origin.ids)],
            [self._cost_owner, 'category', 'is_separate', 'origin', 'rework_cycle'], ['amount:sum']
        ):
            if is_separate:
                costs[owner]['loss'] += amount
            else:
                costs[owner][category] += amount
                costs[owner]['total'] += amount
            if origin == 'use' and cycle > 1:
                costs[owner]['rework'] += amount
        for record in self:
            record._set_costs(costs.get(record._origin, {}))

    def _set_costs(self, costs):
        """:param dict costs: an amount for each of `COSTS`; what it lacks is nothing"""
        self.update({f'cost_{name}': costs.get(name, 0.0) for name in COSTS})

    # ------------------------------------------------------------
    # What is behind a figure
    # ------------------------------------------------------------

    def action_open_cost_lines(self):
        """Open the ledger's lines that make up a figure: the one that the context names in ``cost_figure``, a category
        or another of `COSTS`; default all of them."""
        self.ensure_one()
        figure = self.env.context.get('cost_figure')
        title, domain = self._get_cost_figure(figure)
        group = 'group_stage' if figure in CATEGORY_NAMES else 'group_category'
        action = self.env['ir.actions.act_window']._for_xml_id('mrp_production_stage.mrp_cost_line_action')
        return action | {
            'name': self.env._("%(figure)s: %(record)s", figure=title, record=self._get_cost_title()),
            'domain': [(self._cost_owner, '=', self.id), *domain],
            'context': {f'search_default_{group}': 1},
        }

    def _get_cost_title(self):
        """Hook: return what this record is called in the title of its costs."""
        return self.display_name

    @api.model
    def _get_cost_figure(self, figure):
        """Return the title of a figure and the domain of its lines."""
        if figure in CATEGORY_NAMES:
            categories = dict(self.env['mrp.cost.line']._fields['category']._description_selection(self.env))
            return categories[figure], [('category', '=', figure), ('is_separate', '=', False)]
        return {
            'total': (self.env._("Cost"), [('is_separate', '=', False)]),
            'loss': (self.env._("Separate Loss"), [('is_separate', '=', True)]),
            'rework': (self.env._("Spent on Rework"), [('origin', '=', 'use'), ('rework_cycle', '>', 1)]),
        }.get(figure, (self.env._("All Costs"), []))
