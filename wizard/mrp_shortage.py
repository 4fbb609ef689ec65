from odoo import api, fields, models
from odoo.fields import Command

from ..models.order.arguments import format_quantity


class MrpShortage(models.TransientModel):
    """Shows what an order lacks, where else it is and when more comes; a supervisor orders what is missing."""

    _name = 'mrp.shortage'
    _description = "Shortage of a Production Order"

    production_id = fields.Many2one('mrp.production', "Production Order", required=True, readonly=True)
    line_ids = fields.One2many('mrp.shortage.line', 'shortage_id', "Materials", compute='_compute_line_ids')
    can_procure = fields.Boolean(compute='_compute_line_ids')

    @api.depends('production_id')
    def _compute_line_ids(self):
        lists = self.production_id._get_shortage_lists()
        for dialog in self:
            lines = lists.get(dialog.production_id, [])
            dialog.line_ids = [Command.clear()] + [
                Command.create(dialog._prepare_line_vals(line)) for line in lines]
            dialog.can_procure = any(line.ordered < line.shortage for line in dialog.line_ids)

    def _prepare_line_vals(self, line):
        return line | {'elsewhere': "\n".join(
            f"{place['name']}: {format_quantity(self.env, place['quantity'])}" for place in line['elsewhere'])}

    def action_procure(self):
        self.ensure_one()
        return self.production_id.action_procure_missing()


class MrpShortageLine(models.TransientModel):
    _name = 'mrp.shortage.line'
    _description = "Material in Shortage"

    shortage_id = fields.Many2one('mrp.shortage', required=True, ondelete='cascade')
    product_id = fields.Many2one('product.product', "Material")
    workorder_id = fields.Many2one('mrp.workorder', "Stage")
    uom_id = fields.Many2one(related='product_id.uom_id', string="Unit")
    norm = fields.Float("Needed", digits='Product Unit')
    available = fields.Float("Available", digits='Product Unit', help="Reserved for this order, or free.")
    shortage = fields.Float("Missing", digits='Product Unit')
    ordered = fields.Float("Ordered", digits='Product Unit', help="On its way for this order.")
    elsewhere = fields.Text("Elsewhere", help="Free in other places of the company.")
    incoming = fields.Float("Incoming", digits='Product Unit', help="To arrive, for whomever.")
    incoming_date = fields.Datetime("Next Arrival")
