from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools.misc import clean_context


class MrpMaterialReturn(models.TransientModel):
    """Asks what of a cancelled order's used materials comes back into stock."""

    _name = 'mrp.material.return'
    _description = "Return Materials of a Cancelled Order"

    production_id = fields.Many2one('mrp.production', "Production Order", required=True, readonly=True)
    line_ids = fields.One2many('mrp.material.return.line', 'return_id', "Materials")

    @api.model
    def default_get(self, fields_list):
        defaults = super().default_get(fields_list)
        order = self.env['mrp.production'].browse(defaults.get('production_id')).exists()
        if order:
            consumed = order.move_raw_ids.filtered(lambda move: move.state == 'done')
            returnable = consumed._get_returnable_quantities()
            defaults['line_ids'] = [
                Command.create({'move_id': move.id, 'used': used, 'qty': returnable[move]})
                for move, used in consumed._get_used_quantities().items()
                if move.product_uom.compare(used, 0) > 0
            ]
        return defaults

    def action_return(self):
        self.ensure_one()
        # What was a default for the dialog is none for the moves: they are not made by the order.
        order = self.production_id.with_env(self.env(context=clean_context(self.env.context)))
        order.return_materials([
            {'move_id': line.move_id.id, 'qty': line.qty} for line in self.line_ids if line.qty])
        return {'type': 'ir.actions.act_window_close'}


class MrpMaterialReturnLine(models.TransientModel):
    _name = 'mrp.material.return.line'
    _description = "Material to Return"

    return_id = fields.Many2one('mrp.material.return', required=True, ondelete='cascade')
    # Not read-only: the dialog sends it back, and the order checks that it is a material of its own.
    move_id = fields.Many2one('stock.move', required=True)
    workorder_id = fields.Many2one(related='move_id.workorder_id', string="Stage")
    product_id = fields.Many2one(related='move_id.product_id', string="Material")
    uom_id = fields.Many2one(related='move_id.product_uom', string="Unit")
    used = fields.Float("Used", digits='Product Unit', readonly=True)
    qty = fields.Float("Comes Back", digits='Product Unit')
