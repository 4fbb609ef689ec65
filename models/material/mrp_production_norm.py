from odoo import models
from odoo.exceptions import UserError

from ...engine.formula import FormulaError
from ...engine.naming import numeric_value
from ..template.formula_messages import formula_message
from ..template.norm import evaluate_norm


class MrpProduction(models.Model):
    """Norms become quantities when an order is made, and are kept with what they were calculated from."""

    _inherit = 'mrp.production'

    def _get_move_raw_values(self, product, product_uom_qty, product_uom, operation_id=False, bom_line=False):
        values = super()._get_move_raw_values(product, product_uom_qty, product_uom, operation_id, bom_line)
        if self.use_stages and operation_id:
            stage = self.env['mrp.routing.workcenter'].browse(operation_id)
            replacement = stage._get_replacement(self.product_id, self.never_product_template_attribute_value_ids)
            values['operation_id'] = (replacement or stage).id
        # Lines of a kit in the template follow the kit.
        if self.use_stages and bom_line and bom_line.bom_id == self.bom_id:
            values.update(self._prepare_norm_vals(bom_line))
        return values

    def _prepare_norm_vals(self, bom_line):
        """Values of a raw move that its norm decides.

        :raises UserError: a formula that cannot be evaluated for this order
        """
        vals = {'norm_type': bom_line.norm_type} | self._prepare_source_vals(bom_line.source_location_id)
        if bom_line.norm_type == 'batch':
            vals['product_uom_qty'] = bom_line.product_qty
        elif bom_line.norm_type == 'formula':
            inputs = self._get_formula_values()
            vals.update({
                'norm_formula': bom_line.formula,
                'norm_inputs': inputs,
                'product_uom_qty': self._evaluate_norm(
                    bom_line.formula, inputs, self.product_qty, bom_line.product_id, bom_line.product_uom_id),
            })
        return vals

    def _prepare_source_vals(self, location):
        """Values of a raw move that is not taken from where the order takes its materials."""
        return {'location_id': location.id, 'warehouse_id': location.warehouse_id.id} if location else {}

    def _get_norm_change(self, material, product, norm_rate, unit, new_qty):
        """Return how much more a norm asks for when the order's quantity changes.

        That is nothing that has become of the order's units so far: what was used for those that are lost stays used.

        :param material: what keeps the norm: its type, formula and inputs, and a unit of measure
        :param product: of the material, or its template
        :param float norm_rate: what it asks for one unit, or for an order of any size, in ``unit``
        :param float new_qty: in the order's unit of measure
        :return: in ``unit``
        """
        if material.norm_type == 'batch':
            return 0.0
        if material.norm_type == 'formula':
            return self._evaluate_kept_norm(material, product, unit, new_qty) - self._evaluate_kept_norm(
                material, product, unit, self.product_qty)
        return norm_rate * (new_qty - self.product_qty)

    def _evaluate_kept_norm(self, material, product, unit, quantity):
        """Return what a formula asks for so many of the order's units, with the numbers it was first given; in
        ``unit``."""
        asked = self._evaluate_norm(
            material.norm_formula, material.norm_inputs or {}, quantity, product, material.product_uom)
        return material.product_uom._compute_quantity(asked, unit)

    def _get_norm_for(self, material, product, norm_rate, unit, quantity):
        """Return what a norm asks for so many units, in ``unit``. What an order takes once is taken once, for any
        number of units.

        See `_get_norm_change` for what it is given.
        """
        if material.norm_type == 'batch':
            return norm_rate
        if material.norm_type == 'formula':
            return self._evaluate_kept_norm(material, product, unit, quantity)
        return norm_rate * quantity

    def _evaluate_norm(self, formula, inputs, quantity, product, unit):
        """Return what a formula asks for this order, in ``unit``.

        :param float quantity: of the order, in its unit of measure
        :raises UserError: the formula cannot be evaluated
        """
        template_quantity = self.product_uom_id._compute_quantity(quantity, self.bom_id.product_uom_id, round=False)
        try:
            return unit.round(evaluate_norm(formula, template_quantity, inputs), rounding_method='UP')
        except FormulaError as error:
            raise UserError(self.env._(
                "How much %(material)s this order needs cannot be calculated: %(reason)s",
                material=product.display_name, reason=formula_message(self.env, error))) from error

    def _get_formula_values(self):
        """Return the numbers formulas of this order may read, by name, besides ``qty``; None where there is none."""
        self.ensure_one()
        variant = self.product_id.product_template_attribute_value_ids | self.never_product_template_attribute_value_ids
        by_line = variant.grouped('attribute_line_id')
        custom = self._get_custom_attribute_values()
        values = {}
        for line, name in self.product_tmpl_id._get_formula_attributes().items():
            value = by_line.get(line, variant.browse())[:1]
            values[name] = numeric_value(custom.get(value) or value.name or '')
        return values

    def _get_custom_attribute_values(self):
        """Hook: return what the customer gave, as text, per `product.template.attribute.value`."""
        return {}
