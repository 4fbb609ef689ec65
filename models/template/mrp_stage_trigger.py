from odoo import api, fields, models
from odoo.exceptions import ValidationError


class MrpStageTrigger(models.Model):
    """What follows from the start or the finish of a stage: a message, an activity, an action."""

    _name = 'mrp.stage.trigger'
    _inherit = ['mrp.stage.list.mixin']
    _description = "Trigger of a Stage"
    _rec_name = 'moment'
    _check_company_auto = True

    moment = fields.Selection(
        [('start', "Starts"), ('finish', "Finishes")], "When the Stage", default='finish', required=True)
    mail_template_id = fields.Many2one(
        'mail.template', "Message to the Customer", domain="[('model', '=', 'mrp.workorder')]", ondelete='set null',
        help="Its text goes to the customer of each sale order that is served, in the customer's language, and stays "
             "in the history of that sale order.")
    activity_type_id = fields.Many2one(
        'mail.activity.type', "Activity",
        domain="['|', ('res_model', '=', False), ('res_model', '=', 'mrp.production')]", ondelete='set null')
    activity_summary = fields.Char("Summary")
    activity_note = fields.Html("Note")
    activity_user_id = fields.Many2one(
        'res.users', "Responsible", domain="[('share', '=', False)]", ondelete='set null', check_company=True)
    activity_role_id = fields.Many2one(
        'mrp.role', "Responsible Role", ondelete='restrict', index='btree_not_null', check_company=True)
    activity_days = fields.Integer("Due In (days)", help="Days after the moment. 0: the same day.")
    server_action_id = fields.Many2one(
        'ir.actions.server', "Action", domain="[('model_name', '=', 'mrp.workorder')]", ondelete='set null',
        help="Server actions on work orders, made by an administrator.")

    _activity_days_positive = models.Constraint(
        'CHECK (activity_days >= 0)', "An activity cannot be due before what triggers it: the days must be 0 or more.")
    _one_responsible = models.Constraint(
        'CHECK (activity_user_id IS NULL OR activity_role_id IS NULL)',
        "An activity is for a person or for a role: choose one of them.")

    # The moment is always given: so an empty row is looked at, too.
    @api.constrains('moment', 'mail_template_id', 'activity_type_id', 'server_action_id')
    def _check_does_something(self):
        for trigger in self:
            if not (trigger.mail_template_id or trigger.activity_type_id or trigger.server_action_id):
                raise ValidationError(self.env._(
                    "A trigger of %(stage)s does nothing: choose a message, an activity or an action, or remove it.",
                    stage=trigger._get_owner().name))

    @api.constrains('mail_template_id', 'server_action_id')
    def _check_about_stages(self):
        # Managers see no actions on other models, and are to read why they cannot have one.
        for trigger in self.sudo():
            for means, model in (
                (trigger.mail_template_id, trigger.mail_template_id.model),
                (trigger.server_action_id, trigger.server_action_id.model_name),
            ):
                if means and model != 'mrp.workorder':
                    raise ValidationError(self.env._(
                        "%(means)s is not for stages: a trigger of %(stage)s needs one that is for work orders.",
                        means=means.display_name, stage=trigger._get_owner().name))
