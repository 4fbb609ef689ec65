from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_datetime


class MrpWorkorder(models.Model):
    """The one door through which every change of a stage's state goes.

    An act passes five steps, the first three with a method per kind, that higher concerns extend:

    ``_check_stage_<kind>(act)``
        refuse with a `UserError`; change nothing
    ``_apply_stage_<kind>(act)``
        move the units and the clocks
    ``_after_stage_<kind>(act)``
        what follows from it: materials, cost, deals. Stages already have their new status
    ``_settle_stage_acts(act)``
        close orders that have nothing left to do
    ``_follow_stage_act(act)``
        what the act sets off when it is complete and logged, further acts among it. Nothing of it may stop the act

    All run on every stage of the act at once, as superuser with the acting user kept in ``env.user``.
    """

    _inherit = 'mrp.workorder'

    def _perform_stage_act(self, act):
        """Take one act through the door and log it.

        :param act: `StageAct`; its ``answer`` is filled
        :raises UserError: the act does not fit; nothing has changed
        """
        self._lock_stage_flow()
        self._check_named_units(act)
        getattr(self, f'_check_stage_{act.kind}')(act)
        getattr(self, f'_apply_stage_{act.kind}')(act)
        self.production_id._sync_stage_flow()
        getattr(self, f'_after_stage_{act.kind}')(act)
        self._settle_stage_acts(act)
        self._log_stage_act(act)
        self._follow_stage_act(act)

    def _lock_stage_flow(self):
        """Wait for whoever acts on these orders now.

        Whoever comes second finds rows that changed since its snapshot, fails to serialize, and is run again
        by Odoo on what the first one left: it then reads who did it. The ORM's own lock does not wait.
        """
        if not self:
            return
        self.env.flush_all()
        self.env.execute_query(SQL(
            "SELECT id FROM mrp_workorder WHERE production_id IN %s ORDER BY id FOR NO KEY UPDATE",
            tuple(self.production_id.ids)))

    def _log_stage_act(self, act):
        """Write the act's events, one per stage, with the answer a repetition will get."""
        recorded_at = fields.Datetime.now()
        answers = [stage._prepare_stage_answer(act) for stage in self]
        events = self.env['mrp.workorder.event'].create([
            stage._prepare_stage_event_vals(act) | {'recorded_at': recorded_at, 'answer': answer}
            for stage, answer in zip(self, answers)
        ])
        for stage, event, answer in zip(self, events, answers):
            act.answer[stage.id] = answer | {'event_id': event.id, 'replayed': False}
        return events

    def _prepare_stage_event_vals(self, act):
        self.ensure_one()
        return {
            'workorder_id': self.id,
            'production_id': self.production_id.id,
            'company_id': self.company_id.id,
            'stage_name': self.name,
            'kind': act.kind,
            'quantity': act.quantity.get(self.id, 0.0),
            'uom_id': self.product_uom_id.id,
            'units': sorted(act.units.get(self.id, ())) or False,
            'to_workorder_id': act.to.id if act.to else False,
            'batch_id': act.batch.id if act.batch else False,
            'rework_cycle': act.cycle.get(self.id, self.rework_cycle),
            'reason_id': act.reason.id if act.reason else False,
            'note': act.note,
            'employee_id': act.employee.id,
            'user_id': self.env.user.id,
            'occurred_at': act.occurred_at,
            'source': act.source,
            'client_key': act.client_key,
            'request': act.request,
            'undo': act.undo.get(self.id) or False,
        }

    def _prepare_stage_answer(self, act):
        """What the caller reads of this stage after the act; see the README for the keys."""
        self.ensure_one()
        return {
            'workorder_id': self.id,
            'stage_status': self.stage_status,
            'qty_ready': self.qty_ready,
            'qty_produced': self.qty_produced,
            'rework_cycle': self.rework_cycle,
            'available_from': fields.Datetime.to_string(self.available_from) or False,
            'order_state': self.production_id.state,
        }

    def _prepare_stage_status_vals(self, flow, now):
        """The stage's status and Odoo's own state for where the units are.

        :param flow: `OrderFlow` of the order
        :param now: naive UTC
        """
        self.ensure_one()
        status = flow.status(self)
        if self.production_id.state == 'cancel' and status != 'done':
            status = 'cancel'
        elif status not in ('done', 'skipped'):
            if self.hold_reason_id:
                status = 'hold'
            elif self.is_started:
                status = 'progress' if any(not time.date_end for time in self.time_ids) else 'paused'
            elif self._is_waiting(flow, now):
                status = 'waiting'
        state = {
            'waiting': 'blocked',
            'ready': 'ready',
            'progress': 'progress',
            'paused': 'progress',
            'hold': 'progress' if self.is_started else 'blocked',
            'done': 'done',
            'skipped': 'cancel',
            'cancel': 'cancel',
        }[status]
        return {'stage_status': status, 'state': state}

    def _is_waiting(self, _flow, now):
        """Hook: tell whether what is here still has to wait after the stage before.

        :param now: naive UTC
        """
        return bool(self.available_from and self.available_from > now)

    # ------------------------------------------------------------
    # Checks several acts share
    # ------------------------------------------------------------

    def _check_named_units(self, act):
        """Hook: refuse an act that names units where they have no numbers."""

    def _check_order_running(self):
        """Refuse stages of orders that are not running."""
        for stage in self:
            order = stage.production_id
            if not stage.use_stages:
                raise UserError(self.env._(
                    "%(order)s is a plain manufacturing order: it has no production stages.", order=order.name))
            if order.state == 'draft':
                raise UserError(self.env._("%(order)s is a draft. Confirm it first.", order=order.name))
            if order.state == 'cancel' or stage.stage_status == 'cancel':
                raise UserError(self.env._("%(order)s is cancelled.", order=order.name))
            if order.state == 'done':
                raise UserError(self.env._("%(order)s is closed.", order=order.name))

    def _check_stage_open(self):
        """Refuse stages of orders that are not running, and stages with nothing left to do."""
        self._check_order_running()
        for stage in self:
            order = stage.production_id
            if stage.stage_status == 'done':
                raise UserError(self.env._(
                    "%(stage)s of %(order)s is already done.", stage=stage.name, order=order.name))
            if stage.stage_status == 'skipped':
                raise UserError(self.env._(
                    "%(stage)s of %(order)s is skipped.", stage=stage.name, order=order.name))

    def _check_stage_not_held(self):
        for stage in self.filtered('hold_reason_id'):
            raise UserError(self.env._(
                "%(stage)s of %(order)s is on hold: %(reason)s. Release it first.",
                stage=stage.name, order=stage.production_id.name, reason=stage.hold_reason_id.name))

    def _check_stage_started(self):
        for stage in self.filtered(lambda stage: not stage.is_started):
            raise UserError(self.env._(
                "%(stage)s of %(order)s has not been started.",
                stage=stage.name, order=stage.production_id.name))

    def _check_stage_performer(self, act):
        """Refuse a stage that somebody else performs."""
        if act.is_supervisor:
            return
        for stage in self:
            performer = stage.performer_employee_id
            if performer and performer != act.employee:
                raise UserError(self.env._(
                    "%(stage)s of %(order)s is assigned to %(performer)s. A supervisor can assign it to you.",
                    stage=stage.name, order=stage.production_id.name, performer=performer.name))
            if stage.performer_type == 'subcontractor':
                raise UserError(self.env._(
                    "%(stage)s of %(order)s is done by the subcontractor %(partner)s. A supervisor can act for them.",
                    stage=stage.name, order=stage.production_id.name, partner=stage.performer_partner_id.display_name))
            if not performer and not stage._is_qualified(act.employee):
                raise UserError(self.env._(
                    "%(stage)s of %(order)s is for people with the role %(role)s.",
                    stage=stage.name, order=stage.production_id.name, role=stage.performer_role_id.name))

    def _check_stage_worker(self, act):
        """Refuse whoever does not work on the stage."""
        self._check_stage_performer(act)
        if act.is_supervisor:
            return
        for stage in self:
            if stage.performer_employee_id or stage._get_times_of(act):
                continue
            raise UserError(self.env._(
                "You do not work on %(stage)s of %(order)s: %(workers)s does.",
                stage=stage.name, order=stage.production_id.name, workers=stage._get_worker_names()))

    def _check_stage_chronology(self, occurred_at):
        """Refuse an act that happened before what has been logged of the stage."""
        latest = self.env['mrp.workorder.event']._read_group(
            [('workorder_id', 'in', self.ids)], ['workorder_id'], ['occurred_at:max'])
        for stage, logged_at in latest:
            if occurred_at < logged_at:
                raise UserError(self.env._(
                    "%(stage)s of %(order)s has a later act, of %(time)s. This one cannot come before it.",
                    stage=stage.name, order=stage.production_id.name,
                    time=format_datetime(self.env, logged_at, dt_format='short')))

    # ------------------------------------------------------------
    # Performers
    # ------------------------------------------------------------

    def _is_qualified(self, employee):
        """Tell whether the employee may perform this stage; anybody may where no role is asked for."""
        self.ensure_one()
        return self.performer_type != 'role' or employee in self.performer_role_id.employee_ids

    def _get_qualified_employees(self):
        """Return, per stage, who may perform it, of those who work in production; nobody of ours at a
        subcontractor's."""
        nobody = self.env['hr.employee']
        by_company = {}
        anybodys = self.filtered(lambda stage: stage.performer_type not in ('subcontractor', 'role'))
        if anybodys:
            operators = self.env.ref('mrp_production_stage.group_operator').all_user_ids
            by_company = nobody.search([
                ('user_id', 'in', operators.ids), ('company_id', 'in', anybodys.company_id.ids)]).grouped('company_id')
        return {
            stage: by_company.get(stage.company_id, nobody) if stage in anybodys
            else stage.performer_role_id.employee_ids if stage.performer_type == 'role' else nobody
            for stage in self
        }

    def _suggest_performer(self):
        """Return the qualified employee with the least open planned work, or none.

        Open work is the planned minutes of the stages that are assigned to somebody and not done.
        """
        self.ensure_one()
        employees = self._get_qualified_employees()[self]
        if not employees:
            return employees
        planned = dict(self.env['mrp.workorder']._read_group(
            [
                ('performer_employee_id', 'in', employees.ids),
                ('stage_status', 'in', ('waiting', 'ready', 'progress', 'paused', 'hold')),
            ],
            ['performer_employee_id'], ['duration_expected:sum']))
        return min(employees, key=lambda employee: (planned.get(employee, 0.0), employee.id), default=employees)

    # ------------------------------------------------------------
    # Helpers
    # ------------------------------------------------------------

    def _get_times_of(self, act, is_open=False):
        """The acting person's times on these stages."""
        times = self.time_ids.filtered(
            lambda time: time.employee_id == act.employee if act.employee else time.user_id == self.env.user)
        return times.filtered(lambda time: not time.date_end) if is_open else times

    def _get_worker_names(self):
        """Names of whoever works on the stage, or worked on it last."""
        open_times = self.time_ids.filtered(lambda time: not time.date_end)
        times = open_times or self.time_ids.sorted('id')[-1:]
        return ", ".join(dict.fromkeys(
            time.employee_id.name or time.user_id.name or self.env._("somebody") for time in times))
