from odoo import fields, models

from .mrp_cost_mixin import COST_GROUP


class MrpWorkorder(models.Model):
    """A stage's acts write what they cost into the ledger, before they close the order."""

    _name = 'mrp.workorder'
    _inherit = ['mrp.workorder', 'mrp.cost.mixin']

    _cost_owner = 'workorder_id'

    cost_line_ids = fields.One2many(
        'mrp.cost.line', 'workorder_id', "Costs", readonly=True, groups=COST_GROUP)
    # Operators see hours, no rates; whom core shows them, they stay shown.
    costs_hour = fields.Float(groups=f'mrp.group_mrp_user,{COST_GROUP}')

    def _settle_stage_acts(self, act):
        self._write_act_costs(act)
        super()._settle_stage_acts(act)

    def _write_act_costs(self, act):
        """Write the ledger's lines of an act. Part of the door."""
        # What is only picked for a stage has cost nothing yet.
        moves = self.env['stock.move'].union(*act.moves.values()).filtered(lambda move: move.state == 'done')
        vals_list = [
            # Numbered units of one stage may be in different cycles.
            vals | {'rework_cycle': act.cycle.get(vals['workorder_id'], vals['rework_cycle'])}
            for vals in moves._prepare_cost_vals(act.occurred_at)]
        if act.kind == 'finish':
            vals_list += self._prepare_time_costs(act)
        self.env['mrp.cost.line'].create(vals_list)
        if act.kind == 'finish' and any(vals['category'] == 'material' and vals['amount'] < 0 for vals in vals_list):
            self._check_goods_cost_something()

    def _prepare_cost_line_vals(self, category, occurred_at):
        """Values that every cost line of this stage has."""
        self.ensure_one()
        return {
            'production_id': self.production_id.id,
            'workorder_id': self.id,
            'company_id': self.company_id.id,
            'category': category,
            'rework_cycle': self.rework_cycle,
            'occurred_at': occurred_at,
        }

    def _cal_cost(self, date=False):
        """What stages cost beside their materials is in the ledger, at the rates of its time.

        Core asks what it was up to a date in the dialog of work in progress alone: for whoever opens it, if as
        superuser. Who sees no costs is told what Odoo would say without a ledger, the work centers' time. Labor of one
        stage would be a person's rate. What is posted when an order closes is asked for without a date.
        """
        if date and not self.env.user.has_group(COST_GROUP):
            return super()._cal_cost(date)
        staged = self.filtered('use_stages')
        total = super(MrpWorkorder, self - staged)._cal_cost(date)
        # Core asks stage by stage; the lines of all the order's stages are read at once. Whoever closes an order need
        # not see what it costs.
        lines = staged.sudo().cost_line_ids.filtered(
            # Work that was lost has been done all the same.
            lambda line: line.category in ('labor', 'workcenter', 'subcontract') and line.origin != 'loss')
        return total + sum(line.amount for line in lines if not date or line.occurred_at < date)
