from odoo import models
from odoo.exceptions import UserError

from .mrp_cost_mixin import check_may_see_costs


class MrpBom(models.Model):
    _inherit = 'mrp.bom'

    def action_open_expected_cost(self):
        """Show what an order from this template would cost if it were made now."""
        self.ensure_one()
        return self._open_expected_cost()

    def _open_expected_cost(self, product=None, quantity=None):
        """Return the action that shows what an order would cost.

        :param product: the variant; default the first one
        :param float quantity: in the template's unit of measure; default the template's
        """
        check_may_see_costs(self.env)
        if not self:
            raise UserError(self.env['mrp.production']._get_no_template_message(product))
        action = self.env['ir.actions.act_window']._for_xml_id('mrp_production_stage.mrp_template_cost_action')
        context = {'default_bom_id': self.id, 'default_quantity': quantity or self.product_qty}
        if product:
            context['default_product_id'] = product.id
        return action | {'context': context}
