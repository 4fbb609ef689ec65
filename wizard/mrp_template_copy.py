from odoo import api, fields, models


class MrpTemplateCopy(models.TransientModel):
    """Starts a template for a product from another product's."""

    _name = 'mrp.template.copy'
    _description = "Copy a Template to Another Product"

    bom_id = fields.Many2one('mrp.bom', "Template", required=True, domain="[('use_stages', '=', True)]")
    product_tmpl_id = fields.Many2one(
        'product.template', "For Product", required=True, domain="[('type', '=', 'consu'), ('id', '!=', source_id)]")
    source_id = fields.Many2one(related='bom_id.product_tmpl_id', string="Copied From")
    product_qty = fields.Float(
        "Batch Quantity", digits='Product Unit', required=True,
        compute='_compute_product_qty', store=True, readonly=False, precompute=True)
    product_uom_id = fields.Many2one(
        'uom.uom', "Unit", required=True,
        compute='_compute_product_uom_id', store=True, readonly=False, precompute=True)
    has_template = fields.Boolean(compute='_compute_has_template')

    @api.depends('bom_id')
    def _compute_product_qty(self):
        for copy in self:
            copy.product_qty = copy.bom_id.product_qty

    @api.depends('bom_id', 'product_tmpl_id')
    def _compute_product_uom_id(self):
        """The unit of the template, where the product can be counted in it."""
        for copy in self:
            unit, product_unit = copy.bom_id.product_uom_id, copy.product_tmpl_id.uom_id
            fits = not product_unit or unit._has_common_reference(product_unit)
            copy.product_uom_id = unit if fits else product_unit

    @api.depends('product_tmpl_id')
    def _compute_has_template(self):
        with_template = self.env['mrp.bom'].search([
            ('product_tmpl_id', 'in', self.product_tmpl_id.ids), ('use_stages', '=', True)]).product_tmpl_id
        for copy in self:
            copy.has_template = copy.product_tmpl_id in with_template

    def action_copy(self):
        """Make the template and open it."""
        self.ensure_one()
        template = self.bom_id.copy({
            'product_tmpl_id': self.product_tmpl_id.id,
            'product_id': False,
            'product_qty': self.product_qty,
            'product_uom_id': self.product_uom_id.id,
        })
        action = self.env['ir.actions.act_window']._for_xml_id('mrp_production_stage.mrp_bom_action_template')
        form = self.env.ref('mrp_production_stage.mrp_bom_view_form_template')
        return action | {'views': [(form.id, 'form')], 'res_id': template.id, 'view_mode': 'form'}
