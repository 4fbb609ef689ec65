from odoo import api, fields, models

from .mrp_cost_line import CATEGORIES

COST_GROUP = 'mrp_production_stage.group_cost'


def cost_field(string, compute='_compute_costs', **options):
    """Return a field with a sum of money, for people who see costs."""
    return fields.Monetary(
        string, compute=compute, compute_sudo=True, currency_field='cost_currency_id', groups=COST_GROUP, **options)


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

    @api.depends('company_id')
    def _compute_cost_currency_id(self):
        for record in self:
            record.cost_currency_id = record.company_id.currency_id

    @api.depends('cost_line_ids.amount')
    def _compute_costs(self):
        costs, losses = {}, {}
        for owner, category, is_separate, amount in self.env['mrp.cost.line']._read_group(
            [(self._cost_owner, 'in', self._origin.ids)], [self._cost_owner, 'category', 'is_separate'], ['amount:sum']
        ):
            if is_separate:
                losses[owner] = losses.get(owner, 0.0) + amount
            else:
                costs.setdefault(owner, {})[category] = amount
        for record in self:
            amounts = costs.get(record._origin, {})
            for category, _label in CATEGORIES:
                record[f'cost_{category}'] = amounts.get(category, 0.0)
            record.cost_loss = losses.get(record._origin, 0.0)
            record.cost_total = sum(amounts.values())

    def action_open_cost_lines(self):
        """Open the ledger's lines that make the cost up."""
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('mrp_production_stage.mrp_cost_line_action')
        return action | {
            'name': self.env._("Costs of %(record)s", record=self.display_name),
            'domain': [(self._cost_owner, '=', self.id)],
        }
