from odoo import SUPERUSER_ID
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .race_common import RaceCase


@tagged('post_install', '-at_install')
class TestConcurrency(RaceCase):
    """Two people at once at the same stages."""

    @classmethod
    def _prepare(cls, env):
        cls.people = cls._create_people(env)
        template = cls._create_template(env, "Race", "Run", "Rest")
        line, by_unit = orders = cls._create_orders(template, {}, {'batch_mode': 'unit'})
        orders.action_confirm()
        by_unit.workorder_ids[0].stage_start()
        template.allow_operation_dependencies = True
        parallel = cls._create_orders(template, {})
        parallel.action_confirm()
        parallel.workorder_ids.stage_start()
        cls.order_ids = (orders | parallel).ids
        cls.unit_stage_id = by_unit.workorder_ids[0].id
        cls.line_stage_ids, cls.parallel_stage_ids = line.workorder_ids.ids, parallel.workorder_ids.ids

    def _read_stage(self, env, stage_id):
        return env['mrp.workorder'].browse(stage_id)

    def test_one_wins_and_the_other_reads_who(self):
        stage_id = self.line_stage_ids[0]
        results = self._race(*(
            (name, uid, stage_id, lambda stage: stage.stage_start()) for name, uid in self.people))
        winners = [name for name, result in results.items() if isinstance(result, dict)]
        losers = [name for name, result in results.items() if isinstance(result, UserError)]
        self.assertEqual((len(winners), len(losers)), (1, 1), results)
        self.assertRegex(str(results[losers[0]]), f"already started: {winners[0]} works on it")
        with self._open_env() as env:
            stage = self._read_stage(env, stage_id)
            self.assertEqual(len(stage.time_ids), 1)
            self.assertEqual(stage.time_ids.employee_id.name, winners[0])
            self.assertEqual(stage.event_ids.mapped('kind'), ['start'])

        # A phone sends one act twice at the same moment.
        uid = dict(self.people)[winners[0]]
        results = self._race(*(
            (copy, uid, stage_id, lambda stage: stage.stage_finish(qty=2, client_key=f'race-{stage_id}'))
            for copy in ("first", "second")))
        self.assertEqual(sorted(result['replayed'] for result in results.values()), [False, True])
        with self._open_env() as env:
            stage = self._read_stage(env, stage_id)
            self.assertEqual(stage.qty_produced, 2)
            self.assertEqual(sorted(stage.event_ids.mapped('kind')), ['finish', 'start'])

    def test_two_who_start_the_next_unit_start_different_ones(self):
        """The stage runs already, and each of them finds the same unit free at first."""
        results = self._race(*(
            (name, uid, self.unit_stage_id, lambda stage: stage.stage_start()) for name, uid in self.people))
        self.assertEqual(sorted(result['units'] for result in results.values()), [[2], [3]], results)

    def test_last_two_stages_finished_at_once_close_the_order(self):
        """Each sees the other still open unless it waits for it."""
        results = self._race(*(
            (stage_id, SUPERUSER_ID, stage_id, lambda stage: stage.stage_finish())
            for stage_id in self.parallel_stage_ids))
        self.assertEqual({result['stage_status'] for result in results.values()}, {'done'}, results)
        with self._open_env() as env:
            order = self._read_stage(env, self.parallel_stage_ids[0]).production_id
            self.assertEqual(order.state, 'done')
            self.assertEqual(order.move_finished_ids.quantity, 5)


@tagged('post_install', '-at_install')
class TestCompetingOrders(RaceCase):
    """Eight orders of 10 at the same moment, and 30 in stock."""

    @classmethod
    def _prepare(cls, env):
        material = cls._create_product(env, "Scarce")
        location = env['stock.warehouse'].search([('company_id', '=', env.company.id)], limit=1).lot_stock_id
        cls._count(env['stock.quant'].with_context(inventory_mode=True).create(
            {'product_id': material.id, 'location_id': location.id}), 30)
        template = cls._create_template(env, "Wanted", "Run")
        template.bom_line_ids = [Command.create({
            'product_id': material.id, 'operation_id': template.operation_ids.id})]
        orders = cls._create_orders(template, *[{'product_qty': 10}] * 8)
        cls.order_ids, cls.material_id = orders.ids, material.id

    @classmethod
    def _remove(cls, env):
        cls._remove_orders(env, cls.order_ids)
        cls._count(env['stock.quant'].search([
            ('product_id', '=', cls.material_id), ('location_id.usage', '=', 'internal')]), 0)
        cls._archive(env)

    @classmethod
    def _count(cls, quants, quantity):
        """Adjust the inventory: what stays in the database afterwards has its moves."""
        quants.with_context(inventory_mode=True).inventory_quantity = quantity
        quants.action_apply_inventory()

    def _check_stock(self, on_hand, reserved, shares):
        with self._open_env() as env:
            quants = env['stock.quant'].search([
                ('product_id', '=', self.material_id), ('location_id.usage', '=', 'internal')])
            self.assertEqual((sum(quants.mapped('quantity')), sum(quants.mapped('reserved_quantity'))),
                             (on_hand, reserved))
            materials = env['mrp.production'].browse(self.order_ids).move_raw_ids
            self.assertEqual(sorted(materials.mapped('quantity')), shares)
            return env['mrp.production'].browse(self.order_ids).workorder_ids.ids

    def test_never_more_is_reserved_than_there_is(self):
        results = self._race(*(
            (order_id, SUPERUSER_ID, order_id, lambda order: order.action_confirm())
            for order_id in self.order_ids), model='mrp.production')
        self.assertEqual(results, dict.fromkeys(self.order_ids, True))
        stage_ids = self._check_stock(30, 30, [0, 0, 0, 0, 0, 10, 10, 10])

        # Core reserves at the start what the order asks for, be it there or not.
        results = self._race(*(
            (stage_id, SUPERUSER_ID, stage_id, lambda stage: stage.stage_start()['stage_status'])
            for stage_id in stage_ids))
        self.assertEqual(results, dict.fromkeys(stage_ids, 'progress'))
        self._check_stock(30, 30, [0, 0, 0, 0, 0, 10, 10, 10])

        # What the floor says it used is used: no act is lost, nor counted twice.
        results = self._race(*(
            (stage_id, SUPERUSER_ID, stage_id, lambda stage: stage.stage_finish()['stage_status'])
            for stage_id in stage_ids))
        self.assertEqual(results, dict.fromkeys(stage_ids, 'done'))
        self._check_stock(-50, 0, [10] * 8)
