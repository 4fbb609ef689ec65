"""The engine's view of one order: records in, exact amounts inside, the order's unit of measure out."""

from ...engine import flow as engine
from ...engine.amount import join, size


class OrderFlow:
    """Stage flow of one `mrp.production`, keyed by stage. Quantities in the order's unit of measure.

    The units of an order that is made unit by unit are numbered. There a quantity means the lowest numbers, and what
    takes a quantity takes a ``frozenset`` of numbers as well.
    """

    def __init__(self, order, numbers=None, rows=(), waits=None):
        """
        :param numbers: numbers of the order's units, lost ones too; None where they are only counted
        :param rows: of the units that have touched a stage: ``(stage, status, cycle, numbers)``
        :param dict waits: per stage id, when the units that have to wait there are available: ``{number: moment}``
        """
        self.rounding = order.product_uom_id.rounding
        self.is_numbered = numbers is not None
        self.waits = waits or {}
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
        if self.is_numbered:
            self.state = self._load_numbered(frozenset(numbers), rows)
        else:
            self.state = self._load_counted(order)
        #: What is stored
        self.stored = self.state
        #: Of the last return or split: per stage id, the units that have to do it again
        self.reopened = {}

    def _load_counted(self, order):
        lost = {stage.id: self._quanta(stage.qty_lost) for stage in self.stages}
        ordered = self._quanta(order.product_qty)
        return engine.FlowState(
            alive=ordered - sum(lost.values()),
            ordered=ordered,
            passed={stage.id: self._quanta(stage.qty_produced) for stage in self.stages},
            lost=lost,
            cycle={stage.id: stage.rework_cycle for stage in self.stages},
            held={stage.id: self._quanta(stage.qty_held) for stage in self.stages},
            together=order.batch_mode == 'whole',
        )

    def _load_numbered(self, ordered, rows):
        by_status = {status: dict.fromkeys(self.stages.ids, frozenset()) for status in ('done', 'lost', 'hold')}
        cycles = {stage.id: {} for stage in self.stages}
        for stage, status, cycle, numbers in rows:
            if status in by_status:
                by_status[status][stage.id] |= frozenset(numbers)
            if cycle > 1:
                cycles[stage.id].update(dict.fromkeys(numbers, cycle))
        alive = ordered.difference(*by_status['lost'].values())
        return engine.FlowState(
            alive=alive,
            ordered=ordered,
            # What is lost has left the stages it had passed, and where it waited on a parallel branch.
            passed={key: numbers & alive for key, numbers in by_status['done'].items()},
            lost=by_status['lost'],
            cycle=cycles,
            held={key: numbers & alive for key, numbers in by_status['hold'].items()},
        )

    def _quanta(self, quantity):
        return engine.to_quanta(quantity, self.rounding)

    def quantity(self, amount):
        """Return an engine's amount in the order's unit of measure."""
        return float(size(amount)) if self.is_numbered else engine.from_quanta(amount, self.rounding)

    def _amount(self, amount, possible):
        """Return the engine's amount for a quantity or numbers.

        :param possible: the engine's amount that a quantity is taken from
        """
        if isinstance(amount, frozenset):
            return amount
        if not self.is_numbered:
            return self._quanta(amount)
        # One number too many is refused by the engine, as one unit too many is.
        return frozenset(sorted(possible)[:round(amount)]) if amount <= size(possible) else possible | {0}

    # ------------------------------------------------------------
    # Questions
    # ------------------------------------------------------------

    @property
    def alive(self):
        """Units not lost."""
        return self.quantity(self.state.alive)

    def ready(self, stage):
        """Units that may be worked at the stage now."""
        return self.quantity(self.ready_amount(stage))

    def ready_amount(self, stage):
        """The same as the engine's amount: of a numbered order, which units."""
        return engine.ready(self.graph, self.state, stage.id)

    def next_available(self, stage):
        """When the first of the numbered units ready at a stage may be worked; False if one may be now, or none is."""
        ready, waits = self.ready_amount(stage), self.waits.get(stage.id, {})
        return min((waits[number] for number in ready), default=False) if ready <= waits.keys() else False

    def there(self, stage):
        """Units at the stage that wait for no decision, be the stage ready for them or not."""
        return self.quantity(self.there_amount(stage))

    def there_amount(self, stage):
        """The same as the engine's amount: of a numbered order, which units."""
        return engine.there(self.graph, self.state, stage.id)

    def here_amount(self, stage):
        """The engine's amount of what is at the stage, be it held or not."""
        return join(self.there_amount(stage), self.state.held[stage.id])

    def held_amount(self, stage):
        """The engine's amount of units at the stage that wait for a decision."""
        return self.state.held[stage.id]

    def passed(self, stage):
        """Living units that have completed the stage."""
        return self.quantity(self.passed_amount(stage))

    def passed_amount(self, stage):
        """The same as the engine's amount: of a numbered order, which units."""
        return self.state.passed[stage.id]

    def arrived(self, stage):
        """Living units that have passed everything before the stage, be it done with them or not."""
        return self.quantity(engine.arrived(self.graph, self.state, stage.id))

    def cycle(self, stage, number=None):
        """The rework cycle of the stage, or of one of its numbered units."""
        return engine.cycle_of(self.state, stage.id, number)

    def counters(self, stage):
        """What a stage stores of where the units are."""
        return {
            'qty_produced': self.passed(stage),
            'qty_lost': self.quantity(self.state.lost[stage.id]),
            'qty_held': self.quantity(self.state.held[stage.id]),
            'rework_cycle': self.cycle(stage),
        }

    def through(self):
        """Units that have passed every stage."""
        passed = [self.state.passed[key] for key in self.graph.last]
        if not passed:
            return 0.0
        return self.quantity(engine.meet(passed, self.state.alive))

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
            key for key in self.graph.predecessors(stage.id) if self.state.passed[key] != self.state.alive)

    def predecessors(self, stage):
        """Return the stages this one directly waits for, done or not."""
        return self.stages.browse(self.graph.predecessors(stage.id))

    def ancestors(self, stage):
        """Return every stage before this one, in order."""
        return self.stages.browse(self.graph.ancestors(stage.id))

    def successors(self, stage):
        """Return the stages that directly wait for this one."""
        return self.stages.browse(self.graph.successors(stage.id))

    # ------------------------------------------------------------
    # Acts: what they do is stored by `mrp.production._store_flow`
    # ------------------------------------------------------------

    def finish(self, stage, amount):
        """Move units past the stage; return the engine's amount.

        :raises engine.FlowError: ``not_positive``, ``more_than_ready``, ``inactive``
        """
        amount = self._amount(amount, self.ready_amount(stage))
        self.state = engine.finish(self.graph, self.state, stage.id, amount)
        return amount

    def write_off(self, stage, amount):
        """Lose units at the stage; return the engine's amount.

        :raises engine.FlowError: ``not_positive``, ``more_than_ready``, ``inactive``
        """
        amount = self._amount(amount, self.there_amount(stage))
        self.state = engine.write_off(self.graph, self.state, stage.id, amount)
        return amount

    def return_to(self, stage, to, amount):
        """Send units at the stage back to an earlier one, or to itself; return the engine's amount.

        :raises engine.FlowError: ``not_positive``, ``more_than_ready``, ``not_before``, ``inactive``
        """
        amount = self._amount(amount, self.there_amount(stage))
        before = self.state.passed
        self.state = engine.return_to(self.graph, self.state, stage.id, to.id, amount)
        self._note_reopened(stage, to, amount, before, self.state.passed)
        return amount

    def _note_reopened(self, stage, to, amount, before, after):
        again = {stage.id: amount} if to == stage else {key: before[key] - after[key] for key in after}
        self.reopened = {key: self.quantity(units) for key, units in again.items() if units}

    def hold(self, stage, amount):
        """Let units at the stage wait for a decision; return the engine's amount.

        :raises engine.FlowError: ``not_positive``, ``more_than_ready``, ``inactive``
        """
        amount = self._amount(amount, self.there_amount(stage))
        self.state = engine.hold(self.graph, self.state, stage.id, amount)
        return amount

    def release(self, stage, amount):
        """Let held units be as before; return the engine's amount.

        :raises engine.FlowError: ``not_positive``, ``more_than_ready``, ``inactive``
        """
        amount = self._amount(amount, self.state.held[stage.id])
        self.state = engine.release(self.graph, self.state, stage.id, amount)
        return amount

    def split_off(self, stage, to, amount):
        """Let units at the stage go on as an order of their own, which begins at stage ``to``.

        :return: the engine's state of that order, under the keys of this one's stages
        :raises engine.FlowError: ``not_positive``, ``more_than_ready``, ``not_before``, ``no_part``, ``inactive``
        """
        amount = self._amount(amount, self.there_amount(stage))
        before = self.state.passed
        self.state, part = engine.split_off(self.graph, self.state, stage.id, to.id, amount)
        brought = {key: before[key] - passed for key, passed in self.state.passed.items()}
        self._note_reopened(stage, to, amount, brought, part.passed)
        return part

    def activate(self, stage):
        """Let the stage take part.

        :raises engine.FlowError: ``too_late`` when a stage after it has passed units, ``already_active``
        """
        self.graph, self.state = engine.activate(self.graph, self.state, stage.id)
