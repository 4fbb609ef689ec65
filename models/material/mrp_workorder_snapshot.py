from odoo import api, fields, models


class MrpWorkorder(models.Model):
    """What an order's stage keeps of its template about materials: when they leave stock, what rework uses, and its
    journal."""

    _inherit = 'mrp.workorder'

    consumption_mode = fields.Selection(
        [('start', "At start"), ('finish', "At completion")], "Materials Leave Stock",
        compute='_compute_stage_snapshot', store=True, precompute=True, readonly=False)
    rework_consumes = fields.Boolean(
        "Rework Takes the Norm Again",
        compute='_compute_stage_snapshot', store=True, precompute=True, readonly=False)
    use_journal = fields.Boolean(
        "Stage Journal", compute='_compute_stage_snapshot', store=True, precompute=True, readonly=False)
    balance_tolerance = fields.Float(
        "Tolerance (%)", compute='_compute_stage_snapshot', store=True, precompute=True, readonly=False)

    @api.model
    def _get_snapshot_fields(self):
        return [
            *super()._get_snapshot_fields(), 'consumption_mode', 'rework_consumes', 'use_journal', 'balance_tolerance']

    @api.model
    def _get_snapshot_defaults(self):
        return super()._get_snapshot_defaults() | {'consumption_mode': 'finish'}
