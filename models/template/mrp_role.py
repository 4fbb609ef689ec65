from odoo import api, fields, models


class MrpRole(models.Model):
    """A trade that several people have: a stage may be for anyone in it."""

    _name = 'mrp.role'
    _description = "Production Role"
    _order = 'name, id'
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    color = fields.Integer()
    company_id = fields.Many2one(
        'res.company', index=True, default=lambda self: self.env.company,
        help="Empty: used in every company.")
    employee_ids = fields.Many2many('hr.employee', string="Employees", check_company=True)
    employee_count = fields.Integer("People", compute='_compute_employee_count')

    @api.depends('employee_ids')
    def _compute_employee_count(self):
        for role in self:
            role.employee_count = len(role.employee_ids)
