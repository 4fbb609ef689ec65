from odoo import fields, models
from odoo.exceptions import UserError

from .usage import Usage


class MrpWorkorder(models.Model):
    """Materials leave stock when the stage uses them."""

    _inherit = 'mrp.workorder'

    qty_supplied = fields.Float(
        "Supplied", digits='Product Unit', readonly=True, copy=False,
        help="Units whose materials this stage has taken from stock.")

    # ------------------------------------------------------------
    # Hooks of the door
    # ------------------------------------------------------------

    def _check_stage_finish(self, act):
        super()._check_stage_finish(act)
        if act.request['materials']:
            self.ensure_one()
            planned, extra = self._parse_materials(act.request['materials'])
            self._check_whole_pieces([*planned.items(), *extra.items()])
            # What left stock before is at hand no more; of it only corrections are.
            taken = [(move, usage) for move, usage in planned.items() if move.state != 'done']
            self._check_lots_at_hand([*taken, *extra.items()])

    def _after_stage_start(self, act):
        super()._after_stage_start(act)
        stages = self.filtered(lambda stage: stage.consumption_mode == 'start')
        stages._consume_norms(act, stages._get_supply_targets(act), {})

    def _after_stage_finish(self, act):
        super()._after_stage_finish(act)
        materials = act.request['materials']
        planned, extra = self._parse_materials(materials) if materials else ({}, {})
        corrected = {move: usage for move, usage in planned.items() if move.state == 'done'}
        # What arrived at a stage after its start was not supplied then.
        self._consume_norms(
            act, self._get_supply_targets(act),
            {move: usage for move, usage in planned.items() if move not in corrected})
        self._correct_consumed(act, corrected)
        # Named, but not due with these units: it was used all the same.
        self._consume_extra(act, [
            ((move.product_id, move.product_uom), usage) for move, usage in planned.items()
            if move.state not in ('done', 'cancel') and usage.quantity])
        self._consume_extra(act, list(extra.items()))

    def _get_supply_targets(self, act):
        """Hook: return, per stage, how many units must have been supplied after the act."""
        return {
            stage: stage.qty_produced + (stage.qty_ready if act.kind == 'start' else 0.0) for stage in self}

    def _check_stage_cancel_start(self, act):
        super()._check_stage_cancel_start(act)
        self._check_started_supply_left()

    def _check_started_supply_left(self):
        """Hook: refuse to cancel starts of which some of the materials went with units that left since."""
        starts = self._get_last_starts()
        for stage in self:
            if stage.product_uom_id.compare(
                stage.qty_supplied, (starts[stage].undo or {}).get('supplied_to', 0.0)
            ) < 0:
                raise UserError(self.env._(
                    "Units that %(stage)s of %(order)s was started with have been written off or sent back since: "
                    "the start cannot be cancelled any more.", stage=stage.name, order=stage.production_id.name))

    def _after_stage_cancel_start(self, act):
        super()._after_stage_cancel_start(act)
        self._give_back_started(act)

    def _give_back_started(self, act):
        """Hook: what these stages took when they started comes back."""
        starts = self._get_last_starts()
        taken = starts and self._search_taken([start.id for start in starts.values()])
        for stage in self:
            stage.qty_supplied -= (starts[stage].undo or {}).get('supplied', 0.0)
        if taken:
            self._add_act_moves(act, taken._give_back())
            taken._reopen_norm()

    def _search_taken(self, event_ids):
        """Return the moves that these events took from stock."""
        return self.env['stock.move'].search([('stage_event_id', 'in', event_ids), ('state', '=', 'done')])

    def _after_left_out(self):
        """What a skipped stage would have used is neither reserved nor part of the norm."""
        super()._after_left_out()
        # Draft orders have their materials at operations only; confirming them ties these to stages.
        moves = self._get_open_materials() | self.production_id.move_raw_ids.filtered(
            lambda move: move.state == 'draft' and move.operation_id in self.operation_id)
        moves.norm_qty = 0.0
        # Core cancels an order whose raw moves are all cancelled.
        moves.with_context(skip_mo_check=True)._action_cancel()

    def _after_taken_in(self):
        super()._after_taken_in()
        self.move_raw_ids.filtered(lambda move: move.state == 'cancel')._ask_again()

    def _log_stage_act(self, act):
        events = super()._log_stage_act(act)
        for event in events:
            if moves := act.moves.get(event.workorder_id.id):
                moves.write({'stage_event_id': event.id, 'rework_cycle': event.rework_cycle})
        return events

    def _prepare_stage_answer(self, act):
        return super()._prepare_stage_answer(act) | {'shortage': self.production_id._get_shortage()}

    # ------------------------------------------------------------
    # Consumption
    # ------------------------------------------------------------

    def _get_open_materials(self):
        return self.move_raw_ids.filtered(lambda move: move.state not in ('done', 'cancel'))

    def _get_materials_to_report(self, quantity):
        """Return what a finish of so many units is expected to have used.

        :param float quantity: in the order's unit of measure
        :return: list of (move, norm, used), in the unit of measure of the move
        """
        self.ensure_one()
        taken = self.env['stock.move']
        if self.consumption_mode == 'start':
            starts = self._get_starts_to_report()
            taken = self.move_raw_ids.filtered(
                lambda move: move.state == 'done' and move.stage_event_id in starts)
        return [(move, move.product_uom_qty, move.quantity) for move in taken] + self._get_materials_to_take(quantity)

    def _get_materials_to_take(self, quantity):
        """Return what is still to be taken for a finish of so many units, like `_get_materials_to_report`."""
        unit = self.product_uom_id
        unsupplied = unit.round(self.production_id._get_alive_quantity() - self.qty_supplied)
        missing = max(0.0, unit.round(self._get_quantity_to_supply(quantity)))
        if self.consumption_mode == 'start' and not missing:
            return []
        share = min(1.0, missing / unsupplied) if unsupplied else 0.0
        return [
            (move, norm, norm)
            for move in self._get_open_materials()
            for norm in [move._get_share(share)]
        ]

    def _get_quantity_to_supply(self, quantity):
        """Hook: return of how many of the units that are being finished the materials have not been taken yet."""
        return self.qty_produced + quantity - self.qty_supplied

    def _get_starts_to_report(self):
        """Hook: return the events whose materials a finish may still correct."""
        return self._get_last_starts().get(self, self.env['mrp.workorder.event'])

    def _consume_norms(self, act, targets, usages):
        """Take from stock what the norms ask for the units not supplied yet.

        :param act: `StageAct`, which gets the moves
        :param dict targets: per stage, the units that must have been supplied after this
        :param dict usages: `Usage` per move that was used otherwise than its norm says
        """
        moves = self.env['stock.move']
        moves_by_share = {}
        for stage, target in targets.items():
            unit = stage.product_uom_id
            missing = unit.round(target - stage.qty_supplied)
            materials = stage._get_open_materials()
            if unit.compare(missing, 0) > 0:
                unsupplied = unit.round(stage.production_id._get_alive_quantity() - stage.qty_supplied)
                stage.qty_supplied = target
                act.undo.setdefault(stage.id, {}).update({'supplied': missing, 'supplied_to': target})
                if unit.compare(missing, unsupplied) < 0:
                    share = missing / unsupplied
                    moves_by_share[share] = moves_by_share.get(share, moves.browse()) | materials
                moves |= materials
        rest = moves.browse().concat(*(
            partial._split_share(share) for share, partial in moves_by_share.items()))
        self._add_act_moves(act, moves._consume({move: usages[move] for move in moves if move in usages}))
        rest._ask_for_rest()

    def _correct_consumed(self, act, usages):
        """Bring materials that left stock earlier in line with what was really used of them."""
        more = {}
        used = self.env['stock.move'].union(*usages)._get_used_quantities()
        for move, usage in usages.items():
            difference = move.product_uom.round(usage.quantity - used[move])
            if move.product_uom.compare(difference, 0) < 0:
                self._add_act_moves(act, move._give_back({move: -difference}))
            elif move.product_uom.compare(difference, 0) > 0:
                lots = dict.fromkeys(list(usage.lots)[:1], difference)
                more[move.product_id, move.product_uom] = Usage(difference, lots)
        self._consume_extra(act, list(more.items()))

    def _consume_extra(self, act, usages):
        """Take from stock what the norm lacks.

        :param list usages: of ((`product.product`, `uom.uom`), `Usage`)
        :return: a done move for each of them
        """
        if not usages:
            return self.env['stock.move']
        moves = self.env['stock.move'].create([
            self._prepare_extra_material_vals(product, unit) for (product, unit), _usage in usages
        ])
        moves._action_confirm(merge=False)
        moves._consume({move: usage for move, (_material, usage) in zip(moves, usages)})
        self._add_act_moves(act, moves)
        return moves

    def _prepare_extra_material_vals(self, product, unit):
        """Nothing was demanded: all of it is over the norm."""
        return self.production_id._get_move_raw_values(product, 0.0, unit) | {
            'workorder_id': self.id,
            'operation_id': self.operation_id.id,
        }

    def _add_act_moves(self, act, moves):
        for stage, stage_moves in moves.grouped('workorder_id').items():
            act.moves[stage.id] = act.moves.get(stage.id, moves.browse()) | stage_moves
