from odoo import models


class MrpProduction(models.Model):
    """Materials of sub-batches: a share of what is not used yet. What stages have recorded stays with the order they
    belong to."""

    _inherit = 'mrp.production'

    def _prepare_batch_vals(self, quantity):
        return super()._prepare_batch_vals(quantity) | {'selection_ids': []}

    def _share_selections(self, child, shares):
        """Let a part of what is still to be picked be picked for the order of a part.

        :param child: the order that was split off
        :param dict shares: per stage of it, its share
        :return: per selection of this order, the id of the other's
        """
        found = {}
        stages = {stage.split_from_id: stage for stage in shares}
        for selection in self.selection_ids if self.has_selections else ():
            stage = stages[selection.workorder_id]
            quantity = selection.product_uom.round(selection._get_quantity_to_pick() * shares[stage])
            if quantity > 0:
                found[selection] = selection.copy({
                    'production_id': child.id, 'workorder_id': stage.id, 'product_qty': quantity}).id
                selection.product_qty -= quantity
        return found

    def _copy_idle_materials(self, child):
        """Let a part know what its skipped stages would use, should they take part."""
        twins = child._get_twin_stages()
        idle = self.move_raw_ids.filtered(
            lambda move: move.state == 'cancel' and move.workorder_id.stage_status == 'skipped')
        self.env['stock.move'].create([
            vals for move in idle for vals in move.copy_data({
                'raw_material_production_id': child.id, 'workorder_id': twins[move.workorder_id].id,
                'state': 'cancel'})])

    def _merge_back(self, act):
        undo = self._get_split_event().undo
        self.env['stock.move']._take_back_shares(undo['shared_materials'])
        self.env['mrp.workorder']._take_supply_back(undo['shared_supply'])
        # What was to be done again with materials of its own is not.
        self.move_raw_ids.norm_qty = 0.0
        for selection in self.selection_ids:
            original = self.parent_batch_id.selection_ids.filtered(
                lambda other, selection=selection: other.bom_line_id == selection.bom_line_id
                and other.product_tmpl_id == selection.product_tmpl_id)[:1]
            original.product_qty += selection.product_qty
        self.workorder_ids.qty_supplied = 0.0
        super()._merge_back(act)
