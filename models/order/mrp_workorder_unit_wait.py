from datetime import timedelta

from odoo import models


class MrpWorkorder(models.Model):
    """The technological wait of numbered units: each waits from when it has passed the stage before."""

    _inherit = 'mrp.workorder'

    def _is_waiting(self, flow, now):
        if flow.is_numbered:
            return bool(flow.next_available(self))
        return super()._is_waiting(flow, now)

    def _prepare_stage_status_vals(self, flow, now):
        """While every unit that is here has to wait, the stage is available from when the first one is."""
        vals = super()._prepare_stage_status_vals(flow, now)
        if flow.is_numbered:
            vals['available_from'] = flow.next_available(self)
        return vals

    def _start_technological_waits(self, flows, act):
        by_unit = self._filter_by_unit()
        super(MrpWorkorder, self - by_unit)._start_technological_waits(flows, act)
        for stage in by_unit:
            available_from = act.occurred_at + timedelta(hours=stage.wait_after)
            stage._let_units_wait(flows[stage.production_id].successors(stage), act.units[stage.id], available_from)

    def _let_units_wait(self, successors, numbers, available_from):
        """These units may be worked at the stages after this one only then, or later if they already have to."""
        longer = self.env['mrp.workorder.unit'].search([
            ('workorder_id', 'in', successors.ids), ('number', 'in', list(numbers)),
            ('available_from', '>', available_from)])
        waiting = {(stage.id, number) for stage in successors for number in numbers}
        waiting -= {(row.workorder_id.id, row.number) for row in longer}
        self.production_id._touch_units(sorted(waiting), {'available_from': available_from})
        self._wake_after_wait(available_from)
