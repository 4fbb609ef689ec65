from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime

from ...engine.flow import FlowError, Refusal
from .arguments import format_quantity


class MrpWorkorder(models.Model):
    """What each kind of act checks and does to the stage and its clocks."""

    _inherit = 'mrp.workorder'

    # ------------------------------------------------------------
    # Start
    # ------------------------------------------------------------

    def _check_stage_start(self, act):
        self._check_stage_open()
        self._check_stage_not_held()
        self._check_stage_not_started()
        self._check_stage_performer(act)
        self._check_stage_ready(act)
        self._check_stage_wait(act)
        # Asked of the work center itself: once a work order's own, related field has been read, every change of the
        # work center's state reads all work orders it ever had, to tell them (ORM: a read field is invalidated).
        for stage in self.filtered(lambda stage: stage.workcenter_id.working_state == 'blocked'):
            raise UserError(self.env._(
                "The work center %(workcenter)s is blocked. Unblock it to start %(stage)s.",
                workcenter=stage.workcenter_id.name, stage=stage.name))

    def _check_stage_not_started(self):
        for stage in self.filtered('is_started'):
            raise UserError(self.env._(
                "%(stage)s of %(order)s is already started: %(workers)s works on it.",
                stage=stage.name, order=stage.production_id.name, workers=stage._get_worker_names()))

    def _check_stage_ready(self, _act):
        flows = self.production_id._load_flows()
        for stage in self:
            flow = flows[stage.production_id]
            if not flow.ready(stage):
                raise UserError(self.env._(
                    "%(stage)s of %(order)s waits for %(stages)s.",
                    stage=stage.name, order=stage.production_id.name,
                    stages=", ".join(flow.blockers(stage).mapped('name'))))

    def _check_stage_wait(self, act):
        for stage in self:
            available_from = stage._get_wait_end(act)
            if not available_from or available_from <= act.occurred_at:
                continue
            if not act.request.get('override_reason'):
                raise UserError(self.env._(
                    "%(stage)s of %(order)s is available from %(time)s: the stage before it needs its wait.",
                    stage=stage.name, order=stage.production_id.name,
                    time=format_datetime(self.env, available_from, dt_format='short')))
            if not act.is_supervisor:
                raise UserError(self.env._("Only a supervisor may start a stage before its wait is over."))

    def _get_wait_end(self, act):
        """Return when the technological wait of what an act starts here is over."""
        return act.available_from.get(self.id, self.available_from)

    def _apply_stage_start(self, act):
        self._log_stage_overrides(act)
        self._open_stage_times(act)
        orders = self.production_id.filtered(lambda order: order.state == 'confirmed')
        orders._write_order_start(act.occurred_at)
        self._filter_first_start()._write_stage_start(act.occurred_at)
        self._write_stage({'is_started': True})

    def _filter_first_start(self):
        """Hook: return the stages whose place in the calendars a start moves."""
        return self

    def _log_stage_overrides(self, act):
        """A wait that a supervisor cut short is an act of its own."""
        early = self.filtered(lambda stage: (stage._get_wait_end(act) or act.occurred_at) > act.occurred_at)
        if early:
            self.env['mrp.workorder.event'].create([
                stage._prepare_stage_event_vals(act) | {
                    'kind': 'override', 'note': act.request['override_reason'],
                    'recorded_at': fields.Datetime.now(), 'client_key': False, 'request': False,
                }
                for stage in early
            ])

    def _after_stage_start(self, act):
        """Hook: the stages are in progress."""

    # ------------------------------------------------------------
    # Pause and resume
    # ------------------------------------------------------------

    def _check_stage_pause(self, act):
        self._check_stage_open()
        self._check_stage_started()
        self._check_stage_worker(act)
        for stage in self.filtered(lambda stage: stage.stage_status != 'progress'):
            raise UserError(self.env._(
                "Nobody works on %(stage)s of %(order)s: there is nothing to pause.",
                stage=stage.name, order=stage.production_id.name))
        for stage in self:
            if not act.is_supervisor and not stage._get_times_of(act, is_open=True):
                raise UserError(self.env._(
                    "You do not work on %(stage)s now.", stage=stage.name))

    def _apply_stage_pause(self, act):
        """Stop the clock of whoever pauses; a supervisor who does not work there stops everybody's."""
        times = self.env['mrp.workcenter.productivity']
        for stage in self:
            times |= stage._get_times_of(act, is_open=True) or stage.time_ids.filtered(
                lambda time: not time.date_end)
        times._close_stage_times(act.occurred_at, is_paused=True)

    def _after_stage_pause(self, act):
        """Hook: the person's clock has stopped."""

    def _check_stage_resume(self, act):
        self._check_stage_open()
        self._check_stage_not_held()
        self._check_stage_started()
        self._check_stage_performer(act)
        for stage in self:
            if stage._get_times_of(act, is_open=True):
                raise UserError(self.env._(
                    "You already work on %(stage)s of %(order)s.",
                    stage=stage.name, order=stage.production_id.name))

    def _apply_stage_resume(self, act):
        self._open_stage_times(act)

    def _after_stage_resume(self, act):
        """Hook: one more person works, or works again."""

    # ------------------------------------------------------------
    # Finish
    # ------------------------------------------------------------

    def _check_stage_finish(self, act):
        self._check_stage_open()
        self._check_stage_not_held()
        self._check_stage_started()
        self._check_stage_worker(act)

    def _apply_stage_finish(self, act):
        flows = self.production_id._load_flows()
        for stage in self:
            stage._finish_units(flows[stage.production_id], act)
        end_vals = self._filter_idle(flows)._end_stage_clocks(act.occurred_at)
        for order, flow in flows.items():
            order._store_flow(flow, {stage: vals for stage, vals in end_vals.items() if stage.production_id == order})
        self.filtered('wait_after')._start_technological_waits(flows, act)

    def _filter_idle(self, flows):
        """Hook: return the stages where nothing is left to do for now.

        :param flows: `OrderFlow` per order
        """
        return self.filtered(lambda stage: not flows[stage.production_id].ready(stage))

    def _end_stage_run(self, date_end):
        """Nothing is left to do at these started stages for now: their clocks stop."""
        self._write_stages(self._end_stage_clocks(date_end))

    def _end_stage_clocks(self, date_end):
        """Stop the clocks of these stages; return what is to be written to each as its run ends."""
        self.time_ids.filtered(lambda time: not time.date_end)._close_stage_times(date_end)
        return {stage: stage._prepare_stage_end_vals(date_end) for stage in self}

    def _prepare_stage_end_vals(self, date_end):
        vals = {'is_started': False, 'date_finished': date_end, 'costs_hour': self.workcenter_id.costs_hour}
        if not self.date_start or self.date_start > date_end:
            # Only then: with the start of its first stage core moves the dates of all the order's materials.
            vals['date_start'] = date_end
        return vals

    def _finish_units(self, flow, act):
        """Let the units an act finishes pass this stage; the act learns which."""
        try:
            act.add_units(self, flow, flow.finish(self, self._get_amount_to_finish(flow, act)))
        except FlowError as error:
            self._refuse_finish(flow, act.request.get('qty'), error)

    def _get_amount_to_finish(self, flow, act):
        """Hook: return the units an act finishes here: how many, or a ``frozenset`` of their numbers."""
        quantity = act.request.get('qty')
        return flow.ready(self) if quantity is None else quantity

    def _refuse_finish(self, flow, quantity, error):
        unit = self.product_uom_id.name
        if error.code == Refusal.MORE_THAN_READY:
            raise UserError(self.env._(
                "%(asked)s %(unit)s cannot be finished at %(stage)s: %(ready)s %(unit)s are ready there.",
                asked=format_quantity(self.env, quantity), unit=unit, stage=self.name,
                ready=format_quantity(self.env, flow.ready(self)))) from error
        raise UserError(self.env._(
            "%(asked)s %(unit)s cannot be finished at %(stage)s: the quantity must be at least "
            "%(smallest)s.", asked=quantity, unit=unit, stage=self.name, smallest=flow.rounding)) from error

    def _start_technological_waits(self, flows, act):
        """What has just passed these stages has to wait before the next one."""
        for hours, stages in self.grouped('wait_after').items():
            successors = self.browse().union(*(flows[stage.production_id].successors(stage) for stage in stages))
            successors._start_technological_wait(act.occurred_at + timedelta(hours=hours))

    def _start_technological_wait(self, available_from):
        """These stages may take what has just passed the one before only when it has waited."""
        self.filtered(
            lambda stage: not stage.available_from or stage.available_from < available_from
        )._write_stage({'available_from': available_from})
        self._wake_after_wait(available_from)

    def _wake_after_wait(self, available_from):
        """Let what waits until then become ready by itself."""
        self.env.ref('mrp_production_stage.ir_cron_end_stage_waits')._trigger(at=available_from)

    def _after_stage_finish(self, act):
        """Hook: units have passed the stages; ``act.quantity`` says how many."""

    # ------------------------------------------------------------
    # Cancel start
    # ------------------------------------------------------------

    def _check_stage_cancel_start(self, act):
        self._check_stage_open()
        self._check_stage_not_held()
        self._check_stage_started()
        self._check_stage_worker(act)
        for stage, start in self._get_last_starts().items():
            if start.kind != 'start':
                raise UserError(self.env._(
                    "Units of %(stage)s of %(order)s have been finished since it started: "
                    "the start cannot be cancelled any more.",
                    stage=stage.name, order=stage.production_id.name))

    def _apply_stage_cancel_start(self, act):
        """The time since the start was not work on this stage; the log keeps that it was tried."""
        starts = self._get_last_starts()
        for stage in self:
            stage.time_ids.filtered(lambda time: time.date_start >= starts[stage].occurred_at)._forget()
        self._write_stage({'is_started': False})

    def _after_stage_cancel_start(self, act):
        """Hook: the stages stand as before their start."""

    def _get_last_starts(self):
        """Return, per stage, the event that last started it or finished units of it."""
        last = self.env['mrp.workorder.event']._read_group(
            [('workorder_id', 'in', self.ids), ('kind', 'in', ('start', 'finish'))],
            ['workorder_id'], ['id:max'])
        events = self.env['mrp.workorder.event'].browse(event_id for _stage, event_id in last)
        return {event.workorder_id: event for event in events}

    # ------------------------------------------------------------
    # Hold and release
    # ------------------------------------------------------------

    def _check_stage_hold(self, act):
        self._check_stage_open()
        self._check_stage_performer(act)
        for stage in self.filtered('hold_reason_id'):
            raise UserError(self.env._(
                "%(stage)s of %(order)s is already on hold: %(reason)s.",
                stage=stage.name, order=stage.production_id.name, reason=stage.hold_reason_id.name))

    def _apply_stage_hold(self, act):
        self.time_ids.filtered(lambda time: not time.date_end)._close_stage_times(act.occurred_at, is_paused=True)
        self._write_stage({'hold_reason_id': act.reason.id})

    def _after_stage_hold(self, act):
        """Hook: the stages are on hold."""

    def _check_stage_release(self, act):
        self._check_stage_open()
        self._check_stage_performer(act)
        for stage in self.filtered(lambda stage: not stage.hold_reason_id):
            raise UserError(self.env._(
                "%(stage)s of %(order)s is not on hold.", stage=stage.name, order=stage.production_id.name))

    def _apply_stage_release(self, act):
        self._write_stage({'hold_reason_id': False})

    def _after_stage_release(self, act):
        """Hook: the stages stand as before the hold, their clocks stopped."""

    # ------------------------------------------------------------
    # Assign
    # ------------------------------------------------------------

    def _check_stage_assign(self, act):
        self._check_stage_open()
        if not act.is_supervisor:
            raise UserError(self.env._("Only a supervisor may assign a stage."))

    def _apply_stage_assign(self, act):
        self._write_stage({
            'performer_type': 'employee',
            'performer_role_id': False,
            'performer_partner_id': False,
            'performer_employee_id': act.request['employee_id'],
        })

    def _after_stage_assign(self, act):
        """Hook: the stages have a new performer."""

    # ------------------------------------------------------------
    # Settling
    # ------------------------------------------------------------

    def _settle_stage_acts(self, act):
        """Close the orders of these stages that every unit has passed, where their template says so."""
        if act.kind == 'finish':
            self.production_id._close_passed_orders()

    def _follow_stage_act(self, act):
        """Hook: the act is complete and logged."""

    # ------------------------------------------------------------
    # Clocks
    # ------------------------------------------------------------

    def _open_stage_times(self, act):
        """Start the acting person's clock on these stages."""
        user, losses = self._get_acting_user(act), self._get_stage_losses()
        self.env['mrp.workcenter.productivity']._open_clocks([
            stage._prepare_stage_time_vals(losses[stage], act.employee, user, act.occurred_at) for stage in self])

    def _get_acting_user(self, act):
        """Return whom the time of an act belongs to: the user of the employee, or whoever acts without one."""
        return act.employee.user_id or (self.env.user if not act.employee else self.env['res.users'])

    def _get_stage_losses(self):
        """Return, per stage, Odoo's own class of the work done there now."""
        productivity = self.env['mrp.workcenter.productivity']
        slow = self.filtered(lambda stage: 0 < stage.duration_expected < stage.duration)
        return {
            stage: loss
            for stages in (self - slow, slow) if stages
            for loss in [productivity._get_stage_loss(stages == slow)]
            for stage in stages
        }

    def _prepare_stage_time_vals(self, loss, employee, user, date_start):
        """Return the values of a clock that starts to run here."""
        self.ensure_one()
        return {
            'workorder_id': self.id,
            'workcenter_id': self.workcenter_id.id,
            'company_id': self.company_id.id,
            'employee_id': employee.id,
            'user_id': user.id,
            'loss_id': loss.id,
            'rework_cycle': self.rework_cycle,
            'date_start': date_start.replace(microsecond=0),
        }
