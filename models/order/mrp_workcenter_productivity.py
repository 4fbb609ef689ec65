from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


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
