from odoo import api, fields, models
from odoo.fields import Domain


class MrpProduction(models.Model):
    """The defects of an order."""

    _inherit = 'mrp.production'

    defect_ids = fields.One2many('mrp.defect', 'production_id', "Defects", readonly=True)
    has_rework = fields.Boolean(compute='_compute_has_rework', help="Units are worked on again.")
    has_held_units = fields.Boolean(compute='_compute_has_rework', help="Units wait for a decision.")

    @api.depends('workorder_ids.rework_label', 'workorder_ids.qty_held')
    def _compute_has_rework(self):
        for order in self:
            order.has_rework = any(order.workorder_ids.mapped('rework_label'))
            order.has_held_units = any(order.workorder_ids.mapped('qty_held'))

    def _get_rework_reasons(self):
        """Return the returns of each of these orders that hold, the last one first.

        :return: ``{order: mrp.defect}``; what made an order a sub-batch is one of its returns
        """
        if not self:
            return {}
        defects = self.env['mrp.defect'].search(
            Domain('decision', '=', 'return') & Domain('state', '=', 'done')
            & (Domain('production_id', 'in', self.ids) | Domain('child_batch_id', 'in', self.ids)))
        return {
            order: defects.filtered(
                lambda defect, order=order: defect.child_batch_id == order
                or (defect.production_id == order and not defect.child_batch_id))
            for order in self
        }

    def _get_timeline_events(self):
        """Acts about defects say for which reason, and to which stage units went."""
        timeline = super()._get_timeline_events()
        named = {event.id: event for event in self.event_ids if event.defect_id}
        for stage_events in timeline.values():
            for vals in stage_events:
                if event := named.get(vals['event_id']):
                    vals['reason'] = event.defect_id.reason_id.name
        return timeline
