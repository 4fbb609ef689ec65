from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..models.template.mrp_bom_line import NORM_TYPES


class MrpNormPreview(models.TransientModel):
    """Shows what a template's norms ask for, for a variant and a quantity, before any order is made."""

    _name = 'mrp.norm.preview'
    _description = "Try Norms"

    bom_id = fields.Many2one('mrp.bom', "Template", required=True, readonly=True)
    product_tmpl_id = fields.Many2one(related='bom_id.product_tmpl_id')
    product_id = fields.Many2one(
        'product.product', "Variant", required=True, domain="[('product_tmpl_id', '=', product_tmpl_id)]",
        compute='_compute_product_id', store=True, readonly=False, precompute=True)
    quantity = fields.Float(digits='Product Unit', default=1.0, required=True)
    uom_id = fields.Many2one(related='bom_id.product_uom_id', string="Unit")
    problem = fields.Char(compute='_compute_line_ids')
    line_ids = fields.One2many('mrp.norm.preview.line', 'preview_id', compute='_compute_line_ids', string="Materials")

    @api.depends('bom_id')
    def _compute_product_id(self):
        for preview in self:
            preview.product_id = preview.bom_id.product_id or preview.bom_id.product_tmpl_id.product_variant_ids[:1]

    @api.depends('bom_id', 'product_id', 'quantity')
    def _compute_line_ids(self):
        for preview in self:
            preview.problem, preview.line_ids = False, [Command.clear()]
            if not preview.product_id or preview.quantity <= 0:
                continue
            # An order that is never saved: norms are calculated by what calculates them for real ones.
            order = self.env['mrp.production'].new({
                'product_id': preview.product_id.id, 'bom_id': preview.bom_id.id, 'use_stages': True,
                'product_qty': preview.quantity, 'product_uom_id': preview.uom_id.id,
                'company_id': (preview.bom_id.company_id or self.env.company).id,
            })
            try:
                moves = order._get_moves_raw_values()
            except UserError as error:
                preview.problem = str(error)
                continue
            preview.line_ids = [
                Command.create({
                    'product_id': vals['product_id'],
                    'operation_id': vals['operation_id'],
                    'norm_type': vals.get('norm_type'),
                    'formula': vals.get('norm_formula'),
                    'quantity': vals['product_uom_qty'],
                    'uom_id': vals['product_uom'],
                })
                for vals in moves
            ]


class MrpNormPreviewLine(models.TransientModel):
    _name = 'mrp.norm.preview.line'
    _description = "Tried Norm"

    preview_id = fields.Many2one('mrp.norm.preview', required=True, ondelete='cascade')
    operation_id = fields.Many2one('mrp.routing.workcenter', "Stage")
    product_id = fields.Many2one('product.product', "Material")
    norm_type = fields.Selection(NORM_TYPES, "Norm Is")
    formula = fields.Char()
    quantity = fields.Float(digits='Product Unit')
    uom_id = fields.Many2one('uom.uom', "Unit")
