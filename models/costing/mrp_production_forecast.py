from odoo import models


class MrpProduction(models.Model):
    """What orders that are still being made will have cost in the end: the ledger, and the plan of what is left."""

    _inherit = 'mrp.production'

    def _get_cost_spent(self):
        """Return what the order has cost so far, with what was written off as a loss of its own."""
        self.ensure_one()
        return self.company_id.currency_id.round(self.cost_total + self.cost_loss)

    def _get_cost_to_come(self):
        """Return what is planned of the work and the materials that are still to come."""
        self.ensure_one()
        if self.state in ('done', 'cancel'):
            return 0.0
        if self.state == 'draft':
            return self.cost_planned
        return self.company_id.currency_id.round(sum(
            stage._get_cost_to_come() for stage in self.workorder_ids
            if stage.stage_status not in ('done', 'skipped', 'cancel')))
