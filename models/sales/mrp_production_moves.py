from odoo import fields, models

from ..order.mrp_workorder import CLOSED_STATUSES


class MrpProduction(models.Model):
    """Orders move the deals they are made for."""

    _inherit = 'mrp.production'

    crm_move_closed = fields.Boolean(
        "Moves Won and Lost Deals",
        compute='_compute_template_settings', store=True, precompute=True, readonly=False, copy=True)

    def _get_template_settings(self):
        return [*super()._get_template_settings(), 'crm_move_closed']

    def _has_passed_its_stages(self):
        """Tell whether nothing is left to do at any stage of the order."""
        return self.state == 'done' or (self.state != 'draft' and all(
            stage.stage_status in CLOSED_STATUSES for stage in self.workorder_ids))

    def _is_reworked(self):
        """Tell whether units of the order are to pass a stage again."""
        stages = self.workorder_ids.filtered(
            lambda stage: stage.rework_cycle > 1 and stage.stage_status not in CLOSED_STATUSES)
        if stages and self.batch_mode == 'unit':
            # A stage stays in its cycle when all that came back has passed and others are still to come. What is lost
            # elsewhere keeps what it had reached here.
            stages = self.env['mrp.workorder.unit'].search([
                ('workorder_id', 'in', stages.ids), ('rework_cycle', '>', 1), ('status', '!=', 'done'),
                ('unit_id.stage_ids', 'not any', [('status', '=', 'lost')]),
            ], limit=1).workorder_id
        return self.state != 'done' and bool(stages)

    def _may_move_deals(self):
        """Tell whether units that have just passed a stage may be what a deal waits for."""
        return self._has_passed_its_stages() or any(stage.rework_cycle > 1 for stage in self.workorder_ids)

    def _update_deals(self, written_off=()):
        """Bring the deals of these orders in line with them.

        :param written_off: those of them that have just lost units
        """
        deals = self._get_deals()
        if deals:
            deals._follow_production(self.browse().union(*written_off))

    def _after_stage_quantity_change(self, old_qty):
        """Fewer units are asked for, and those may be what a deal waits for."""
        super()._after_stage_quantity_change(old_qty)
        if self._has_begun() and self._may_move_deals():
            self._update_deals()

    def action_cancel(self):
        res = super().action_cancel()
        self.filtered(lambda order: order.use_stages and order.state == 'cancel')._update_deals()
        return res

    def button_mark_done(self):
        res = super().button_mark_done()
        self.filtered(lambda order: order.use_stages and order.state == 'done')._update_deals()
        return res
