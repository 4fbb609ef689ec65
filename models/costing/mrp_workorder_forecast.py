from odoo import models


class MrpWorkorder(models.Model):
    """What a stage that is not done is still to cost."""

    _inherit = 'mrp.workorder'

    def _get_cost_to_come(self):
        """Return what was planned of the materials of units that have none yet here, and of the work on those that have
        not passed."""
        self.ensure_one()
        order = self.production_id
        alive = order._get_alive_quantity()
        work = self.cost_planned - self.cost_planned_material
        unsupplied, unpassed = (max(0.0, alive - quantity) for quantity in (self.qty_supplied, self.qty_produced))
        return (self.cost_planned_material * unsupplied + work * unpassed) / order.product_qty
