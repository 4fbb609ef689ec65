from datetime import timedelta

import pytz

from odoo import models


class MrpStageTrigger(models.Model):
    """Activities on production orders."""

    _inherit = 'mrp.stage.trigger'

    def _schedule_activities(self, moment):
        """Make the activities of these triggers.

        :param moment: when it happened what sets them off, naive UTC
        :return: pairs of a record and what is to be noted there
        """
        triggers = self.filtered('activity_type_id')
        if not triggers:
            return []
        users, notes = triggers._choose_users()
        reason = self._attempt(self.env['mail.activity'].create, [
            trigger._prepare_activity_vals(user, moment) for trigger, user in users.items()])
        if not reason:
            return notes
        return [
            (trigger.workorder_id.production_id, self.env._(
                "The activity %(activity)s of %(stage)s could not be made: %(reason)s",
                activity=trigger._get_activity_name(), stage=trigger.workorder_id.name, reason=reason))
            for trigger in triggers]

    def _choose_users(self):
        """Choose who gets the activities of these triggers: of the people with a role who has the fewest of them.

        :return: ``{trigger: res.users}``, and pairs of a record and what is to be noted there
        """
        candidates = {trigger: trigger._get_candidates() for trigger in self}
        everybody = self.env['res.users'].union(*candidates.values())
        counts = everybody._count_activities()
        chosen, notes = {}, []
        for trigger, users in candidates.items():
            user = users._get_least_busy(counts)
            if not user:
                user = trigger.workorder_id.production_id.user_id._filter_working_in(trigger.company_id)
                notes += trigger._prepare_stand_in_notes(user)
            counts[user] += 1
            chosen[trigger] = user
        return chosen, notes

    def _get_candidates(self):
        """Return whom the activity is meant for."""
        users = self.activity_role_id.employee_ids.user_id or self.activity_user_id
        return users._filter_working_in(self.company_id)

    def _prepare_stand_in_notes(self, user):
        """Return what is to be noted where nobody whom an activity is meant for can have it."""
        meant_for = self.activity_role_id.name or self.activity_user_id.name
        if not meant_for:
            return []
        names = {'meant_for': meant_for, 'activity': self._get_activity_name(), 'stage': self.workorder_id.name}
        if user:
            text = self.env._(
                "No user of this company was found for %(meant_for)s. The activity %(activity)s of %(stage)s is for "
                "%(user)s, who is responsible for the order.", user=user.name, **names)
        else:
            text = self.env._(
                "No user of this company was found for %(meant_for)s, and nobody is responsible for the order. Assign "
                "the activity %(activity)s of %(stage)s to somebody.", **names)
        return [(self.workorder_id.production_id, text)]

    def _get_activity_name(self):
        return self.activity_summary or self.activity_type_id.name

    def _prepare_activity_vals(self, user, moment):
        """Return the values of the activity; its days are counted where its user is."""
        order = self.workorder_id.production_id
        zone = pytz.timezone(user.tz or order.company_id.resource_calendar_id.tz or 'UTC')
        today = pytz.utc.localize(moment).astimezone(zone).date()
        return {
            'res_model_id': self.env['ir.model']._get_id(order._name),
            'res_id': order.id,
            'activity_type_id': self.activity_type_id.id,
            'summary': self.activity_summary or self.activity_type_id.summary,
            'note': self.activity_note or self.activity_type_id.default_note,
            'user_id': user.id,
            'date_deadline': today + timedelta(days=self.activity_days),
            'automated': True,
        }
