from odoo import fields, models
from odoo.exceptions import UserError

from .arguments import format_quantity


class MrpProduction(models.Model):
    """The numbered units of orders that are made unit by unit."""

    _inherit = 'mrp.production'

    unit_ids = fields.One2many('mrp.production.unit', 'production_id', "Units", readonly=True)

    def _check_whole_units(self):
        """Refuse orders by units whose quantity is not a whole number.

        :raises UserError:
        """
        for order in self.filtered(lambda order: order.batch_mode == 'unit' and order.product_qty % 1):
            raise UserError(self.env._(
                "%(order)s is made unit by unit: its quantity must be a whole number, not %(quantity)s.",
                order=order.name, quantity=format_quantity(self.env, order.product_qty)))

    def _number_units(self):
        """Give every unit of these orders a number, from 1 on."""
        self._check_whole_units()
        # Whoever may confirm an order, be it from a sale, may not write units: they are the door's.
        self.env['mrp.production.unit'].sudo().create([
            {'production_id': order.id, 'number': number}
            for order in self if order.batch_mode == 'unit'
            for number in range(1, round(order.product_qty) + 1)
        ])

    def _after_stage_confirm(self):
        self._number_units()
        super()._after_stage_confirm()

    def _load_unit_numbers(self):
        """Return, per order made unit by unit, the numbers of its units and what they have touched.

        :return: ``{order id: (numbers, [(stage, status, cycle, numbers)])}``
        """
        by_units = self.filtered(lambda order: order.batch_mode == 'unit')
        if not by_units:
            return {}
        domain = [('production_id', 'in', by_units.ids)]
        found = {
            order.id: (numbers, [])
            for order, numbers in self.env['mrp.production.unit']._read_group(
                domain, ['production_id'], ['number:array_agg'])
        }
        for order, stage, status, cycle, numbers in self.env['mrp.workorder.unit']._read_group(
            domain, ['production_id', 'workorder_id', 'status', 'rework_cycle'], ['number:array_agg']
        ):
            found[order.id][1].append((stage, status, cycle, numbers))
        return found

    def _store_unit_flow(self, flow):
        """Write what an order's flow says of its units otherwise than is stored."""
        changes = {}
        for stage in flow.stages:
            for number, vals in self._get_unit_changes(flow, stage).items():
                changes.setdefault(tuple(vals.items()), []).append((stage.id, number))
        for vals, touched in changes.items():
            self._touch_units(touched, dict(vals))

    def _get_unit_changes(self, flow, stage):
        """Return, per number, the values that are new of the units of a stage."""
        old, new, key = flow.stored, flow.state, stage.id
        moved = (old.passed[key] ^ new.passed[key]) | (old.held[key] ^ new.held[key]) | (old.lost[key] ^ new.lost[key])
        changes = {}
        # What is lost elsewhere keeps what it had reached here.
        for number in moved & (new.alive | new.lost[key]):
            if number in new.lost[key]:
                status = 'lost'
            elif number in new.held[key]:
                status = 'hold'
            else:
                status = 'done' if number in new.passed[key] else 'ready'
            changes[number] = {'status': status}
        for number in old.cycle[key].keys() | new.cycle[key].keys():
            cycle = new.cycle[key].get(number, 1)
            if cycle != old.cycle[key].get(number, 1):
                # What comes back is begun anew.
                changes.setdefault(number, {'status': 'ready'})['rework_cycle'] = cycle
        return changes

    def _touch_units(self, touched, vals):
        """Write to units at stages, which may be there for the first time.

        :param list touched: pairs of stage id and unit number, all of this order
        """
        self.ensure_one()
        rows = self.env['mrp.workorder.unit'].search([
            ('production_id', '=', self.id),
            ('workorder_id', 'in', list({stage_id for stage_id, _number in touched})),
            ('number', 'in', list({number for _stage_id, number in touched})),
        ])
        known = {(row.workorder_id.id, row.number): row.id for row in rows}
        fresh = [pair for pair in touched if pair not in known]
        if fresh:
            units = dict(self.env['mrp.production.unit']._read_group(
                [('production_id', '=', self.id), ('number', 'in', [number for _stage_id, number in fresh])],
                ['number', 'id']))
            self.env['mrp.workorder.unit'].create([
                {'workorder_id': stage_id, 'unit_id': units[number].id} | vals for stage_id, number in fresh])
        rows.browse(known[pair] for pair in touched if pair in known).write(vals)
