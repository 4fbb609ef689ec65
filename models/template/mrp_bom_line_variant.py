from odoo import api, fields, models
from odoo.exceptions import ValidationError


class MrpBomLine(models.Model):
    """A norm may name a product and leave its variant to whoever starts the stage."""

    _inherit = 'mrp.bom.line'

    choose_variant = fields.Boolean(
        "Pick Variant Later",
        help="The material stands for all its variants: which of them is used, or how much of several, is picked on "
             "the order before the stage starts. Until then nothing is reserved.")

    @api.constrains('choose_variant', 'product_id')
    def _check_choose_variant(self):
        for line in self.filtered('choose_variant'):
            if line.child_bom_id.type == 'phantom':
                raise ValidationError(self.env._(
                    "The variant of %(material)s cannot be picked later: it is a kit. Name one variant of it.",
                    material=line.product_tmpl_id.display_name))

    def _is_variant_open(self):
        """Tell whether orders with stages wait for somebody to pick the variant; of a single one nobody needs to."""
        self.ensure_one()
        return self.choose_variant and self.product_tmpl_id.product_variant_count > 1
