import threading
import uuid

from psycopg2 import OperationalError

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.modules.registry import DummyRLock, Registry
from odoo.service.model import retrying
from odoo.sql_db import db_connect
from odoo.tests import BaseCase, get_db_name, new_test_user, tagged


class RaceCase(BaseCase):
    """Several people at once, each on a connection of their own: what they do is really committed, and removed at
    the end."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The runner keeps the registry locked while tests run; threads of ours would wait for it for ever.
        cls.classPatch(Registry, '_lock', DummyRLock())

    @classmethod
    def _connect(cls):
        """A real connection of its own, committed at the end: the registry's is the test's."""
        return db_connect(get_db_name()).cursor()

    @classmethod
    def _create_people(cls, env):
        """Two operators whose logins no other test has."""
        return [
            env['hr.employee'].create({
                'name': name,
                'user_id': new_test_user(
                    env, login=f'{name}-{uuid.uuid4()}', name=name, groups='mrp_production_stage.group_operator').id,
            })
            for name in ("Anna", "Boris")
        ]

    @classmethod
    def _remove_orders(cls, env, order_ids):
        # The log cannot be deleted through the app; what these tests committed must go all the same.
        env.cr.execute(
            "UPDATE stock_move SET stage_event_id = NULL WHERE raw_material_production_id = ANY(%s)", [order_ids])
        env.cr.execute("DELETE FROM mrp_workorder_unit WHERE production_id = ANY(%s)", [order_ids])
        env.cr.execute("DELETE FROM mrp_workorder_event WHERE production_id = ANY(%s)", [order_ids])
        env.cr.execute("DELETE FROM mrp_defect WHERE production_id = ANY(%s)", [order_ids])
        orders = env['mrp.production'].browse(order_ids)
        orders.filtered(lambda order: order.state != 'done').action_cancel()
        env.flush_all()
        # Time that has been costed stays, too.
        env.cr.execute(
            "DELETE FROM mrp_workcenter_productivity WHERE workorder_id = ANY(%s)", [orders.workorder_ids.ids])
        env.invalidate_all()
        orders.filtered(lambda order: order.state != 'done').unlink()

    def _race(self, *runners, model='mrp.workorder'):
        """Run acts that all leave the start at the same moment.

        :param runners: (name, user id, record id, act), the act a function of the record
        :return: per name, the answer or the error
        """
        results = {}
        barrier = threading.Barrier(len(runners))

        def run(name, uid, record_id, act):
            threading.current_thread().dbname = get_db_name()
            with self._connect() as cr:
                env = api.Environment(cr, uid, {})
                record = env[model].browse(record_id)
                record.exists()  # the snapshot that all took before anybody acted
                barrier.wait(timeout=30)
                # Odoo gives up after five tries, which a slow machine may need: whoever reads that presses again.
                while name not in results:
                    try:
                        results[name] = retrying(lambda: act(record), env)
                    except UserError as error:
                        results[name] = error
                    except OperationalError:
                        cr.rollback()

        threads = [threading.Thread(target=run, args=runner) for runner in runners]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=180)
        return results


@tagged('post_install', '-at_install')
class TestConcurrency(RaceCase):
    """Two people at once at the same stages."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with cls._connect() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            people = cls._create_people(env)
            product = env['product.product'].create({'name': "Race", 'type': 'consu', 'is_storable': True})
            template = env['mrp.bom'].create({
                'product_tmpl_id': product.product_tmpl_id.id, 'use_stages': True,
                'operation_ids': [Command.create({'name': "Run"}), Command.create({'name': "Rest"})],
            })
            line = env['mrp.production'].create({'product_id': product.id, 'product_qty': 5})
            line.action_confirm()
            by_unit = env['mrp.production'].create(
                {'product_id': product.id, 'product_qty': 5, 'batch_mode': 'unit'})
            by_unit.action_confirm()
            by_unit.workorder_ids[0].stage_start()
            template.allow_operation_dependencies = True
            parallel = env['mrp.production'].create({'product_id': product.id, 'product_qty': 5})
            parallel.action_confirm()
            parallel.workorder_ids.stage_start()
            cls.order_ids = (line | parallel | by_unit).ids
            cls.unit_stage_id = by_unit.workorder_ids[0].id
            cls.line_stage_ids, cls.parallel_stage_ids = line.workorder_ids.ids, parallel.workorder_ids.ids
            cls.people = [(person.name, person.user_id.id) for person in people]
            cls.cleanup_ids = {
                'mrp.bom': template.ids, 'hr.employee': [person.id for person in people],
                'res.users': [person.user_id.id for person in people], 'product.product': product.ids}
        cls.addClassCleanup(cls._clean_up)

    @classmethod
    def _clean_up(cls):
        with cls._connect() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            cls._remove_orders(env, cls.order_ids)
            for model, ids in cls.cleanup_ids.items():
                env[model].browse(ids).active = False

    def _read_stage(self, cr, stage_id):
        return api.Environment(cr, SUPERUSER_ID, {})['mrp.workorder'].browse(stage_id)

    def test_one_wins_and_the_other_reads_who(self):
        stage_id = self.line_stage_ids[0]
        results = self._race(*(
            (name, uid, stage_id, lambda stage: stage.stage_start()) for name, uid in self.people))
        winners = [name for name, result in results.items() if isinstance(result, dict)]
        losers = [name for name, result in results.items() if isinstance(result, UserError)]
        self.assertEqual((len(winners), len(losers)), (1, 1), results)
        self.assertRegex(str(results[losers[0]]), f"already started: {winners[0]} works on it")
        with self._connect() as cr:
            stage = self._read_stage(cr, stage_id)
            self.assertEqual(len(stage.time_ids), 1)
            self.assertEqual(stage.time_ids.employee_id.name, winners[0])
            self.assertEqual(stage.event_ids.mapped('kind'), ['start'])

        # A phone sends one act twice at the same moment.
        uid = dict(self.people)[winners[0]]
        results = self._race(*(
            (copy, uid, stage_id, lambda stage: stage.stage_finish(qty=2, client_key=f'race-{stage_id}'))
            for copy in ("first", "second")))
        self.assertEqual(sorted(result['replayed'] for result in results.values()), [False, True])
        with self._connect() as cr:
            stage = self._read_stage(cr, stage_id)
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
        with self._connect() as cr:
            order = self._read_stage(cr, self.parallel_stage_ids[0]).production_id
            self.assertEqual(order.state, 'done')
            self.assertEqual(order.move_finished_ids.quantity, 5)


