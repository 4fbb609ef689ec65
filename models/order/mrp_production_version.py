from odoo import api, fields, models


class MrpProduction(models.Model):
    """Which version of its template an order runs."""

    _inherit = 'mrp.production'

    template_version = fields.Integer(
        "Version", compute='_compute_template_version', store=True, precompute=True, readonly=False, copy=True,
        help="The version of its template that the order was made with, and keeps.")
    is_template_outdated = fields.Boolean(
        "Template Has Changed", compute='_compute_is_template_outdated',
        help="The template has changed since the order was made.")

    @api.depends(
        'bom_id', 'use_stages', 'product_id', 'product_qty', 'product_uom_id',
        'never_product_template_attribute_value_ids')
    def _compute_template_version(self):
        """Taken whenever core makes a draft's stages and materials, anew too."""
        for order in self:
            if order.state in (False, 'draft'):
                order.template_version = order.bom_id._take_version() if order.use_stages else 0

    @api.depends('template_version', 'state', 'bom_id.version')
    def _compute_is_template_outdated(self):
        for order in self:
            order.is_template_outdated = (
                order.use_stages and order.state not in ('done', 'cancel')
                and order.template_version < order.bom_id.version)
