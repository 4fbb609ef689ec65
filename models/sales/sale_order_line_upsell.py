from uuid import uuid4

from odoo import api, fields, models


class SaleOrderLine(models.Model):
    """What may be sold on top of a product: the extras that its template makes in optional stages."""

    _inherit = 'sale.order.line'

    has_upsells = fields.Boolean(
        compute='_compute_has_upsells', help="The product's template makes extras that are not on the sale order yet.")

    def copy_data(self, default=None):
        """Extras stay with their lines where a sale order is duplicated: Odoo itself forgets which they were for."""
        vals_list = super().copy_data(default)
        copies = dict(zip(self, vals_list))
        for line, vals in copies.items():
            if line.linked_line_id in copies and not vals.get('linked_virtual_id'):
                sold = copies[line.linked_line_id]
                sold['virtual_id'] = vals['linked_virtual_id'] = sold.get('virtual_id') or uuid4().hex
        return vals_list

    @api.depends('product_id')
    def _compute_has_upsells(self):
        lines = self.filtered(lambda line: line.product_id and line.state != 'cancel')
        (self - lines).has_upsells = False
        offers = lines._get_upsell_offers()
        for line in lines:
            line.has_upsells = bool(offers[line])

    def _get_upsell_offers(self):
        """Return, per line, the products that its template's optional stages make and that are not sold with it yet."""
        products = self.env['product.product']
        offers = {
            line: template._get_upsell_products(line.product_id)
            for line, template in self._get_production_templates().items()}
        # The templates are read for whoever sells; their products he sees for himself.
        seen = products.union(*offers.values()).sudo(False)._filtered_access('read')
        return {
            line: (seen & offers[line]) - line._get_sold_with().product_id if line in offers else products
            for line in self}

    def _get_sold_with(self):
        """Return the lines of the same sale order that are sold with this one: those linked to no other line."""
        self.ensure_one()
        line = self._origin or self
        return self.order_id.order_line.filtered(
            lambda other: other.product_uom_qty > 0 and other.linked_line_id._origin in (line.browse(), line))

    def action_open_upsells(self):
        """Open the dialog that adds extras to this line."""
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('mrp_production_stage.mrp_upsell_action')
        return action | {'context': {'default_sale_line_id': self.id}}

    def _prepare_upsell_vals(self, product):
        """Return the values of the line of an extra."""
        return {
            'order_id': self.order_id.id,
            'product_id': product.id,
            'product_uom_qty': self._get_upsell_quantity(product),
            'linked_line_id': self.id,
            'sequence': self.sequence,
        }

    def _get_upsell_quantity(self, product):
        """Return how much of an extra is sold with all of this line: two dozens of jackets are embroidered 24 times."""
        unit = product.uom_id
        if not self.product_uom_id._has_common_reference(unit):
            return self.product_uom_qty
        return self.product_uom_id._compute_quantity(self.product_uom_qty, unit)
