from odoo import models


class MrpDefect(models.Model):
    """What a defect answers, and the buttons of its form."""

    _inherit = 'mrp.defect'

    def _get_report_event(self):
        """Return the event of the report."""
        self.ensure_one()
        return self.event_ids.sorted('id')[:1]

    def _find_later_event(self):
        """Return what has happened at the order or the sub-batch since the report, if anything did.

        Reports that have been withdrawn count as not made.
        """
        self.ensure_one()
        report = self._get_report_event()
        later = (self.production_id.event_ids | self.child_batch_id.event_ids).filtered(
            lambda event: event.id > report.id and event.kind not in ('begin', 'withdraw')
            and event.defect_id.state != 'withdrawn')
        return later.sorted('id')[:1]

    def _get_message(self):
        """Return what whoever reported should know, or False."""
        self.ensure_one()
        if self.state != 'escalated':
            return False
        names = {
            'stage': self.workorder_id.name, 'limit_stage': self.limit_workorder_id.name,
            'limit': self.limit_workorder_id.rework_limit, 'person': self.escalation_user_id.name}
        if self.escalation_user_id:
            return self.env._(
                "The rework limit of %(limit_stage)s, %(limit)s, is reached. The units wait at %(stage)s until "
                "%(person)s decides.", **names)
        return self.env._(
            "The rework limit of %(limit_stage)s, %(limit)s, is reached. The units wait at %(stage)s until a "
            "supervisor decides.", **names)

    def action_withdraw(self):
        self.ensure_one()
        self.workorder_id.stage_withdraw_defect(self.id, source='office')
        return True

    def action_open_decision(self):
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('mrp_production_stage.mrp_stage_decision_action')
        return action | {'context': {'default_defect_id': self.id, 'dialog_size': 'medium'}}

