from odoo import models


class MrpProductionSelection(models.Model):
    _inherit = 'mrp.production.selection'

    def _get_norm_to_plan(self, stage, quantity):
        """Return what is still to be picked as `mrp.production._get_norms` tells it: one of the variants.

        :param stage: that will use it
        :param float quantity: in the unit of measure of the selection
        """
        self.ensure_one()
        products = self.product_tmpl_id.product_variant_ids
        return stage, self.product_uom._compute_quantity(quantity, self.product_tmpl_id.uom_id, round=False), products
