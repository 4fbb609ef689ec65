from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .mrp_cost_mixin import COST_GROUP


class ProductTemplate(models.Model):
    _inherit = 'product.template'

    recovery_method = fields.Selection(
        [('cost', "Its Cost"), ('price', "Set Price"), ('share', "Share of the Material's Value")],
        "Value as Scrap", default='cost', required=True, copy=False,
        help="What production's scrap is worth when it is received into stock as this product; the order's goods cost "
             "that much less. It takes no more than there is.\n"
             "Its Cost: what the scrapped material was worth, at most this product's cost where it has one.\n"
             "Set Price: per unit of measure of this product.\n"
             "Share of the Material's Value: percent of what the scrapped material was worth. Counted in another unit "
             "than all that went in, scrap takes its cost.\n"
             "A product at standard price is received at that.")
    recovery_price = fields.Float(
        "Price as Scrap", company_dependent=True, min_display_digits='Product Price', groups=COST_GROUP,
        help="Per unit of measure, in the company's currency.")
    recovery_share = fields.Float(
        "Share as Scrap", groups=COST_GROUP,
        # Whoever duplicates a product need not see costs, and a copy reads what it copies.
        copy=False, help="Percent of what the scrapped material was worth.")
    has_stage_template = fields.Boolean(
        compute='_compute_has_stage_template', help="Orders of it run through stages.")

    @api.depends_context('uid')
    def _compute_has_stage_template(self):
        boms = self.env['mrp.bom']
        templates = boms.browse()
        if boms.has_access('read'):
            templates = boms.search([('product_tmpl_id', 'in', self._origin.ids), ('use_stages', '=', True)])
        for product in self:
            product.has_stage_template = product._origin in templates.product_tmpl_id

    @api.constrains('recovery_price', 'recovery_share')
    def _check_recovery(self):
        for product in self:
            if product.recovery_price < 0:
                raise ValidationError(self.env._(
                    "%(product)s cannot be worth less than nothing as scrap.", product=product.display_name))
            if not 0 <= product.recovery_share <= 100:
                raise ValidationError(self.env._(
                    "The share of the material's value that %(product)s keeps as scrap must be between 0 and 100 "
                    "percent.", product=product.display_name))

    def action_open_expected_cost(self):
        """Show what an order of this product would cost if it were made now."""
        self.ensure_one()
        variants = self.product_variant_ids
        if not variants:
            raise UserError(self.env._(
                "%(product)s has no variant yet: its variants are made when they are first sold.",
                product=self.display_name))
        templates = self.env['mrp.production']._find_stage_templates(variants)
        variant = next((variant for variant in variants if templates[variant]), variants[:1])
        return variant.action_open_expected_cost()
