from odoo import api, fields, models


class MrpStageTime(models.TransientModel):
    """Asks a supervisor when somebody really worked on a stage, and why the clock was wrong."""

    _name = 'mrp.stage.time'
    _description = "Correct a Time"

    time_id = fields.Many2one('mrp.workcenter.productivity', "Time", required=True, readonly=True)
    workorder_id = fields.Many2one(related='time_id.workorder_id', string="Stage")
    company_id = fields.Many2one(related='time_id.company_id')
    employee_id = fields.Many2one(
        'hr.employee', "Operator", compute='_compute_from_time', store=True, readonly=False, precompute=True,
        check_company=True)
    date_start = fields.Datetime(
        "From", compute='_compute_from_time', store=True, readonly=False, precompute=True, required=True)
    date_end = fields.Datetime(
        "To", compute='_compute_from_time', store=True, readonly=False, precompute=True, required=True)
    note = fields.Text("Reason")

    @api.depends('time_id')
    def _compute_from_time(self):
        for dialog in self:
            dialog.update({name: dialog.time_id[name] for name in ('employee_id', 'date_start', 'date_end')})

    def action_correct(self):
        self.ensure_one()
        changes = {name: self[name] for name in ('date_start', 'date_end') if self[name] != self.time_id[name]}
        if self.employee_id != self.time_id.employee_id:
            changes['employee_id'] = self.employee_id.id
        self.workorder_id.stage_correct_time(self.time_id.id, note=self.note or None, source='office', **changes)
        return {'type': 'ir.actions.act_window_close'}

    def action_remove(self):
        self.ensure_one()
        self.workorder_id.stage_remove_time(self.time_id.id, note=self.note or None, source='office')
        return {'type': 'ir.actions.act_window_close'}
