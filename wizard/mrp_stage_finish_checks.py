from odoo import api, fields, models
from odoo.fields import Command


class MrpStageFinish(models.TransientModel):
    """The checklist of the stage and photos, in its finish dialog."""

    _name = 'mrp.stage.finish'
    _inherit = ['mrp.stage.finish', 'mrp.stage.photos.mixin']

    check_ids = fields.One2many('mrp.stage.finish.check', 'finish_id', "Checklist")
    photo_required = fields.Boolean(compute='_compute_photo_required')

    @api.depends('workorder_id')
    def _compute_photo_required(self):
        for finish in self:
            finish.photo_required = finish._get_stage().photo_required

    @api.model
    def _prepare_stage_defaults(self, stage):
        return super()._prepare_stage_defaults(stage) | {
            'check_ids': [Command.create({'check_id': check.id}) for check in stage.checklist_ids]}

    def _prepare_finish_arguments(self):
        return super()._prepare_finish_arguments() | {
            'checks': self.check_ids._prepare_answers(), 'photos': self._prepare_photos()}


class MrpStageFinishCheck(models.TransientModel):
    _name = 'mrp.stage.finish.check'
    _description = "Check of a Stage to Finish"

    finish_id = fields.Many2one('mrp.stage.finish', required=True, ondelete='cascade')
    # Not read-only: the dialog sends it back. It says something only where it is a check of the stage.
    check_id = fields.Many2one('mrp.stage.check', required=True, ondelete='cascade')
    name = fields.Char(compute='_compute_check')
    kind = fields.Char(compute='_compute_check')
    is_required = fields.Boolean(compute='_compute_check')
    unit = fields.Char(compute='_compute_check')
    limits = fields.Char(compute='_compute_check')

    value_choice = fields.Selection([('yes', "Yes"), ('no', "No")])
    value_number = fields.Float(digits=(16, 6))
    has_number = fields.Boolean(help="A number was typed in, be it zero.")
    value_text = fields.Text()
    value_photo = fields.Binary()
    photo_name = fields.Char()
    is_out = fields.Boolean("Out of Limits", compute='_compute_is_out')
    may_accept = fields.Boolean(compute='_compute_is_out')
    accept_reason = fields.Char("Reason")

    def _get_checks(self):
        """Return the checks of these lines that are checks of their stages, readable by whoever sees the stages."""
        return {line: line.sudo().check_id & line.finish_id._get_stage().checklist_ids for line in self}

    @api.depends('check_id', 'finish_id.workorder_id')
    def _compute_check(self):
        for line, check in self._get_checks().items():
            line.name = check.name
            line.kind = check.kind
            line.is_required = check.is_required
            line.unit = check.unit
            line.limits = check.limits

    @api.depends('check_id', 'finish_id.workorder_id', 'value_choice', 'value_number', 'has_number')
    def _compute_is_out(self):
        is_supervisor = self.env['mrp.workorder']._is_stage_supervisor()
        for line, check in self._get_checks().items():
            line.is_out = (
                check.kind in ('yes_no', 'number') and line._is_answered() and not check._is_within(line._get_value()))
            line.may_accept = line.is_out and is_supervisor

    def _is_answered(self):
        self.ensure_one()
        return {
            'yes_no': bool(self.value_choice),
            'number': self.has_number,
            'text': bool(self.value_text and self.value_text.strip()),
            'photo': bool(self.value_photo),
        }.get(self.kind, False)

    def _get_value(self):
        """Return the answer as `stage_finish` takes it."""
        self.ensure_one()
        if self.kind == 'yes_no':
            return self.value_choice == 'yes'
        if self.kind == 'number':
            return self.value_number
        if self.kind == 'text':
            return self.value_text
        return {'name': self.photo_name or self.name, 'data': self.value_photo.decode()}

    def _prepare_answers(self):
        return [
            {'check_id': line.sudo().check_id.id, 'value': line._get_value(), 'accept_reason': line.accept_reason}
            for line in self if line._is_answered()
        ]
