from odoo import api, fields, models

from ..order.mrp_workorder import CLOSED_STATUSES


class MrpWorkorder(models.Model):
    """Units that are worked on again are known as such wherever their stage appears."""

    _inherit = 'mrp.workorder'

    rework_label = fields.Char("Rework", compute='_compute_rework_label', compute_sudo=True)

    @api.depends('rework_cycle', 'stage_status', 'defect_ids.state')
    def _compute_rework_label(self):
        again = self.filtered(
            lambda stage: stage.rework_cycle > 1 and stage.stage_status not in CLOSED_STATUSES)
        (self - again).rework_label = False
        reasons = again.production_id._get_rework_reasons()
        for stage in again:
            stage.rework_label = stage._format_rework(stage.rework_cycle, stage._find_rework_reason(reasons))

    def _find_rework_reason(self, returns, number=None):
        """Return the reason for which units last came back to this stage.

        :param returns: as `_get_rework_reasons` returns it
        :param number: of one numbered unit
        """
        self.ensure_one()
        for defect in returns.get(self.production_id, ()):
            if number is not None and number not in (defect.units or ()):
                continue
            if defect.child_batch_id == self.production_id:
                return defect.reason_id
            if defect.return_workorder_id.sequence <= self.sequence <= defect.workorder_id.sequence:
                return defect.reason_id
        return self.env['mrp.defect.reason']

    def _format_rework(self, cycle, reason):
        if not reason:
            return self.env._("Rework, cycle %(cycle)s", cycle=cycle)
        return self.env._("Rework, cycle %(cycle)s: %(reason)s", cycle=cycle, reason=reason.name)
