import json
import os
import random
from collections import Counter
from datetime import timedelta
from pathlib import Path

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools.intervals import Intervals

from ..engine.amount import size
from .random_orders import ACTS, RandomOrders


@tagged('post_install', '-at_install')
class TestBatchRuns(RandomOrders):
    """Random runs through the door, in every batch mode and by every costing method: whatever is finished, decided,
    lost, split off and withdrawn, no unit and no cent appears or gets lost, and stock, ledger and books agree.

    `make test-runs` takes a thousand runs, and these only a few.
    """

    RUNS = range(18)
    TRIES = 26
    KINDS = ('start', 'finish', 'cancel_start', 'return', 'write_off', 'split', 'escalate', 'decide', 'withdraw',
             'output', 'loss')

    def test_random_runs(self):
        """``RUNS=100-149`` in the environment chooses others; ``RUNS_REPORT`` names a file to write counts to."""
        first, _dash, last = os.environ.get('RUNS', '').partition('-')
        counts = Counter()
        with freeze_time(fields.Datetime.now()) as clock:
            for seed in range(int(first), int(last or first) + 1) if first else self.RUNS:
                with self.subTest(seed=seed):
                    counts += self._run_and_forget(seed, clock)
        if report := os.environ.get('RUNS_REPORT'):
            Path(report).write_text(json.dumps(counts))
        if not first:
            wanted = {*self.KINDS, *(f"act: {act}" for act in ACTS)}
            self.assertLessEqual(wanted, set(counts), "no act of a kind: this shows little")

    def _run_and_forget(self, seed, clock):
        """Take one run; leave the database as it was before, so that each is the same whatever runs there were."""
        start = fields.Datetime.now()
        try:
            with self.env.cr.savepoint() as savepoint:
                counts = self._run(seed, clock)
                savepoint.rollback()
        except Exception as error:
            error.add_note(f"RUNS={seed} takes this run alone.")
            raise
        finally:
            clock.move_to(start)
            self.env.invalidate_all()
        return counts

    def _run(self, seed, clock):
        """Take random acts in one order, then bring it to an end; return how many there were of which, and of
        events of which kind."""
        chance = random.Random(seed)
        before = self._read_value()
        order = self._create_random_order(seed, chance, clock)
        quantity = order.product_qty
        acts = Counter()
        for _number in range(self.TRIES):
            clock.tick(timedelta(minutes=chance.choice((0, 1, 7, 23, 50)), seconds=chance.choice((0, 0, 17))))
            try:
                with self.env.cr.savepoint():
                    act = self._take_random_act(chance, order)
            except UserError:
                self.env.invalidate_all()
                continue
            if act:
                acts[f"act: {act}"] += 1
                self._check(order, quantity)
        for batch in self._get_batches(order):
            self._bring_to_an_end(batch, clock)
        self._check(order, quantity)
        self._check_end(order, quantity, before)
        events = self._get_batches(order, is_merged=True).event_ids
        return Counter(events.mapped('kind')) + acts + Counter(runs=1)

    # ------------------------------------------------------------
    # What holds at every moment
    # ------------------------------------------------------------

    def _check(self, order, quantity):
        batches = self._get_batches(order)
        self.assertEqual(sum(batches.mapped('product_qty')), quantity)
        self._check_money(self._get_batches(order, is_merged=True))
        for batch in batches:
            self._check_units(batch)

    def _check_units(self, batch):
        """The units are where the log says; what is stored says the same; somebody can go on."""
        flow = batch._load_flow()
        state = flow.state
        self.assertEqual(batch._replay_log(flow), state)
        self.assertEqual(size(state.alive) + sum(map(size, state.lost.values())), size(state.ordered))
        if batch.state == 'done':
            self.assertTrue(flow.is_complete())
        elif not flow.is_complete():
            self.assertTrue(
                any(map(flow.ready, flow.stages)) or any(state.held.values()),
                "work is left, no stage is ready and nothing waits for a decision")
        for stage in batch.workorder_ids:
            self.assertEqual(stage.qty_ready, flow.ready(stage))
            self.assertLessEqual(stage.qty_supplied, flow.alive)
            self.assertLessEqual(stage.qty_produced, stage.qty_supplied or flow.alive)
            running = stage.time_ids.filtered(lambda time: not time.date_end)
            self.assertEqual(bool(running), stage.stage_status == 'progress')
        for move in batch.move_raw_ids:
            self.assertGreaterEqual(move.product_uom_qty, 0)
            self.assertGreaterEqual(move.norm_qty, 0)

    def _check_money(self, orders):
        """What was spent is somewhere: in what an order or a loss costs. It is what stock moves were worth.

        :param orders: those that belong together, with those that were merged back
        """
        rounded = self.company.currency_id.round
        lines = orders.cost_line_ids
        for line in lines:
            self.assertEqual(line.amount, rounded(line.amount))
        sums = {
            origin: rounded(sum(found.mapped('amount'))) for origin, found in lines.grouped('origin').items()}
        self.assertEqual(sums.pop('split', 0.0), 0.0, "what one order gives another one gets")
        self.assertEqual(sums.pop('loss', 0.0), 0.0, "what is lost was there")
        self.assertEqual(
            rounded(sum(order.cost_total + order.cost_loss for order in orders)), sums.get('use', 0.0))
        moved = lines.filtered('move_id')
        self.assertEqual(
            {line.move_id: line.amount for line in moved}, self._get_move_costs(orders))
        self.assertEqual(len(moved), len(moved.move_id), "a move costs once")

    def _get_move_costs(self, orders):
        """Return what each done move of these orders' stages took out of stock, and less what it put back. Their goods
        are no part of it: they bear the costs."""
        moves = self.env['stock.move'].search([
            ('workorder_id', 'in', orders.workorder_ids.ids), ('state', '=', 'done'),
            ('product_id', '!=', self.cup.id)])
        costs = {}
        for move in moves - orders.move_finished_ids.filtered(lambda move: not move.stage_event_id):
            usages = (move.location_id.usage, move.location_dest_id.usage)
            if usages in (('internal', 'production'), ('production', 'internal')):
                costs[move] = move.value if usages[0] == 'internal' else -move.value
        return costs

    # ------------------------------------------------------------
    # What holds at the end
    # ------------------------------------------------------------

    def _check_end(self, order, quantity, before):
        """Everything is received, at what it cost, and nothing is left in production."""
        orders = self._get_batches(order, is_merged=True)
        batches = self._get_batches(order)
        self.assertEqual(set(batches.mapped('state')), {'done'})
        goods = self._get_receipts(batches)
        for batch, moves in goods.grouped('production_id').items():
            self.assertEqual(
                self._round(sum(moves.mapped('value')) + batch.cost_variance), self._round(batch.cost_total),
                "the goods are worth what they cost")
            if batch.cost_total >= 0 and 'standard' not in moves.product_id.mapped('cost_method'):
                self.assertEqual(batch.cost_variance, 0.0, "without a standard price there is no variance")
        made = goods.filtered(lambda move: move.product_id == self.cup)
        if not batches.move_finished_ids.filtered(
            lambda move: move.product_id == self.cup and move.stage_event_id
        ):
            self.assertEqual(
                sum(made.mapped('quantity')), quantity - sum(batches.workorder_ids.mapped('qty_lost')))
        self.assertAlmostEqual(self._read_value() - before, sum(made.mapped('value')), places=2)
        self._check_time(orders)
        self._check_books(orders)

    def _check_time(self, orders):
        """All time is costed, and nobody's twice."""
        times = orders.workorder_ids.time_ids
        for time in times:
            self.assertTrue(time.date_end, "nobody works any more")
            self.assertTrue(
                time.date_end <= time.date_start or time.costed_until >= time.date_end, "all of a time is costed")
        events = orders.event_ids
        is_corrected = {'correct', 'cancel_start'} & set(events.mapped('kind')) or any(
            event.occurred_at < event.recorded_at for event in events)
        lines = orders.cost_line_ids.filtered(lambda line: line.time_id and line.employee_id).grouped('employee_id')
        times = times.filtered('employee_id').grouped('employee_id')
        for person in lines | times:
            own = lines.get(person, self.env['mrp.cost.line'])
            paid, worked = sum(own.mapped('quantity')) * 3600, self._get_seconds(times.get(person, ()))
            self.assertLessEqual(paid, worked + 1, "nobody's time is costed twice")
            # What costs less than half a cent is not written down. Of what is taken back, or turns out late to have
            # ended before, others get nothing: what has been costed stays.
            if not is_corrected:
                self.assertGreaterEqual(paid, worked - 3 * len(times[person]))

    def _get_seconds(self, times):
        """Return how long somebody was at work, at however many stages at once."""
        spans = Intervals([(time.date_start, time.date_end, time) for time in times])
        return sum((end - start).total_seconds() for start, end, _times in spans)

    def _get_receipts(self, orders):
        """Return the moves by which these orders' goods and by-products came into stock: when they closed, or before,
        if a stage made the goods."""
        done = orders.move_finished_ids.filtered(lambda move: move.state == 'done')
        outputs = done.filtered('stage_event_id')
        return done - outputs + outputs.filtered(
            lambda move: move.product_id == self.cup and not move.returned_move_ids)

    def _check_books(self, orders):
        work = orders.cost_line_ids.filtered(
            lambda line: line.origin == 'use' and line.category in ('labor', 'workcenter', 'subcontract'))
        self.assertEqual(self._get_balance('production'), 0.0, "nothing stays in production")
        self.assertEqual(self._get_balance('work'), -self._round(sum(work.mapped('amount'))))
        self.assertEqual(self._get_balance('loss'), self._round(sum(orders.mapped('cost_loss'))))
        self.assertEqual(self._get_balance('difference'), self._round(sum(orders.mapped('cost_variance'))))
        self.assertEqual(self._get_balance('expense'), 0.0, "nothing is of no account")

    def _round(self, amount):
        return self.company.currency_id.round(amount) or 0.0

    def _read_value(self):
        self.env.invalidate_all()
        return self.cup.total_value
