from odoo import models


class MrpProductionSerials(models.TransientModel):
    _inherit = 'mrp.production.serials'

    def action_apply(self):
        """Units that have numbers get the serial numbers in the order in which they are written. An order that waited
        for nothing but its serial numbers closes with them."""
        order = self.production_id
        before = {name: order[name] for name in ('qty_producing', 'state')}
        res = super().action_apply()
        staged = order.filtered('use_stages')
        staged._check_serials_free()
        if order._has_unit_serials():
            # To core whatever has a serial number is being produced, and its order in progress, for good.
            order.write(before)
            order._give_unit_serials(self._get_lots_as_written())
        staged._close_passed_orders()
        return res

    def _get_lots_as_written(self):
        lots = {lot.name: lot for lot in self.production_id.lot_producing_ids}
        names = (self.serial_numbers or '').split('\n')
        return self.env['stock.lot'].union(*(lots[name] for name in names if name in lots))
