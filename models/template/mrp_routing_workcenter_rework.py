from odoo import api, fields, models
from odoo.exceptions import ValidationError


class MrpRoutingWorkcenter(models.Model):
    """How often units may come back to a stage, who decides when that has been too often, and what they use again."""

    _inherit = 'mrp.routing.workcenter'

    rework_limit = fields.Integer(
        "Rework Limit",
        help="How often units may be returned to this stage, or sent back from it. 0: as often as needed.\n"
             "Beyond that they wait until somebody decides about them.")
    escalation_user_id = fields.Many2one(
        'res.users', "Escalation", check_company=True, domain="[('share', '=', False)]",
        help="Who decides when units would come back more often than the rework limit allows.")
    rework_consumes = fields.Boolean(
        "Rework Takes the Norm Again",
        help="Units that come back to this stage take its materials once more. Otherwise what rework uses is typed in "
             "when it is finished.")

    _rework_limit_positive = models.Constraint(
        'CHECK (rework_limit >= 0)', "The rework limit of a stage cannot be negative. 0 means no limit.")

    @api.constrains('escalation_user_id')
    def _check_escalation_user(self):
        for operation in self:
            # People of the shop floor may not read other users.
            user = operation.escalation_user_id.sudo()
            if user.share:
                raise ValidationError(self.env._(
                    "%(user)s is a portal user and cannot decide about %(stage)s. Choose somebody of the company.",
                    user=user.name, stage=operation.name))
