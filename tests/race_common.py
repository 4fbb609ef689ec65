import threading
import uuid
from collections import defaultdict
from contextlib import contextmanager

from psycopg2 import OperationalError

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.modules.registry import DummyRLock, Registry
from odoo.service.model import retrying
from odoo.sql_db import db_connect
from odoo.tests import BaseCase, get_db_name, new_test_user


class RaceCase(BaseCase):
    """Several people at once, each on a connection of their own: what they do is really committed, and removed at
    the end."""

    #: Orders that are removed at the end
    order_ids = ()

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The runner keeps the registry locked while tests run; threads of ours would wait for it for ever.
        cls.classPatch(Registry, '_lock', DummyRLock())
        cls.archive_ids = defaultdict(list)
        with cls._open_env() as env:
            cls._prepare(env)
        cls.addClassCleanup(cls._clean_up)

    @classmethod
    def _prepare(cls, env):
        """Hook: make what people will compete for; set ``order_ids``."""

    @classmethod
    def _clean_up(cls):
        with cls._open_env() as env:
            cls._remove(env)

    @classmethod
    def _remove(cls, env):
        """Hook: remove or archive what was made."""
        cls._remove_orders(env, cls.order_ids)
        cls._archive(env)

    @classmethod
    def _archive(cls, env):
        for model, ids in cls.archive_ids.items():
            env[model].browse(ids).active = False

    @classmethod
    def _archive_later(cls, *recordsets):
        """Let records that others refer to be archived at the end."""
        for records in recordsets:
            cls.archive_ids[records._name] += records.ids

    @classmethod
    @contextmanager
    def _open_env(cls, uid=SUPERUSER_ID):
        """A real connection of its own, committed at the end: the registry's is the test's."""
        with db_connect(get_db_name()).cursor() as cr:
            yield api.Environment(cr, uid, {})

    @classmethod
    def _create_template(cls, env, name, *stages, **vals):
        """Return the template of a new product.

        :param stages: for each stage its name, or its values
        """
        product = cls._create_product(env, name)
        template = env['mrp.bom'].create({
            'product_tmpl_id': product.product_tmpl_id.id, 'use_stages': True,
            'operation_ids': [
                Command.create(stage if isinstance(stage, dict) else {'name': stage}) for stage in stages],
            **vals,
        })
        cls._archive_later(template)
        return template

    @classmethod
    def _create_product(cls, env, name):
        product = env['product.product'].create({'name': name, 'type': 'consu', 'is_storable': True})
        cls._archive_later(product)
        return product

    @classmethod
    def _create_orders(cls, template, *vals_list):
        """Return an order of the template's product for each of these values; for five where they do not say."""
        return template.env['mrp.production'].create([
            {'product_id': template.product_tmpl_id.product_variant_id.id, 'product_qty': 5, **vals}
            for vals in vals_list])

    @classmethod
    def _create_people(cls, env):
        """Return the names and the user ids of two operators, whose logins no other test has."""
        people = env['hr.employee'].create([
            {
                'name': name,
                'user_id': new_test_user(
                    env, login=f'{name}-{uuid.uuid4()}', name=name, groups='mrp_production_stage.group_operator').id,
            }
            for name in ("Anna", "Boris")])
        cls._archive_later(people, people.user_id)
        return [(person.name, person.user_id.id) for person in people]

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
            with self._open_env(uid) as env:
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
                        env.cr.rollback()

        threads = [threading.Thread(target=run, args=runner) for runner in runners]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=180)
        return results
