from odoo import api, fields, models


class MrpStageEntry(models.TransientModel):
    """Asks what went into a stage, came out of it or was lost."""

    _name = 'mrp.stage.entry'
    _inherit = ['mrp.stage.dialog.mixin']
    _description = "Record in the Journal of a Stage"

    kind = fields.Selection(
        [('input', "Input"), ('output', "Output"), ('loss', "Loss")], required=True, readonly=True)
    loss_kind = fields.Selection(
        [('waste', "Waste: it is gone"), ('rejection', "Rejection: it cannot be sold"),
         ('scrap', "Scrap: back into stock")], "What Happened", default='waste')
    balance_text = fields.Text(related='workorder_id.balance_text', string="So Far")
    product_id = fields.Many2one(
        'product.product', "Product", required=True, domain="[('type', '=', 'consu')]",
        compute='_compute_product_id', store=True, readonly=False, precompute=True)
    may_create_product = fields.Boolean(compute='_compute_may_create_product')
    tracking = fields.Selection(related='product_id.tracking')
    qty = fields.Float("Quantity", digits='Product Unit', required=True)
    uom_id = fields.Many2one(
        'uom.uom', "Unit", required=True, domain="[('id', 'in', allowed_uom_ids)]",
        compute='_compute_uom_id', store=True, readonly=False, precompute=True)
    allowed_uom_ids = fields.Many2many('uom.uom', compute='_compute_allowed_uom_ids')
    stage_uom_id = fields.Many2one('uom.uom', compute='_compute_stage_uom_id')
    lot_id = fields.Many2one('stock.lot', "Lot/Serial Number", domain="[('product_id', '=', product_id)]")
    lot_name = fields.Char("Lot/Serial Number Received", help="A new one is made where there is none of this name.")
    scrap_product_id = fields.Many2one(
        'product.product', "Received As", domain="[('type', '=', 'consu')]",
        compute='_compute_scrap_product_id', store=True, readonly=False, precompute=True)
    note = fields.Text("Comment")

    @api.depends('workorder_id', 'kind')
    def _compute_product_id(self):
        for entry in self:
            entry.product_id = entry._get_stage()._guess_entry_product(entry.kind)

    def _compute_may_create_product(self):
        self.may_create_product = self.env['product.product'].has_access('create')

    @api.depends('workorder_id')
    def _compute_stage_uom_id(self):
        """The unit the stage's journal has been written in so far, for products that are made in this dialog."""
        for entry in self:
            units = [unit for unit, _balance in entry._get_stage()._get_balances()]
            entry.stage_uom_id = units[0] if units else entry._get_stage().product_uom_id

    @api.depends('product_id')
    def _compute_uom_id(self):
        for entry in self:
            entry.uom_id = entry.product_id.uom_id or entry.stage_uom_id

    @api.depends('product_id')
    def _compute_allowed_uom_ids(self):
        for entry in self:
            root = (entry.product_id.uom_id or entry.stage_uom_id).parent_path.split('/')[0]
            entry.allowed_uom_ids = self.env['uom.uom'].search([('id', 'child_of', int(root))])

    @api.depends('product_id', 'workorder_id')
    def _compute_scrap_product_id(self):
        for entry in self:
            entry.scrap_product_id = (
                entry._get_stage().production_id.scrap_product_id or entry.product_id.scrap_product_id)

    def action_record(self):
        self.ensure_one()
        getattr(self, f'_record_{self.kind}')()
        return {'type': 'ir.actions.act_window_close'}

    def _prepare_line(self):
        return {
            'product_id': self.product_id.id, 'qty': self.qty, 'uom_id': self.uom_id.id, 'lot_id': self.lot_id.id}

    def _record_input(self):
        self.workorder_id.stage_record_input([self._prepare_line()], note=self.note or None, source='office')

    def _record_output(self):
        line = self._prepare_line() | {'lot_name': self.lot_name}
        self.workorder_id.stage_record_output([line], note=self.note or None, source='office')

    def _record_loss(self):
        scrap = self.scrap_product_id.id if self.loss_kind == 'scrap' else None
        self.workorder_id.stage_record_loss(
            self.loss_kind, **self._prepare_line(), scrap_product_id=scrap, note=self.note or None, source='office')
