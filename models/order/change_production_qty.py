from odoo import models


class ChangeProductionQty(models.TransientModel):
    _inherit = 'change.production.qty'

    def change_prod_qty(self):
        """Core rewrites the state of work orders here; on our orders the flow decides."""
        staged = self.filtered('mo_id.use_stages')
        for wizard in staged:
            order, old_qty, new_qty = wizard.mo_id, wizard.mo_id.product_qty, wizard.product_qty
            order._check_stage_quantity(new_qty)
            order._update_raw_moves(new_qty / old_qty)
            self._update_finished_moves(order, new_qty, old_qty)
            order.product_qty = new_qty
            order._after_stage_quantity_change(old_qty)
        # What is not asked for any more may have been all that was left to do.
        staged.mo_id._close_passed_orders()
        return super(ChangeProductionQty, self - staged).change_prod_qty()
