from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import formatLang


class MrpUpsell(models.TransientModel):
    """Offers the extras that the template of a sold product can make."""

    _name = 'mrp.upsell'
    _description = "Add Extras to a Sale Order Line"

    sale_line_id = fields.Many2one('sale.order.line', "Sale Order Line", required=True, readonly=True)
    product_id = fields.Many2one(related='sale_line_id.product_id')
    choices = fields.Json(compute='_compute_choices')
    product_ids = fields.Json("Extras")

    @api.depends('sale_line_id')
    def _compute_choices(self):
        for upsell in self:
            line = upsell.sale_line_id
            offers = line._get_upsell_offers()[line] if line else line.product_id
            upsell.choices = [
                {'value': product.id, 'label': f"{product.display_name} · {upsell._format_price(product)}"}
                for product in offers]

    def _format_price(self, product):
        """Return what an extra costs on this sale order, for one."""
        line = self.sale_line_id
        offer = line.new(line._prepare_upsell_vals(product))
        return formatLang(self.env, offer.price_unit, currency_obj=line.currency_id)

    def action_add(self):
        """Put the extras that were chosen on the sale order."""
        self.ensure_one()
        line = self.sale_line_id
        offers = line._get_upsell_offers()[line]
        chosen = offers.filtered(lambda product: product.id in (self.product_ids or []))
        if not chosen:
            raise UserError(self.env._("Choose what to add to %(product)s.", product=line.product_id.display_name))
        line.create([line._prepare_upsell_vals(product) for product in chosen])
        return {'type': 'ir.actions.act_window_close'}
