from odoo import models
from odoo.exceptions import UserError


class MrpWorkorder(models.Model):
    _inherit = 'mrp.workorder'

    def _is_stage_wanted(self):
        """An upsell on the sale order asks for the stage that makes it."""
        if self.activation == 'upsell':
            return self._has_upsell(self.production_id._get_sale_orders())
        return super()._is_stage_wanted()

    def _has_upsell(self, sale_orders):
        """Tell whether one of the stage's upsell products is on these sale orders."""
        return any(
            line.product_id in self.upsell_product_ids and line.product_uom_qty > 0
            for line in sale_orders.order_line)

    def _follow_upsell(self, wanted):
        """Activate or skip the stage; where that is no longer possible, tell the sale order why."""
        try:
            with self.env.cr.savepoint():
                if wanted:
                    self.stage_activate(source='trigger')
                else:
                    self.stage_skip(source='trigger')
        except UserError as refusal:
            for sale_order in self.production_id._get_sale_orders():
                sale_order.message_post(body=str(refusal))
