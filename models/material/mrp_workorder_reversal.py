from odoo import models
from odoo.exceptions import UserError

from ...engine import balance as engine
from ..order.arguments import check_record_id, format_quantity
from .entry_line import EntryLine


class MrpWorkorder(models.Model):
    """Mistakes in the journal are taken back by entries of their own; both stay to be seen."""

    _inherit = 'mrp.workorder'

    def stage_reverse_entry(self, entry_id, note=None, **options):
        """Take back a mistaken entry of the stage's journal; its move goes back, too.

        :param int entry_id: a `mrp.workorder.entry` of this stage
        """
        self.ensure_one()
        return self._act('reverse', {'entry_id': check_record_id(self.env, entry_id)}, note=note, **options)

    def _check_stage_reverse(self, act):
        self._check_order_running()
        self._check_stage_worker(act)
        entry = self._browse_entry(act)
        if entry.kind == 'input':
            entry.move_id._check_may_come_back({entry.move_id: entry.move_id.quantity})
        elif entry.move_id.production_id:
            self._check_still_there(entry)

    def _browse_entry(self, act):
        entry = self.entry_ids.filtered(lambda entry: entry.id == act.request['entry_id'])
        names = {'entry': entry.display_name, 'stage': self.name, 'number': act.request['entry_id']}
        if not entry:
            raise UserError(self.env._("Entry %(number)s is not one of %(stage)s.", **names))
        if entry.reversed_entry_id:
            raise UserError(self.env._("%(entry)s takes another entry back: record it anew instead.", **names))
        if entry.is_reversed:
            raise UserError(self.env._("%(entry)s has already been taken back.", **names))
        return entry

    def _check_still_there(self, entry):
        """Refuse to take back what was received and has moved on since."""
        move = entry.move_id
        quants = self.env['stock.quant']._lock_on_hand(move.product_id, move.location_dest_id)
        on_hand = sum(self._filter_on_hand(
            quants, move.product_id, entry.lot_id, move.location_dest_id).mapped('quantity'))
        unit = move.product_id.uom_id
        if move.product_id.is_storable and unit.compare(
                move.product_uom._compute_quantity(move.quantity, unit, rounding_method='HALF-UP'), on_hand) > 0:
            raise UserError(self.env._(
                "%(entry)s cannot be taken back: it has moved on, and only %(on_hand)s %(unit)s are in %(place)s.",
                entry=entry.display_name, on_hand=format_quantity(self.env, max(0.0, on_hand)), unit=unit.name,
                place=move.location_dest_id.display_name))

    def _apply_stage_reverse(self, act):
        entry = self._browse_entry(act)
        move = entry.move_id
        back = move._give_back()
        self._add_act_moves(act, back)
        if entry.kind == 'input':
            move._reopen_norm()
        line = EntryLine(entry.product_id, entry.quantity, entry.uom_id, entry.lot_id)
        act.records.append(self._prepare_entry_vals(entry.kind, line, back) | {
            'reversed_entry_id': entry.id, 'from_stock': entry.from_stock})

    def _after_stage_reverse(self, act):
        """Hook: an entry has been taken back; ``act.records`` is the entry that does it."""

    # ------------------------------------------------------------
    # What may come back
    # ------------------------------------------------------------

    def _get_returnable(self, unit):
        """Return how much of what was put into this stage is still there to come back.

        :param unit: `uom.uom`
        :return: an exact quantity in that unit
        """
        self.ensure_one()
        own_unit = unit._get_balance_unit()
        held = [
            balance.in_unit(balance.unexplained, own_unit)
            for stages in (self, self.production_id.workorder_ids)
            for balance in [engine.balance(stages._get_balance_entries()).get(own_unit.family)] if balance
        ]
        return max(min(held, default=engine.exact(0.0)), engine.exact(0.0))
