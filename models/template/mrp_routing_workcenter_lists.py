from odoo import fields, models


class MrpRoutingWorkcenter(models.Model):
    """The lists of a stage: what is checked when it is finished, and what its start and finish trigger."""

    _inherit = 'mrp.routing.workcenter'

    checklist_ids = fields.One2many('mrp.stage.check', 'operation_id', "Checklist", copy=True)
    photo_required = fields.Boolean(
        "Photo Required", help="The stage cannot be finished without at least one photo of what was done.")
    trigger_ids = fields.One2many('mrp.stage.trigger', 'operation_id', "Triggers", copy=True)
