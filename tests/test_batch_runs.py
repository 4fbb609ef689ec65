import random
from collections import Counter
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..engine.amount import size
from .common import StageCommon


@tagged('post_install', '-at_install')
class TestBatchRuns(StageCommon):
    """Random runs through the door in every batch mode: rework, losses, decisions, splits of splits, withdrawals."""

    RUNS = 102
    ACTS = 10

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.supervisor.hourly_cost = 17.0
        cls.cup = cls._create_product("Cup", cls.unit)
        cls.clay = cls._create_product("Clay", cls.kg, cost=2.0)
        cls.glaze = cls._create_product("Glaze", cls.kg, cost=9.0)
        cls._stock(cls.clay, 10000)
        cls._stock(cls.glaze, 10000)
        cls.cup_template = cls.env['mrp.bom'].create({
            'product_tmpl_id': cls.cup.product_tmpl_id.id, 'use_stages': True,
            'operation_ids': [
                Command.create({'name': "Turning", 'sequence': 1, 'consumption_mode': 'start', 'rework_limit': 2}),
                Command.create({'name': "Glazing", 'sequence': 2, 'rework_consumes': True}),
                Command.create({'name': "Handles", 'sequence': 3, 'is_parallel': True}),
                Command.create({'name': "Firing", 'sequence': 4}),
            ],
        })
        turning, glazing, _handles, _firing = cls.cup_template.operation_ids
        cls.cup_template.bom_line_ids = [
            Command.create({'product_id': cls.clay.id, 'product_qty': 0.3, 'operation_id': turning.id}),
            Command.create({'product_id': cls.glaze.id, 'product_qty': 0.02, 'operation_id': glazing.id}),
        ]
        cls.reason = cls.env['mrp.defect.reason'].create({'name': "Crack", 'code': "RUN"})

    def test_random_runs(self):
        acts = Counter()
        for seed in range(self.RUNS):
            with self.subTest(seed=seed):
                acts += self._run(random.Random(seed), ('whole', 'unit', 'split')[seed % 3])
        for kind in ('start', 'finish', 'return', 'write_off', 'split', 'escalate', 'decide', 'withdraw'):
            self.assertGreater(acts[kind], self.RUNS // 10, f"too few acts of kind {kind}: the test shows little")

    def _run(self, chance, mode):
        """Take random acts in one order, then bring it to an end; return how many events of which kind there are."""
        quantity = chance.randint(1, 9)
        in_stock, now = self._qty(self.cup), fields.Datetime.now()
        order = self._create_order(quantity, product=self.cup, batch_mode=mode)
        for _number in range(self.ACTS):
            batch = chance.choice(self._everybody(order))
            act = self._choose_act(chance, batch)
            now += timedelta(minutes=chance.choice((0, 7, 30)))
            try:
                with freeze_time(now), self.env.cr.savepoint():
                    act()
            except UserError:
                self.env.invalidate_all()
            self._check(order, quantity)
        with freeze_time(now + timedelta(hours=1)):
            for batch in self._everybody(order):
                self._bring_to_an_end(batch)
        self._check(order, quantity)
        batches = self._everybody(order)
        self.assertEqual(set(batches.mapped('state')), {'done'})
        for batch in batches:
            received = sum(batch.move_finished_ids.mapped('value'))
            self.assertAlmostEqual(received, batch.cost_total, msg="the goods are worth what they cost")
        lost = sum(batches.workorder_ids.mapped('qty_lost'))
        self.assertEqual(self._qty(self.cup) - in_stock, quantity - lost)
        return Counter(batches.event_ids.mapped('kind'))

    def _everybody(self, order):
        """The order and all that was split off from it, but for what was merged back."""
        return order | self.env['mrp.production'].union(*(
            self._everybody(batch) for batch in order.child_batch_ids if batch.state != 'cancel'))

    # ------------------------------------------------------------
    # Acts
    # ------------------------------------------------------------

    def _choose_act(self, chance, batch):
        """Return a random act on the order, one that may be refused."""
        flow = batch._load_flow()
        stages = batch.workorder_ids.with_user(self.supervisor_user)
        there = stages.filtered(flow.there)
        ready = stages.filtered('qty_ready') or stages
        stage = chance.choice(there or stages)
        most = max(1, int(flow.there(stage)))
        amount = {'qty': chance.randint(1, most)}
        if batch.batch_mode == 'unit':
            units = sorted(flow.there_amount(stage)) or [1]
            amount = {'units': chance.sample(units, min(len(units), amount['qty']))}
        escalated = batch.defect_ids.filtered(lambda defect: defect.state == 'escalated')
        worker = chance.choice(ready)
        return chance.choice((
            lambda: self._work(chance, worker),
            lambda: self._work(chance, worker),
            lambda: self._work(chance, worker),
            lambda: stage.stage_report_defect(self.reason.id, 'return', return_to=chance.choice(stages).id, **amount),
            lambda: stage.stage_report_defect(self.reason.id, 'return', return_to=stage.id, **amount),
            lambda: stage.stage_report_defect(self.reason.id, 'return', return_to=stages[0].id, **amount),
            lambda: stage.stage_report_defect(self.reason.id, 'write_off', **amount),
            lambda: self._withdraw(batch.defect_ids.filtered(lambda defect: defect.state != 'withdrawn')),
            lambda: self._decide(chance, escalated),
        ))

    def _work(self, chance, stage):
        """Start the stage, or finish some of what is ready."""
        if not self._is_at_work(stage):
            stage.stage_start()
        elif stage.production_id.batch_mode == 'unit':
            stage.stage_finish()
        else:
            stage.stage_finish(qty=chance.randint(1, max(1, int(stage.qty_ready))))

    def _withdraw(self, defects):
        for defect in defects.sorted('id')[-1:]:
            defect.workorder_id.stage_withdraw_defect(defect.id)

    def _decide(self, chance, escalated):
        for defect in escalated[:1]:
            defect.workorder_id.stage_decide_defect(
                defect.id, chance.choice(('allow', 'accept', 'write_off')), "A try")

    def _bring_to_an_end(self, batch):
        """Decide what is to be decided, then work stage by stage."""
        for defect in batch.defect_ids.filtered(lambda defect: defect.state == 'escalated'):
            defect.workorder_id.stage_decide_defect(defect.id, 'accept', "Good enough")
        for stage in batch.workorder_ids.with_user(self.supervisor_user):
            while stage.qty_ready:
                if not self._is_at_work(stage):
                    stage.stage_start()
                stage.stage_finish()

    def _is_at_work(self, stage):
        """Tell whether there is something at the stage to finish."""
        if stage.production_id.batch_mode != 'unit':
            return stage.is_started
        return bool(self.env['mrp.workorder.unit'].search_count([
            ('workorder_id', '=', stage.id), ('status', 'in', ('progress', 'paused'))]))

    # ------------------------------------------------------------
    # What holds at every moment
    # ------------------------------------------------------------

    def _check(self, order, quantity):
        batches = self._everybody(order)
        self.assertEqual(sum(batches.mapped('product_qty')), quantity)
        spent = sum(batches.cost_line_ids.filtered(lambda line: line.origin == 'use').mapped('amount'))
        self.assertAlmostEqual(sum(batch.cost_total + batch.cost_loss for batch in batches), spent)
        for batch in batches:
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
