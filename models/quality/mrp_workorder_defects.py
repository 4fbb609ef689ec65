from odoo import fields, models


class MrpWorkorder(models.Model):
    """What the views of a stage say of its defects, and their buttons."""

    _inherit = 'mrp.workorder'

    may_decide = fields.Boolean(
        "May Decide", compute='_compute_may_decide', help="Units wait here for a decision of the current user.")

    def _compute_may_decide(self):
        held = self.filtered(lambda stage: stage.use_stages and stage.qty_held)
        (self - held).may_decide = False
        for stage in held:
            stage.may_decide = any(stage.defect_ids.mapped('may_decide'))

    def action_open_defect_report(self):
        return self._open_stage_dialog(
            'mrp_stage_defect_action', self.env._("Report a defect at %(stage)s", stage=self.name))

    def action_open_defect_decision(self):
        """Decide about the units that wait here: those that came first, where several do."""
        self.ensure_one()
        return self.defect_ids.filtered('may_decide').sorted('id')[:1].action_open_decision()
