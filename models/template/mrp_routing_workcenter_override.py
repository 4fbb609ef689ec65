from odoo import api, fields, models
from odoo.exceptions import ValidationError

OVERRIDE_TYPES = [
    ('replace', "Replaces the base stage"),
    ('skip', "Leaves the base stage out"),
    ('add', "Is added after the base stage"),
]


class MrpRoutingWorkcenter(models.Model):
    """Variant overrides: for some variants a stage is replaced, left out or followed by another one. An override is
    an operation of the same template that names its base; everything else stays as the base has it."""

    _inherit = 'mrp.routing.workcenter'

    base_operation_id = fields.Many2one(
        'mrp.routing.workcenter', "Base Stage", index='btree_not_null', ondelete='cascade', copy=False,
        check_company=True, domain="[('bom_id', '=', bom_id), ('base_operation_id', '=', False)]",
        help="The stage that is different for the variants named here.")
    override_type = fields.Selection(
        OVERRIDE_TYPES, "For These Variants It", copy=False,
        help="Replaces the base stage: done in its place, with materials of its own or, without any, with the base's.\n"
             "Leaves the base stage out: these variants do without the stage and its materials.\n"
             "Is added after the base stage: these variants need one stage more.")
    override_ids = fields.One2many('mrp.routing.workcenter', 'base_operation_id', "Overrides")

    _override_complete = models.Constraint(
        'CHECK ((base_operation_id IS NULL) = (override_type IS NULL))',
        "An override names its base stage and what it does to it.")

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([
            self._complete_override_vals(vals) if vals.get('base_operation_id') else vals for vals in vals_list])

    def _complete_override_vals(self, vals):
        """Return the values of an override with what it does not say itself taken from its base."""
        base = self.browse(vals['base_operation_id'])
        vals = {'override_type': 'replace', **vals}
        return {'bom_id': base.bom_id.id, 'sequence': base.sequence, **self._get_base_vals(base, vals), **vals}

    def _get_base_vals(self, base, vals):
        """Return what an override takes over from its base: a replacing stage all but its variants."""
        if vals['override_type'] == 'add':
            return {}
        if vals['override_type'] == 'skip':
            return {'name': base.name}
        base_vals = base.copy_data()[0]
        return {name: value for name, value in base_vals.items() if name not in (
            'bom_id', 'sequence', 'bom_product_template_attribute_value_ids')}

    @api.onchange('base_operation_id', 'override_type')
    def _onchange_base_operation_id(self):
        """Show what the override takes over, before it is changed."""
        if self.base_operation_id and self.override_type and not self.name:
            self.update(self._get_base_vals(self.base_operation_id._origin, {'override_type': self.override_type}))

    def unlink(self):
        """Overrides go with their base: through here rather than by the database."""
        return super(MrpRoutingWorkcenter, self | self.with_context(active_test=False).override_ids).unlink()

    def action_archive(self):
        return super(MrpRoutingWorkcenter, self | self.override_ids).action_archive()

    # ------------------------------------------------------------
    # Checks
    # ------------------------------------------------------------

    @api.constrains('base_operation_id', 'override_type', 'bom_id')
    def _check_base(self):
        for stage in self.filtered('base_operation_id'):
            base = stage.base_operation_id
            if base.bom_id != stage.bom_id:
                raise ValidationError(self.env._(
                    "%(stage)s overrides %(base)s, which belongs to another template. Choose a stage of this one.",
                    stage=stage.name, base=base.name))
            if base.base_operation_id or stage.override_ids:
                raise ValidationError(self.env._(
                    "%(stage)s cannot override %(base)s: an override cannot be overridden. Choose the base stage.",
                    stage=stage.name, base=base.name))

    @api.constrains('base_operation_id', 'blocked_by_operation_ids')
    def _check_no_wait_for_override(self):
        """A stage waits for a base stage, and so for whatever a variant has instead of it."""
        for stage in self | self.filtered('base_operation_id').needed_by_operation_ids:
            for override in stage.blocked_by_operation_ids.filtered('base_operation_id'):
                raise ValidationError(self.env._(
                    "%(stage)s waits for %(override)s, which only some variants have. "
                    "Let it wait for %(base)s instead.",
                    stage=stage.name, override=override.name, base=override.base_operation_id.name))

    @api.constrains(
        'base_operation_id', 'override_type', 'bom_product_template_attribute_value_ids', 'active', 'is_optional')
    def _check_overrides(self):
        for stage in self.filtered('base_operation_id'):
            if not stage.bom_product_template_attribute_value_ids:
                raise ValidationError(self.env._(
                    "%(stage)s overrides %(base)s for some variants: name their values in Apply on Variants.",
                    stage=stage.name, base=stage.base_operation_id.name))
        self.filtered(lambda stage: stage.base_operation_id or stage.override_ids).bom_id._check_overrides()

    # ------------------------------------------------------------
    # Which stages a variant goes through
    # ------------------------------------------------------------

    def _skip_operation_line(self, product, never_attribute_values=False):
        return (
            super()._skip_operation_line(product, never_attribute_values)
            or self._is_overridden(product, never_attribute_values))

    def _is_overridden(self, product, never_attribute_values):
        """Tell whether an override keeps this stage out of the product's orders, or this is one that does."""
        # Of a template without a variant, or a plain bill of materials, people see the base.
        is_base_shown = not product or product._name == 'product.template' or not self.bom_id.use_stages
        base = self.base_operation_id
        if base:
            return is_base_shown or self.override_type == 'skip' or (
                self.override_type == 'replace' and base._is_for_others(product, never_attribute_values))
        return not is_base_shown and any(
            override.override_type != 'add' for override in self._get_overrides(product, never_attribute_values))

    def _is_for_others(self, product, never_attribute_values=False):
        """Tell whether Apply on Variants leaves the product out."""
        return self.env['mrp.bom']._skip_for_no_variant(
            product, self.bom_product_template_attribute_value_ids, never_attribute_values)

    def _get_overrides(self, product, never_attribute_values=False):
        """Return the overrides of this stage that are meant for the product."""
        return self.override_ids.filtered(
            lambda override: not override._is_for_others(product, never_attribute_values))

    def _get_replacement(self, product, never_attribute_values=False):
        """Return the stage that the product's orders have instead of this one, or none."""
        return self._get_overrides(product, never_attribute_values).filtered(
            lambda override: override.override_type == 'replace')[:1]
