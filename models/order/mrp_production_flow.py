from dataclasses import replace

from odoo import api, fields, models
from odoo.fields import Command

from ...engine import log
from ...engine.flow import FlowState, to_quanta
from .order_flow import OrderFlow

# What an event of the log is to the engine
ENGINE_ACTS = {
    'finish': 'finish',
    'write_off': 'write_off',
    'return': 'return',
    'escalate': 'hold',
    'decide': 'release',
    'split': 'split',
    'skip': 'skip',
    'activate': 'activate',
    'withdraw': 'withdraw',
}


class MrpProduction(models.Model):
    """Where an order's units are: read through the engine, stored on its stages."""

    _inherit = 'mrp.production'

    def _load_flow(self):
        """Return the `OrderFlow` of this order as its stages store it."""
        self.ensure_one()
        return self._load_flows()[self]

    def _load_flows(self):
        """Return the `OrderFlow` of each of these orders."""
        numbered = self._load_unit_numbers()
        return {order: OrderFlow(order, *numbered.get(order.id, ())) for order in self}

    def _get_alive_quantity(self):
        """Return how many of the order's units are not lost, in its unit of measure."""
        self.ensure_one()
        return self.product_uom_id.round(self.product_qty - sum(self.workorder_ids.mapped('qty_lost')))

    def _store_flow(self, flow, vals_by_stage=None):
        """Write where the units are. Part of the door, and the only place that writes these counters.

        :param flow: `OrderFlow` of the order, after an act
        :param dict vals_by_stage: what else to write to stages
        """
        self.ensure_one()
        changes, reopened = dict(vals_by_stage or {}), self.env['mrp.workorder']
        for stage in flow.stages:
            vals = {name: value for name, value in flow.counters(stage).items() if stage[name] != value}
            if vals:
                changes[stage] = vals | changes.get(stage, {})
                if stage.state == 'done':
                    reopened |= stage
        # Core counts nothing on work orders that are done. What these are now, the door says next.
        reopened._write_stage({'state': 'progress'})
        self.env['mrp.workorder'].union(*changes)._write_stages(changes)
        if flow.is_numbered:
            self._store_unit_flow(flow)
        flow.stored = flow.state

    def _plan_workorders(self, replan=False):
        """Core links an order's work orders anew whenever it is planned, by what the template says then. Ours were
        linked when the order was confirmed."""
        order = self.with_context(keep_stage_links=True) if self.use_stages else self
        return super(MrpProduction, order)._plan_workorders(replan)

    def _link_workorders_and_moves(self):
        """Odoo plans by the links between work orders: with parallel stages they are not a chain."""
        if self.env.context.get('keep_stage_links'):
            return
        super()._link_workorders_and_moves()
        if self.use_stages and self.allow_workorder_dependencies:
            self._link_past_missing_stages()
        elif any(stage.is_parallel or stage.is_optional for stage in self.workorder_ids):
            self._link_stages()

    def _link_past_missing_stages(self):
        """Core forgets what waits for a stage that this variant does without: here it waits for what comes before."""
        if not self.bom_id._has_variant_stages():
            return
        stages = self.workorder_ids.grouped(lambda stage: stage.operation_id.id)
        for operation_id, (_place, spec) in self._get_stage_places().items():
            if operation_id in stages:
                stages[operation_id].blocked_by_workorder_ids = [
                    Command.set([stages[key].id for key in spec.after if key in stages])]

    def _link_stages(self):
        """Link the work orders as they wait for each other, a skipped one being transparent."""
        sequential = self.filtered(lambda order: not order.allow_workorder_dependencies)
        for flow in sequential._load_flows().values():
            for stage in flow.stages:
                stage.blocked_by_workorder_ids = [Command.set(flow.predecessors(stage).ids)]

    def _get_stage_places(self):
        """Return, per operation of the template that this order's variant goes through, its place in the sequence and
        its `StageSpec`."""
        self.ensure_one()
        specs = self.bom_id._get_stage_specs(self.product_id, self.never_product_template_attribute_value_ids)
        return {spec.key: (place, spec) for place, spec in enumerate(specs)}

    def _resequence_workorders(self):
        """What a variant does instead, or in addition, has a place of its own among the template's stages."""
        res = super()._resequence_workorders()
        if self.use_stages and self.bom_id._has_variant_stages() and not any(self.workorder_ids.mapped('stage_status')):
            places = self._get_stage_places()
            stages = self.workorder_ids.sorted(lambda stage: (
                # Kits come first, as in core, and what was added by hand last.
                places.get(stage.operation_id.id, (-1 if stage.operation_id else len(places),))[0], stage.sequence))
            for place, stage in enumerate(stages):
                stage.sequence = place
        return res

    def _sync_stage_flow(self, now=None):
        """Bring every stage's status in line with where the units are. Part of the door.

        :param now: naive UTC; a stage whose technological wait ends later is still waiting
        """
        now = now or fields.Datetime.now()
        changes = {}
        for flow in self._load_flows().values():
            for stage in flow.stages:
                vals = stage._prepare_stage_status_vals(flow, now)
                vals = {name: value for name, value in vals.items() if stage[name] != value}
                if vals:
                    changes.setdefault(tuple(vals.items()), []).append(stage.id)
        for vals, stage_ids in changes.items():
            self.env['mrp.workorder'].browse(stage_ids)._write_stage(dict(vals))
        self.workorder_ids.invalidate_recordset(['qty_ready', 'qty_there'])

    def _end_idle_runs(self, date_end):
        """End the runs of started stages that units have left. Part of the door.

        :param date_end: naive UTC
        """
        started = self.workorder_ids.filtered('is_started')
        started._filter_idle(self._load_flows())._end_stage_run(date_end)

    def _replay_events(self):
        """Rebuild from the log what the stages store as counters.

        :return: ``{stage id: {'qty_produced', 'qty_lost', 'qty_held', 'rework_cycle'}}`` in the order's unit of measure
        """
        flow = self._load_flow()
        flow.state = self._replay_log(flow)
        return {stage.id: flow.counters(stage) for stage in flow.stages}

    def _replay_log(self, flow, withdrawn=None):
        """Return the engine's state that the events of this order lead to.

        :param flow: `OrderFlow` of the order
        :param withdrawn: the last event that moved units, to be left out
        """
        events = self.event_ids.sorted('id')
        if withdrawn:
            events -= withdrawn
        acts = log.effective(
            log.Act(
                ENGINE_ACTS[event.kind], event.workorder_id.id,
                frozenset(event.units or ()) if flow.is_numbered else to_quanta(event.quantity, flow.rounding),
                event.to_workorder_id.id)
            for event in events
            # A decision may come when the units it is about are not there any more.
            if event.kind in ENGINE_ACTS and (event.kind != 'decide' or event.quantity)
        )
        # The order began without what was activated later, and with what was skipped later.
        graph = flow.graph
        for act in reversed(acts):
            if act.kind in ('skip', 'activate'):
                graph = graph.with_active(act.key, act.kind == 'skip')
        ordered = flow.state.ordered
        if not flow.is_numbered:
            ordered += sum(act.amount for act in acts if act.kind == 'split')
        state = FlowState.start(graph, ordered, together=flow.state.together)
        # A part that was split off began with what it had passed before.
        begun = events.filtered(lambda event: event.kind == 'begin')
        state = replace(
            state,
            passed=state.passed | {
                event.workorder_id.id: to_quanta(event.quantity, flow.rounding) for event in begun},
            cycle=state.cycle | {event.workorder_id.id: event.rework_cycle for event in begun})
        return log.replay(graph, state, acts)[1]

    @api.model
    def _cron_end_stage_waits(self):
        """Stages whose technological wait is over become ready."""
        ripe = self.env['mrp.workorder'].search([
            ('stage_status', '=', 'waiting'), ('available_from', '<=', fields.Datetime.now())])
        orders = ripe.production_id
        for batch in range(0, len(orders), 100):
            orders[batch:batch + 100]._sync_stage_flow()
            self.env['ir.cron']._commit_progress(
                min(100, len(orders) - batch), remaining=max(0, len(orders) - batch - 100))
