from odoo import models


class MrpUnbuild(models.Model):
    _inherit = 'mrp.unbuild'

    def _generate_move_from_existing_move(self, move, factor, location_id, location_dest_id):
        """What came back while the order ran does not come back a second time; nor does what one of its stages made
        and another used."""
        if move.quantity and (move._is_stage_material() or move._is_journal_output()):
            factor *= self.mo_id._get_unbuild_share(move)
        return super()._generate_move_from_existing_move(move, factor, location_id, location_dest_id)
