from itertools import islice
from itertools import product as combinations

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...engine.formula import QUANTITY, FormulaError, compile_formula
from ...engine.naming import numeric_value
from .formula_messages import formula_message
from .own_stage import check_own_stage

NORM_TYPES = [
    ('unit', "Per batch quantity"),
    ('batch', "Per order"),
    ('formula', "Formula"),
]

# Combinations of attribute values a formula is tried with when it is saved.
MOST_COMBINATIONS = 2000


class MrpBomLine(models.Model):
    _name = 'mrp.bom.line'
    _inherit = ['mrp.bom.line', 'mrp.template.part']

    active = fields.Boolean(default=True, help="False: its stage has left the template.")
    norm_type = fields.Selection(
        NORM_TYPES, "Norm Is", default='unit', required=True,
        help="Per batch quantity: grows with the quantity of the order.\n"
             "Per order: the same for any quantity, e.g. to fill a machine.\n"
             "Formula: calculated for one unit from the product's attributes.")
    formula = fields.Char(
        help="The quantity for one unit, from the names beside it, numbers, + - * / and min, max, round, ceil, "
             "floor, abs. Example: garment_length + 10")
    formula_names = fields.Char(
        "Names for Formulas", compute='_compute_formula_names', help="What a formula of this template may use.")
    source_location_id = fields.Many2one(
        'stock.location', "Taken From", check_company=True, domain="[('usage', '=', 'internal')]",
        help="Where the material is taken from. Empty: where the order takes all its materials from.")

    @api.model_create_multi
    def create(self, vals_list):
        """A material that is entered in its stage belongs to the template of that stage."""
        for vals in vals_list:
            if vals.get('operation_id') and not vals.get('bom_id'):
                vals['bom_id'] = self.env['mrp.routing.workcenter'].browse(vals['operation_id']).bom_id.id
        return super().create(vals_list)

    def _skip_bom_line(self, product, never_attribute_values=False):
        return (
            super()._skip_bom_line(product, never_attribute_values)
            or self._is_stage_left_out(product, never_attribute_values))

    def _is_stage_left_out(self, product, never_attribute_values):
        """Tell whether the material goes with a stage that orders of the product do without."""
        stage = self.operation_id
        if not stage or not self.bom_id.use_stages or not product or product._name == 'product.template':
            return False
        replacement = stage._get_replacement(product, never_attribute_values)
        if replacement and not replacement._skip_operation_line(product, never_attribute_values):
            # With materials of its own it does without the base's.
            return bool(replacement.stage_material_ids)
        return stage._skip_operation_line(product, never_attribute_values)

    @api.model
    def _get_unversioned_fields(self):
        return super()._get_unversioned_fields() | {'sequence'}

    @api.depends('bom_id.product_tmpl_id')
    def _compute_formula_names(self):
        for line in self:
            line.formula_names = ", ".join([QUANTITY, *line.bom_id.product_tmpl_id._get_formula_attributes().values()])

    @api.constrains('norm_type', 'formula', 'bom_id')
    def _check_formula(self):
        """A formula that could fail on the floor is refused when it is saved, with the variant it fails for."""
        for line in self.filtered(lambda line: line.norm_type == 'formula'):
            template = line.bom_id.product_tmpl_id
            attributes = template._get_formula_attributes()
            try:
                formula = compile_formula(line.formula or '', {QUANTITY, *attributes.values()})
            except FormulaError as error:
                raise ValidationError(self.env._(
                    "The norm of %(material)s: %(reason)s\nNames that may be used: %(names)s",
                    material=line.product_id.display_name, reason=formula_message(self.env, error),
                    names=line.formula_names)) from error
            line._try_formula(formula, attributes)

    @api.constrains('operation_id', 'bom_id')
    def _check_operation(self):
        check_own_stage(self)

    def _try_formula(self, formula, attributes):
        """Evaluate the formula for every combination of the attribute values it reads."""
        used = {attribute: name for attribute, name in attributes.items() if name in formula.names}
        choices = [
            [(name, value.name, numeric_value(value.name)) for value in attribute._get_numeric_values()]
            for attribute, name in used.items()
        ]
        # A custom value is known only when somebody orders it.
        choices = [choice for choice in choices if choice]
        custom = {name: 1.0 for attribute, name in used.items() if not attribute._get_numeric_values()}
        for combination in islice(combinations(*choices), MOST_COMBINATIONS):
            values = {name: number for name, _label, number in combination}
            try:
                formula.evaluate({QUANTITY: self.bom_id.product_qty, **custom, **values})
            except FormulaError as error:
                variant = ", ".join(f"{name} = {label}" for name, label, _number in combination)
                raise ValidationError(self.env._(
                    "The norm of %(material)s fails for %(variant)s: %(reason)s",
                    material=self.product_id.display_name, variant=variant or self.env._("every variant"),
                    reason=formula_message(self.env, error))) from error
