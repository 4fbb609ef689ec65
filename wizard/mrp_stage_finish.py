from odoo import api, fields, models
from odoo.fields import Command


class MrpStageFinish(models.TransientModel):
    """Asks how many units are finished and what was really used."""

    _name = 'mrp.stage.finish'
    _description = "Finish a Stage"

    workorder_id = fields.Many2one('mrp.workorder', "Stage", required=True, readonly=True)
    order_name = fields.Char("Production Order", compute='_compute_stage')
    uom_name = fields.Char("Unit", compute='_compute_stage')
    qty_ready = fields.Float("Ready", digits='Product Unit', compute='_compute_stage')
    qty = fields.Float("Finished Now", digits='Product Unit', required=True)
    note = fields.Text("Comment")
    line_ids = fields.One2many('mrp.stage.finish.line', 'finish_id', "Materials")

    def _get_stage(self):
        """The stage, for reading its order and materials too, which operators do not see."""
        self.workorder_id.check_access('read')
        return self.workorder_id.sudo()

    @api.depends('workorder_id')
    def _compute_stage(self):
        for finish in self:
            stage = finish._get_stage()
            finish.order_name = stage.production_id.name
            finish.uom_name = stage.product_uom_id.name
            finish.qty_ready = stage.qty_ready

    @api.model
    def default_get(self, fields_list):
        defaults = super().default_get(fields_list)
        stage = self.env['mrp.workorder'].browse(defaults.get('workorder_id')).exists()
        if stage:
            stage.check_access('read')
            stage = stage.sudo()
            defaults['qty'] = stage.qty_ready
            defaults['line_ids'] = [
                Command.create({
                    'move_id': move.id,
                    'product_id': move.product_id.id,
                    'uom_id': move.product_uom.id,
                    'norm': norm,
                    'qty': used,
                })
                for move, norm, used in stage._get_materials_to_report(stage.qty_ready)
            ]
            defaults['check_ids'] = [Command.create({'check_id': check.id}) for check in stage.checklist_ids]
        return defaults

    @api.onchange('qty')
    def _onchange_qty(self):
        """The norm of what leaves stock now follows the quantity."""
        expected = {
            move: (norm, used)
            for move, norm, used in self._get_stage()._get_materials_to_report(self.qty)
        }
        for line in self.line_ids:
            norm, used = expected.get(line.sudo().move_id, (line.norm, line.qty))
            if line.qty == line.norm:
                line.qty = used
            line.norm = norm

    def action_finish(self):
        self.ensure_one()
        materials = []
        for line in self.line_ids:
            if line.move_id and line.qty != line.norm:
                materials.append({'move_id': line.sudo().move_id.id, 'qty': line.qty})
            elif not line.move_id and line.qty:
                materials.append({'product_id': line.product_id.id, 'qty': line.qty, 'uom_id': line.uom_id.id})
        self.workorder_id.stage_finish(
            qty=self.qty, materials=materials, checks=self.check_ids._prepare_answers(),
            photos=self._prepare_photos(), note=self.note or None, balance_reason=self.balance_reason or None,
            source='office')
        return {'type': 'ir.actions.act_window_close'}


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
