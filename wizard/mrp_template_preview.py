from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..models.template.mrp_bom_line import NORM_TYPES

DIFFERENCES = [
    ('replaced', "Replaced"),
    ('added', "Added"),
    ('left_out', "Left out"),
    ('limited', "Only some variants"),
]


class MrpTemplatePreview(models.TransientModel):
    """Shows what an order of a variant would be: its stages, what they need for a quantity, and what of it differs
    from the template's base. Nothing is made."""

    _name = 'mrp.template.preview'
    _description = "Show a Template for a Variant"

    bom_id = fields.Many2one('mrp.bom', "Template", required=True, readonly=True)
    product_tmpl_id = fields.Many2one(related='bom_id.product_tmpl_id')
    product_id = fields.Many2one(
        'product.product', "Variant", required=True, domain="[('product_tmpl_id', '=', product_tmpl_id)]",
        compute='_compute_product_id', store=True, readonly=False, precompute=True)
    quantity = fields.Float(digits='Product Unit', default=1.0, required=True)
    uom_id = fields.Many2one(related='bom_id.product_uom_id', string="Unit")
    problem = fields.Char(compute='_compute_lines')
    stage_ids = fields.One2many(
        'mrp.template.preview.stage', 'preview_id', compute='_compute_lines', string="Stages")
    line_ids = fields.One2many(
        'mrp.template.preview.line', 'preview_id', compute='_compute_lines', string="Materials")

    @api.depends('bom_id')
    def _compute_product_id(self):
        for preview in self:
            preview.product_id = preview.bom_id.product_id or preview.bom_id.product_tmpl_id.product_variant_ids[:1]

    @api.depends('bom_id', 'product_id', 'quantity')
    def _compute_lines(self):
        for preview in self:
            preview.update({'problem': False, 'stage_ids': [Command.clear()], 'line_ids': [Command.clear()]})
            if not preview._is_complete():
                continue
            order = preview._new_order()
            preview.stage_ids = preview._prepare_stage_lines(order)
            try:
                preview.line_ids = preview._prepare_material_lines(order)
            except UserError as error:
                preview.problem = str(error)

    def _is_complete(self):
        """Tell whether it is said what an order is to be shown of."""
        return bool(self.product_id) and self.quantity > 0

    def _new_order(self):
        """Return an order that is never saved: what makes the stages and norms of real ones makes these."""
        return self.env['mrp.production'].new({
            'product_id': self.product_id.id, 'bom_id': self.bom_id.id, 'use_stages': True,
            'product_qty': self.quantity, 'product_uom_id': self.uom_id.id,
            'company_id': (self.bom_id.company_id or self.env.company).id,
        })

    # ------------------------------------------------------------
    # Stages
    # ------------------------------------------------------------

    def _prepare_stage_lines(self, order):
        places = order._get_stage_places()
        planned = {stage.operation_id.id: stage.duration_expected for stage in order.workorder_ids}
        lines = [
            (place, self._prepare_stage_vals(self.bom_id.operation_ids.browse(operation_id), planned))
            for operation_id, (place, _spec) in places.items()
        ] + [
            # Those of kits come first, as in real orders.
            (-1, self._prepare_stage_vals(stage.operation_id, planned))
            for stage in order.workorder_ids if stage.operation_id.id not in places
        ] + [
            (place, {'operation_id': stage.id, 'difference': 'left_out'})
            for place, stage in self._get_left_out(order, places)
        ]
        return [Command.create(vals) for _place, vals in sorted(lines, key=lambda line: line[0])]

    def _prepare_stage_vals(self, stage, planned):
        return {
            'operation_id': stage.id,
            'base_operation_id': stage.base_operation_id.id,
            'difference': self._get_difference(stage),
            'duration': planned.get(stage.id, 0.0),
        }

    def _get_difference(self, stage):
        if stage.base_operation_id:
            return 'added' if stage.override_type == 'add' else 'replaced'
        return 'limited' if stage.bom_product_template_attribute_value_ids else False

    def _get_left_out(self, order, places):
        """Return the base stages the variant does without, each with a place behind the stage before it."""
        left_out, place = [], -1
        for stage in self.bom_id.stage_ids.sorted(lambda stage: (stage.sequence, stage.id)):
            standing = stage._get_replacement(self.product_id) or stage
            if standing.id in places:
                place = places[standing.id][0]
            else:
                left_out.append((place + 0.5, stage))
        return left_out

    # ------------------------------------------------------------
    # Materials
    # ------------------------------------------------------------

    def _prepare_material_lines(self, order):
        return [
            Command.create({
                'product_id': vals['product_id'],
                'bom_line_id': vals['bom_line_id'],
                'operation_id': vals['operation_id'],
                'norm_type': vals.get('norm_type'),
                'formula': vals.get('norm_formula'),
                'quantity': vals['product_uom_qty'],
                'uom_id': vals['product_uom'],
                'is_different': self._is_different(self.env['mrp.bom.line'].browse(vals['bom_line_id'])),
            })
            for vals in order._get_moves_raw_values() + order._get_open_raw_values()
        ]

    def _is_different(self, line):
        """Tell whether the material is not one that every variant has."""
        stage = line.operation_id
        return bool(
            stage.base_operation_id or stage.bom_product_template_attribute_value_ids
            or line.bom_product_template_attribute_value_ids)


class MrpTemplatePreviewStage(models.TransientModel):
    _name = 'mrp.template.preview.stage'
    _description = "Stage of a Variant"

    preview_id = fields.Many2one('mrp.template.preview', required=True, ondelete='cascade')
    operation_id = fields.Many2one('mrp.routing.workcenter', "Stage")
    base_operation_id = fields.Many2one('mrp.routing.workcenter', "Base Stage")
    difference = fields.Selection(DIFFERENCES, "Differs")
    remark = fields.Char("Remark", compute='_compute_remark')
    duration = fields.Float("Planned (min)")
    wait_after = fields.Float(related='operation_id.wait_after')

    @api.depends('operation_id', 'base_operation_id', 'difference')
    def _compute_remark(self):
        for line in self:
            remarks = {
                'replaced': self.env._("Instead of %(stage)s", stage=line.base_operation_id.name),
                'added': self.env._("Added after %(stage)s", stage=line.base_operation_id.name),
                'left_out': self.env._("Left out"),
                'limited': self.env._("Only for some variants"),
            }
            line.remark = ", ".join(remark for remark in (
                remarks.get(line.difference), line.operation_id.is_optional and self.env._("Optional")) if remark)


class MrpTemplatePreviewLine(models.TransientModel):
    _name = 'mrp.template.preview.line'
    _description = "Material of a Variant"

    preview_id = fields.Many2one('mrp.template.preview', required=True, ondelete='cascade')
    operation_id = fields.Many2one('mrp.routing.workcenter', "Stage")
    product_id = fields.Many2one('product.product', "Variant")
    bom_line_id = fields.Many2one('mrp.bom.line')
    name = fields.Char("Material", compute='_compute_name')
    norm_type = fields.Selection(NORM_TYPES, "Norm Is")
    formula = fields.Char()
    quantity = fields.Float(digits='Product Unit')
    uom_id = fields.Many2one('uom.uom', "Unit")
    is_different = fields.Boolean("Differs", help="Not every variant has this material at this stage.")

    @api.depends('product_id', 'bom_line_id')
    def _compute_name(self):
        """What is open in the template is open here."""
        for line in self:
            if line.bom_line_id._origin and line.bom_line_id._is_variant_open():
                line.name = self.env._(
                    "%(material)s (variant picked later)", material=line.product_id.product_tmpl_id.display_name)
            else:
                line.name = line.product_id.display_name
