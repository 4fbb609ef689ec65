from odoo import models

from ...engine.naming import numeric_value


class ProductTemplateAttributeLine(models.Model):
    _inherit = 'product.template.attribute.line'

    def _get_numeric_values(self):
        """Return the values with a number of their own: all but those the customer gives."""
        return self.value_ids.filtered(lambda value: not value.is_custom)

    def _has_numbers(self):
        """Tell whether every value is a number, or one the customer gives."""
        return bool(self.value_ids) and all(
            numeric_value(value.name) is not None for value in self._get_numeric_values())
