from dataclasses import dataclass
from typing import Any

from odoo.exceptions import UserError

from .arguments import check_record_id
from .photo import Photo, check_photos


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """One item of the ``checks`` of `stage_finish`, before anything is known of its check.

    :ivar value: as the caller gave it; a photo as `Photo`
    :ivar reason: why it is accepted though it is not good
    """

    check_id: int
    value: Any
    reason: str | None = None

    def digest(self):
        """Return what is logged of the answer as part of the request."""
        value = self.value.digest() if isinstance(self.value, Photo) else self.value
        return {'check_id': self.check_id, 'value': value, 'accept_reason': self.reason}


def parse_given_answers(env, checks):
    """Return the ``checks`` of `stage_finish` as `GivenAnswer`.

    :param list checks: ``{'check_id', 'value'}``, with ``accept_reason`` for a value that a supervisor accepts
    :raises UserError: something is not an answer, or a check is answered twice
    """
    if not isinstance(checks, (list, tuple)):
        raise UserError(env._("The answers to a checklist are given as a list."))
    answers = {}
    for item in checks:
        if not isinstance(item, dict) or 'check_id' not in item or 'value' not in item:
            raise UserError(env._("An answer to a checklist is given as a check and a value."))
        value, reason = item['value'], item.get('accept_reason') or None
        if reason is not None and not isinstance(reason, str):
            raise UserError(env._("The reason for accepting a value is a text."))
        if isinstance(value, dict):
            value, = check_photos(env, [value])
        answer = GivenAnswer(check_record_id(env, item['check_id']), value, reason and reason.strip())
        if answer.check_id in answers:
            raise UserError(env._("Check %(number)s is answered twice.", number=answer.check_id))
        answers[answer.check_id] = answer
    return list(answers.values())
