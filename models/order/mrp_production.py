from odoo import api, fields, models
from odoo.exceptions import UserError

from ..template.mrp_bom import BATCH_MODES, DEFECT_COST_POLICIES
from .arguments import check_quantity, check_record_id, format_quantity
from .mrp_workorder import CLOSED_STATUSES

BOARD_STATUSES = [
    ('pending', "Pending"),
    ('progress', "In progress"),
    ('partial', "Partially done"),
    ('done', "Done"),
    ('cancel', "Cancelled"),
]


class MrpProduction(models.Model):
    _inherit = 'mrp.production'

    use_stages = fields.Boolean(
        "Runs Through Stages", compute='_compute_use_stages', store=True, precompute=True, readonly=False, copy=True)
    batch_mode = fields.Selection(
        BATCH_MODES, "Batch Mode",
        compute='_compute_template_settings', store=True, precompute=True, readonly=False, copy=True)
    defect_cost_policy = fields.Selection(
        DEFECT_COST_POLICIES, "Cost of Defects",
        compute='_compute_template_settings', store=True, precompute=True, readonly=False, copy=True)
    auto_close = fields.Boolean(
        "Close When Done", compute='_compute_template_settings', store=True, precompute=True,
        readonly=False, copy=True)
    stage_note = fields.Text("Notes", copy=False)

    board_status = fields.Selection(
        BOARD_STATUSES, "Status", compute='_compute_stage_progress', store=True, index='btree_not_null',
        group_expand=True)
    stages_done = fields.Integer("Stages Done", compute='_compute_stage_progress', store=True)
    stages_total = fields.Integer("Stages", compute='_compute_stage_progress', store=True)
    current_workorder_id = fields.Many2one(
        'mrp.workorder', "Current Stage", compute='_compute_stage_progress', store=True, index='btree_not_null')
    current_stage_name = fields.Char("Current Stage Name", compute='_compute_stage_progress', store=True)
    current_stage_status = fields.Selection(related='current_workorder_id.stage_status')
    current_employee_id = fields.Many2one(related='current_workorder_id.performer_employee_id', string="Stage Owner")
    event_ids = fields.One2many('mrp.workorder.event', 'production_id', "Stage Events", readonly=True)
    check_answer_ids = fields.One2many('mrp.stage.check.answer', 'production_id', "Answers to Checks", readonly=True)
    time_summary_ids = fields.One2many('mrp.production.time', 'production_id', "Time per Operator", readonly=True)
    stage_time_ids = fields.One2many(
        'mrp.workcenter.productivity', string="Stage Times", compute='_compute_stage_time_ids')

    # ------------------------------------------------------------
    # Compute
    # ------------------------------------------------------------

    @api.depends('bom_id')
    def _compute_use_stages(self):
        """Copied from the template while the order is a draft; a template without stages is plain MRP."""
        for order in self:
            if order.state in (False, 'draft'):
                order.use_stages = order.bom_id.use_stages and bool(order.bom_id.operation_ids)

    @api.depends('bom_id')
    def _compute_template_settings(self):
        settings = self._get_template_settings()
        for order in self:
            if order.state in (False, 'draft'):
                order.update({name: order.use_stages and order.bom_id[name] for name in settings})

    @api.model
    def _get_template_settings(self):
        """Hook: the fields an order takes from its template when it is made, under the same names."""
        return ['batch_mode', 'auto_close', 'defect_cost_policy']

    @api.depends(
        'use_stages', 'state', 'workorder_ids.stage_status', 'workorder_ids.qty_produced', 'has_open_batches')
    def _compute_stage_progress(self):
        plain = self.filtered(lambda order: not order.use_stages or order.state == 'draft')
        plain.update({
            'board_status': False, 'stages_done': 0, 'stages_total': 0, 'current_workorder_id': False,
            'current_stage_name': False})
        for order in self - plain:
            stages = order.workorder_ids.filtered(lambda stage: stage.stage_status != 'skipped')
            done = stages.filtered(lambda stage: stage.stage_status == 'done')
            order.stages_done = len(done)
            order.stages_total = len(stages)
            order.current_workorder_id = (stages - done).sorted(
                lambda stage: (not stage.is_started, stage.sequence, stage.id))[:1]
            order.current_stage_name = order.current_workorder_id.name
            if order.state in ('done', 'cancel'):
                order.board_status = order.state
            elif order.has_open_batches or (order.workorder_ids and order._load_flow().through()):
                order.board_status = 'partial'
            elif any(stage.is_started or stage.qty_produced for stage in stages):
                order.board_status = 'progress'
            else:
                order.board_status = 'pending'

    @api.depends('workorder_ids.time_ids')
    def _compute_stage_time_ids(self):
        for order in self:
            order.stage_time_ids = order.workorder_ids.time_ids.sorted('id')

    def write(self, vals):
        if 'use_stages' in vals and any(
            order.state != 'draft' and order.use_stages != vals['use_stages'] for order in self
        ):
            raise UserError(self.env._(
                "Whether an order runs through stages is decided when it is made, by its template."))
        return super().write(vals)

    # ------------------------------------------------------------
    # Creation and confirmation
    # ------------------------------------------------------------

    @api.model
    def production_create(self, product_id, qty, batch_mode=None, note=None):
        """Make and confirm a production order from the product's template.

        :param int product_id: a `product.product`
        :param float qty: in the template's unit of measure
        :param str batch_mode: default the template's
        :param str note: shown on the order
        :return: ``{'production_id', 'name', 'stages': [{'workorder_id', 'name', 'stage_status'}], 'shortage'}``
        :raises UserError: no template, no stages, or not a quantity; nothing is made
        """
        product = self.env['product.product'].browse(check_record_id(self.env, product_id)).exists()
        if not product:
            raise UserError(self.env._("This product does not exist."))
        qty = check_quantity(self.env, qty)
        template = self._find_stage_template(product)
        if not template:
            raise UserError(self._get_no_template_message(product))
        vals = {'product_id': product.id, 'bom_id': template.id, 'product_qty': qty, 'stage_note': note}
        if batch_mode:
            if batch_mode not in dict(self._fields['batch_mode'].selection):
                raise UserError(self.env._("%(mode)s is not a batch mode.", mode=batch_mode))
            vals['batch_mode'] = batch_mode
        order = self.create(vals)
        order.action_confirm()
        return order._prepare_creation_answer()

    def _prepare_creation_answer(self):
        self.ensure_one()
        return {
            'production_id': self.id,
            'name': self.name,
            'stages': [
                {'workorder_id': stage.id, 'name': stage.name, 'stage_status': stage.stage_status}
                for stage in self.workorder_ids
            ],
        }

    @api.model
    def _find_stage_template(self, product):
        """Return the template Odoo would choose for the product among those with stages, or none."""
        return self._find_stage_templates(product)[product]

    @api.model
    def _find_stage_templates(self, products):
        """Return, per product, the template Odoo would choose for it among those with stages, or none."""
        boms = self.env['mrp.bom']
        company_id = self.env.company.id
        found = boms._bom_find(products, company_id=company_id, bom_type='normal')
        templates = {}
        for product in products:
            bom = found[product]
            if bom and not (bom.use_stages and bom.operation_ids):
                # Its first choice has no stages: rare enough to be asked for by itself.
                domain = boms._bom_find_domain(product, company_id=company_id, bom_type='normal')
                bom = boms.search([*domain, ('use_stages', '=', True), ('operation_ids', '!=', False)], limit=1)
            templates[product] = bom
        return templates

    def _get_no_template_message(self, product):
        return self.env._(
            "%(product)s has no production template with stages. Create one in Production, Templates.",
            product=product.display_name)

    def action_confirm_stages(self):
        """Confirm from our own form, where only orders with stages make sense."""
        for order in self:
            if not order.use_stages:
                raise UserError(order._get_no_template_message(order.product_id))
        return self.action_confirm()

    def action_confirm(self):
        staged = self.filtered(lambda order: order.use_stages and order.state == 'draft')
        # All operations may be for other variants; an order that has none left is plain MRP.
        staged.filtered(lambda order: not order.workorder_ids).use_stages = False
        # Before core reserves and procures for stages that nothing asks for.
        staged.filtered('use_stages').workorder_ids._leave_out_unwanted()
        res = super().action_confirm()
        staged.filtered('use_stages')._after_stage_confirm()
        return res

    def _after_stage_confirm(self):
        """Hook: these orders with stages have just been confirmed."""
        self._sync_stage_flow()

    def _action_confirm_mo_backorders(self):
        """Orders split off one that had not started stand at their own beginning."""
        res = super()._action_confirm_mo_backorders()
        self.filtered('use_stages')._after_stage_confirm()
        return res

    def action_open_stages(self):
        """Open this order in our own form."""
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('mrp_production_stage.mrp_production_action_stages')
        form = self.env.ref('mrp_production_stage.mrp_production_view_form_stages')
        return action | {'views': [(form.id, 'form')], 'res_id': self.id, 'view_mode': 'form'}

    # ------------------------------------------------------------
    # Change of quantity
    # ------------------------------------------------------------

    def _check_stage_quantity(self, new_qty):
        """Refuse an order quantity below what has already passed a stage."""
        self.ensure_one()
        if self.state in ('done', 'cancel'):
            raise UserError(self.env._("%(order)s is closed: its quantity cannot change.", order=self.name))
        if self.product_uom_id.compare(new_qty, 0) <= 0:
            raise UserError(self.env._("The quantity %(value)s must be greater than zero.", value=new_qty))
        least = self._get_least_quantity()
        if self.product_uom_id.compare(new_qty, least) < 0:
            raise UserError(self._get_least_quantity_message(least))

    def _get_least_quantity(self):
        """Hook: return the least that the order can still be reduced to, in its unit of measure: what has gone
        furthest, and what is lost."""
        self.ensure_one()
        stages = self.workorder_ids
        # What waits for a decision at a stage is there besides what has passed it.
        furthest = max((stage.qty_produced + stage.qty_held for stage in stages), default=0.0)
        return self.product_uom_id.round(furthest + sum(stages.mapped('qty_lost')))

    def _get_least_quantity_message(self, least):
        """Hook: tell why the order cannot be reduced below a quantity."""
        furthest = max(self.workorder_ids, key=lambda stage: stage.qty_produced + stage.qty_held)
        return self.env._(
            "%(passed)s %(unit)s of %(order)s have already passed %(stage)s, wait there for a decision or are lost: "
            "the quantity cannot go below that.",
            passed=format_quantity(self.env, least), unit=self.product_uom_id.name, order=self.name,
            stage=furthest.name)

    def _after_stage_quantity_change(self, old_qty):
        """Hook: the order's quantity has changed and its moves with it.

        :param float old_qty: the quantity before, in the order's unit of measure
        """
        self.ensure_one()
        for stage in self.workorder_ids.filtered(lambda stage: stage.stage_status != 'done'):
            stage.duration_expected = stage._get_duration_expected(ratio=self.product_qty / old_qty)
        self._end_idle_runs(fields.Datetime.now())
        self._sync_stage_flow()

    # ------------------------------------------------------------
    # Closing
    # ------------------------------------------------------------

    def _close_passed_orders(self):
        """Close the orders that have no work left, where their template says so. Part of the door."""
        complete = self.filtered(
            lambda order: order.auto_close and order.state not in ('done', 'cancel') and order._is_closable())
        if complete:
            complete.button_mark_done()

    def _is_closable(self):
        """Hook: tell whether nothing is left to be done, or to be said by a person, before the order closes."""
        return self._load_flow().is_complete()

    def _post_inventory(self, cancel_backorder=False):
        """Core books the planned time to whoever closes an order whose work orders have none. Ours have what
        their clocks measured, be it nothing."""
        untimed = self.workorder_ids.filtered(lambda stage: stage.use_stages and not stage.duration)
        res = super()._post_inventory(cancel_backorder=cancel_backorder)
        self.env.add_to_compute(untimed._fields['duration'], untimed)
        return res

    def button_mark_done(self):
        for order in self.filtered('use_stages'):
            open_stages = order.workorder_ids.filtered(
                lambda stage: stage.stage_status not in CLOSED_STATUSES)
            if open_stages:
                raise UserError(self.env._(
                    "%(order)s cannot be closed yet. Finish its stages first: %(stages)s.",
                    order=order.name, stages=", ".join(open_stages.mapped('name'))))
        return super().button_mark_done()

    def pre_button_mark_done(self):
        for order in self.filtered('use_stages'):
            order.qty_producing = order._get_closing_quantity()
            order._set_qty_producing()
        return super().pre_button_mark_done()

    def _get_closing_quantity(self):
        """Hook: return how many units the order has made when it is closed, in its unit of measure."""
        return self._load_flow().alive

    def _set_qty_producing(self, pick_manual_consumption_moves=True):
        """Raw moves of our orders are posted by their stages; only by-products follow the quantity produced."""
        if not self.use_stages:
            return super()._set_qty_producing(pick_manual_consumption_moves)
        if self.product_tracking == 'serial' and self.lot_producing_ids:
            self.qty_producing = self.product_id.uom_id._compute_quantity(
                len(self.lot_producing_ids), self.product_uom_id)
        for move in self.move_byproduct_ids.filtered(lambda move: not move.picked):
            if not move._should_bypass_set_qty_producing():
                move._set_quantity_done(move.product_uom.round(self.qty_producing * move.unit_factor))
        return None

    def _get_consumption_issues(self):
        """Use over or under norm is decided stage by stage, against the norm the order was made with."""
        return super(MrpProduction, self.filtered(lambda order: not order.use_stages))._get_consumption_issues()

    def _get_quantity_produced_issues(self):
        """What is left of a batch with stages is a matter of its stages, never a backorder."""
        return super(
            MrpProduction, self.filtered(lambda order: not order.use_stages))._get_quantity_produced_issues()

    # ------------------------------------------------------------
    # Cancel, delete
    # ------------------------------------------------------------

    def _action_cancel(self):
        """The order's stages stop with it; what they did stays in the log."""
        stages = self.workorder_ids.filtered(lambda stage: stage.stage_status and stage.state != 'cancel')
        now = fields.Datetime.now()
        stages.time_ids.filtered(lambda time: not time.date_end)._close_stage_times(now)
        for stage in stages.filtered(lambda stage: stage.stage_status != 'done'):
            stage.leave_id.unlink()
        stages.filtered(lambda stage: stage.stage_status != 'done')._write_stage(
            {'state': 'cancel', 'stage_status': 'cancel', 'is_started': False})
        return super()._action_cancel()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_events(self):
        for order in self:
            if order.sudo().event_ids:
                raise UserError(self.env._(
                    "%(order)s has been worked on and cannot be deleted: its history would be lost. "
                    "Cancel it instead.", order=order.name))
