from odoo import api, fields, models
from odoo.exceptions import ValidationError

# The deals' statuses that an order keeps from its template: at these moments it moves its deal.
ORDER_CRM_STAGE_FIELDS = ('crm_stage_done_id', 'crm_stage_cancel_id', 'crm_stage_defect_id', 'crm_stage_rework_id')
CRM_STAGE_FIELDS = ('crm_stage_start_id', *ORDER_CRM_STAGE_FIELDS)


class MrpBom(models.Model):
    """What moves between a template's orders and the deals they are made for."""

    _inherit = 'mrp.bom'

    start_on_sale_confirm = fields.Boolean(
        "Order on Sale Confirmation", help="A confirmed sale order makes the production orders of its products.")
    crm_stage_start_id = fields.Many2one(
        'crm.stage', "Order at Status", index='btree_not_null',
        help="A deal that reaches this status makes its production orders.")
    crm_stage_done_id = fields.Many2one(
        'crm.stage', "Production Done", help="The deal's status once all mandatory stages of its orders are done.")
    crm_stage_cancel_id = fields.Many2one(
        'crm.stage', "Production Cancelled", help="The deal's status once all its production orders are cancelled.")
    crm_stage_defect_id = fields.Many2one(
        'crm.stage', "Defect", help="The deal's status once units of it are written off.")
    crm_stage_rework_id = fields.Many2one(
        'crm.stage', "Rework", help="The deal's status once units of it are returned to an earlier stage.")

    crm_move_closed = fields.Boolean(
        "Move Won and Lost Deals", help="Without it production leaves deals alone that are won or lost.")

    @api.constrains('company_id', *CRM_STAGE_FIELDS)
    def _check_status_teams(self):
        """A deal is of one team, and has the statuses of that team only: a template that names statuses of two would
        start at one of them and never get to the other."""
        # Whoever writes templates need not see the teams.
        for template in self.sudo():
            statuses = self.env['crm.stage'].sudo().union(*(template[name] for name in CRM_STAGE_FIELDS))
            bound = statuses.filtered('team_ids')
            if bound and not template._get_deal_teams(bound):
                raise ValidationError(self.env._(
                    "No deal of %(company)s gets to all of these statuses, as they are for certain sales teams: "
                    "%(statuses)s. Choose statuses of the same team, or of all teams.",
                    company=(template.company_id or self.env.company).name,
                    statuses=", ".join(f"{status.name} ({', '.join(status.team_ids.mapped('name'))})"
                                       for status in bound)))

    def _get_deal_teams(self, statuses):
        """Return the sales teams of this template's company whose deals have all of these statuses.

        :param statuses: `crm.stage`, each of certain teams
        """
        teams = statuses.team_ids.filtered(
            lambda team: not self.company_id or not team.company_id or team.company_id == self.company_id)
        for status in statuses:
            teams &= status.team_ids
        return teams

    @api.model
    def _get_unversioned_fields(self):
        """What makes an order is nothing it is made from."""
        return super()._get_unversioned_fields() | {'start_on_sale_confirm', 'crm_stage_start_id'}

    def _get_lost_triggers_message(self, statuses):
        """Return what this template loses when these statuses of deals are deleted."""
        self.ensure_one()
        lost = [name for name in CRM_STAGE_FIELDS if self[name] in statuses]
        return self.env._(
            "A status of deals was deleted: %(status)s. Nothing happens any more at: %(triggers)s. "
            "Choose another one under Triggers.",
            status=", ".join(dict.fromkeys(self[name].name for name in lost)),
            triggers=", ".join(self._fields[name]._description_string(self.env) for name in lost))
