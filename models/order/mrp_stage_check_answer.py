from odoo import api, fields, models


class MrpStageCheckAnswer(models.Model):
    """What somebody answered to a check when units passed its stage. Written once by the door."""

    _name = 'mrp.stage.check.answer'
    _inherit = ['mrp.log.mixin']
    _description = "Answer to a Check"
    _order = 'id desc'

    check_id = fields.Many2one('mrp.stage.check', required=True, readonly=True, index=True, ondelete='restrict')
    workorder_id = fields.Many2one(
        'mrp.workorder', "Stage", required=True, readonly=True, index=True, ondelete='restrict')
    production_id = fields.Many2one(
        'mrp.production', "Production Order", required=True, readonly=True, index=True, ondelete='restrict')
    company_id = fields.Many2one('res.company', required=True, readonly=True)
    event_id = fields.Many2one(
        'mrp.workorder.event', "Finish", required=True, readonly=True, index=True, ondelete='restrict')
    stage_name = fields.Char(related='event_id.stage_name')
    employee_id = fields.Many2one(related='event_id.employee_id')
    occurred_at = fields.Datetime(related='event_id.occurred_at')

    # The check is one of an order: it cannot be changed either.
    name = fields.Char(related='check_id.name')
    kind = fields.Selection(related='check_id.kind')
    limits = fields.Char(related='check_id.limits')
    value_boolean = fields.Boolean("Yes", readonly=True)
    value_number = fields.Float("Number", readonly=True)
    value_text = fields.Text("Text", readonly=True, help="The answer, or the name of the photo.")
    value_photo = fields.Binary("Photo", attachment=True, readonly=True)
    answer = fields.Char(compute='_compute_answer')

    in_limits = fields.Boolean("Good", readonly=True)
    accepted_by = fields.Many2one('res.users', "Accepted By", readonly=True, ondelete='restrict')
    accept_reason = fields.Char("Why It Was Accepted", readonly=True)

    @api.depends_context('lang')
    @api.depends('check_id', 'value_boolean', 'value_number', 'value_text')
    def _compute_answer(self):
        values = {'yes_no': 'value_boolean', 'number': 'value_number', 'text': 'value_text', 'photo': 'value_text'}
        for answer in self:
            answer.answer = answer.check_id._format_answer(answer[values[answer.kind]])
