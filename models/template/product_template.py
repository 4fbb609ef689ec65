from odoo import models

from ...engine.naming import identifiers


class ProductTemplate(models.Model):
    _inherit = 'product.template'

    def _get_formula_attributes(self):
        """Return the attribute lines whose values are numbers, each with its name in formulas.

        :return: ``{product.template.attribute.line: name}``, in the order in which the lines were made
        """
        lines = self.attribute_line_ids.sorted('id').filtered(lambda line: line._has_numbers())
        names = identifiers(line.attribute_id.name for line in lines)
        return {line: names[line.attribute_id.name] for line in lines}
