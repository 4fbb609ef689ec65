from odoo import api, fields, models

# What an entry says happened to its product at the stage.
ENTRY_KINDS = [
    ('input', "Input"),
    ('output', "Output"),
    ('waste', "Waste"),
    ('rejection', "Rejection"),
    ('scrap', "Scrap"),
]


class MrpWorkorderEntry(models.Model):
    """One line of a stage's journal, with the stock move it caused. Written once by the door; a mistake is taken back
    by another entry, and both stay."""

    _name = 'mrp.workorder.entry'
    _inherit = ['mrp.log.mixin']
    _description = "Journal Entry of a Stage"
    _order = 'id desc'
    _rec_name = 'product_id'

    event_id = fields.Many2one(
        'mrp.workorder.event', "Act", required=True, readonly=True, index=True, ondelete='restrict')
    workorder_id = fields.Many2one(
        'mrp.workorder', "Stage", required=True, readonly=True, index=True, ondelete='restrict')
    production_id = fields.Many2one(
        'mrp.production', "Production Order", required=True, readonly=True, index=True, ondelete='restrict')
    company_id = fields.Many2one('res.company', required=True, readonly=True)
    kind = fields.Selection(ENTRY_KINDS, "What", required=True, readonly=True)
    product_id = fields.Many2one('product.product', "Product", required=True, readonly=True, ondelete='restrict')
    quantity = fields.Float(digits='Product Unit', required=True, readonly=True)
    uom_id = fields.Many2one('uom.uom', "Unit", required=True, readonly=True)
    lot_id = fields.Many2one('stock.lot', "Lot/Serial Number", readonly=True, ondelete='restrict')
    from_stock = fields.Boolean(
        "Lost from Stock", readonly=True, help="It was lost before the stage had taken it out of stock.")
    move_id = fields.Many2one(
        'stock.move', "Stock Move", required=True, readonly=True, index=True, ondelete='restrict')
    reversed_entry_id = fields.Many2one(
        'mrp.workorder.entry', "Takes Back", readonly=True, index='btree_not_null', ondelete='restrict',
        help="The mistaken entry that this one takes back.")
    reversal_ids = fields.One2many('mrp.workorder.entry', 'reversed_entry_id', "Taken Back By", readonly=True)
    is_reversed = fields.Boolean("Taken Back", compute='_compute_is_reversed')

    # Operators read no events.
    note = fields.Text(related='event_id.note')
    stage_name = fields.Char(related='event_id.stage_name')
    employee_id = fields.Many2one(related='event_id.employee_id')
    occurred_at = fields.Datetime(related='event_id.occurred_at')
    lot_name = fields.Char("Lot", related='lot_id.name')

    # Of two people who take back one entry at the same moment, one does.
    _reversed_once = models.UniqueIndex('(reversed_entry_id) WHERE reversed_entry_id IS NOT NULL')

    @api.depends('reversal_ids')
    def _compute_is_reversed(self):
        for entry in self:
            entry.is_reversed = bool(entry.reversal_ids)

    @api.depends('product_id', 'quantity', 'uom_id')
    def _compute_display_name(self):
        for entry in self:
            entry.display_name = f"{entry.product_id.display_name} {entry.quantity:g} {entry.uom_id.name}"

    def action_open_reversal(self):
        """Ask why this entry is taken back."""
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('mrp_production_stage.mrp_stage_reversal_action')
        return action | {'context': {'default_entry_id': self.id, 'dialog_size': 'medium'}}
