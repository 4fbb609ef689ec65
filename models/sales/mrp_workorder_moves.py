from odoo import models

# What else than finishing may change where a deal stands
DECISIVE = ('return', 'write_off', 'split', 'decide', 'withdraw')


class MrpWorkorder(models.Model):
    """Acts that a deal waits for, or should know of, move it."""

    _inherit = 'mrp.workorder'

    def _settle_stage_acts(self, act):
        super()._settle_stage_acts(act)
        orders = self.production_id
        if act.kind == 'finish':
            orders = orders.filtered(lambda order: order.state != 'done' and order._may_move_deals())
        elif act.kind not in DECISIVE:
            return
        orders._update_deals(orders if act.kind == 'write_off' else ())
