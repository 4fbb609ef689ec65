from odoo import api, fields, models
from odoo.exceptions import UserError

from ..template.performer import PERFORMER_TYPES, performer_name

STAGE_STATUSES = [
    ('waiting', "Waiting"),
    ('ready', "Ready"),
    ('progress', "In progress"),
    ('paused', "Paused"),
    ('hold', "On hold"),
    ('done', "Done"),
    ('skipped', "Skipped"),
    ('cancel', "Cancelled"),
]

# What keeps nobody waiting
CLOSED_STATUSES = ('done', 'skipped', 'cancel')

# Only the door writes these on a stage of ours.
DOOR_FIELDS = frozenset({
    'state', 'stage_status', 'qty_produced', 'qty_lost', 'qty_held', 'rework_cycle', 'is_started', 'available_from',
})


class MrpWorkorder(models.Model):
    _inherit = 'mrp.workorder'

    use_stages = fields.Boolean(related='production_id.use_stages', store=True, precompute=True)

    # Snapshot of the template's stage
    instruction = fields.Html(
        "Instruction", compute='_compute_stage_snapshot', store=True, precompute=True, readonly=False)
    wait_after = fields.Float(
        "Wait After (hours)", compute='_compute_stage_snapshot', store=True, precompute=True, readonly=False)
    performer_type = fields.Selection(
        PERFORMER_TYPES, "Performer", compute='_compute_stage_snapshot', store=True, precompute=True, readonly=False)
    performer_role_id = fields.Many2one(
        'mrp.role', "Role", check_company=True, index='btree_not_null', ondelete='restrict',
        compute='_compute_stage_snapshot', store=True, precompute=True, readonly=False)
    is_parallel = fields.Boolean(
        "In Parallel with the Previous Stage",
        compute='_compute_is_parallel', store=True, precompute=True, readonly=False)
    performer_employee_id = fields.Many2one(
        'hr.employee', "Assigned To", check_company=True, index='btree_not_null', copy=True,
        compute='_compute_stage_snapshot', store=True, precompute=True, readonly=False)

    performer_partner_id = fields.Many2one(
        'res.partner', "Subcontractor", check_company=True, index='btree_not_null', ondelete='restrict',
        compute='_compute_stage_snapshot', store=True, precompute=True, readonly=False)
    performer_name = fields.Char("Performer Name", compute='_compute_performer_name')
    rework_limit = fields.Integer(
        "Rework Limit", compute='_compute_stage_snapshot', store=True, precompute=True, readonly=False)
    escalation_user_id = fields.Many2one(
        'res.users', "Escalation", compute='_compute_stage_snapshot', store=True, precompute=True, readonly=False)
    photo_required = fields.Boolean(
        "Photo Required", compute='_compute_stage_snapshot', store=True, precompute=True, readonly=False)

    is_optional = fields.Boolean(
        "Optional", compute='_compute_stage_snapshot', store=True, precompute=True, readonly=False)
    activation = fields.Selection(
        [('manual', "By hand"), ('upsell', "Upsell on the sale order"), ('attribute', "Product variant")],
        "Done When", compute='_compute_stage_snapshot', store=True, precompute=True, readonly=False)
    upsell_product_ids = fields.Many2many(
        'product.product', 'mrp_workorder_upsell_product_rel', string="Upsell Products",
        compute='_compute_upsell_product_ids', store=True, readonly=False, copy=True)

    # Where the stage stands; written by the door, can be rebuilt from the log
    stage_status = fields.Selection(STAGE_STATUSES, "Stage Status", readonly=True, copy=False)
    is_started = fields.Boolean(
        readonly=True, copy=False, help="Started, and not yet finished with the units that are here.")
    qty_lost = fields.Float("Lost", digits='Product Unit', readonly=True, copy=False)
    qty_held = fields.Float(
        "Waits for a Decision", digits='Product Unit', readonly=True, copy=False,
        help="Units at this stage about which somebody has to decide before they go on.")
    qty_there = fields.Float(
        "At the Stage", digits='Product Unit', compute='_compute_qty_ready',
        help="Units that have come to this stage and not passed it, be it ready for them or not.")
    rework_cycle = fields.Integer("Rework Cycle", default=1, readonly=True, copy=False)
    available_from = fields.Datetime(
        "Available From", readonly=True, copy=False,
        help="The technological wait of the stage before ends then.")
    hold_reason_id = fields.Many2one('mrp.hold.reason', "Hold Reason", readonly=True, copy=False)
    # The same as core's `needed_by_workorder_ids`, which has a domain for its drop-down. A domain keeps the ORM from
    # using it to find the stages that wait for one that changed: it would search for them at every change.
    waiting_workorder_ids = fields.Many2many(
        'mrp.workorder', 'mrp_workorder_dependencies_rel', 'blocked_by_id', 'workorder_id',
        "Stages That Wait for This", readonly=True, copy=False)
    event_ids = fields.One2many('mrp.workorder.event', 'workorder_id', "Events", readonly=True)
    working_employee_ids = fields.Many2many(
        'hr.employee', string="Working Now", compute='_compute_working_employee_ids', compute_sudo=True)
    is_working = fields.Boolean(
        "I Am Working", compute='_compute_working_employee_ids', compute_sudo=True,
        help="The clock of the current user runs on this stage.")

    # The open stages of all orders, few among the many done ones
    _open_stages = models.Index(
        "(stage_status) WHERE stage_status IN ('waiting', 'ready', 'progress', 'paused', 'hold')")

    # ------------------------------------------------------------
    # Compute
    # ------------------------------------------------------------

    @api.depends('operation_id')
    def _compute_stage_snapshot(self):
        """Copy from the template while the order is a draft; later nothing reads the template again."""
        names, defaults = self._get_snapshot_fields(), self._get_snapshot_defaults()
        for workorder in self:
            if not workorder.use_stages:
                workorder.update(dict.fromkeys(names, False))
            elif workorder.production_id.state in (False, 'draft') and workorder.operation_id:
                workorder.update({name: workorder.operation_id[name] for name in names})
            else:
                # Running, or added by hand: what it has stays.
                workorder.update({name: workorder[name] or defaults.get(name, False) for name in names})

    @api.model
    def _get_snapshot_fields(self):
        """Hook: the fields an order's stage takes from its template's when the order is made, under the same names.

        Each is computed by `_compute_stage_snapshot`.
        """
        return [
            'instruction', 'wait_after', 'is_optional', 'activation', 'performer_type', 'performer_employee_id',
            'performer_role_id', 'performer_partner_id', 'rework_limit', 'escalation_user_id', 'photo_required',
        ]

    @api.model
    def _get_snapshot_defaults(self):
        """Hook: what a stage that was added to an order by hand has in those of these fields that cannot be empty."""
        return {'performer_type': 'at_start'}

    @api.depends('operation_id')
    def _compute_is_parallel(self):
        """Parallel with the stage before it in the order, which other variants may have more of."""
        for order, stages in self.grouped('production_id').items():
            if not order.use_stages:
                stages.is_parallel = False
                continue
            places = order._get_stage_places() if order.state in (False, 'draft') else {}
            for stage in stages:
                _place, spec = places.get(stage.operation_id.id, (None, stage))
                stage.is_parallel = spec.is_parallel

    @api.depends('operation_id')
    def _compute_upsell_product_ids(self):
        for workorder in self:
            if workorder.activation != 'upsell':
                workorder.upsell_product_ids = False
            elif workorder.production_id.state in (False, 'draft') and workorder.operation_id:
                workorder.upsell_product_ids = workorder.operation_id.upsell_product_ids

    @api.depends('performer_type', 'performer_employee_id', 'performer_role_id', 'performer_partner_id')
    def _compute_performer_name(self):
        for workorder in self:
            workorder.performer_name = performer_name(workorder)

    @api.depends_context('uid')
    @api.depends('time_ids.date_end', 'time_ids.employee_id')
    def _compute_working_employee_ids(self):
        for workorder in self:
            open_times = workorder.time_ids.filtered(lambda time: not time.date_end)
            workorder.working_employee_ids = open_times.employee_id
            workorder.is_working = self.env.user in open_times.user_id

    def _compute_qty_ready(self):
        """On our orders the engine answers: a skipped stage is transparent, which core gets wrong."""
        staged = self.filtered('use_stages')
        super(MrpWorkorder, self - staged)._compute_qty_ready()
        (self - staged).qty_there = 0.0
        # Operators read no orders, and of an order's stages only theirs: the flow needs all of them.
        flows = staged.sudo().production_id._load_flows()
        for order, stages in staged.sudo().grouped('production_id').items():
            flow = flows[order]
            for stage in stages:
                # In the form of a new order nothing is ready yet.
                stage.qty_ready = flow.ready(stage._origin) if stage._origin else 0.0
                stage.qty_there = flow.there(stage._origin) if stage._origin else 0.0

    def _compute_state(self):
        """On our orders only the door moves a stage's state."""
        super(MrpWorkorder, self.filtered(lambda workorder: not workorder.use_stages))._compute_state()

    def _compute_duration_expected(self):
        """Planned duration is part of the snapshot: taken when the order is made, then left alone."""
        confirmed = self.filtered(
            lambda workorder: workorder.use_stages and workorder.production_id.state not in (False, 'draft'))
        super(MrpWorkorder, self - confirmed)._compute_duration_expected()

    def _get_duration_expected(self, alternative_workcenter=False, ratio=1):
        if self.use_stages and not alternative_workcenter and self.production_id.state not in (False, 'draft'):
            return self.duration_expected * ratio
        return super()._get_duration_expected(alternative_workcenter, ratio)

    def _set_qty_producing(self):
        """Core prepares raw moves for the quantity being produced; ours are posted by each stage."""
        super(MrpWorkorder, self.filtered(lambda workorder: not workorder.use_stages))._set_qty_producing()

    def _set_duration(self):
        """The time of our stages is what their clocks measured.

        Core books the planned duration to a work order that has no time when it is closed; here that is
        dropped, and a correction is made on the time lines themselves.
        """
        if any(
            workorder.use_stages and workorder.duration not in (workorder.get_duration(), workorder.duration_expected)
            for workorder in self
        ):
            raise UserError(self.env._(
                "The time of a stage is measured by its clock. Correct its time lines instead."))
        super(MrpWorkorder, self.filtered(lambda workorder: not workorder.use_stages))._set_duration()

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    def write(self, vals):
        guarded = DOOR_FIELDS.intersection(vals)
        if guarded and any(
            workorder.use_stages and workorder.stage_status
            and any(workorder[name] != vals[name] for name in guarded)
            for workorder in self
        ):
            raise UserError(self.env._(
                "The state of a stage changes through its own acts (start, pause, finish…), not by editing it."))
        return super().write(vals)

    def _write_stage(self, vals):
        """The door's own write of a stage's state. Nothing else may call it."""
        # The planned duration is not to follow the actual dates: core asks for it by this key.
        # Past our own guard in `write`, which is what this method is for.
        # pylint: disable-next=super-method-mismatch
        return super(MrpWorkorder, self.with_context(bypass_duration_calculation=True)).write(vals)

    def _write_stages(self, vals_by_stage):
        """The same for stages of which each gets its own values; what is equal is written together."""
        for vals, stages in self.grouped(lambda stage: tuple(vals_by_stage[stage].items())).items():
            stages._write_stage(dict(vals))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_events(self):
        if self.sudo().event_ids:
            raise UserError(self.env._(
                "A stage that has been worked on cannot be deleted: its history would be lost."))
