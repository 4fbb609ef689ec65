"""A shop with a long past: what plain Odoo and the app are measured against, side by side.

The tests use it, and so does ``dev/bench`` on a database that lacks the app: it names nothing of the app but
what it finds there, and imports nothing of it.
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

MATERIALS_OF_STAGES = (2, 2, 1)


@dataclass
class Figures:
    """What the acts of one kind of order cost: per act, the seconds and the queries of each round."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    queries: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def median_seconds(self, acts=None):
        """Return the median over the rounds of the time all acts took together, or those named."""
        return statistics.median(self._per_round(self.seconds, acts))

    def median_queries(self, acts=None):
        """Return the same for queries."""
        return statistics.median(self._per_round(self.queries, acts))

    def _per_round(self, by_act, acts):
        return [sum(values) for values in zip(*(by_act[act] for act in acts or by_act))]


class Workload:
    """Products, a work center and its past in one database, and the life of an order there.

    :param env: of a superuser
    :param workcenter: where all stages take place; default a new one
    """

    def __init__(self, env, workcenter=None):
        self.env = env
        self.has_app = 'use_stages' in env['mrp.bom']._fields
        self.workcenter = workcenter or env['mrp.workcenter'].create({'name': "Busy", 'costs_hour': 30.0})
        self.category = env['product.category'].create({'name': "Measured", 'property_cost_method': 'average'})
        self.location = env['stock.warehouse'].search([('company_id', '=', env.company.id)], limit=1).lot_stock_id
        self.materials = [self._create_product(f"Material {number}", 2.0) for number in range(sum(MATERIALS_OF_STAGES))]
        for material in self.materials:
            env['stock.quant']._update_available_quantity(material, self.location, 1_000_000)

    def _create_product(self, name, cost=0.0):
        return self.env['product.product'].create({
            'name': name, 'type': 'consu', 'is_storable': True, 'standard_price': cost, 'categ_id': self.category.id})

    def create_template(self, use_stages, mode='finish'):
        """Return a bill of materials of a new product: five materials used at three stages."""
        product = self._create_product("Staged good" if use_stages else "Plain good")
        settings = {'consumption_mode': mode} if use_stages else {}
        bom = self.env['mrp.bom'].create({
            'product_tmpl_id': product.product_tmpl_id.id,
            'operation_ids': [
                Command.create({
                    'name': f"Stage {number}", 'sequence': number, 'workcenter_id': self.workcenter.id,
                    'time_cycle_manual': 15, **settings})
                for number in range(len(MATERIALS_OF_STAGES))
            ],
        })
        if use_stages:
            bom.use_stages = True
        materials = iter(self.materials)
        bom.bom_line_ids = [
            Command.create({'product_id': material.id, 'product_qty': 1, 'operation_id': operation.id})
            for operation, count in zip(bom.operation_ids, MATERIALS_OF_STAGES)
            for material, _number in zip(materials, range(count))
        ]
        return bom

    # ------------------------------------------------------------
    # The life of an order
    # ------------------------------------------------------------

    def live(self, bom, figures, user=None):
        """Make an order and take it to its end, each act as a request of its own. Measured into ``figures``."""
        env = self.env(user=user.id) if user else self.env
        staged = self.has_app and bom.use_stages
        # For tomorrow: so its first start moves its dates, and those of its moves, in every round.
        vals = {
            'product_id': bom.product_tmpl_id.product_variant_id.id, 'bom_id': bom.id, 'product_qty': 10,
            'date_start': fields.Datetime.now() + timedelta(days=1),
        }
        order = self._measure(figures, 'create', lambda: env['mrp.production'].create(vals))
        self._measure(figures, 'confirm', order.action_confirm)
        for number, stage in enumerate(order.workorder_ids):
            self._measure(figures, f'start {number}', stage.stage_start if staged else stage.button_start)
            self._work_for_ten_minutes(stage)
            self._measure(figures, f'finish {number}', stage.stage_finish if staged else stage.button_finish)
        if staged:
            # Its last stage has closed it.
            figures.seconds['close'].append(0.0)
            figures.queries['close'].append(0)
        else:
            self._measure(figures, 'close', order.button_mark_done)
        assert order.state == 'done', f"{order.name} is {order.state}"
        return order

    def _work_for_ten_minutes(self, stage):
        """Let the clock that runs on the stage have started earlier: all happens within one second here."""
        self.env.flush_all()
        self.env.cr.execute(SQL(
            "UPDATE mrp_workcenter_productivity SET date_start = date_start - interval '10 minutes' "
            "WHERE workorder_id = %s AND date_end IS NULL", stage.id))
        self.env.invalidate_all()

    def _measure(self, figures, act, function):
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

    def create_past(self, order, workorders):
        """Give the shop a past: copy a finished order, with all it left behind.

        :param order: a `mrp.production` that is done
        :param int workorders: how many more of them there shall be, at least
        """
        self.env.flush_all()
        copies = -(-workorders // len(order.workorder_ids))
        moves = order.move_raw_ids | order.move_finished_ids
        originals = {
            'mrp_production_group': order.production_group_id,
            'mrp_production': order,
            'resource_calendar_leaves': order.workorder_ids.leave_id,
            'mrp_workorder': order.workorder_ids,
            'mrp_workcenter_productivity': order.workorder_ids.time_ids,
            'stock_move': moves,
            'stock_move_line': moves.move_line_ids,
        }
        if 'event_ids' in order._fields:
            originals['mrp_workorder_event'] = order.event_ids
        originals = {table: records.ids for table, records in originals.items() if records}
        first_ids = {table: self._reserve_ids(table, len(ids) * copies) for table, ids in originals.items()}
        for table in originals:
            self._copy_rows(table, originals, first_ids, copies)
            # Also for the foreign keys of the next table, which PostgreSQL goes on checking as it did when this
            # one was small.
            self.env.cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))
        self.env.invalidate_all()

    def _reserve_ids(self, table, count):
        sequence = f'{table}_id_seq'
        (first,), = self.env.execute_query(SQL("SELECT nextval(%s)", sequence))
        self.env.execute_query(SQL("SELECT setval(%s, %s)", sequence, first + count))
        return first

    def _copy_rows(self, table, originals, first_ids, copies):
        """Copy rows under new ids, with references to other copied rows bent to the copies of those."""
        def copy_of(column, target):
            ids = originals[target]
            return SQL(
                "COALESCE(%s + copy * %s + array_position(%s, %s::int) - 1, %s)",
                first_ids[target], len(ids), ids, column, column)

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
            if targets.get(name) in originals:
                value = copy_of(column, targets[name])
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
