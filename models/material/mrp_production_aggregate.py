from odoo import models
from odoo.fields import Command


class MrpProduction(models.Model):
    """Materials of several orders that become one batch: what was to come for them comes for the batch."""

    _inherit = 'mrp.production'

    def _get_open_raw_moves(self):
        return self.move_raw_ids.filtered(lambda move: move.state not in ('done', 'cancel'))

    def _get_kind_refusal(self):
        own = self._get_open_raw_moves().filtered(lambda move: not (move.bom_line_id or move.selection_id))
        if own:
            return self.env._(
                "%(order)s uses a material that is not in its template: %(material)s.",
                order=self.name, material=own[0].product_id.display_name)
        return super()._get_kind_refusal()

    def _prepare_aggregation_undo(self):
        return super()._prepare_aggregation_undo() | {
            'materials': [
                {
                    'id': move.id,
                    'procure_method': move.procure_method,
                    'origins': move.move_orig_ids.ids,
                    'reserved': move.quantity > 0,
                }
                for move in self._get_open_raw_moves()],
        }

    def _hand_over(self, batch):
        super()._hand_over(batch)
        materials = self._get_open_raw_moves()
        brought = materials.move_orig_ids
        for move in batch.move_raw_ids:
            served = materials.filtered(lambda other, move=move: other.bom_line_id == move.bom_line_id)
            move.move_orig_ids = [Command.set(served.move_orig_ids.ids)]
        # What no material of the batch asks for any more stays with its order.
        materials.filtered(lambda move: move.move_orig_ids <= batch.move_raw_ids.move_orig_ids).move_orig_ids = [
            Command.clear()]
        self._pass_transfers(brought, batch)

    def _pass_transfers(self, brought, batch):
        """Let transfers that bring materials for these orders be those of another one.

        :param brought: the moves in them
        """
        brought.filtered(
            lambda move: move.production_group_id & self.production_group_id
        ).production_group_id = batch.production_group_id

    def _after_aggregate(self, batch):
        """What was reserved for one of these orders, by hand too, is reserved for the batch."""
        super()._after_aggregate(batch)
        reserved = self.env['stock.move'].browse(
            undo['id'] for order in self for undo in order.aggregation_undo['materials'] if undo['reserved'])
        batch._get_open_raw_moves().filtered(
            lambda move: move.state != 'assigned' and move.bom_line_id in reserved.bom_line_id)._action_assign()

    def _take_back(self, batch):
        super()._take_back(batch)
        moves = self.env['stock.move']
        materials = batch._get_open_raw_moves()
        coming = materials.move_orig_ids
        materials.move_orig_ids = [Command.clear()]
        for order in self:
            for undo in order.aggregation_undo['materials']:
                brought = moves.browse(undo['origins']) & coming
                moves.browse(undo['id']).write({
                    'move_orig_ids': [Command.set(brought.ids)], 'procure_method': undo['procure_method']})
                batch._pass_transfers(brought, order)

    def _revive(self):
        """What was reserved is reserved again, in the order the orders were made in."""
        undos = [undo for order in self for undo in order.aggregation_undo['materials']]
        materials = self.env['stock.move'].browse(undo['id'] for undo in undos)
        materials.write({'state': 'draft'})
        materials._action_confirm(merge=False, create_proc=False)
        super()._revive()
        reserved = materials.browse(undo['id'] for undo in undos if undo['reserved'])
        reserved.filtered(lambda move: move.state not in ('assigned', 'done', 'cancel'))._action_assign()
