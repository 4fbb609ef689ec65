import logging

from markupsafe import Markup

from odoo import SUPERUSER_ID, api, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

_logger = logging.getLogger(__name__)


class MrpStageTrigger(models.Model):
    """The triggers of orders' stages do what they say; nothing of it stops the floor."""

    _inherit = 'mrp.stage.trigger'

    @api.model_create_multi
    def create(self, vals_list):
        triggers = super().create(vals_list)
        for moment, some in triggers.grouped('moment').items():
            some.workorder_id._expect_triggers(moment)
        return triggers

    def _get_affected(self):
        """Return whose history says that a trigger has changed: its template, or its order while it is to come."""
        stage = self.workorder_id
        if not stage:
            return self.operation_id.bom_id
        return stage.production_id if stage[f'{self.moment}_trigger_state'] == 'due' else stage.production_id.browse()

    def _fire(self, moment):
        """Do what these triggers of orders' stages say; note on the order what could not be done.

        :param moment: when it happened what sets them off, naive UTC
        """
        if not self:
            return
        # What an act has changed so far is its own: it must not be undone with a trigger that fails.
        self.env.flush_all()
        # Whoever acts on the floor has no rights on sales, mails, activities of others or what an administrator's
        # action does, and is the author of none of it. Nor do they wait until a mail server answers.
        triggers = self.with_user(SUPERUSER_ID).with_context(mail_notify_force_send=False)
        triggers._log_trigger_notes([
            *triggers._post_messages(),
            *triggers._schedule_activities(moment),
            *triggers._run_actions(),
        ])
        if triggers.mail_template_id or triggers.activity_type_id:
            self.env.ref('mail.ir_cron_mail_scheduler_action').sudo()._trigger()

    def _run_actions(self):
        """Run the server actions of these triggers, each on its stage.

        :return: pairs of a record and what is to be noted there
        """
        notes = []
        for trigger in self.filtered('server_action_id'):
            stage, action = trigger.workorder_id, trigger.server_action_id
            reason = self._attempt(action.with_context(
                active_model=stage._name, active_id=stage.id, active_ids=stage.ids).run)
            if reason:
                notes.append((stage.production_id, self.env._(
                    "The action %(action)s of %(stage)s failed: %(reason)s",
                    action=action.name, stage=stage.name, reason=reason)))
        return notes

    # ------------------------------------------------------------
    # Failures
    # ------------------------------------------------------------

    def _attempt(self, function, *args):
        """Call what must not stop the floor. If it fails, all that it did is undone.

        :return: why it failed, or None
        """
        try:
            with self.env.cr.savepoint():
                function(*args)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            # Others were faster: Odoo runs the whole act again.
            raise
        except Exception as error:
            # Anything can be wrong with what people wrote into templates and actions.
            _logger.warning("A trigger of a stage failed: %s", error, exc_info=True)
            return str(error) or type(error).__name__
        return None

    def _log_trigger_notes(self, notes):
        """Write notes into the histories of records, all of one model at once.

        :param notes: pairs of a record and a text
        """
        texts = {}
        for record, text in notes:
            texts.setdefault(record._name, {}).setdefault(record.id, []).append(text)
        for model, by_record in texts.items():
            self.env[model].browse(by_record)._message_log_batch({
                record_id: Markup("<br/>").join(lines) for record_id, lines in by_record.items()})
