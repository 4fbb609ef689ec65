from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ..order.arguments import check_quantity, format_quantity


class MrpProduction(models.Model):
    """An order's materials: tied to stages, compared with their norm, posted as they are used."""

    _inherit = 'mrp.production'

    material_ids = fields.One2many(
        'mrp.production.material', 'production_id', "Materials", readonly=True)
    has_overconsumption = fields.Boolean("Overconsumption", compute='_compute_material_flags')
    awaits_selection = fields.Boolean("Awaiting Selection", compute='_compute_material_flags')

    def _compute_material_flags(self):
        """What most orders have none of needs no column in the list of their materials."""
        flagged = self.env['mrp.production.material'].search([
            ('production_id', 'in', self.ids), '|', ('overconsumption', '>', 0), ('selection_id', '!=', False)])
        awaiting = flagged.filtered('selection_id')
        for order in self:
            order.has_overconsumption = order._origin in (flagged - awaiting).production_id
            order.awaits_selection = order._origin in awaiting.production_id

    # ------------------------------------------------------------
    # Confirmation
    # ------------------------------------------------------------

    def _after_stage_confirm(self):
        self.move_raw_ids._set_norm()
        super()._after_stage_confirm()

    def _after_stage_split(self, orders, ordered):
        super()._after_stage_split(orders, ordered)
        # The other parts have taken what they ask for as their norm when they were confirmed.
        for move in self.move_raw_ids.filtered(lambda move: move.state not in ('done', 'cancel')):
            move.norm_qty *= self.product_qty / ordered

    def _link_workorders_and_moves(self):
        """A material without a stage is used at the last one that is done: nothing else would ever take it."""
        super()._link_workorders_and_moves()
        if not self.use_stages:
            return
        orphans = self.move_raw_ids.filtered(
            lambda move: not move.workorder_id and move.state not in ('done', 'cancel'))
        if orphans:
            stages = self.workorder_ids.sorted(lambda stage: (stage.sequence, stage.id))
            orphans.workorder_id = (stages.filtered(lambda stage: stage.state != 'cancel') or stages)[-1:]

    # ------------------------------------------------------------
    # Reading
    # ------------------------------------------------------------

    def material_summary(self):
        """Return what the order asks for and what it used, per stage and product.

        :return: list of ``{'product_id', 'workorder_id', 'norm', 'reserved', 'consumed', 'remaining',
            'overconsumption', 'shortage', 'product_tmpl_id', 'awaiting_selection'}`` in the product's unit of
            measure. What awaits selection has no ``product_id`` yet
        """
        self.ensure_one()
        self.check_access('read')
        materials = self.env['mrp.production.material']
        materials.invalidate_model()
        return [
            {
                'product_id': line.product_id.id,
                'workorder_id': line.workorder_id.id,
                'norm': line.norm,
                'reserved': line.reserved,
                'consumed': line.consumed,
                'remaining': line.remaining,
                'overconsumption': line.overconsumption,
                'shortage': line.shortage,
                'product_tmpl_id': line.product_tmpl_id.id,
                'awaiting_selection': bool(line.selection_id),
            }
            for line in materials.search([('production_id', '=', self.id)])
        ]

    # ------------------------------------------------------------
    # Changes
    # ------------------------------------------------------------

    def _update_raw_moves(self, factor):
        """Scale the norms; what has left stock stays, only what is open follows.

        Core scales the open moves alone and forgets whatever was consumed before.
        """
        if not self.use_stages:
            return super()._update_raw_moves(factor)
        update_info = []
        new_vals = []
        for moves in self.move_raw_ids.grouped(lambda move: move._get_norm_key()).values():
            product = moves.product_id
            difference = product.uom_id.round(moves._get_norm_change(self.product_qty * factor))
            open_move = moves.filtered(lambda move: move.state not in ('done', 'cancel'))[:1]
            if difference < 0:
                change = max(-open_move.product_qty, difference)
                (moves - open_move)._shift_used_norm(difference - change)
            else:
                change = difference - (moves - open_move)._shift_used_norm(difference)
            if product.uom_id.is_zero(change):
                continue
            if open_move:
                old_qty = open_move.product_uom_qty
                open_move.norm_qty += change
                open_move.product_uom_qty = old_qty + product.uom_id._compute_quantity(change, open_move.product_uom)
                update_info.append((open_move, old_qty, open_move.product_uom_qty))
            else:
                new_vals += moves[-1]._prepare_open_norm_vals(change)
        new_moves = self.env['stock.move'].create(new_vals)
        new_moves._adjust_procure_method()
        new_moves._action_confirm(merge=False)
        new_moves._action_assign()
        return update_info

    def return_materials(self, lines):
        """Take back into stock what a cancelled order had taken and did not use.

        :param list lines: ``{'move_id', 'qty'}``, in the unit of measure of the move
        :return: ids of the return moves
        :raises UserError: more than was used, or not a material of this order; nothing has moved
        """
        self.ensure_one()
        self.check_access('write')
        # Odoo lets sales people write manufacturing orders and moves; what lies in the workshop is not theirs.
        if not (self.env.su or self.env.user.has_group('mrp.group_mrp_user')):
            raise AccessError(self.env._("Only people of production may take materials back."))
        if self.state != 'cancel':
            raise UserError(self.env._(
                "%(order)s is not cancelled. Materials of a running order come back by cancelling the start "
                "of a stage.", order=self.name))
        quantities = {}
        consumed = self.move_raw_ids.filtered(lambda move: move.state == 'done')
        for line in lines:
            move = consumed.filtered(lambda move: move.id == line.get('move_id'))
            if not move:
                raise UserError(self.env._("%(order)s has not used this material.", order=self.name))
            qty = check_quantity(self.env, line.get('qty'))
            quantities[move] = quantities.get(move, 0.0) + qty
        at_hand = consumed._get_quantities_at_hand()
        for move, qty in quantities.items():
            left = at_hand[move]
            if move.product_uom.compare(qty, left) > 0:
                raise UserError(self.env._(
                    "%(qty)s %(unit)s of %(product)s cannot come back: %(left)s %(unit)s were used, for units that are "
                    "still in this order.",
                    qty=format_quantity(self.env, qty), left=format_quantity(self.env, left),
                    unit=move.product_uom.name, product=move.product_id.display_name))
        return consumed.browse().union(*quantities)._give_back(quantities).ids
