from odoo import api, fields, models


class MrpStageStart(models.TransientModel):
    """A supervisor's start: for somebody else, or before the technological wait is over."""

    _name = 'mrp.stage.start'
    _description = "Start a Stage for Somebody"

    workorder_id = fields.Many2one('mrp.workorder', "Stage", required=True, readonly=True)
    available_from = fields.Datetime(related='workorder_id.available_from')
    performer_partner_id = fields.Many2one(related='workorder_id.performer_partner_id')
    is_early = fields.Boolean(compute='_compute_is_early')
    employee_id = fields.Many2one(
        'hr.employee', "Operator", compute='_compute_employee_id', store=True, readonly=False, precompute=True,
        help="Who works. Empty: you.")
    suggested_employee_id = fields.Many2one('hr.employee', compute='_compute_suggested_employee_id')
    override_reason = fields.Char("Reason", help="Why the stage starts before its wait is over.")

    @api.depends('workorder_id')
    def _compute_employee_id(self):
        for start in self:
            start.employee_id = start.workorder_id.performer_employee_id

    def _compute_is_early(self):
        now = fields.Datetime.now()
        for start in self:
            start.is_early = bool(start.available_from and start.available_from > now)

    @api.depends('workorder_id')
    def _compute_suggested_employee_id(self):
        for start in self:
            start.suggested_employee_id = start.workorder_id._suggest_performer() if start.workorder_id else False

    def action_start(self):
        self.ensure_one()
        self.workorder_id.stage_start(
            employee_id=self.employee_id.id or None, override_reason=self.override_reason or None,
            source='office')
        return {'type': 'ir.actions.act_window_close'}

    def action_assign(self):
        self.ensure_one()
        self.workorder_id.stage_assign(self.employee_id.id, source='office')
        return {'type': 'ir.actions.act_window_close'}
