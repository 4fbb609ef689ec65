from odoo import fields, models


class StockMove(models.Model):
    """Moves of variants that were picked for an order."""

    _inherit = 'stock.move'

    selection_id = fields.Many2one(
        'mrp.production.selection', "Picked For", readonly=True, index='btree_not_null',
        help="The material of the template whose variant was left open.")

    def _get_norm_key(self):
        return (*super()._get_norm_key(), self.selection_id)

    def _get_norm_change(self, new_qty):
        """What was picked follows the quantity of the order in proportion."""
        selection = self.selection_id
        if not selection or not selection.product_qty:
            return super()._get_norm_change(new_qty)
        return sum(self.mapped('norm_qty')) * selection._get_norm_change(new_qty) / selection.product_qty

    def _is_followable(self):
        """What was picked goes with what it was picked for."""
        return not self.selection_id and super()._is_followable()
