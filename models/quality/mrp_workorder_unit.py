from odoo import api, fields, models


class MrpWorkorderUnit(models.Model):
    _inherit = 'mrp.workorder.unit'

    rework_label = fields.Char("Rework", compute='_compute_rework_label', compute_sudo=True)

    @api.depends('rework_cycle', 'status')
    def _compute_rework_label(self):
        again = self.filtered(lambda unit: unit.rework_cycle > 1 and unit.status not in ('done', 'lost'))
        (self - again).rework_label = False
        returns = again.production_id._get_rework_reasons()
        for unit in again:
            stage = unit.workorder_id
            unit.rework_label = stage._format_rework(
                unit.rework_cycle, stage._find_rework_reason(returns, unit.number))

    def _prepare_cell(self, flow):
        return super()._prepare_cell(flow) | {'rework_label': self.rework_label or False}
