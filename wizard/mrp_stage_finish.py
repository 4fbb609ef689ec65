from odoo import api, fields, models
from odoo.fields import Command


class MrpStageFinish(models.TransientModel):
    """Asks how many units are finished and what was really used."""

    _name = 'mrp.stage.finish'
    _inherit = ['mrp.stage.dialog.mixin']
    _description = "Finish a Stage"

    uom_name = fields.Char("Unit", compute='_compute_stage')
    qty_ready = fields.Float("Ready", digits='Product Unit', compute='_compute_stage')
    qty = fields.Float("Finished Now", digits='Product Unit', required=True)
    note = fields.Text("Comment")
    line_ids = fields.One2many('mrp.stage.finish.line', 'finish_id', "Materials")

    @api.depends('workorder_id')
    def _compute_stage(self):
        for finish in self:
            stage = finish._get_stage()
            finish.uom_name = stage.product_uom_id.name
            finish.qty_ready = stage.qty_ready

    @api.model
    def _prepare_stage_defaults(self, stage):
        return super()._prepare_stage_defaults(stage) | {
            'qty': stage.qty_ready,
            'line_ids': [Command.create(vals) for vals in self._prepare_line_vals_list(stage, stage.qty_ready)],
        }

    @api.onchange('qty')
    def _onchange_qty(self):
        self._update_norms(self.qty)

    def _update_norms(self, quantity):
        """The norm of what leaves stock now follows the quantity."""
        expected = {
            self._get_line_key(vals): vals for vals in self._prepare_line_vals_list(self._get_stage(), quantity)}
        for line in self.line_ids:
            move = line.sudo().move_id
            if move:
                vals = expected.get(
                    self._get_line_key({'move_id': move.id, 'expected_lot': line.expected_lot}),
                    {'norm': 0.0, 'qty': 0.0})
                if line.qty == line.norm:
                    line.qty = vals['qty']
                line.norm = vals['norm']

    @api.model
    def _prepare_line_vals_list(self, stage, quantity):
        """Return the values of the lines for a finish of so many units: one per material, and lot of it.

        :param stage: the `mrp.workorder`, to be read without the rights of the user
        """
        return [
            {
                'move_id': move.id,
                'product_id': move.product_id.id,
                'uom_id': move.product_uom.id,
                'norm': norm,
                'qty': used,
            }
            for move, norm, used in stage._get_materials_to_report(quantity)
        ]

    def _get_line_key(self, vals):
        return vals['move_id'], vals.get('expected_lot') or False

    def action_finish(self):
        self.ensure_one()
        self.workorder_id.stage_finish(**self._prepare_finish_arguments(), source='office')
        return {'type': 'ir.actions.act_window_close'}

    def _prepare_finish_arguments(self):
        """Hook: return what the dialog says as arguments of `stage_finish`."""
        return {'qty': self.qty, 'materials': self.line_ids._prepare_materials(), 'note': self.note or None}


class MrpStageFinishLine(models.TransientModel):
    _name = 'mrp.stage.finish.line'
    _description = "Material of a Stage to Finish"

    finish_id = fields.Many2one('mrp.stage.finish', required=True, ondelete='cascade')
    # Not read-only: the dialog sends it back, and the door checks that it is a material of the stage.
    move_id = fields.Many2one('stock.move')
    product_id = fields.Many2one('product.product', "Material", required=True, domain="[('type', '=', 'consu')]")
    uom_id = fields.Many2one(
        'uom.uom', "Unit", required=True, compute='_compute_uom_id', store=True, readonly=False, precompute=True)
    norm = fields.Float("Norm", digits='Product Unit', readonly=True)
    qty = fields.Float("Used", digits='Product Unit')

    @api.depends('product_id')
    def _compute_uom_id(self):
        for line in self:
            line.uom_id = line.uom_id or line.product_id.uom_id

    def _prepare_materials(self):
        """Return what was used otherwise than expected, as `stage_finish` takes it."""
        return [line._prepare_material() for line in self if line._is_reported()]

    def _is_reported(self):
        self.ensure_one()
        return self.qty != self.norm if self.move_id else bool(self.qty)

    def _prepare_material(self):
        self.ensure_one()
        if self.move_id:
            # Operators do not see moves; the door checks that it is one of the stage.
            return {'move_id': self.sudo().move_id.id, 'qty': self.qty}
        return {'product_id': self.product_id.id, 'qty': self.qty, 'uom_id': self.uom_id.id}
