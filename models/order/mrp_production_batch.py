from odoo import api, fields, models
from odoo.fields import Command

from .stage_act import StageAct


class MrpProduction(models.Model):
    """Sub-batches: parts of an order that go on as orders of their own.

    Such a part has stages, goods and materials like the order it was split off from, and never reads their template.
    Odoo's own split starts anew; a part stands where its units are.
    """

    _inherit = 'mrp.production'

    parent_batch_id = fields.Many2one(
        'mrp.production', "Split Off From", readonly=True, copy=False, index='btree_not_null', ondelete='restrict',
        check_company=True)
    child_batch_ids = fields.One2many('mrp.production', 'parent_batch_id', "Sub-Batches", readonly=True)
    has_open_batches = fields.Boolean(
        compute='_compute_has_open_batches', recursive=True, help="A part that was split off is still being made.")

    @api.depends('batch_mode', 'child_batch_ids.state', 'child_batch_ids.has_open_batches')
    def _compute_has_open_batches(self):
        for order in self:
            order.has_open_batches = order.batch_mode == 'split' and any(
                batch.state not in ('done', 'cancel') or batch.has_open_batches for batch in order.child_batch_ids)

    # ------------------------------------------------------------
    # What the order will give
    # ------------------------------------------------------------

    def _get_expected_goods(self):
        """Return the moves that will receive what this order makes."""
        return self.move_finished_ids.filtered(lambda move: move.state not in ('done', 'cancel'))

    def _expect_fewer(self, quantity):
        """Let nobody count on units that were written off.

        :param float quantity: how many, in the order's unit of measure; they are gone already
        :return: pairs of the id of a move and what it was to receive before
        """
        share = quantity / (self._get_alive_quantity() + quantity)
        changes = {
            move: (move.product_uom.round(move.product_uom_qty * (1 - share)), move.product_uom_qty)
            for move in self._get_expected_goods()}
        # Before: it looks for what hangs on these moves.
        self._log_downside_manufactured_quantity(changes)
        for move, (demand, _before) in changes.items():
            move._set_demand(demand)
        return [[move.id, before] for move, (_demand, before) in changes.items()]

    # ------------------------------------------------------------
    # Split off
    # ------------------------------------------------------------

    def _split_off_batch(self, stage, to, quantity, act):
        """Let units at a stage go on as an order of their own, which stands at an earlier one. Part of the door.

        :param stage: where the units are
        :param to: the stage they return to, this one or one before it
        :param float quantity: in the order's unit of measure, less than all that are left
        :param act: `StageAct`, which learns of the new order
        :return: the new order
        :raises FlowError: these units cannot be returned there; nothing has changed
        """
        self.ensure_one()
        flow = self._load_flow()
        part = flow.split_off(stage, to, quantity)
        child = self._create_batch(flow, part)
        act.to, act.batch = to, child
        act.add_units(stage, flow, part.alive)
        act.undo[stage.id] = {'durations': [[other.id, other.duration_expected] for other in flow.stages]}
        self._reduce_to_rest(flow, child)
        act.undo[stage.id]['goods'] = self._share_goods(child, part_of=flow.alive + child.product_qty)
        self._store_flow(flow)
        self._end_idle_runs(act.occurred_at)
        child._log_batch_begin(act)
        child._sync_stage_flow(act.occurred_at)
        stage._after_batch_split(act, child)
        return child

    def _create_batch(self, flow, part):
        """Make the order of a part of this one.

        :param flow: `OrderFlow` of this order
        :param part: the engine's state of the part, under the keys of this order's stages
        """
        vals = self.copy_data(self._prepare_batch_vals(flow.quantity(part.alive)) | {
            'workorder_ids': [
                Command.create(stage._prepare_batch_stage_vals(flow, part)) for stage in flow.stages]})
        child = self.with_context(skip_confirm=True).create(vals).with_env(self.env)
        twins = child._get_twin_stages()
        for stage, twin in twins.items():
            twin.blocked_by_workorder_ids = [
                Command.set([twins[blocker].id for blocker in stage.blocked_by_workorder_ids])]
        return child

    def _prepare_batch_vals(self, quantity):
        """Hook: return what the order of a part has otherwise than a copy of this order would.

        :param float quantity: in the order's unit of measure
        """
        return self._get_backorder_mo_vals() | {
            'name': f"{self.name}-{len(self.child_batch_ids) + 1}",
            'parent_batch_id': self.id,
            'product_qty': quantity,
            'stage_note': self.stage_note,
            'date_start': fields.Datetime.now(),
        }

    def _get_twin_stages(self):
        """Return, per stage of the order this one was split off from, the stage of this order that was made of it."""
        return {stage.split_from_id: stage for stage in self.workorder_ids if stage.split_from_id}

    def _reduce_to_rest(self, flow, child):
        """Expect less of this order, now that a part of it is another one.

        :param flow: `OrderFlow` of this order without the part
        """
        ordered = self.product_qty
        for stage in flow.stages.filtered(lambda stage: stage.stage_status != 'done'):
            stage.duration_expected *= (ordered - child.product_qty) / ordered
        self.product_qty = flow.quantity(flow.state.ordered)
        # Nobody knows which of the numbered units these are: each order keeps as many numbers as it needs, and people
        # may exchange them.
        spare = len(self.lot_producing_ids) - self._get_units_to_number() if self.product_tracking == 'serial' else 0
        if spare > 0:
            child.lot_producing_ids = self.lot_producing_ids[-spare:]
            self.lot_producing_ids -= child.lot_producing_ids

    def _share_goods(self, child, part_of):
        """Let a part of what this order was to give be given by the order of the part.

        :param float part_of: how many units there were, in the order's unit of measure
        :return: pairs of ids: a move of this order, and that of the other
        """
        goods = self._get_expected_goods()
        stage_ids = {stage.id: twin.id for stage, twin in child._get_twin_stages().items()}
        return goods._share_out(
            {move: move.product_uom_qty * child.product_qty / part_of for move in goods},
            lambda move: {'production_id': child.id, 'workorder_id': stage_ids.get(move.workorder_id.id)})

    def _log_batch_begin(self, act):
        """Log what the units of this new order bring along.

        :param act: `StageAct` that split them off
        """
        stages = self.workorder_ids.filtered(lambda stage: stage.qty_produced or stage.rework_cycle > 1)
        begin = StageAct(
            'begin', self.env['hr.employee'], act.occurred_at, act.source, act.is_supervisor, {},
            batch=self.parent_batch_id, quantity={stage.id: stage.qty_produced for stage in stages})
        self.env['mrp.workorder.event'].create([
            stage._prepare_stage_event_vals(begin) | {'recorded_at': fields.Datetime.now()} for stage in stages])

    # ------------------------------------------------------------
    # Merge back
    # ------------------------------------------------------------

    def _get_split_event(self):
        """Return the event of the act that split this order off."""
        return self.parent_batch_id.event_ids.filtered(
            lambda event: event.kind == 'split' and event.batch_id == self)

    def _merge_back(self, act):
        """Let the units of this order be part again of the one they were split off from. Part of the door.

        Where they are there, the caller stores. This order stays, cancelled: its history is that of a mistake.

        :param act: `StageAct` that takes the split back
        """
        self.ensure_one()
        parent, undo = self.parent_batch_id, self._get_split_event().undo
        parent.product_qty += self.product_qty
        stages = self.env['mrp.workorder']
        for stage_id, duration in undo['durations']:
            stages.browse(stage_id).duration_expected = duration
        self.env['stock.move']._take_back_shares(undo['goods'])
        parent.lot_producing_ids |= self.lot_producing_ids
        self.lot_producing_ids = False
        self.with_context(skip_activity=True)._action_cancel()
