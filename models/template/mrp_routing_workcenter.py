from odoo import api, fields, models


class MrpRoutingWorkcenter(models.Model):
    _inherit = 'mrp.routing.workcenter'

    workcenter_id = fields.Many2one(
        compute='_compute_workcenter_id', store=True, readonly=False, precompute=True)
    bom_use_stages = fields.Boolean(related='bom_id.use_stages', string="On a Production Template")
    instruction = fields.Html("Instruction")
    performer_type = fields.Selection(
        [('at_start', "Chosen at start"), ('employee', "Employee")],
        string="Performer", default='at_start', required=True)
    performer_employee_id = fields.Many2one(
        'hr.employee', string="Employee", check_company=True,
        compute='_compute_performer_employee_id', store=True, readonly=False, precompute=True)
    wait_after = fields.Float(
        "Wait After (hours)",
        help="Technological wait: units that passed this stage may enter the next one only after "
             "this many hours, e.g. drying or degassing.")
    consumption_mode = fields.Selection(
        [('start', "At start"), ('finish', "At completion")],
        string="Materials Leave Stock", default='finish', required=True)

    stage_material_ids = fields.One2many(
        'mrp.bom.line', 'operation_id', "Materials", help="What the stage uses, per batch quantity of the template.")

    _wait_after_positive = models.Constraint(
        'CHECK (wait_after >= 0)', "The wait after a stage cannot be negative.")
    _time_cycle_manual_positive = models.Constraint(
        'CHECK (time_cycle_manual >= 0)', "The planned duration of a stage cannot be negative.")
    _performer_employee_known = models.Constraint(
        "CHECK (performer_type != 'employee' OR performer_employee_id IS NOT NULL)",
        "Name the employee who performs the stage, or let the performer be chosen at start.")

    @api.depends('bom_id')
    def _compute_workcenter_id(self):
        for operation in self:
            if not operation.workcenter_id and operation.bom_id.use_stages:
                company = operation.bom_id.company_id or self.env.company
                operation.workcenter_id = company.stage_workcenter_id

    @api.depends('performer_type')
    def _compute_performer_employee_id(self):
        self.filtered(lambda operation: operation.performer_type != 'employee').performer_employee_id = False
