from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools import float_round

from ..template.mrp_bom_line import NORM_TYPES
from .usage import Usage


class StockMove(models.Model):
    _inherit = 'stock.move'

    norm_qty = fields.Float(
        "Norm", digits='Product Unit', copy=False, readonly=True,
        help="What the template asks for, in the product's unit of measure; "
             "what was really used stands beside it.")
    norm_rate = fields.Float(
        "Norm Rate", readonly=True,
        help="What the norm asks for one unit of the order, or for the order where it is per order; in the product's "
             "unit of measure. Formulas ask for other quantities.")
    norm_type = fields.Selection(NORM_TYPES, "Norm Is", readonly=True)
    norm_formula = fields.Char(readonly=True, help="The formula the norm was calculated with.")
    norm_inputs = fields.Json(readonly=True, help="The numbers the norm was calculated from.")
    stage_event_id = fields.Many2one(
        'mrp.workorder.event', "Stage Event", copy=False, readonly=True, index='btree_not_null',
        ondelete='restrict', help="The act that caused this move.")
    rework_cycle = fields.Integer(
        "Rework Cycle", copy=False, readonly=True, aggregator=None,
        help="The cycle of its stage in which this was used or came out.")

    # Core looks for the transfers of an order's group when the order is confirmed: without it, in all moves ever.
    _production_group = models.Index('(production_group_id) WHERE production_group_id IS NOT NULL')

    @api.depends('workorder_id.production_id.name')
    def _compute_reference(self):
        """Returns and losses are neither materials nor goods of the order, but people look for them under its name."""
        others = self.filtered(
            lambda move: move.workorder_id and not move.raw_material_production_id and not move.production_id)
        for move in others:
            move.reference = move.workorder_id.production_id.name
        super(StockMove, self - others)._compute_reference()

    def _compute_forecast_information(self):
        """What a stage has used was available; core asks whether it still is, and calls the order short."""
        super()._compute_forecast_information()
        for move in self.filtered(lambda move: move.state == 'done' and move._is_stage_material()):
            move.forecast_availability = move.product_qty

    def _is_stage_material(self):
        return bool(self.raw_material_production_id.use_stages)

    def write(self, vals):
        """Leave alone the dates that moves of our orders have already: core writes them order by order, and asks for
        reordering rules at each.

        With the dates of an order core moves those of all its moves. What a stage has moved keeps its date: by it stock
        is valued first in, first out.
        """
        moves = self
        if vals.keys() <= {'date', 'date_deadline'}:
            moves = self.filtered(lambda move: not move._keeps_dates(vals))
            if not moves:
                return True
        return super(StockMove, moves).write(vals)

    def _keeps_dates(self, vals):
        order = self.raw_material_production_id or self.production_id
        return order.use_stages and (self.state == 'done' or all(
            self[name] == fields.Datetime.to_datetime(value) for name, value in vals.items()))

    def _skip_push(self):
        """What a stage uses ends in production: no rule pushes it on, and none needs to be looked for."""
        return (self._is_stage_material() and not self.move_dest_ids) or super()._skip_push()

    def _prepare_move_split_vals(self, qty):
        """What stays after a partial consumption is still this stage's open material.

        Core would leave it without a stage, picked, and with a copy of the posted value.
        """
        vals = super()._prepare_move_split_vals(qty)
        if self._is_stage_material():
            open_share = qty / self.product_qty if self.product_qty else 0.0
            vals.update({
                'workorder_id': self.workorder_id.id,
                'picked': False,
                'value': 0.0,
                'norm_qty': self.norm_qty * open_share,
            })
        return vals

    def _split(self, qty, restrict_partner_id=False):
        if not self._is_stage_material():
            return super()._split(qty, restrict_partner_id)
        vals_list = super()._split(qty, restrict_partner_id)
        if vals_list:
            self.norm_qty -= vals_list[0]['norm_qty']
        return vals_list

    # ------------------------------------------------------------
    # Consumption by a stage
    # ------------------------------------------------------------

    def _split_share(self, share):
        """Leave in each move the share of its demand that a stage uses now.

        :param float share: of what is still open, in 0..1
        :return: the moves with what stays open, see `_split_rest`
        """
        return self._split_rest({move: move._get_share(share) for move in self})

    def _get_share(self, share):
        """Return the share of the demand in the move's unit of measure; what has serial numbers is used piece by piece.

        :param float share: in 0..1
        """
        self.ensure_one()
        quantity = self.product_uom.round(self.product_uom_qty * share)
        if self.has_tracking != 'serial' or share == 1:
            return quantity
        unit = self.product_id.uom_id
        pieces = float_round(
            self.product_uom._compute_quantity(quantity, unit, round=False), precision_digits=0, rounding_method='DOWN')
        return unit._compute_quantity(pieces, self.product_uom)

    def _split_rest(self, quantities):
        """Leave in each move the part of its demand that a stage uses now.

        :param dict quantities: per move, in its unit of measure; what covers the demand leaves no rest
        :return: the moves with what stays open, as drafts: `_ask_for_rest` confirms them
        """
        rest_vals = []
        for move in self.filtered(lambda move: move.product_uom.compare(move.product_uom_qty, quantities[move]) > 0):
            rest = move.product_uom._compute_quantity(
                move.product_uom_qty - quantities[move], move.product_id.uom_id, rounding_method='HALF-UP')
            rest_vals += move._split(rest)
        return self.create(rest_vals)

    def _ask_for_rest(self):
        """Confirm and reserve what a split left open.

        To be called when what is used now is posted: the lots that were set aside and are not used are free only then.
        """
        self._action_confirm(merge=False, create_proc=False)
        self._action_assign()

    def _consume(self, usages):
        """Post these raw moves as used.

        :param dict usages: `Usage` per move; a move without one is used as demanded. A move used not at all
            is cancelled: its norm stays readable
        :return: the moves that are done
        """
        self._lock_stock()
        default = {move: Usage(move.product_uom_qty) for move in self}
        usages = default | usages
        used = self.filtered(lambda move: not move.product_uom.is_zero(usages[move].quantity))
        # Core cancels an order whose raw moves are all cancelled; here only the norm was not needed.
        (self - used).with_context(skip_mo_check=True)._action_cancel()
        for move in used:
            move._set_used(usages[move])
        used.picked = True
        # What differs from the demand is over or under norm, not a rest to be consumed later.
        return used.with_context(skip_mo_check=True)._action_done(cancel_backorder=True)

    def _set_used(self, usage):
        """Make the move's lines say what was used: of the lots named, else of what is reserved and at hand."""
        self.ensure_one()
        if usage.lots:
            self._set_lot_quantities(usage.lots.items())
        elif self.product_uom.compare(self.quantity, usage.quantity) != 0:
            self._set_quantity_done(usage.quantity)

    def _set_lot_quantities(self, quantities):
        """Make the move's lines say how much of which lot moves.

        :param quantities: pairs of (`stock.lot`, quantity in the unit of measure of the move); the lot may be empty
        """
        self.ensure_one()
        # Deleted rather than cleared: that would leave lines without a move, and what they reserve.
        self.move_line_ids = [Command.delete(line.id) for line in self.move_line_ids] + [
            Command.create(self._prepare_move_line_vals() | {
                'lot_id': lot.id, 'quantity': quantity, 'product_uom_id': self.product_uom.id})
            for lot, quantity in quantities
        ]

    # ------------------------------------------------------------
    # Returns
    # ------------------------------------------------------------

    def _give_back(self, quantities=None):
        """Return what moved for a stage to where it came from, as moves of their own.

        :param dict quantities: per move, how much comes back, in the move's unit of measure; default all
        :return: the return moves, done
        """
        quantities = quantities or {move: move.quantity for move in self}
        returns = self.create([move._prepare_give_back_vals(quantities[move]) for move in self])
        returns._action_confirm(merge=False)
        for move, back in zip(self, returns):
            back._set_lot_quantities(move._allot_return(quantities[move]))
        returns.picked = True
        return returns._action_done()

    def _allot_return(self, quantity):
        """Share a returned quantity among the lots that were used, last used first.

        :param float quantity: in the move's unit of measure
        :return: list of (`stock.lot`, quantity)
        """
        shares = []
        for line in self.move_line_ids.sorted('id', reverse=True):
            taken = min(quantity, line.product_uom_id._compute_quantity(line.quantity, self.product_uom))
            quantity -= taken
            if self.product_uom.compare(taken, 0) > 0:
                shares.append((line.lot_id, taken))
        return shares

    def _prepare_give_back_vals(self, quantity):
        self.ensure_one()
        return {
            'product_id': self.product_id.id,
            'product_uom': self.product_uom.id,
            'product_uom_qty': quantity,
            'location_id': self.location_dest_id.id,
            'location_dest_id': self.location_id.id,
            'company_id': self.company_id.id,
            'workorder_id': self.workorder_id.id,
            'production_group_id': self.production_group_id.id,
            'origin': self.workorder_id.production_id.name,
            'reference_ids': self.reference_ids.ids,
            'origin_returned_move_id': self.id,
            'procure_method': 'make_to_stock',
        }

    def _reopen_norm(self, shares=None):
        """Ask again for materials that came back: their norm moves from these done moves to new open ones.

        :param dict shares: per move, the share of it that came back, in 0..1; default all
        """
        shares = shares or dict.fromkeys(self, 1.0)
        twins, new_vals = {}, []
        for move in self.filtered(lambda move: not move.product_id.uom_id.is_zero(move.norm_qty)):
            norm_qty = move.norm_qty * shares[move]
            twin = move._get_open_twin()
            if twin:
                quantity = move.product_id.uom_id._compute_quantity(norm_qty, move.product_uom)
                twin.with_context(no_procurement=True).write({
                    'norm_qty': twin.norm_qty + norm_qty, 'product_uom_qty': twin.product_uom_qty + quantity})
                twins[move] = twin
            else:
                new_vals += move._prepare_open_norm_vals(norm_qty)
        new = self.create(new_vals)
        # Nothing is demanded of them any more; no stock rule needs to hear of it.
        part = self.filtered(lambda move: shares[move] < 1.0)
        (self - part).with_context(no_procurement=True).write({'norm_qty': 0.0, 'product_uom_qty': 0.0})
        for move in part.with_context(no_procurement=True):
            left = 1.0 - shares[move]
            move.write({'norm_qty': move.norm_qty * left, 'product_uom_qty': move.product_uom_qty * left})
        new._action_confirm(merge=False, create_proc=False)
        self._feed_twins(twins)
        new.union(*twins.values())._action_assign()

    def _feed_twins(self, twins):
        """Let what came back of these moves count as fetched for the open moves that ask for it again.

        Core reserves for a move that others supply no more than those brought, less what was used of it.

        :param dict twins: the open move per done one
        """
        if not any(twin.move_orig_ids for twin in twins.values()):
            return
        for back in self._get_given_back():
            twin = twins.get(back.origin_returned_move_id, self.browse())
            if twin.move_orig_ids:
                twin.move_orig_ids = [Command.link(back.id)]

    def _get_open_twin(self):
        """Return what this move's stage still asks for by the same norm, or none."""
        self.ensure_one()
        return self.workorder_id._get_open_materials().filtered(
            lambda move: all(
                move[name] == self[name]
                for name in ('product_id', 'product_uom', 'norm_type', 'norm_formula', 'selection_id')))[:1]

    def _ask_again(self):
        """Ask anew for cancelled materials whose stage takes part in its order after all, for the units there are."""
        again = self.create([
            vals for move in self.filtered('product_uom_qty')
            for vals in move._prepare_open_norm_vals(move._get_norm_of_living())])
        again._adjust_procure_method()
        again._action_confirm(merge=False)
        again._action_assign()
        self.with_context(no_procurement=True).product_uom_qty = 0.0

    def _get_norm_of_living(self):
        """Return what this material asks for all units of its order that are not lost, in its product's unit."""
        self.ensure_one()
        order, unit = self.raw_material_production_id, self.product_id.uom_id
        return unit.round(order._get_norm_for(
            self, self.product_id, self.norm_rate, unit, order._get_alive_quantity()))

    def _prepare_open_norm_vals(self, norm_qty):
        """Values, in a list, of a new open move that asks for more of the same material at the same stage.

        :param float norm_qty: in the product's unit of measure
        """
        return self.copy_data({
            'product_uom_qty': self.product_id.uom_id._compute_quantity(norm_qty, self.product_uom),
            'norm_qty': norm_qty,
            'workorder_id': self.workorder_id.id,
            'picked': False,
            'value': 0.0,
        })

    def _get_norm_key(self):
        """Return what tells moves apart that do not share a norm."""
        self.ensure_one()
        return self.workorder_id, self.product_id, self.norm_type, self.norm_formula

    def _get_norm_change(self, new_qty):
        """Return how much more these moves, which share a norm, ask for when the order's quantity changes.

        :param float new_qty: in the order's unit of measure
        :return: in the product's unit of measure
        """
        return self.raw_material_production_id._get_norm_change(
            self[:1], self.product_id, self._get_norm_rate(), self.product_id.uom_id, new_qty)

    def _get_norm_rate(self):
        """Return the rate of the norm that these moves share: a material may be on several lines, and each of them on
        several moves."""
        return sum({move.bom_line_id: move.norm_rate for move in self}.values())

    def _shift_used_norm(self, difference):
        """Let what has left stock stand for more or less of the norm, as the order's quantity changes.

        :param float difference: in the product's unit of measure; down to no norm at all, up to what was
            demanded of the moves when they were posted
        :return: how much of it these moves took
        """
        left = difference
        for move in self.filtered(lambda move: move.state == 'done'):
            change = min(max(left, -move.norm_qty), max(0.0, move.product_qty - move.norm_qty))
            move.norm_qty += change
            left -= change
        return difference - left

    def _get_used_quantities(self):
        """Return, per consumed move, what was used of it: less what came back. In the move's unit of measure."""
        given_back = self._get_given_back().grouped('origin_returned_move_id')
        return {
            move: move.product_uom.round(
                move.quantity - sum(given_back.get(move, self.browse()).mapped('quantity')))
            for move in self
        }

    def _get_quantities_at_hand(self):
        """Hook: return, per consumed move of a cancelled order, what of it may still be there, in the move's unit of
        measure."""
        return self._get_used_quantities()

    def _get_given_back(self):
        """Return the done return moves of these ones."""
        return self.search([
            ('origin_returned_move_id', 'in', self.ids), ('workorder_id', '!=', False), ('state', '=', 'done')])
