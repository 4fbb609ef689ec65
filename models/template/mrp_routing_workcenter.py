from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .performer import PERFORMER_FIELDS, PERFORMER_TYPES, performer_name


class MrpRoutingWorkcenter(models.Model):
    _name = 'mrp.routing.workcenter'
    _inherit = ['mrp.routing.workcenter', 'mrp.template.part']

    workcenter_id = fields.Many2one(
        compute='_compute_workcenter_id', store=True, readonly=False, precompute=True)
    bom_use_stages = fields.Boolean(related='bom_id.use_stages', string="On a Production Template")
    instruction = fields.Html("Instruction")
    performer_type = fields.Selection(PERFORMER_TYPES, string="Performer", default='at_start', required=True)
    performer_role_id = fields.Many2one(
        'mrp.role', string="Role", check_company=True, index='btree_not_null', ondelete='restrict',
        compute='_compute_performer_role_id', store=True, readonly=False, precompute=True)
    is_parallel = fields.Boolean(
        "In Parallel with the Previous Stage",
        help="Both may be worked at once; the stage after them waits for both.")
    performer_employee_id = fields.Many2one(
        'hr.employee', string="Employee", check_company=True,
        compute='_compute_performer_employee_id', store=True, readonly=False, precompute=True)
    performer_partner_id = fields.Many2one(
        'res.partner', string="Subcontractor", check_company=True, index='btree_not_null', ondelete='restrict',
        compute='_compute_performer_partner_id', store=True, readonly=False, precompute=True)
    performer_name = fields.Char("Performer Name", compute='_compute_performer_name')
    wait_after = fields.Float(
        "Wait After (hours)",
        help="Technological wait: units that passed this stage may enter the next one only after "
             "this many hours, e.g. drying or degassing.")
    consumption_mode = fields.Selection(
        [('start', "At start"), ('finish', "At completion")],
        string="Materials Leave Stock", default='finish', required=True)

    stage_material_ids = fields.One2many(
        'mrp.bom.line', 'operation_id', "Materials", help="What the stage uses, per batch quantity of the template.")

    is_optional = fields.Boolean("Optional", help="Done only on orders that ask for it.")
    activation = fields.Selection(
        [('manual', "By hand"), ('upsell', "Upsell on the sale order"), ('attribute', "Product variant")],
        string="Done When", compute='_compute_activation', store=True, readonly=False, precompute=True,
        help="By hand: a supervisor activates the stage in the order.\n"
             "Upsell: one of the products is on the order's sale order.\n"
             "Product variant: the variant has one of the values in Apply on Variants.")
    upsell_product_ids = fields.Many2many(
        'product.product', 'mrp_operation_upsell_product_rel', string="Upsell Products",
        help="Any of these on the sale order activates the stage.")

    _wait_after_positive = models.Constraint(
        'CHECK (wait_after >= 0)', "The wait after a stage cannot be negative.")
    _time_cycle_manual_positive = models.Constraint(
        'CHECK (time_cycle_manual >= 0)', "The planned duration of a stage cannot be negative.")
    _performer_employee_known = models.Constraint(
        "CHECK (performer_type != 'employee' OR performer_employee_id IS NOT NULL)",
        "Name the employee who performs the stage, or let the performer be chosen at start.")
    _performer_role_known = models.Constraint(
        "CHECK (performer_type != 'role' OR performer_role_id IS NOT NULL)",
        "Name the role whose people perform the stage, or let the performer be chosen at start.")
    _performer_partner_known = models.Constraint(
        "CHECK (performer_type != 'subcontractor' OR performer_partner_id IS NOT NULL)",
        "Name the subcontractor who performs the stage, or let the performer be chosen at start.")
    _activation_known = models.Constraint(
        "CHECK (activation IS NOT NULL OR is_optional IS NOT TRUE)",
        "Say when an optional stage is done: by hand, for an upsell or for some variants.")

    @api.depends('bom_id')
    def _compute_workcenter_id(self):
        for operation in self:
            if not operation.workcenter_id and operation.bom_id.use_stages:
                company = operation.bom_id.company_id or self.env.company
                operation.workcenter_id = company.stage_workcenter_id

    # A method for each: a field that is written is not computed, nor is any other of the same method.
    @api.depends('performer_type')
    def _compute_performer_employee_id(self):
        self._clear_other_performer('employee')

    @api.depends('performer_type')
    def _compute_performer_role_id(self):
        self._clear_other_performer('role')

    @api.depends('performer_type')
    def _compute_performer_partner_id(self):
        self._clear_other_performer('subcontractor')

    def _clear_other_performer(self, performer_type):
        """Who performs the stage is said in one way only."""
        self.filtered(lambda operation: operation.performer_type != performer_type).update(
            {PERFORMER_FIELDS[performer_type]: False})

    @api.depends('performer_type', 'performer_employee_id', 'performer_role_id', 'performer_partner_id')
    def _compute_performer_name(self):
        for operation in self:
            operation.performer_name = performer_name(operation)

    @api.depends('is_optional')
    def _compute_activation(self):
        for operation in self:
            operation.activation = operation.is_optional and (operation.activation or 'manual')

    @api.constrains('is_optional', 'activation', 'upsell_product_ids', 'bom_product_template_attribute_value_ids')
    def _check_activation(self):
        for operation in self:
            if operation.activation == 'upsell' and not operation.upsell_product_ids:
                raise ValidationError(self.env._(
                    "%(stage)s is done for an upsell: name the products that ask for it.", stage=operation.name))
            if operation.activation == 'attribute' and not operation.bom_product_template_attribute_value_ids:
                raise ValidationError(self.env._(
                    "%(stage)s is done for some variants: name their values in Apply on Variants.",
                    stage=operation.name))

    @api.onchange('performer_role_id')
    def _onchange_performer_role_id(self):
        """A role that nobody has is no mistake yet, but nobody could start the stage."""
        role = self.performer_role_id
        if role and not role.employee_ids:
            return {'warning': {
                'title': self.env._("Nobody has this role"),
                'message': self.env._(
                    "Only supervisors could start this stage. Add people to %(role)s in Configuration, Roles.",
                    role=role.name),
            }}
        return None
