from odoo import fields, models

# The whole mission's acts; DESIGN decision 3. Those not wired yet have no way in.
EVENT_KINDS = [
    ('start', "Started"),
    ('pause', "Paused"),
    ('resume', "Resumed"),
    ('finish', "Finished"),
    ('cancel_start', "Start cancelled"),
    ('hold', "Put on hold"),
    ('release', "Released"),
    ('assign', "Assigned"),
    ('correct', "Corrected"),
    ('override', "Wait overridden"),
    ('activate', "Activated"),
    ('skip', "Skipped"),
    ('select', "Material selected"),
    ('input', "Input recorded"),
    ('output', "Output recorded"),
    ('loss', "Loss recorded"),
    ('reverse', "Entry reversed"),
    ('return', "Returned"),
    ('write_off', "Written off"),
    ('split', "Split off"),
    ('begin', "Brought along"),
    ('escalate', "Escalated"),
    ('decide', "Decided"),
    ('withdraw', "Withdrawn"),
]

EVENT_SOURCES = [
    ('office', "Office"),
    ('phone', "Phone"),
    ('portal', "Portal"),
    ('trigger', "Trigger"),
    ('api', "API"),
]


class MrpWorkorderEvent(models.Model):
    """One act on one stage. Written once by the door; never changed, never deleted."""

    _name = 'mrp.workorder.event'
    _inherit = ['mrp.log.mixin']
    _description = "Stage Event"
    _order = 'id desc'
    _rec_name = 'kind'

    workorder_id = fields.Many2one(
        'mrp.workorder', "Stage", required=True, readonly=True, index=True, ondelete='restrict')
    production_id = fields.Many2one(
        'mrp.production', "Production Order", required=True, readonly=True, index=True, ondelete='restrict')
    company_id = fields.Many2one('res.company', required=True, readonly=True)
    stage_name = fields.Char("Stage Name", required=True, readonly=True, help="The stage's name at that moment.")
    kind = fields.Selection(EVENT_KINDS, "Act", required=True, readonly=True)
    quantity = fields.Float(
        digits='Product Unit', readonly=True, help="Units the act moved, in the order's unit of measure.")
    uom_id = fields.Many2one('uom.uom', "Unit", readonly=True)
    units = fields.Json("Units", readonly=True, help="Numbers of the units, of an order that is made unit by unit.")
    to_workorder_id = fields.Many2one(
        'mrp.workorder', "Returned To", readonly=True, index='btree_not_null', ondelete='restrict')
    batch_id = fields.Many2one(
        'mrp.production', "Sub-Batch", readonly=True, index='btree_not_null', ondelete='restrict',
        help="The order that was split off, or the one that this was brought along from.")
    rework_cycle = fields.Integer(readonly=True)
    reason_id = fields.Many2one('mrp.hold.reason', "Reason", readonly=True, ondelete='restrict')
    note = fields.Text(readonly=True)
    employee_id = fields.Many2one('hr.employee', "Operator", readonly=True, ondelete='restrict')
    user_id = fields.Many2one('res.users', "User", required=True, readonly=True, ondelete='restrict')
    occurred_at = fields.Datetime("Happened", required=True, readonly=True)
    recorded_at = fields.Datetime("Recorded", required=True, readonly=True)
    source = fields.Selection(EVENT_SOURCES, required=True, readonly=True)
    photo_ids = fields.Many2many(
        'ir.attachment', string="Photos", readonly=True, ondelete='restrict', help="Handed in with the act.")
    client_key = fields.Char(readonly=True, help="Named by the caller: the same key twice is one act.")
    undo = fields.Json(readonly=True, help="What must be known to take the act back besides where the units were.")
    request = fields.Json(readonly=True, help="What was asked, to tell a repetition from another act.")
    answer = fields.Json(readonly=True, help="What was answered, and is answered again to a repetition.")

    _client_key_unique = models.UniqueIndex('(client_key) WHERE client_key IS NOT NULL')
    _order_timeline = models.Index('(production_id, id)')
