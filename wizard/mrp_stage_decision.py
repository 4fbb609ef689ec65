from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.quality.mrp_defect import VERDICTS


class MrpStageDecision(models.TransientModel):
    """Asks what becomes of units that would come back to a stage too often."""

    _name = 'mrp.stage.decision'
    _description = "Decide About a Defect"

    defect_id = fields.Many2one('mrp.defect', "Defect", required=True, readonly=True)
    defect_reason_id = fields.Many2one(related='defect_id.reason_id', string="Defect Reason")
    stage_name = fields.Char(related='defect_id.stage_name')
    return_stage_name = fields.Char(related='defect_id.return_stage_name', string="Back To")
    quantity = fields.Float(related='defect_id.quantity', string="Defective")
    uom_id = fields.Many2one(related='defect_id.uom_id')
    units_text = fields.Char(related='defect_id.units_text')
    defect_note = fields.Text(related='defect_id.note', string="What Was Reported")
    photo_ids = fields.Many2many(related='defect_id.photo_ids')
    verdict_choices = fields.Json(compute='_compute_verdict_choices')
    verdict = fields.Selection(VERDICTS, "Decision")
    reason = fields.Text("Why")

    @api.depends('defect_id')
    def _compute_verdict_choices(self):
        stages = self.env['mrp.workorder']
        is_supervisor = stages._is_stage_supervisor()
        for decision in self:
            may_write_off = stages._may_write_off(decision.defect_id.company_id, is_supervisor)
            decision.verdict_choices = [
                {'value': value, 'label': label}
                for value, label in self._fields['verdict']._description_selection(self.env)
                if value != 'write_off' or may_write_off]

    def action_decide(self):
        self.ensure_one()
        if not self.verdict:
            raise UserError(self.env._("Choose what becomes of the units."))
        self.defect_id.workorder_id.stage_decide_defect(
            self.defect_id.id, self.verdict, self.reason or '', source='office')
        return {'type': 'ir.actions.act_window_close'}
