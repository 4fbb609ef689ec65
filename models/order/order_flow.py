"""The engine's view of one order: records in, exact quantities inside, the order's unit of measure out."""

from ...engine import flow as engine


class OrderFlow:
    """Stage flow of one `mrp.production`, keyed by stage. Quantities in the order's unit of measure."""

    def __init__(self, order):
        self.rounding = order.product_uom_id.rounding
        # The stored order of stages; a form's unsaved ones count as those they stand for.
        self.stages = order.workorder_ids._origin.sorted(lambda stage: (stage.sequence, stage.id))
        self.graph = engine.Graph.from_stages(
            engine.StageSpec(
                stage.id,
                is_parallel=stage.is_parallel,
                after=tuple(stage.blocked_by_workorder_ids.ids) if order.allow_workorder_dependencies else None,
                active=stage.state != 'cancel',
            )
            for stage in self.stages
        )
        lost = {stage.id: self._quanta(stage.qty_lost) for stage in self.stages}
        ordered = self._quanta(order.product_qty)
        self.state = engine.FlowState(
            alive=ordered - sum(lost.values()),
            ordered=ordered,
            passed={stage.id: self._quanta(stage.qty_produced) for stage in self.stages},
            lost=lost,
            cycle={stage.id: stage.rework_cycle for stage in self.stages},
        )

    def _quanta(self, quantity):
        return engine.to_quanta(quantity, self.rounding)

    def _quantity(self, quanta):
        return engine.from_quanta(quanta, self.rounding)

    @property
    def alive(self):
        """Units not lost."""
        return self._quantity(self.state.alive)

    def ready(self, stage):
        """Units that may be worked at the stage now."""
        return self._quantity(engine.ready(self.graph, self.state, stage.id))

    def passed(self, stage):
        """Living units that have completed the stage."""
        return self._quantity(self.state.passed.get(stage.id, 0))

    def through(self):
        """Units that have passed every stage."""
        last = self.graph.last
        return self._quantity(min((self.state.passed.get(key, 0) for key in last), default=0))

    def status(self, stage):
        """'waiting', 'ready' or 'done' by quantities alone; 'skipped' for a stage that takes no part."""
        if not self.graph.is_active(stage.id):
            return 'skipped'
        return engine.flow_status(self.graph, self.state, stage.id)

    def is_complete(self):
        """Tell whether no work is left."""
        return engine.is_complete(self.graph, self.state)

    def blockers(self, stage):
        """Return the stages this one waits for: predecessors that not every living unit has passed."""
        return self.stages.browse(
            key for key in self.graph.predecessors(stage.id)
            if self.state.passed.get(key, 0) < self.state.alive
        )

    def predecessors(self, stage):
        """Return the stages this one directly waits for, done or not."""
        return self.stages.browse(self.graph.predecessors(stage.id))

    def successors(self, stage):
        """Return the stages that directly wait for this one."""
        return self.stages.browse(self.graph.successors(stage.id))

    def finish(self, stage, quantity):
        """Move ``quantity`` units past the stage.

        :raises engine.FlowError: ``not_positive``, ``more_than_ready``, ``inactive``
        """
        self.state = engine.finish(self.graph, self.state, stage.id, self._quanta(quantity))

    def activate(self, stage):
        """Let the stage take part.

        :raises engine.FlowError: ``too_late`` when a stage after it has passed units, ``already_active``
        """
        self.graph, self.state = engine.activate(self.graph, self.state, stage.id)
