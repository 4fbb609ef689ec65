from odoo import models


class MrpWorkorder(models.Model):
    """Materials of numbered units: each is supplied once at a stage, whatever way it goes."""

    _inherit = 'mrp.workorder'

    def _get_supply_targets(self, act):
        by_unit = self._filter_by_unit()
        targets = super(MrpWorkorder, self - by_unit)._get_supply_targets(act)
        if by_unit:
            targets |= dict.fromkeys(by_unit, 0.0)
            for row in by_unit._search_units(act).filtered(lambda row: not row.supply_event_id):
                targets[row.workorder_id] += 1.0
            for stage in by_unit:
                targets[stage] += stage.qty_supplied
        return targets

    def _log_stage_act(self, act):
        events = super()._log_stage_act(act)
        supplied = self._filter_by_unit().filtered(
            lambda stage: act.kind == 'finish' or (act.kind == 'start' and stage.consumption_mode == 'start'))
        if supplied:
            rows = supplied._search_units(act).filtered(lambda row: not row.supply_event_id)
            for event in events:
                rows.filtered(lambda row, event=event: row.workorder_id == event.workorder_id).supply_event_id = event
        return events

    def _check_started_supply_left(self):
        """Of numbered units it is known whose materials come back."""
        super(MrpWorkorder, self - self._filter_by_unit())._check_started_supply_left()

    def _give_back_started(self, act):
        by_unit = self._filter_by_unit()
        super(MrpWorkorder, self - by_unit)._give_back_started(act)
        if not by_unit:
            return
        # What a unit got before it came back for rework stays with it.
        rows = by_unit._search_units(act).filtered(
            lambda row: row.supply_event_id and row.supply_event_id == row.start_event_id)
        for stage, units in rows.grouped('workorder_id').items():
            stage.qty_supplied -= len(units)
        by_unit._give_back_units(act, rows)

    def _give_back_units(self, act, rows):
        """The materials of these units come back: their share of what was taken with others at the same time."""
        supplied = dict(self.env['mrp.workorder.unit']._read_group(
            [('supply_event_id', 'in', rows.supply_event_id.ids)], ['supply_event_id'], ['__count']))
        shares = {event: len(units) / supplied[event] for event, units in rows.grouped('supply_event_id').items()}
        taken = self._search_taken(rows.supply_event_id.ids)
        rows.supply_event_id = False
        if taken:
            used = taken._get_used_quantities()
            share_of = {move: shares[move.stage_event_id] for move in taken}
            self._add_act_moves(act, taken._give_back({
                move: move.product_uom.round(used[move] * share) for move, share in share_of.items()}))
            taken._reopen_norm(share_of)

    # ------------------------------------------------------------
    # Units that are lost or done again
    # ------------------------------------------------------------

    def _get_leaving_supply(self, quantity):
        """Of numbered units it is known which were supplied."""
        leaving = super()._get_leaving_supply(quantity)
        if not self._filter_by_unit():
            return leaving
        flow, order = self.production_id._load_flow(), self.production_id
        living = dict(self.env['mrp.workorder.unit']._read_group(
            [
                ('production_id', '=', order.id), ('number', 'in', list(flow.state.alive)),
                ('supply_event_id', '!=', False),
            ],
            ['workorder_id'], ['__count']))
        for stage in leaving:
            supplied = stage.qty_supplied - living.get(stage, 0)
            unsupplied = flow.alive + quantity - stage.qty_supplied
            leaving[stage] = supplied, (quantity - supplied) / unsupplied if unsupplied > 0 else 0.0
        return leaving

    def _get_supplied_again(self, quantity, numbers=()):
        if not self._filter_by_unit():
            return super()._get_supplied_again(quantity, numbers)
        return float(len(self._search_supplied(numbers)))

    def _search_supplied(self, numbers):
        """Return the rows of those of these units that have been supplied at these stages."""
        return self.env['mrp.workorder.unit'].search([
            ('workorder_id', 'in', self.ids), ('number', 'in', list(numbers)), ('supply_event_id', '!=', False)])

    def _after_units_returned(self, act):
        super()._after_units_returned(act)
        for stage in self._filter_by_unit():
            again = self.browse(act.reopened).filtered('rework_consumes')._search_supplied(act.units[stage.id])
            act.undo.setdefault(stage.id, {})['supplied_with'] = [[row.id, row.supply_event_id.id] for row in again]
            again.supply_event_id = False

    def _after_act_withdrawn(self, act, event):
        super()._after_act_withdrawn(act, event)
        for row_id, event_id in (event.undo or {}).get('supplied_with', ()):
            self.env['mrp.workorder.unit'].browse(row_id).supply_event_id = event_id

    # ------------------------------------------------------------
    # Finish
    # ------------------------------------------------------------

    def _get_quantity_to_supply(self, quantity):
        """Who asks for numbered units counts only those that are not supplied; see `_count_unsupplied`."""
        if not self._filter_by_unit():
            return super()._get_quantity_to_supply(quantity)
        # Each has had its own start.
        return 0.0 if self.consumption_mode == 'start' else quantity

    def _count_unsupplied(self, numbers):
        """Return of how many of these units, which are in hand here, the materials have not been taken yet."""
        return len(self._search_in_hand().filtered(lambda row: row.number in numbers and not row.supply_event_id))

    def _get_starts_to_report(self):
        if not self._filter_by_unit():
            return super()._get_starts_to_report()
        return self._search_in_hand().filtered(lambda row: row.user_id == self.env.user).supply_event_id
