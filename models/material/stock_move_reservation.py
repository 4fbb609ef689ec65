from odoo import models


class StockMove(models.Model):
    """Orders that compete for the same stock."""

    _inherit = 'stock.move'

    def _action_assign(self, force_qty=False):
        self.filtered(lambda move: move.state not in ('draft', 'assigned', 'done', 'cancel'))._lock_stock()
        return super()._action_assign(force_qty=force_qty)

    def _lock_stock(self):
        """Let nobody else reserve what materials of our orders may be taken from, until this is over."""
        materials = self.filtered(lambda move: move._is_stage_material() and not move._should_bypass_reservation())
        if materials:
            self.env['stock.quant']._lock_stock_of(materials.product_id, materials.location_id)
