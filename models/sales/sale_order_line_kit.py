from odoo import models
from odoo.exceptions import UserError


class SaleOrderLine(models.Model):
    """A kit is not made itself: its components are, each by orders of its own."""

    _inherit = 'sale.order.line'

    def _get_kit_parts(self, quantity):
        """Return what is delivered for so much of this line: ``{component: quantity}`` of a kit, each in the product's
        unit of measure; nothing of what is no kit.

        :param quantity: in the unit of measure of the line
        """
        self.ensure_one()
        # Whoever sells reads no bills of materials.
        line = self.sudo().with_company(self.company_id)
        kit = line.env['mrp.bom']._bom_find(
            line.product_id, company_id=line.company_id.id, bom_type='phantom')[line.product_id]
        if not kit:
            return {}
        kits = line.product_uom_id._compute_quantity(quantity, kit.product_uom_id, round=False) / kit.product_qty
        parts = {}
        for part, needed in kit.explode(line.product_id, kits)[1]:
            unit = part.product_id.uom_id
            parts[part.product_id] = parts.get(part.product_id, 0.0) + part.product_uom_id._compute_quantity(
                needed['qty'], unit, round=False)
        return parts

    def _convert_sold(self, quantity, product, unit):
        """Return how much of a product so much of this line is.

        :param quantity: in the unit of measure of the line
        :param product: what the line sells, or a component of that kit
        :param unit: `uom.uom` of the result
        :raises UserError: one has nothing to do with the other, or the units do not convert
        """
        self.ensure_one()
        if product != self.product_id:
            parts = self._get_kit_parts(quantity)
            if product not in parts:
                raise UserError(self.env._(
                    "%(part)s is made for %(product)s, but is no component of it any more.",
                    part=product.display_name, product=self.product_id.display_name))
            return product.uom_id._compute_quantity(parts[product], unit)
        if not self.product_uom_id._has_common_reference(unit):
            raise UserError(self.env._(
                "%(product)s is sold in %(sold)s and made in %(made)s: one cannot be converted into the other.",
                product=self.product_id.display_name, sold=self.product_uom_id.name, made=unit.name))
        return self.product_uom_id._compute_quantity(quantity, unit)
