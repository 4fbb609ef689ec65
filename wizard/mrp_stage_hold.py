from odoo import fields, models


class MrpStageHold(models.TransientModel):
    """Asks why a stage stops."""

    _name = 'mrp.stage.hold'
    _description = "Put a Stage on Hold"

    workorder_id = fields.Many2one('mrp.workorder', "Stage", required=True, readonly=True)
    reason_id = fields.Many2one('mrp.hold.reason', "Reason", required=True)
    note = fields.Text("Comment")

    def action_hold(self):
        self.ensure_one()
        self.workorder_id.stage_hold(self.reason_id.id, note=self.note or None, source='office')
        return {'type': 'ir.actions.act_window_close'}
