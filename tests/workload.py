"""A shop with a long past: what plain Odoo and the app are measured against, side by side.

The tests use it, and so does ``dev/bench`` on a database that lacks the app: it imports nothing of the app, and
names of it only what it finds there.
"""

import gc
import statistics
import time
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tools import SQL

# Five materials at three stages.
MATERIALS = (2, 2, 1)
MATERIALS_COUNT = sum(MATERIALS)


@dataclass
class Figures:
    """What the acts of one kind of order cost: per act, the seconds and the queries of each round."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    queries: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def rounds(self, acts=None):
        """Return, per round, the seconds that all acts took together, or those named."""
        return [sum(values) for values in zip(*(self.seconds[act] for act in acts or self.seconds))]

    def median_seconds(self, acts=None):
        """Return the median over the rounds."""
        return statistics.median(self.rounds(acts))

    def median_queries(self, acts=None):
        """Return the median over the rounds of the queries, which differ by little."""
        return statistics.median(
            [sum(values) for values in zip(*(self.queries[act] for act in acts or self.queries))])


def ratio(figures, reference, acts=None, reference_acts=None):
    """Return how much time these acts took of the reference's.

    The median over rounds of the ratio within a round: what else the machine does changes from one second to
    the next, and meets both sides of a round.
    """
    return statistics.median(
        mine / theirs for mine, theirs in zip(figures.rounds(acts), reference.rounds(reference_acts or acts)))


class Workload:
    """Products, a work center and its past in one database, and the life of an order there.

    :param env: of a superuser
    :param workcenter: where all stages take place; default a new one
    :param int materials: how many products templates may use
    """

    def __init__(self, env, workcenter=None, materials=MATERIALS_COUNT):
        self.env = env
        self.has_app = 'use_stages' in env['mrp.bom']._fields
        self.workcenter = workcenter or env['mrp.workcenter'].create({'name': "Busy", 'costs_hour': 30.0})
        self.category = env['product.category'].create({'name': "Measured", 'property_cost_method': 'average'})
        self.location = env['stock.warehouse'].search([('company_id', '=', env.company.id)], limit=1).lot_stock_id
        self.materials = [self._create_product(f"Material {number}", 2.0) for number in range(materials)]
        for material in self.materials:
            env['stock.quant']._update_available_quantity(material, self.location, 1_000_000)

    def _create_product(self, name, cost=0.0):
        return self.env['product.product'].create({
            'name': name, 'type': 'consu', 'is_storable': True, 'standard_price': cost, 'categ_id': self.category.id})

    def create_template(self, use_stages, materials=MATERIALS, mode='finish'):
        """Return a bill of materials of a new product.

        :param bool use_stages: a template of ours; else plain, as without the app
        :param materials: for each stage, how many materials it uses
        :param str mode: when they leave stock, ``start`` or ``finish``
        """
        product = self._create_product("Staged good" if use_stages else "Plain good")
        settings = {'consumption_mode': mode} if use_stages else {}
        bom = self.env['mrp.bom'].create({
            'product_tmpl_id': product.product_tmpl_id.id,
            'operation_ids': [
                Command.create({
                    'name': f"Stage {number}", 'sequence': number, 'workcenter_id': self.workcenter.id,
                    'time_cycle_manual': 15, **settings})
                for number in range(len(materials))
            ],
        })
        if use_stages:
            bom.use_stages = True
        products = iter(self.materials)
        bom.bom_line_ids = [
            Command.create({'product_id': next(products).id, 'product_qty': 1, 'operation_id': operation.id})
            for operation, count in zip(bom.operation_ids, materials) for _number in range(count)
        ]
        return bom

    # ------------------------------------------------------------
    # The life of an order
    # ------------------------------------------------------------

    def create_order(self, bom, user=None):
        """Make an order for tomorrow: so its first start moves its dates, and those of its moves, every time."""
        return self.env(user=user and user.id)['mrp.production'].create({
            'product_id': bom.product_tmpl_id.product_variant_id.id, 'bom_id': bom.id, 'product_qty': 10,
            'date_start': fields.Datetime.now() + timedelta(days=1),
        })

    def live(self, bom, figures, user=None):
        """Make an order and take it to its end, each act as a request of its own. Measured into ``figures``."""
        order = self.measure(figures, 'create', lambda: self.create_order(bom, user))
        self.measure(figures, 'confirm', order.action_confirm)
        for number, stage in enumerate(order.workorder_ids):
            self.work(stage, figures, number)
        if self._is_staged(order):
            # Its last stage has closed it.
            figures.seconds['close'].append(0.0)
            figures.queries['close'].append(0)
        else:
            self.measure(figures, 'close', order.button_mark_done)
        if order.state != 'done':
            raise RuntimeError(f"{order.name} is {order.state}")
        return order

    def work(self, stage, figures, number=0):
        """Start and finish a stage, ten minutes apart."""
        staged = self._is_staged(stage)
        self.measure(figures, f'start {number}', stage.stage_start if staged else stage.button_start)
        # All happens within one second here, so the clock that runs is put back.
        self.env.flush_all()
        self.env.cr.execute(SQL(
            "UPDATE mrp_workcenter_productivity SET date_start = date_start - interval '10 minutes' "
            "WHERE workorder_id = %s AND date_end IS NULL", stage.id))
        self.measure(figures, f'finish {number}', stage.stage_finish if staged else stage.button_finish)

    def _is_staged(self, record):
        return self.has_app and record.use_stages

    def measure(self, figures, act, function):
        """Run a function as a request of its own would: with nothing in cache, until all is written."""
        self.env.cr.flush()
        self.env.invalidate_all()
        gc.collect()
        queries, start = self.env.cr.sql_log_count, time.perf_counter()
        result = function()
        self.env.cr.flush()
        figures.seconds[act].append(time.perf_counter() - start)
        figures.queries[act].append(self.env.cr.sql_log_count - queries)
        return result

    # ------------------------------------------------------------
    # The past
    # ------------------------------------------------------------

    def create_past(self, workorders):
        """Let there have been so many more work orders at the work center.

        They made other goods of other materials: how Odoo values a product with a long past of its own is
        no matter of the stages, and would hide what they take.
        """
        past = Workload(self.env, workcenter=self.workcenter)
        order = past.live(past.create_template(use_stages=False), Figures())
        past.copy_order(order, -(-workorders // len(order.workorder_ids)))

    def copy_order(self, order, copies):
        """Copy an order with all that belongs to it, in bulk and 45 minutes apart."""
        self.env.cr.flush()
        moves = order.move_raw_ids | order.move_finished_ids
        originals = {
            'mrp_production_group': order.production_group_id,
            'mrp_production': order,
            'resource_calendar_leaves': order.workorder_ids.leave_id,
            'mrp_workorder': order.workorder_ids,
            'mrp_workcenter_productivity': order.workorder_ids.time_ids,
            'mrp_workorder_event': order.event_ids if self._is_staged(order) else None,
            'stock_move': moves,
            'stock_move_line': moves.move_line_ids,
            'mrp_workorder_entry': order.entry_ids if self._is_staged(order) else None,
        }
        originals = {table: records.ids for table, records in originals.items() if records}
        first_ids = {table: self._reserve_ids(table, len(ids) * copies) for table, ids in originals.items()}
        for table in originals:
            self._copy_rows(table, originals, first_ids, copies)
            # Also for the foreign keys of the next table, which PostgreSQL would go on checking as it did when
            # this one was small.
            self.env.cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))
        if self._is_staged(order) and order.current_workorder_id:
            self._copy_current_workorders(order, originals, first_ids, copies)
        self.env.invalidate_all()

    def _copy_current_workorders(self, order, originals, first_ids, copies):
        """An order and its stages refer to each other: this reference had to wait for the stages."""
        stage_ids = originals['mrp_workorder']
        self.env.cr.execute(SQL(
            "UPDATE mrp_production SET current_workorder_id = %s + (id - %s) * %s + %s WHERE id BETWEEN %s AND %s",
            first_ids['mrp_workorder'], first_ids['mrp_production'], len(stage_ids),
            stage_ids.index(order.current_workorder_id.id),
            first_ids['mrp_production'], first_ids['mrp_production'] + copies - 1))

    def _reserve_ids(self, table, count):
        sequence = f'{table}_id_seq'
        (first,), = self.env.execute_query(SQL("SELECT nextval(%s)", sequence))
        self.env.execute_query(SQL("SELECT setval(%s, %s)", sequence, first + count))
        return first

    def _copy_rows(self, table, originals, first_ids, copies):
        """Copy rows under new ids, with references to other copied rows bent to the copies of those."""
        columns = self.env.execute_query(SQL(
            "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s", table))
        targets = {'id': table} | dict(self.env.execute_query(SQL(
            """
            SELECT a.attname, c.confrelid::regclass::text
              FROM pg_constraint c
              JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
             WHERE c.contype = 'f' AND c.conrelid = %s::regclass
            """, table)))
        values = []
        for name, data_type in columns:
            column = SQL.identifier('original', name)
            if name == 'current_workorder_id':
                value = SQL("NULL")
            elif (target := targets.get(name)) in originals:
                ids = originals[target]
                value = SQL(
                    "COALESCE(%s + copy * %s + array_position(%s, %s::int) - 1, %s)",
                    first_ids[target], len(ids), ids, column, column)
            elif data_type.startswith('timestamp'):
                value = SQL("%s - (copy + 1) * interval '45 minutes'", column)
            elif name == 'name' and table in ('mrp_production', 'mrp_production_group'):
                value = SQL("%s || '/' || copy", column)
            else:
                value = column
            values.append(value)
        self.env.cr.execute(SQL(
            "INSERT INTO %s (%s) SELECT %s FROM %s AS original, generate_series(0, %s) AS copy WHERE original.id IN %s",
            SQL.identifier(table),
            SQL(", ").join(SQL.identifier(name) for name, _type in columns),
            SQL(", ").join(values),
            SQL.identifier(table), copies - 1, tuple(originals[table])))
