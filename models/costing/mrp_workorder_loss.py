from odoo import models
from odoo.exceptions import UserError

from ...engine.costing import take_along
from .cost_share import CostShare


class MrpWorkorder(models.Model):
    """Units that leave an order take their share of its cost so far along: into a loss, or into another order."""

    _inherit = 'mrp.workorder'

    # ------------------------------------------------------------
    # Written off
    # ------------------------------------------------------------

    def _lose_units(self, act):
        act.kept['cost_share'] = CostShare(self)
        super()._lose_units(act)

    def _after_units_lost(self, act):
        super()._after_units_lost(act)
        order = self.production_id
        is_last = not order._load_flow().alive
        order.workorder_ids._cost_time(act, self._get_times_of_lost(act, is_last))
        taken = self._get_all_costs() if is_last else self._get_share_of_costs(act)
        is_separate = is_last or order.defect_cost_policy == 'separate'
        self._write_shares(act, taken, 'loss', [self._prepare_cost_line_vals('defect', act.occurred_at) | {
            'origin': 'loss', 'is_separate': is_separate, 'amount': sum(taken.values())}])

    def _get_times_of_lost(self, act, is_last):
        """Return the times that lost units had a part in: at other stages, too, which they will never finish.

        :param bool is_last: no unit is left that could
        """
        times = self.production_id.workorder_ids.time_ids
        if is_last:
            return times
        lost = act.units.get(self.id, frozenset())
        return self._get_times_of_leaving(act) | times.filtered(
            lambda time: lost.intersection(time.unit_ids.mapped('number')))

    def _get_times_of_leaving(self, act):
        """Return the times that units had a part in which leave this stage: at the stage, and at others that have no
        unit left to finish now."""
        flow = self.production_id._load_flow()
        return self._get_times_to_cost(act) | flow.stages.filtered(
            lambda stage: stage != self and flow.status(stage) == 'done').time_ids

    def _get_all_costs(self):
        """Return all that the order has cost so far: with no unit left to bear it, nothing of it is a cost of goods."""
        return {cost.key: cost.amount for cost in self._get_costs()}

    # ------------------------------------------------------------
    # Split off
    # ------------------------------------------------------------

    def _split_units(self, act):
        act.kept['cost_share'] = CostShare(self)
        super()._split_units(act)
        self.production_id.workorder_ids._cost_time(act, self._get_times_of_leaving(act))
        twins = act.batch._get_twin_stages()
        taken = self._get_share_of_costs(act)
        self._write_shares(act, taken, 'split', [
            twins[stage]._prepare_cost_line_vals(category, act.occurred_at) | {
                'origin': 'split', 'amount': amount, 'rework_cycle': cycle}
            for (stage, category, cycle, _unit), amount in taken.items()
        ])

    def _get_share_at_hand(self):
        """Return which share of the materials that this stage used, in 0..1, did not go along with units into parts
        that go on."""
        self.ensure_one()
        used = self._sum_materials([('origin', '=', 'use')])
        return min(1.0, max(0.0, 1 - self._get_materials_of_parts() / used)) if used > 0 else 1.0

    def _get_materials_of_parts(self):
        """Return the value of what parts of this stage's order took along that are not cancelled, or parts of
        these."""
        value = 0.0
        for part in self.production_id.child_batch_ids:
            twin = part._get_twin_stages().get(self)
            if part.state == 'cancel':
                value += twin._get_materials_of_parts() if twin else 0.0
            elif twin:
                value += twin._sum_materials([('origin', '=', 'split'), ('amount', '>', 0)])
        return value

    def _sum_materials(self, domain):
        (amount,), = self.env['mrp.cost.line']._read_group(
            [('workorder_id', '=', self.id), ('category', '=', 'material'), *domain], [], ['amount:sum'])
        return amount or 0.0

    # ------------------------------------------------------------
    # Shares
    # ------------------------------------------------------------

    def _cost_time(self, act, times):
        """Cost what these stages' times have come to so far: what is lost or goes elsewhere has had its part of it."""
        if times:
            self.env['mrp.cost.line'].create(self._prepare_time_costs(act, times))

    def _get_costs(self):
        """Return the engine's `Cost` of all that the stage's order has cost so far, by cell."""
        return self.production_id._get_spent_costs()[self.production_id]

    def _get_share_of_costs(self, act):
        """Return what the units that an act let leave take along, per cell."""
        # What was lost before stays with the goods that bear it.
        costs = [cost for cost in self._get_costs() if cost.key[1] != 'defect']
        return take_along(costs, act.kept['cost_share'].leaving(act), self.company_id.currency_id.round)

    def _write_shares(self, act, taken, origin, vals_list):
        """Take costs away from where they were, and write down where they are now.

        :param dict taken: amount per cell
        :param vals_list: of the lines with where they are now
        """
        lines = self.env['mrp.cost.line'].create([
            stage._prepare_cost_line_vals(category, act.occurred_at) | {
                'origin': origin, 'amount': -amount, 'rework_cycle': cycle, 'unit_id': unit.id}
            for (stage, category, cycle, unit), amount in taken.items()
        ] + [vals for vals in vals_list if vals['amount']])
        act.undo.setdefault(self.id, {})['cost_line_ids'] = lines.ids

    # ------------------------------------------------------------
    # Withdrawn
    # ------------------------------------------------------------

    def _check_stage_withdraw(self, act):
        """What a part has cost by itself, no order would bear without it."""
        super()._check_stage_withdraw(act)
        defect = act.kept['defect']
        part = defect.child_batch_id
        spent = part.cost_line_ids.filtered(lambda line: line.origin == 'use')
        if not self.company_id.currency_id.is_zero(sum(spent.mapped('amount'))):
            raise UserError(self.env._(
                "%(defect)s cannot be withdrawn any more: %(order)s has cost something by itself. Let it go on, or "
                "cancel it.", defect=defect.display_name, order=part.name))

    def _after_act_withdrawn(self, act, event):
        super()._after_act_withdrawn(act, event)
        lines = self.env['mrp.cost.line'].browse((event.undo or {}).get('cost_line_ids', ()))
        self.env['mrp.cost.line'].create([
            vals | {'amount': -vals['amount'], 'occurred_at': act.occurred_at} for vals in lines.copy_data()])
