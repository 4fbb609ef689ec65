from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_datetime

# What a correction of a time may change
CORRECTABLE = ('date_start', 'date_end', 'employee_id')


class MrpWorkcenterProductivity(models.Model):
    _inherit = 'mrp.workcenter.productivity'

    employee_id = fields.Many2one('hr.employee', "Operator", check_company=True, index='btree_not_null')
    is_paused = fields.Boolean(
        "Ended by a Pause", help="The operator's work stopped for a pause or a hold, not because it was done.")

    rework_cycle = fields.Integer(
        "Rework Cycle", aggregator=None, help="The cycle of the stage's units that were worked on.")

    unit_ids = fields.Many2many(
        'mrp.production.unit', 'mrp_productivity_unit_rel', 'productivity_id', 'unit_id', "Units", readonly=True,
        help="Of an order that is made unit by unit: what was worked on all that time.")

    _open_per_employee = models.UniqueIndex(
        '(workorder_id, employee_id) WHERE date_end IS NULL AND employee_id IS NOT NULL',
        "This operator already works on this stage.")
    # Core looks for the open times of a work center at every start and stop, without an index for it.
    _open_per_workcenter = models.Index('(workcenter_id) WHERE date_end IS NULL')

    @api.constrains('workorder_id')
    def _check_open_time_ids(self):
        """On our stages an operator may not work twice at once; core counts users, and several operators
        may share one."""
        staged = self.filtered('workorder_id.use_stages')
        super(MrpWorkcenterProductivity, self - staged)._check_open_time_ids()
        if not staged:
            return
        twice = self.env['mrp.workcenter.productivity']._read_group(
            [('workorder_id', 'in', staged.workorder_id.ids), ('date_end', '=', False)],
            ['workorder_id', 'employee_id', 'user_id'], having=[('__count', '>', 1)])
        for workorder, employee, user in twice:
            raise ValidationError(self.env._(
                "%(person)s already works on %(stage)s.",
                person=employee.name or user.name, stage=workorder.name))

    # ------------------------------------------------------------
    # By hand
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """The time of a stage is what its clock measures, which only the door starts: time from anywhere else would be
        of no act, and of nobody who costs anything."""
        self.check_access('create')
        default = self.env.context.get('default_workorder_id')
        workorders = self.env['mrp.workorder'].browse(
            filter(None, (vals.get('workorder_id', default) for vals in vals_list)))
        for stage in workorders.filtered('use_stages'):
            raise UserError(self.env._(
                "The time of %(stage)s is measured by its clock, and not added by hand. Let whoever worked start and "
                "pause it; a supervisor can then correct that time.", stage=stage.name))
        return super().create(vals_list)

    @api.model
    def _open_clocks(self, vals_list):
        """Start clocks of stages. Part of the door."""
        # `create` refuses what does not come through the door; this is behind it.
        return super().create(vals_list)  # pylint: disable=super-method-mismatch

    def _close(self):
        """Core stops all clocks of a work center that is blocked: on stages, whoever works there pauses."""
        staged = self.filtered('workorder_id.use_stages')
        # By nobody's own act: who blocks a work center stops everybody, be they operator or supervisor.
        staged.workorder_id.with_user(SUPERUSER_ID).stage_pause(
            reason=self.env._("%(user)s has blocked the work center.", user=self.env.user.name), source='office')
        return super(MrpWorkcenterProductivity, self - staged)._close()

    # ------------------------------------------------------------
    # Corrections
    # ------------------------------------------------------------

    def write(self, vals):
        """Whoever changes what a stage's clock has measured corrects it: through the door, which keeps what it was."""
        corrected = self.filtered(lambda time: time._is_corrected_by(vals))
        for time in corrected:
            time.workorder_id.stage_correct_time(
                time.id, source='office', **{name: vals[name] for name in CORRECTABLE if name in vals})
        if corrected:
            super(MrpWorkcenterProductivity, corrected).write(
                {name: value for name, value in vals.items() if name not in CORRECTABLE})
        return super(MrpWorkcenterProductivity, self - corrected).write(vals)

    def _is_corrected_by(self, vals):
        """Tell whether values change what this clock has measured; to stop one that runs is an act of its own."""
        self.ensure_one()
        names = {name for name in CORRECTABLE if name in vals and (name != 'date_end' or self.date_end)}
        return bool(names) and self.workorder_id.use_stages and any(
            self._fields[name].convert_to_cache(vals[name], self)
            != self._fields[name].convert_to_cache(self[name], self) for name in names)

    def unlink(self):
        """Whoever deletes what a stage's clock has measured corrects it, too."""
        measured = self.filtered('workorder_id.use_stages')
        for time in measured:
            time.workorder_id.stage_remove_time(time.id, source='office')
        return super(MrpWorkcenterProductivity, self - measured).unlink()

    def _correct(self, vals):
        """Change what this clock has measured, or delete it. Part of the door.

        :param dict vals: new values; None to delete
        """
        # `write` and `unlink` of a measured time lead to the door; this is behind it.
        return super().unlink() if vals is None else super().write(vals)  # pylint: disable=super-method-mismatch

    def _forget_units(self, units):
        """This time was no work on these units after all."""
        self.unit_ids -= units

    def _forget(self):
        """The start that these clocks are of is cancelled. Part of the door."""
        return self._correct(None)

    def _describe_correction(self, vals):
        """Return, for people to read, what a correction changes of this time.

        :param dict vals: new values; None if the time is deleted
        """
        self.ensure_one()
        person = self.employee_id.name or self.user_id.name or self.env._("Nobody")
        start, end = self._format(self.date_start), self._format(self.date_end)
        if vals is None:
            return self.env._("%(person)s: %(start)s to %(end)s removed", person=person, start=start, end=end)
        parts = [person]
        if 'employee_id' in vals:
            employee = self.env['hr.employee'].browse(vals['employee_id'])
            parts = [f"{person} → {employee.name or self.env._('Nobody')}"]
        if 'date_start' in vals:
            parts.append(self.env._("from %(old)s → %(new)s", old=start, new=self._format(vals['date_start'])))
        if 'date_end' in vals:
            parts.append(self.env._("to %(old)s → %(new)s", old=end, new=self._format(vals['date_end'])))
        return " · ".join(parts)

    def _format(self, moment):
        return format_datetime(self.env, moment, dt_format='short')

    def action_open_correction(self):
        """Open the dialog that corrects this time."""
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('mrp_production_stage.mrp_stage_time_action')
        return action | {'context': {'default_time_id': self.id, 'dialog_size': 'medium'}}

    # ------------------------------------------------------------
    # Clocks
    # ------------------------------------------------------------

    def _close_stage_times(self, date_end, is_paused=False):
        """Stop these clocks.

        :param date_end: naive UTC; a clock started after it gets no time
        :param is_paused: the person stops, the work does not
        """
        date_end = date_end.replace(microsecond=0)
        for end, times in self.grouped(lambda time: max(time.date_start, date_end)).items():
            times.write({'date_end': end, 'is_paused': is_paused})

    @api.model
    def _get_stage_loss(self, is_slow):
        """Return Odoo's own class of work time.

        :param is_slow: beyond the planned duration
        """
        loss = self.env['mrp.workcenter.productivity.loss'].search(
            [('loss_type', '=', 'performance' if is_slow else 'productive')], limit=1)
        if not loss:
            raise UserError(self.env._(
                "Working time needs a productivity loss of the categories Productive and Performance. "
                "Create them in Manufacturing, Configuration, Productivity Losses."))
        return loss
