import base64
import math

from odoo import api, fields, models
from odoo.exceptions import UserError

from .photo import Photo


class MrpWorkorder(models.Model):
    """What is asked of whoever finishes a stage: answers to its checklist, and photos."""

    _inherit = 'mrp.workorder'

    check_answer_ids = fields.One2many('mrp.stage.check.answer', 'workorder_id', "Answers", readonly=True)
    check_text = fields.Text("To Check", compute='_compute_check_text', compute_sudo=True)

    @api.depends('checklist_ids', 'photo_required')
    def _compute_check_text(self):
        """What an operator must know before the work rather than after it, on the card of the stage."""
        for stage in self:
            lines = [f"{check.name}: {check.limits}" if check.limits else check.name for check in stage.checklist_ids]
            if stage.photo_required:
                lines.append(self.env._("Photo of what was done"))
            stage.check_text = "\n".join(lines)

    @api.readonly
    def stage_checks(self):
        """Return the checklist of the stage: what `stage_finish` takes answers to.

        :return: list of ``{'check_id', 'name', 'kind', 'is_required', 'unit', 'expected', 'limit_min', 'limit_max'}``;
            what a check does not have is left out
        """
        self.ensure_one()
        self.check_access('read')
        # Operators have no rights on checks, but see those of a stage they see.
        return [check._prepare_description() for check in self.sudo().checklist_ids]

    # ------------------------------------------------------------
    # Hooks of the door
    # ------------------------------------------------------------

    def _check_stage_finish(self, act):
        """Every finish answers the required checks of its stage, be it of part of the batch."""
        super()._check_stage_finish(act)
        answered = self._get_answered_checks(act)
        for check, answer in answered.items():
            check.workorder_id._check_answer(act, check, answer)
        for stage in self:
            missing = stage.checklist_ids.filtered('is_required') - self.env['mrp.stage.check'].union(*answered)
            if missing:
                raise UserError(self.env._(
                    "%(stage)s of %(order)s cannot be finished before its checklist is answered: %(checks)s. "
                    "Do it in the stage's Finish dialog.",
                    stage=stage.name, order=stage.production_id.name, checks=", ".join(missing.mapped('name'))))
            if stage.photo_required and not act.photos:
                raise UserError(self.env._(
                    "%(stage)s of %(order)s cannot be finished without a photo of what was done. "
                    "Add one in the stage's Finish dialog.",
                    stage=stage.name, order=stage.production_id.name))

    def _after_stage_finish(self, act):
        super()._after_stage_finish(act)
        if act.photos:
            self._attach_photos(act)

    def _prepare_stage_event_vals(self, act):
        vals = super()._prepare_stage_event_vals(act)
        if photos := act.attachments.get(self.id):
            vals['photo_ids'] = [fields.Command.set(photos.ids)]
        return vals

    def _log_stage_act(self, act):
        events = super()._log_stage_act(act)
        if act.checks:
            self._log_answers(act, events)
        return events

    # ------------------------------------------------------------
    # Answers
    # ------------------------------------------------------------

    def _get_answered_checks(self, act):
        """Return the act's answers by check.

        :raises UserError: an answer to what is no check of these stages
        """
        if not act.checks:
            return {}
        checks = {check.id: check for check in self.checklist_ids}
        for answer in act.checks:
            if not checks:
                raise UserError(self.env._(
                    "%(stage)s has no checklist: there is nothing to answer.", stage=", ".join(self.mapped('name'))))
            if answer.check_id not in checks:
                raise UserError(self.env._(
                    "Check %(number)s is not one of %(stage)s.",
                    number=answer.check_id, stage=", ".join(self.mapped('name'))))
        return {checks[answer.check_id]: answer for answer in act.checks}

    def _check_answer(self, act, check, answer):
        """Refuse an answer that is of another kind than its check, or out of limits and not accepted."""
        if not self._is_answer_of_kind(check.kind, answer.value):
            names = {'check': check.name, 'stage': self.name}
            raise UserError({
                'yes_no': self.env._("%(check)s of %(stage)s is answered with yes or no.", **names),
                'number': self.env._("%(check)s of %(stage)s is answered with a number.", **names),
                'text': self.env._("%(check)s of %(stage)s is answered with a text.", **names),
                'photo': self.env._("%(check)s of %(stage)s is answered with a photo.", **names),
            }[check.kind])
        if check._is_within(answer.value) or (act.is_supervisor and answer.reason):
            return
        values = {
            'check': check.name, 'stage': self.name, 'value': check._format_answer(answer.value),
            'limits': check.limits,
        }
        if act.is_supervisor:
            raise UserError(self.env._(
                "%(check)s of %(stage)s is %(value)s, but must be %(limits)s. Say why you accept it.", **values))
        raise UserError(self.env._(
            "%(check)s of %(stage)s is %(value)s, but must be %(limits)s. "
            "Only a supervisor may accept it, with a reason.", **values))

    def _is_answer_of_kind(self, kind, value):
        if kind == 'yes_no':
            return isinstance(value, bool)
        if kind == 'text':
            return isinstance(value, str) and bool(value.strip()) and '\0' not in value
        if kind == 'photo':
            return isinstance(value, Photo)
        try:
            return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
        except OverflowError:  # a whole number that no float can hold
            return False

    def _log_answers(self, act, events):
        """Write the act's answers, one per check, beside the events of its stages."""
        events_by_stage = {event.workorder_id: event for event in events}
        self.env['mrp.stage.check.answer'].create([
            check.workorder_id._prepare_answer_vals(act, check, answer) | {
                'event_id': events_by_stage[check.workorder_id].id}
            for check, answer in self._get_answered_checks(act).items()
        ])

    def _prepare_answer_vals(self, act, check, answer):
        self.ensure_one()
        is_good = check._is_within(answer.value)
        return {
            'check_id': check.id,
            'workorder_id': self.id,
            'production_id': self.production_id.id,
            'company_id': self.company_id.id,
            'in_limits': is_good,
            'accepted_by': False if is_good else self.env.user.id,
            'accept_reason': False if is_good else answer.reason,
        } | self._prepare_answer_value_vals(check.kind, answer.value)

    def _prepare_answer_value_vals(self, kind, value):
        if kind == 'photo':
            return {'value_text': value.file_name, 'value_photo': base64.b64encode(value.image)}
        return {{'yes_no': 'value_boolean', 'number': 'value_number', 'text': 'value_text'}[kind]: value}

    # ------------------------------------------------------------
    # Photos
    # ------------------------------------------------------------

    def _attach_photos(self, act):
        """Keep the act's photos with its stages."""
        photos = self.env['ir.attachment'].create([
            {'name': photo.file_name, 'raw': photo.image, 'res_model': self._name, 'res_id': stage.id}
            for stage in self for photo in act.photos
        ])
        for photo in photos:
            act.attachments[photo.res_id] = act.attachments.get(photo.res_id, photo.browse()) | photo
