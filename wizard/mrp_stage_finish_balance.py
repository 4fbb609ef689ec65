from odoo import api, fields, models


class MrpStageFinish(models.TransientModel):
    """What the stage's journal leaves unexplained, in its finish dialog."""

    _inherit = 'mrp.stage.finish'

    use_journal = fields.Boolean(related='workorder_id.use_journal')
    balance_text = fields.Text(related='workorder_id.balance_text')
    unexplained_text = fields.Text(related='workorder_id.unexplained_text')
    is_unbalanced = fields.Boolean(compute='_compute_is_unbalanced')
    balance_reason = fields.Text("Why Unexplained")

    @api.depends('workorder_id')
    def _compute_is_unbalanced(self):
        for finish in self:
            finish.is_unbalanced = finish.use_journal and bool(finish._get_stage()._get_differences())

    def _prepare_finish_arguments(self):
        return super()._prepare_finish_arguments() | {'balance_reason': self.balance_reason or None}
