from odoo import models


class MrpProductionSerials(models.TransientModel):
    _inherit = 'mrp.production.serials'

    def action_apply(self):
        """An order that waited for nothing but its serial numbers closes with them."""
        res = super().action_apply()
        self.production_id.filtered('use_stages')._close_passed_orders()
        return res
