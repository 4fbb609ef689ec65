from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import formatLang


class MrpUpsell(models.TransientModel):
    """Offers the extras that the template of a sold product can make: for a line of a sale order, or for one that is
    being entered and of which nothing is saved yet."""

    _name = 'mrp.upsell'
    _description = "Add Extras to a Sale Order Line"

    sale_line_id = fields.Many2one('sale.order.line', "Sale Order Line", readonly=True)
    product_id = fields.Many2one(
        'product.product', compute='_compute_product_id', store=True, readonly=False, precompute=True,
        required=True)
    choices = fields.Json(compute='_compute_choices')
    product_ids = fields.Json("Extras")
    # What is known of a line that is being entered
    quantity = fields.Float(digits='Product Unit', default=1.0)
    uom_id = fields.Many2one('uom.uom', "Unit")
    company_id = fields.Many2one('res.company', default=lambda self: self.env.company)
    partner_id = fields.Many2one('res.partner')
    pricelist_id = fields.Many2one('product.pricelist')

    @api.depends('sale_line_id')
    def _compute_product_id(self):
        for upsell in self:
            upsell.product_id = upsell.sale_line_id.product_id or upsell.product_id

    @api.depends('sale_line_id', 'product_id', 'quantity')
    def _compute_choices(self):
        for upsell in self:
            line = upsell._get_line()
            upsell.choices = [
                {'value': product.id, 'label': f"{product.display_name} · {upsell._format_price(line, product)}"}
                for product in upsell._get_offers(line)]

    def _get_line(self):
        """Return the line the extras are for: one that is not saved yet is made up of what is known of it."""
        if self.sale_line_id or not self.product_id:
            return self.sale_line_id
        return self.env['sale.order'].new({
            'company_id': self.company_id.id,
            'partner_id': self.partner_id.id,
            'pricelist_id': self.pricelist_id.id,
            'order_line': [Command.create({
                'product_id': self.product_id.id, 'product_uom_qty': self.quantity,
                'product_uom_id': (self.uom_id or self.product_id.uom_id).id})],
        }).order_line

    def _get_offers(self, line):
        return line._get_upsell_offers()[line] if line else self.env['product.product']

    def _format_price(self, line, product):
        """Return what an extra costs on the line's sale order, for one."""
        offer = line.new(line._prepare_upsell_vals(product))
        return formatLang(self.env, offer.price_unit, currency_obj=line.currency_id)

    def action_add(self):
        """Put the extras that were chosen on the sale order.

        Those for a line that is being entered are handed to whoever enters it, with how many of them there are.
        """
        self.ensure_one()
        line = self._get_line()
        chosen = self._get_offers(line).filtered(lambda product: product.id in (self.product_ids or []))
        if not chosen:
            raise UserError(self.env._("Choose what to add to %(product)s.", product=self.product_id.display_name))
        close = {'type': 'ir.actions.act_window_close'}
        if not self.sale_line_id:
            extras = [
                {'product': {'id': product.id, 'display_name': product.display_name},
                 'quantity': line._get_upsell_quantity(product)}
                for product in chosen]
            return close | {'infos': {'quantity': self.quantity, 'extras': extras}}
        line.create([line._prepare_upsell_vals(product) for product in chosen])
        return close
