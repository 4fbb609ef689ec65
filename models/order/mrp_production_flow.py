from odoo import api, fields, models
from odoo.fields import Command

from ...engine import flow as engine
from .order_flow import OrderFlow


class MrpProduction(models.Model):
    """Where an order's units are: read through the engine, stored on its stages."""

    _inherit = 'mrp.production'

    def _load_flow(self):
        """Return the `OrderFlow` of this order as its stages store it."""
        self.ensure_one()
        return OrderFlow(self)

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
        for order in self:
            if order.allow_workorder_dependencies:
                continue
            flow = order._load_flow()
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
        for order in self:
            flow = order._load_flow()
            for stage in flow.stages:
                vals = stage._prepare_stage_status_vals(flow, now)
                vals = {name: value for name, value in vals.items() if stage[name] != value}
                if vals:
                    changes.setdefault(tuple(vals.items()), []).append(stage.id)
        for vals, stage_ids in changes.items():
            self.env['mrp.workorder'].browse(stage_ids)._write_stage(dict(vals))
        self.workorder_ids.invalidate_recordset(['qty_ready'])

    def _replay_events(self):
        """Rebuild from the log what the stages store as counters.

        :return: ``{stage id: {'qty_produced', 'qty_lost', 'rework_cycle'}}`` in the order's unit of measure
        """
        self.ensure_one()
        flow = self._load_flow()
        events = self.event_ids.sorted('id').filtered(lambda event: event.kind in ('finish', 'activate', 'skip'))
        # The order began without what was activated later, and with what was skipped later.
        graph = flow.graph
        for event in events.sorted('id', reverse=True):
            if event.kind != 'finish':
                graph = graph.with_active(event.workorder_id.id, event.kind == 'skip')
        acts = [
            engine.Act(event.kind, event.workorder_id.id, engine.to_quanta(event.quantity, flow.rounding))
            for event in events
        ]
        _graph, state = engine.replay(graph, flow.state.ordered, acts)
        return {
            stage.id: {
                'qty_produced': engine.from_quanta(state.passed[stage.id], flow.rounding),
                'qty_lost': engine.from_quanta(state.lost[stage.id], flow.rounding),
                'rework_cycle': state.cycle[stage.id],
            }
            for stage in flow.stages
        }

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
