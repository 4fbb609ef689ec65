from odoo import api, fields, models

from ..order.mrp_log_mixin import MrpLogMixin
from ..order.unit_numbers import format_numbers
from .mrp_defect_reason import DECISIONS

VERDICTS = [
    ('allow', "One more cycle"),
    ('accept', "Accept as is"),
    ('write_off', "Write off"),
]


class MrpDefect(models.Model):
    """Units that somebody found defective, and what became of them. Written by the door alone."""

    _name = 'mrp.defect'
    _inherit = ['mrp.log.mixin', 'mail.thread', 'mail.activity.mixin']
    _description = "Defect"
    _order = 'id desc'
    _mail_post_access = 'read'

    production_id = fields.Many2one(
        'mrp.production', "Production Order", required=True, readonly=True, index=True, ondelete='restrict')
    workorder_id = fields.Many2one(
        'mrp.workorder', "Stage", required=True, readonly=True, index=True, ondelete='restrict')
    stage_name = fields.Char("Found At", required=True, readonly=True, help="The stage's name at that moment.")
    company_id = fields.Many2one('res.company', required=True, readonly=True)
    product_id = fields.Many2one('product.product', "Product", required=True, readonly=True, ondelete='restrict')
    reason_id = fields.Many2one(
        'mrp.defect.reason', "Reason", required=True, readonly=True, index=True, ondelete='restrict')
    reason_color = fields.Integer(related='reason_id.color')
    quantity = fields.Float(digits='Product Unit', readonly=True, help="In the order's unit of measure.")
    uom_id = fields.Many2one('uom.uom', "Unit", readonly=True)
    units = fields.Json("Unit Numbers", readonly=True)
    units_text = fields.Char("Units", compute='_compute_units_text')
    decision = fields.Selection([*DECISIONS, ('accept', "Accepted as is")], required=True, readonly=True)
    return_workorder_id = fields.Many2one(
        'mrp.workorder', "Return Stage", readonly=True, index='btree_not_null', ondelete='restrict')
    return_stage_name = fields.Char("Returned To", readonly=True)
    rework_cycle = fields.Integer(
        "Rework Cycle", readonly=True, aggregator=None,
        help="The cycle that a return opens; of what is written off, the one it was lost in.")
    child_batch_id = fields.Many2one(
        'mrp.production', "Sub-Batch", readonly=True, index='btree_not_null', ondelete='restrict')
    state = fields.Selection(
        [('escalated', "Waits for a decision"), ('done', "Done"), ('withdrawn', "Withdrawn")],
        "Status", required=True, readonly=True, default='done', index=True)

    note = fields.Text("Comment", readonly=True)
    photo_ids = fields.Many2many('ir.attachment', string="Photos", readonly=True, ondelete='restrict')
    photo_image = fields.Binary("Photo", compute='_compute_photo_image')
    employee_id = fields.Many2one('hr.employee', "Operator", readonly=True, ondelete='restrict')
    user_id = fields.Many2one('res.users', "User", required=True, readonly=True, ondelete='restrict')
    occurred_at = fields.Datetime("Found", required=True, readonly=True, index=True)
    event_ids = fields.One2many('mrp.workorder.event', 'defect_id', "Events", readonly=True)

    limit_workorder_id = fields.Many2one(
        'mrp.workorder', "Limit Of", readonly=True, index='btree_not_null', ondelete='restrict',
        help="The stage whose rework limit does not allow the return.")
    escalation_user_id = fields.Many2one(
        'res.users', "To Be Decided By", readonly=True, ondelete='restrict')
    verdict = fields.Selection(VERDICTS, "What Was Decided", readonly=True)
    verdict_reason = fields.Text("Why", readonly=True)
    verdict_user_id = fields.Many2one('res.users', "Decided By", readonly=True, ondelete='restrict')
    verdict_at = fields.Datetime("Decided", readonly=True)
    may_decide = fields.Boolean(compute='_compute_may_decide')

    @api.depends('reason_id', 'production_id', 'stage_name')
    def _compute_display_name(self):
        for defect in self:
            # Operators read no orders, but see the defects of stages they see.
            defect.display_name = self.env._(
                "%(reason)s: %(stage)s of %(order)s", reason=defect.reason_id.name, stage=defect.stage_name,
                order=defect.sudo().production_id.name)

    @api.depends('units')
    def _compute_units_text(self):
        for defect in self:
            defect.units_text = format_numbers(defect.units or [])

    @api.depends_context('bin_size')
    @api.depends('photo_ids')
    def _compute_photo_image(self):
        """The first photo, for the gallery."""
        for defect in self:
            defect.photo_image = defect.photo_ids[:1].datas

    @api.depends_context('uid')
    @api.depends('state', 'escalation_user_id')
    def _compute_may_decide(self):
        is_supervisor = self.env['mrp.workorder']._is_stage_supervisor()
        for defect in self:
            defect.may_decide = defect.state == 'escalated' and (
                is_supervisor or defect.escalation_user_id == self.env.user)

    def _write_verdict(self, vals):
        """The door's own write of what became of a defect later. Nothing else may call it."""
        # Past the log's guard, which is what this method is for.
        # pylint: disable-next=super-method-mismatch
        return super(MrpLogMixin, self).write(vals)

    # ------------------------------------------------------------
    # Escalation
    # ------------------------------------------------------------

    def _find_escalation_user(self):
        """Return who is asked to decide: whom the stage with the limit names, or that where the units are, or whoever
        leads the order; nobody, where none of them may."""
        self.ensure_one()
        candidates = (
            self.limit_workorder_id.escalation_user_id, self.workorder_id.escalation_user_id,
            self.production_id.user_id)
        for user in candidates:
            if user.active and self.company_id in user.company_ids and self.with_user(user).has_access('read'):
                return user
        return self.env['res.users']

    def _ask_for_decision(self):
        """Find who decides, and remind them that units wait."""
        self.ensure_one()
        user = self._find_escalation_user()
        if user:
            self._write_verdict({'escalation_user_id': user.id})
            self.activity_schedule(
                'mail.mail_activity_data_todo', user_id=user.id, note=self.note,
                summary=self.env._("Decide about defective units: %(defect)s", defect=self.display_name))

    def _end_activities(self, feedback):
        """Nobody needs to be reminded any more."""
        self.activity_ids.action_feedback(feedback=feedback)
