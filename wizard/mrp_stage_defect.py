from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.quality.mrp_defect_reason import DECISIONS


class MrpStageDefect(models.TransientModel):
    """Asks which units at a stage are defective, why, and what becomes of them."""

    _name = 'mrp.stage.defect'
    _inherit = ['mrp.stage.dialog.mixin', 'mrp.stage.photos.mixin']
    _description = "Report a Defect"

    uom_name = fields.Char("Unit", compute='_compute_stage')
    is_numbered = fields.Boolean(compute='_compute_stage')
    qty_there = fields.Float("At the Stage", digits='Product Unit', compute='_compute_stage')
    reason_choices = fields.Json(compute='_compute_stage')
    unit_choices = fields.Json(compute='_compute_stage')
    return_choices = fields.Json(compute='_compute_stage')
    decision_choices = fields.Json(compute='_compute_stage')

    reason_id = fields.Many2one('mrp.defect.reason', "Reason")
    decision = fields.Selection(
        DECISIONS, "What becomes of them?", compute='_compute_decision', store=True, readonly=False)
    qty = fields.Float("Defective", digits='Product Unit')
    unit_numbers = fields.Json("Defective Units")
    return_stage = fields.Integer("Back To", aggregator=None)
    note = fields.Text("Comment")

    @api.depends('workorder_id')
    def _compute_stage(self):
        may_write_off = {
            company: self._may_write_off(company) for company in self.workorder_id.sudo().company_id}
        for report in self:
            stage = report._get_stage()
            flow = stage.production_id._load_flow()
            report.uom_name = stage.product_uom_id.name
            report.is_numbered = flow.is_numbered
            report.qty_there = flow.there(stage)
            report.reason_choices = [
                {'value': reason.id, 'label': reason.name} for reason in report._get_reasons(stage.company_id)]
            report.unit_choices = [
                {'value': number, 'label': str(number)}
                for number in (sorted(flow.there_amount(stage)) if flow.is_numbered else ())]
            report.return_choices = [
                {'value': choice.id, 'label': choice.name} for choice in stage._get_return_choices(flow)]
            report.decision_choices = [
                {'value': value, 'label': label}
                for value, label in self._fields['decision']._description_selection(self.env)
                if value == 'return' or may_write_off[stage.company_id]]

    def _get_reasons(self, company):
        return self.env['mrp.defect.reason'].search([('company_id', 'in', (False, company.id))])

    def _may_write_off(self, company):
        return self.env['mrp.workorder']._may_write_off(company, self.env['mrp.workorder']._is_stage_supervisor())

    @api.depends('reason_id')
    def _compute_decision(self):
        for report in self:
            allowed = [choice['value'] for choice in report.decision_choices or ()]
            proposed = report.reason_id.default_decision or report.decision
            report.decision = proposed if proposed in allowed else 'return'

    @api.model
    def _prepare_stage_defaults(self, stage):
        return super()._prepare_stage_defaults(stage) | {'qty': stage.qty_there, 'return_stage': stage.id}

    def action_report(self):
        self.ensure_one()
        if not self.reason_id:
            raise UserError(self.env._("Choose the reason of the defect."))
        if self.is_numbered and not self.unit_numbers:
            raise UserError(self.env._("Choose the units that are defective."))
        answer = self.workorder_id.stage_report_defect(
            self.reason_id.id, self.decision, photos=self._prepare_photos(), note=self.note or None, source='office',
            return_to=self.return_stage if self.decision == 'return' else None,
            **{'units': self.unit_numbers} if self.is_numbered else {'qty': self.qty})
        close = {'type': 'ir.actions.act_window_close'}
        if not answer['message']:
            return close
        return {
            'type': 'ir.actions.client', 'tag': 'display_notification',
            'params': {'type': 'warning', 'sticky': True, 'message': answer['message'], 'next': close},
        }