@tagged('post_install', '-at_install')
class TestCompetingOrders(RaceCase):
    """Eight orders of 10 at the same moment, and 30 in stock."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with cls._connect() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            product, material = env['product.product'].create([
                {'name': name, 'type': 'consu', 'is_storable': True} for name in ("Wanted", "Scarce")])
            location = env['stock.warehouse'].search([('company_id', '=', env.company.id)], limit=1).lot_stock_id
            cls._count(env['stock.quant'].with_context(inventory_mode=True).create(
                {'product_id': material.id, 'location_id': location.id}), 30)
            template = env['mrp.bom'].create({
                'product_tmpl_id': product.product_tmpl_id.id, 'use_stages': True,
                'operation_ids': [Command.create({'name': "Run"})]})
            template.bom_line_ids = [Command.create({
                'product_id': material.id, 'operation_id': template.operation_ids.id})]
            orders = env['mrp.production'].create([
                {'product_id': product.id, 'product_qty': 10} for _number in range(8)])
            cls.order_ids, cls.material_id = orders.ids, material.id
            cls.cleanup_ids = {'mrp.bom': template.ids, 'product.product': (product | material).ids}
        cls.addClassCleanup(cls._clean_up)

    @classmethod
    def _clean_up(cls):
        with cls._connect() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            cls._remove_orders(env, cls.order_ids)
            cls._count(env['stock.quant'].search([
                ('product_id', '=', cls.material_id), ('location_id.usage', '=', 'internal')]), 0)
            for model, ids in cls.cleanup_ids.items():
                env[model].browse(ids).active = False

    @classmethod
    def _count(cls, quants, quantity):
        """Adjust the inventory: what stays in the database afterwards has its moves."""
        quants.with_context(inventory_mode=True).inventory_quantity = quantity
        quants.action_apply_inventory()

    def _check_stock(self, on_hand, reserved, shares):
        with self._connect() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
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
