from odoo import models


class MrpUnbuild(models.Model):
    _inherit = 'mrp.unbuild'

    def _generate_move_from_existing_move(self, move, factor, location_id, location_dest_id):
        """What came back while the order ran does not come back a second time."""
        if move._is_stage_material() and move.quantity:
            factor *= move._get_used_quantities()[move] / move.quantity
        return super()._generate_move_from_existing_move(move, factor, location_id, location_dest_id)
