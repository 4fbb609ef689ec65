from odoo import models


class ChangeProductionQty(models.TransientModel):
    _inherit = 'change.production.qty'

    def change_prod_qty(self):
        res = super().change_prod_qty()
        # Whoever changes an order need not see what is sold.
        self.sudo().mo_id.filtered('use_stages')._get_root_batches()._cut_demands()
        return res
