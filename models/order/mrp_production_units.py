from odoo import fields, models
from odoo.exceptions import UserError

from .arguments import format_quantity
from .mrp_workorder_unit import IN_HAND


class MrpProduction(models.Model):
    """The numbered units of orders that are made unit by unit."""

    _inherit = 'mrp.production'

    unit_ids = fields.One2many('mrp.production.unit', 'production_id', "Units", readonly=True)

    def _check_whole_units(self):
        """Refuse orders by units whose quantity is not a whole number.

        :raises UserError:
        """
        for order in self.filtered(lambda order: order.batch_mode == 'unit'):
            order._check_whole_quantity(order.product_qty)

    def _check_whole_quantity(self, quantity):
        if quantity % 1:
            raise UserError(self.env._(
                "%(order)s is made unit by unit: its quantity must be a whole number, not %(quantity)s.",
                order=self.name, quantity=format_quantity(self.env, quantity)))

    def _number_units(self):
        """Give every unit of these orders a number, from 1 on; take away what is too many.

        Units that have touched no stage go first, the highest number before the others.
        """
        self._check_whole_units()
        # Whoever may confirm an order, be it from a sale, may not write units: they are the door's.
        units = self.env['mrp.production.unit'].sudo()
        numbers = dict(units._read_group([('production_id', 'in', self.ids)], ['production_id'], ['number:array_agg']))
        vals_list, surplus = [], units
        for order in self:
            known, wanted = numbers.get(order, []), order._get_unit_count()
            if wanted > len(known):
                first = max(known, default=0) + 1
                vals_list += [
                    {'production_id': order.id, 'number': number}
                    for number in range(first, first + wanted - len(known))]
            elif wanted < len(known):
                untouched = order.sudo().unit_ids.filtered(lambda unit: not wanted or not unit.stage_ids)
                surplus |= untouched.sorted('number', reverse=True)[:len(known) - wanted]
        surplus.unlink()
        units.create(vals_list)

    def _get_unit_count(self):
        return round(self.product_qty) if self.batch_mode == 'unit' else 0

    def _after_stage_confirm(self):
        self._number_units()
        super()._after_stage_confirm()

    def _action_cancel(self):
        """What was in somebody's hands is put down."""
        res = super()._action_cancel()
        self.env['mrp.workorder.unit'].sudo().search([
            ('production_id', 'in', self.ids), ('status', 'in', IN_HAND)]).status = 'ready'
        return res

    def _end_idle_runs(self, date_end):
        started = self.workorder_ids.filtered('is_started')._filter_by_unit()
        if started:
            started._put_down_missing_units(started.production_id._load_flows(), date_end)
        super()._end_idle_runs(date_end)

    # ------------------------------------------------------------
    # Changes before and after the first start
    # ------------------------------------------------------------

    def write(self, vals):
        if 'batch_mode' not in vals:
            return super().write(vals)
        changed = self.filtered(
            lambda order: order.state not in (False, 'draft') and order.batch_mode != vals['batch_mode'])
        changed._check_batch_mode_open()
        res = super().write(vals)
        if changed:
            changed._number_units()
            changed._sync_stage_flow()
        return res

    def _check_batch_mode_open(self):
        for order in self:
            if not order.use_stages:
                raise UserError(self.env._(
                    "%(order)s is a plain manufacturing order: it has no batch mode.", order=order.name))
            if order._has_begun() or any(order.workorder_ids.mapped('qty_held')):
                raise UserError(self.env._(
                    "%(order)s has started: how its batch goes through the stages cannot change any more.",
                    order=order.name))

    def _check_stage_quantity(self, new_qty):
        super()._check_stage_quantity(new_qty)
        if self.batch_mode == 'unit':
            self._check_whole_quantity(new_qty)

    def _get_least_quantity(self):
        if self.batch_mode != 'unit':
            return super()._get_least_quantity()
        return float(self.env['mrp.production.unit'].search_count([
            ('production_id', '=', self.id), ('stage_ids', '!=', False)]))

    def _get_least_quantity_message(self, least):
        if self.batch_mode != 'unit':
            return super()._get_least_quantity_message(least)
        return self.env._(
            "%(touched)s units of %(order)s have been worked on or reported: the quantity cannot go below that.",
            touched=int(least), order=self.name)

    def _after_stage_quantity_change(self, old_qty):
        self._number_units()
        super()._after_stage_quantity_change(old_qty)

    # ------------------------------------------------------------
    # Where the units are
    # ------------------------------------------------------------

    def _load_unit_numbers(self):
        """Return, per order made unit by unit, the numbers of its units and what they have touched.

        :return: ``{order id: (numbers, [(stage, status, cycle, numbers)], {stage id: {number: available from}})}``
        """
        by_units = self.filtered(lambda order: order.batch_mode == 'unit')
        if not by_units:
            return {}
        domain = [('production_id', 'in', by_units.ids)]
        found = {
            order.id: (numbers, [], {})
            for order, numbers in self.env['mrp.production.unit']._read_group(
                domain, ['production_id'], ['number:array_agg'])
        }
        for order, stage, status, cycle, numbers in self.env['mrp.workorder.unit']._read_group(
            domain, ['production_id', 'workorder_id', 'status', 'rework_cycle'], ['number:array_agg']
        ):
            found[order.id][1].append((stage, status, cycle, numbers))
        for row in by_units._search_waiting_units():
            found[row.production_id.id][2].setdefault(row.workorder_id.id, {})[row.number] = row.available_from
        return found

    def _search_waiting_units(self):
        """Return the `mrp.workorder.unit` rows of these orders that still have to wait after the stage before."""
        waiting = self.filtered(lambda order: any(order.workorder_ids.mapped('wait_after')))
        return self.env['mrp.workorder.unit'].search_fetch(
            [('production_id', 'in', waiting.ids), ('available_from', '>', fields.Datetime.now())],
            ['production_id', 'workorder_id', 'number', 'available_from'])

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
