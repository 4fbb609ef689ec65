from odoo import api, fields, models
from odoo.exceptions import ValidationError

DECISIONS = [
    ('return', "Return to a stage"),
    ('write_off', "Write off"),
]


class MrpDefectReason(models.Model):
    _name = 'mrp.defect.reason'
    _description = "Defect Reason"
    _order = 'sequence, id'
    _rec_names_search = ['name', 'code']

    name = fields.Char("Reason", required=True, translate=True)
    code = fields.Char(help="Short, for reports and for other programs.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    color = fields.Integer()
    default_decision = fields.Selection(
        DECISIONS, default='return', required=True, help="Proposed when a defect is reported for this reason.")
    company_id = fields.Many2one('res.company', index=True, help="Empty: offered in every company.")

    _code_unique = models.UniqueIndex(
        "(COALESCE(company_id, 0), code) WHERE code IS NOT NULL",
        "Another defect reason has this code. Every reason needs a code of its own.")

    @api.constrains('code', 'company_id')
    def _check_code(self):
        """A code means one reason in a company, be that the company's own or one of all companies."""
        coded = self.filtered('code')
        if not coded:
            return
        by_code = self.sudo().with_context(active_test=False).search(
            [('code', 'in', coded.mapped('code'))]).grouped('code')
        for reason in coded:
            for other in by_code[reason.code] - reason:
                if not (reason.company_id and other.company_id) or reason.company_id == other.company_id:
                    raise ValidationError(self.env._(
                        "The code %(code)s is that of the reason %(reason)s already. Every reason needs a code of its "
                        "own.", code=reason.code, reason=other.name))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        used = self.env['mrp.defect'].sudo().search([('reason_id', 'in', self.ids)], limit=1).reason_id
        if used:
            raise ValidationError(self.env._(
                "Defects have been reported with the reason %(reason)s. Archive it instead: it is not offered then.",
                reason=used.name))
