from odoo import models
from odoo.exceptions import AccessError, UserError
from odoo.tools.misc import clean_context

from .arguments import check_moment, check_quantity, check_record_id, check_units
from .given_answer import parse_given_answers
from .mrp_workorder_event import EVENT_SOURCES
from .photo import check_photos
from .stage_act import StageAct


class MrpWorkorder(models.Model):
    """The public acts on a stage: used by buttons, pages and integrators alike.

    Each takes, besides its own arguments and those that `_parse_act_details` understands:

    :param client_key: names the act; the same key again returns the first answer and does nothing
    :param occurred_at: when it happened, UTC, datetime or string; default now
    :param source: where it comes from, a source of `mrp.workorder.event`; default ``api``
    :return: the stage after the act as a dict, see `_prepare_stage_answer`; a list of them when called on
        several stages
    :raises UserError: the act does not fit; nothing has changed
    """

    _inherit = 'mrp.workorder'

    def stage_start(self, employee_id=None, override_reason=None, units=None, qty=None, **options):
        """Start the stage with the units that are ready; on orders made unit by unit, with the next one.

        :param int employee_id: who works; default the caller. Only a supervisor may name somebody else
        :param str override_reason: why a supervisor starts before the technological wait is over
        :param list units: numbers of units; only on orders made unit by unit, as is the next
        :param int qty: how many units, those with the lowest numbers that nobody works on; default 1
        """
        request = {'employee_id': employee_id, 'override_reason': override_reason}
        request |= self._parse_units(units, qty)
        return self._act('start', request, employee_id=employee_id, **options)

    def stage_pause(self, reason=None, units=None, **options):
        """Stop the caller's clock. A supervisor who does not work on the stage stops everybody's.

        :param list units: numbers of units to pause, of an order made unit by unit; default all the caller works on
        """
        return self._act('pause', {'reason': reason} | self._parse_units(units), note=reason, **options)

    def stage_resume(self, employee_id=None, units=None, **options):
        """Work again on a started stage, or join those who work on it.

        :param int employee_id: who works; default the caller. Only a supervisor may name somebody else
        :param list units: numbers of paused units, of an order made unit by unit, somebody else's too; default all that
            the one who works has paused
        """
        request = {'employee_id': employee_id} | self._parse_units(units)
        return self._act('resume', request, employee_id=employee_id, **options)

    def stage_finish(self, qty=None, units=None, materials=None, checks=None, photos=None, note=None, **options):
        """Pass units on to the next stage.

        :param float qty: units finished, in the order's unit of measure; default all that are ready. On orders made
            unit by unit how many of those the caller works on, the lowest numbers first; default all of them
        :param list units: numbers of started units; only on orders made unit by unit
        :param list materials: what was really used, ``{'move_id', 'qty'}`` for a planned material in the
            unit of its move, or ``{'product_id', 'qty', 'uom_id', 'lot_id'}`` for any other
        :param list checks: answers to the checklist, see `stage_checks`: ``{'check_id', 'value'}``, the value a bool,
            number, text, or for a photo ``{'name', 'data'}``. With ``accept_reason`` a supervisor accepts a value
            that is out of limits. Every finish answers the required checks
        :param list photos: ``{'name', 'data'}`` with a base64 image, kept as attachments of the stage
        :param str note: a comment
        """
        request = {'qty': None, 'materials': materials or []} | self._parse_units(units, qty)
        answers, images = parse_given_answers(self.env, checks or []), check_photos(self.env, photos or [])
        if answers:
            request['checks'] = [answer.digest() for answer in answers]
        if images:
            request['photos'] = [photo.digest() for photo in images]
        return self._act('finish', request, note=note, checks=answers, photos=images, **options)

    def stage_cancel_start(self, units=None, **options):
        """Undo a start of which nothing has been finished: its time goes, its materials come back.

        :param list units: numbers of started units, of an order made unit by unit; default all the caller works on
        """
        return self._act('cancel_start', self._parse_units(units), **options)

    def stage_hold(self, reason_id, note=None, **options):
        """Stop work on the stage until it is released.

        :param int reason_id: a `mrp.hold.reason`
        """
        reason = self.env['mrp.hold.reason'].sudo().browse(check_record_id(self.env, reason_id)).exists()
        if not reason or (reason.company_id and reason.company_id not in self.sudo().company_id):
            raise UserError(self.env._("This hold reason does not exist. Choose another one."))
        return self._act('hold', {'reason_id': reason.id}, note=note, reason=reason, **options)

    def stage_release(self, note=None, **options):
        """Let work on a held stage go on."""
        return self._act('release', {}, note=note, **options)

    def stage_assign(self, employee_id, **options):
        """Say who performs the stage; for supervisors.

        :param int employee_id: a `hr.employee`
        """
        employee = self._browse_employee(employee_id)
        return self._act('assign', {'employee_id': employee.id}, note=employee.name, **options)

    # ------------------------------------------------------------
    # From arguments to an act
    # ------------------------------------------------------------

    def _parse_units(self, units=None, qty=None):
        """Return which units, or how many, as part of an act's request."""
        if units is not None and qty is not None:
            raise UserError(self.env._("Name the units, or say how many. Not both."))
        if units is not None:
            return {'units': check_units(self.env, units)}
        return {} if qty is None else {'qty': check_quantity(self.env, qty)}

    def _act(self, kind, request, employee_id=None, note=None, reason=None,
             checks=(), photos=(), client_key=None, occurred_at=None, source='api', **details):
        """Check who calls and with what, and take the act through the door."""
        self._check_may_act()
        request = request | self._parse_act_details(kind, details)
        if not self:
            return []
        if len(self.exists()) != len(self):
            raise UserError(self.env._("This stage no longer exists."))
        if client_key is not None:
            replay = self._get_replayed_answer(kind, request, client_key)
            if replay:
                return replay
        if source not in dict(EVENT_SOURCES):
            raise UserError(self.env._("%(source)s is not a known source of an act.", source=source))
        act = StageAct(
            kind=kind,
            employee=self._get_acting_employee(employee_id),
            occurred_at=self._check_occurred_at(occurred_at),
            source=source,
            is_supervisor=self._is_stage_supervisor(),
            request=request,
            client_key=client_key,
            note=note,
            reason=reason,
            checks=list(checks),
            photos=list(photos),
        )
        # The caller has been checked; operators own none of the records that an act writes. Defaults for the dialog
        # the act comes from are none for these.
        acted_on = self.with_env(self.env(su=True, context=clean_context(self.env.context)))
        for company, stages in acted_on.grouped('company_id').items():
            stages.with_company(company)._perform_stage_act(act)
        answers = [act.answer[stage.id] for stage in self]
        return answers[0] if len(self) == 1 else answers

    def _parse_act_details(self, kind, details):
        """Hook: return what an act says that no act here knows of, checked, as more of its request.

        Whoever extends this takes the arguments it knows out of a copy, and leaves the others to `super()`.

        :param str kind: of the act
        :param dict details: arguments of the public act, by name
        :return: dict, JSON-able
        :raises UserError: nobody knows such an argument of that kind of act, or it is none
        """
        if details:
            raise UserError(self.env._(
                "This act takes no %(names)s. See the names of its arguments.", names=", ".join(details)))
        return {}

    def _check_may_act(self):
        """Refuse whoever does not see these stages, or sees them without working in production.

        :raises AccessError:
        """
        self.check_access('read')
        user = self.env.user
        if not (self.env.su or user.has_group('mrp_production_stage.group_operator')
                or user.has_group('mrp.group_mrp_user')):
            raise AccessError(self.env._("Only people of production may act on stages."))

    def _get_replayed_answer(self, kind, request, client_key):
        """Return the first answer to an act that was sent before, or None.

        :raises UserError: the key was used for another act
        """
        if not isinstance(client_key, str) or not client_key.strip():
            raise UserError(self.env._("A client key is a text that names one act."))
        if len(self) != 1:
            raise UserError(self.env._("A client key names one act on one stage, not on several."))
        # The event may be of a stage the caller no longer sees.
        event = self.env['mrp.workorder.event'].sudo().search([('client_key', '=', client_key)])
        if not event:
            return None
        is_same_kind = event.kind in self._get_logged_kinds(kind)
        if event.workorder_id.id != self.id or not is_same_kind or (event.request or {}) != request:
            raise UserError(self.env._(
                "The client key %(key)s was already used for another act: %(kind)s of %(stage)s. "
                "Every act needs a key of its own.",
                key=client_key, stage=event.stage_name,
                kind=dict(event._fields['kind']._description_selection(self.env))[event.kind]))
        return event.answer | {'event_id': event.id, 'replayed': True}

    def _get_logged_kinds(self, kind):
        """Hook: return the kinds of event that an act of this kind may turn out to be."""
        return {kind}

    def _is_stage_supervisor(self):
        return self.env.su or self.env.user.has_group('mrp_production_stage.group_supervisor')

    def _get_acting_employee(self, employee_id):
        """The employee who acts: the one named, or the caller's own, which an office user may lack."""
        # Operators may not read employee files; only the record is needed here.
        own = self.env.user.sudo().with_company(self.sudo().company_id[:1]).employee_id
        if not employee_id:
            return own
        employee = self._browse_employee(employee_id)
        if employee != own and not self._is_stage_supervisor():
            raise UserError(self.env._(
                "You can act only for yourself. A supervisor can act for %(name)s.", name=employee.name))
        return employee

    def _browse_employee(self, employee_id):
        employee = self.env['hr.employee'].sudo().browse(check_record_id(self.env, employee_id)).exists()
        companies = self.sudo().company_id
        if not employee or not employee.active or any(employee.company_id != company for company in companies):
            raise UserError(self.env._("This employee does not work in the company of the order."))
        return employee

    def _check_occurred_at(self, value):
        """Return when an act on these stages happened, naive UTC.

        :raises UserError: not a time, in the future, or before what has been logged of the stage
        """
        moment = check_moment(self.env, value)
        if value is not None:
            self.sudo()._check_stage_chronology(moment)
        return moment
