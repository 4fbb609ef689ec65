from odoo import fields, models


class MrpStageReversal(models.TransientModel):
    """Asks why an entry of a stage's journal is taken back."""

    _name = 'mrp.stage.reversal'
    _description = "Take Back a Journal Entry"

    entry_id = fields.Many2one('mrp.workorder.entry', "Entry", required=True, readonly=True)
    kind = fields.Selection(related='entry_id.kind')
    product_id = fields.Many2one(related='entry_id.product_id')
    quantity = fields.Float(related='entry_id.quantity')
    uom_id = fields.Many2one(related='entry_id.uom_id')
    note = fields.Text("Comment")

    def action_reverse(self):
        self.ensure_one()
        self.entry_id.workorder_id.stage_reverse_entry(
            self.entry_id.id, note=self.note or None, source='office')
        return {'type': 'ir.actions.act_window_close'}
