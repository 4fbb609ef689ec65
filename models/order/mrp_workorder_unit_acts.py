from odoo import models
from odoo.fields import Domain

from .mrp_workorder_unit import IN_HAND


class MrpWorkorder(models.Model):
    """The acts on orders that are made unit by unit: several people work different units of a stage at once.

    A unit is in one person's hands. What is in hand stands in the `mrp.workorder.unit` rows; clocks follow them.
    """

    _inherit = 'mrp.workorder'

    def _prepare_stage_answer(self, act):
        answer = super()._prepare_stage_answer(act)
        if self._filter_by_unit():
            answer['units'] = sorted(act.units.get(self.id, ()))
        return answer

    def _log_stage_act(self, act):
        events = super()._log_stage_act(act)
        by_unit = self._filter_by_unit()
        if act.kind == 'start' and by_unit:
            begun = by_unit._search_units(act)
            for event in events:
                begun.filtered(lambda row, event=event: row.workorder_id == event.workorder_id).start_event_id = event
        return events

    def _search_units(self, act):
        """Return the `mrp.workorder.unit` rows of the units that an act is about at these stages."""
        return self.env['mrp.workorder.unit'].search(Domain.OR([
            Domain('workorder_id', '=', stage.id) & Domain('number', 'in', list(act.units.get(stage.id, ())))
            for stage in self]))

    # ------------------------------------------------------------
    # Start
    # ------------------------------------------------------------

    def _check_stage_not_started(self):
        super(MrpWorkorder, self - self._filter_by_unit())._check_stage_not_started()

    def _check_stage_ready(self, act):
        super()._check_stage_ready(act)
        for stage, units in self._filter_by_unit()._load_stage_units(act).items():
            numbers = stage._choose_units_to_start(units, act)
            act.name_units(stage, units.flow, numbers)
            act.available_from[stage.id] = units.get_wait_end(numbers)

    def _filter_first_start(self):
        by_unit = self._filter_by_unit()
        begun = by_unit.filtered(lambda stage: stage.is_started or stage.qty_produced)
        return super(MrpWorkorder, self - begun)._filter_first_start()

    def _open_stage_times(self, act):
        by_unit = self._filter_by_unit()
        super(MrpWorkorder, self - by_unit)._open_stage_times(act)
        person = {'employee_id': act.employee.id, 'user_id': self._get_acting_user(act).id}
        for order, stages in by_unit.grouped('production_id').items():
            order._touch_units(
                [(stage.id, number) for stage in stages for number in act.units[stage.id]],
                {'status': 'progress'} | person)
        by_unit._sync_unit_clocks(act.occurred_at)

    # ------------------------------------------------------------
    # Pause, resume, hold
    # ------------------------------------------------------------

    def _check_stage_pause(self, act):
        by_unit = self._filter_by_unit()
        super(MrpWorkorder, self - by_unit)._check_stage_pause(act)
        by_unit._check_stage_open()
        by_unit._choose_act_units(act, ('progress',))

    def _apply_stage_pause(self, act):
        by_unit = self._filter_by_unit()
        super(MrpWorkorder, self - by_unit)._apply_stage_pause(act)
        by_unit._pause_units(by_unit._search_units(act) if by_unit else self.env['mrp.workorder.unit'], act)

    def _check_stage_resume(self, act):
        by_unit = self._filter_by_unit()
        super(MrpWorkorder, self - by_unit)._check_stage_resume(act)
        by_unit._check_stage_open()
        by_unit._check_stage_not_held()
        by_unit._choose_act_units(act, ('paused',))

    def _apply_stage_hold(self, act):
        super()._apply_stage_hold(act)
        by_unit = self._filter_by_unit()
        if by_unit:
            by_unit._pause_units(by_unit._search_in_hand(), act)

    def _pause_units(self, rows, act):
        rows.filtered(lambda row: row.status == 'progress').status = 'paused'
        self._sync_unit_clocks(act.occurred_at, is_paused=True)

    def _choose_act_units(self, act, statuses):
        """Let an act know which begun units it is about at these stages; see `_choose_units_in_hand`."""
        self._check_stage_performer(act)
        for stage, units in self._load_stage_units(act).items():
            act.name_units(stage, units.flow, stage._choose_units_in_hand(units, act, statuses))

    # ------------------------------------------------------------
    # Finish
    # ------------------------------------------------------------

    def _check_stage_worker(self, act):
        """Of numbered units it matters in whose hands they are."""
        by_unit = self._filter_by_unit()
        super(MrpWorkorder, self - by_unit)._check_stage_worker(act)
        by_unit._choose_act_units(act, IN_HAND)

    def _get_amount_to_finish(self, flow, act):
        if flow.is_numbered:
            return act.units[self.id]
        return super()._get_amount_to_finish(flow, act)

    def _apply_stage_finish(self, act):
        by_unit = self._filter_by_unit()
        if by_unit:
            by_unit._put_down_units(by_unit._search_units(act), act.occurred_at)
        super()._apply_stage_finish(act)

    def _filter_idle(self, flows):
        """A stage of numbered units runs as long as one is in somebody's hands."""
        by_unit = self._filter_by_unit()
        idle = super(MrpWorkorder, self - by_unit)._filter_idle(flows)
        return idle | (by_unit - by_unit._search_in_hand().workorder_id) if by_unit else idle

    # ------------------------------------------------------------
    # Cancel start
    # ------------------------------------------------------------

    def _check_stage_cancel_start(self, act):
        by_unit = self._filter_by_unit()
        super(MrpWorkorder, self - by_unit)._check_stage_cancel_start(act)
        by_unit._check_stage_open()
        by_unit._check_stage_not_held()
        by_unit._choose_act_units(act, IN_HAND)

    def _apply_stage_cancel_start(self, act):
        by_unit = self._filter_by_unit()
        super(MrpWorkorder, self - by_unit)._apply_stage_cancel_start(act)
        if by_unit:
            rows = by_unit._search_units(act)
            by_unit._forget_unit_times(rows)
            by_unit._put_down_units(rows, act.occurred_at)
            by_unit._filter_idle({})._write_stage({'is_started': False})

    # ------------------------------------------------------------
    # Hands and clocks
    # ------------------------------------------------------------

    def _search_in_hand(self):
        """Return the rows of the units that somebody has begun at these stages."""
        return self.env['mrp.workorder.unit'].search([
            ('workorder_id', 'in', self.ids), ('status', 'in', IN_HAND)])

    def _put_down_units(self, rows, moment):
        """These units, at these stages, are in nobody's hands any more.

        :param moment: naive UTC
        """
        rows.status = 'ready'
        self._sync_unit_clocks(moment)

    def _begin_anew(self, act):
        """Only the units that come back are put down, not what others of the stage are in hand."""
        by_unit = self._filter_by_unit()
        super(MrpWorkorder, self - by_unit)._begin_anew(act)
        if by_unit:
            rows = by_unit._search_units(act).filtered(lambda row: row.status in IN_HAND)
            by_unit._put_down_units(rows, act.occurred_at)

    def _put_down_missing_units(self, flows, moment):
        """What was in hand and is not here any more, or waits for a decision, is put down.

        :param flows: `OrderFlow` per order
        """
        gone = self._search_in_hand().filtered(
            lambda row: row.number not in flows[row.production_id].ready_amount(row.workorder_id))
        # Units that are lost are in nobody's hands by now, but the clocks still run for them.
        self._put_down_units(gone, moment)

    def _forget_unit_times(self, rows):
        """The time since these units were started was not work on them."""
        times = self.env['mrp.workcenter.productivity'].search([
            ('workorder_id', 'in', self.ids), ('unit_ids', 'in', rows.unit_id.ids),
            ('date_start', '>=', min(rows.start_event_id.mapped('occurred_at')))])
        for time in times:
            time._forget_units(rows.filtered(
                lambda row, time=time: row.workorder_id == time.workorder_id
                and row.start_event_id.occurred_at <= time.date_start).unit_id)
        times.filtered(lambda time: not time.unit_ids)._forget()

    def _sync_unit_clocks(self, moment, is_paused=False):
        """Let each person's clock at these stages run for the units they work on now.

        One that runs for others is stopped, so that every time is of the same units from its start to its end.

        :param moment: naive UTC
        :param is_paused: whose clock stops pauses
        """
        if not self:
            return
        moment = moment.replace(microsecond=0)
        rows = self._search_in_hand().filtered(lambda row: row.status == 'progress')
        worked = rows.grouped(lambda row: (row.workorder_id, row.employee_id, row.user_id))
        open_times = self.env['mrp.workcenter.productivity'].search([
            ('workorder_id', 'in', self.ids), ('date_end', '=', False)])
        for time in open_times:
            key = (time.workorder_id, time.employee_id, time.user_id)
            units = worked.get(key, rows.browse()).unit_id
            if units == time.unit_ids:
                del worked[key]
            elif units and time.date_start >= moment:
                time.write({'unit_ids': units.ids, 'rework_cycle': max(worked.pop(key).mapped('rework_cycle'))})
            else:
                time._close_stage_times(moment, is_paused=is_paused and not units)
        # The new clocks of those whose old ones have just stopped may not meet these.
        open_times.flush_recordset()
        losses = self._get_stage_losses() if worked else {}
        self.env['mrp.workcenter.productivity']._open_clocks([
            stage._prepare_stage_time_vals(losses[stage], employee, user, moment) | {
                'unit_ids': begun.unit_id.ids, 'rework_cycle': max(begun.mapped('rework_cycle'))}
            for (stage, employee, user), begun in worked.items()
        ])
