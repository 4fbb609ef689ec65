from odoo import api, fields, models

from .mrp_cost_line import CATEGORIES


class MrpCostMixin(models.AbstractModel):
    """Records that cost something: what the ledger says of them, and what was planned. For people who see costs."""

    _name = 'mrp.cost.mixin'
    _description = "Costs of Production"

    #: The ledger's field that names these records
    _cost_owner = None

    cost_currency_id = fields.Many2one(
        'res.currency', "Cost Currency", compute='_compute_cost_currency_id', compute_sudo=True,
        groups='mrp_production_stage.group_cost')
    cost_material = fields.Monetary(
        "Material", compute='_compute_costs', compute_sudo=True, currency_field='cost_currency_id',
        groups='mrp_production_stage.group_cost')
    cost_labor = fields.Monetary(
        "Labor", compute='_compute_costs', compute_sudo=True, currency_field='cost_currency_id',
        groups='mrp_production_stage.group_cost')
    cost_workcenter = fields.Monetary(
        "Work Center", compute='_compute_costs', compute_sudo=True, currency_field='cost_currency_id',
        groups='mrp_production_stage.group_cost')
    cost_subcontract = fields.Monetary(
        "Subcontracting", compute='_compute_costs', compute_sudo=True, currency_field='cost_currency_id',
        groups='mrp_production_stage.group_cost')
    cost_defect = fields.Monetary(
        "Defects", compute='_compute_costs', compute_sudo=True, currency_field='cost_currency_id',
        groups='mrp_production_stage.group_cost')
    cost_recovery = fields.Monetary(
        "Recovery", compute='_compute_costs', compute_sudo=True, currency_field='cost_currency_id',
        groups='mrp_production_stage.group_cost')
    cost_loss = fields.Monetary(
        "Separate Loss", compute='_compute_costs', compute_sudo=True, currency_field='cost_currency_id',
        groups='mrp_production_stage.group_cost', help="Written off, and no cost of the goods.")
    cost_total = fields.Monetary(
        "Cost", compute='_compute_costs', compute_sudo=True, currency_field='cost_currency_id',
        groups='mrp_production_stage.group_cost')

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
