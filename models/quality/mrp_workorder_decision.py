from odoo import fields, models
from odoo.exceptions import UserError

from ..order.arguments import check_record_id, check_text
from .mrp_defect import VERDICTS


class MrpWorkorder(models.Model):
    """Decisions about units that wait for one because a rework limit was reached."""

    _inherit = 'mrp.workorder'

    def stage_decide_defect(self, defect_id, decision, reason, **options):
        """Decide about units that wait at the stage because they would come back too often.

        :param int defect_id: a `mrp.defect` that waits for a decision
        :param str decision: ``allow`` one more cycle, ``accept`` as is, or ``write_off``
        :param str reason: why, for the log
        """
        self._check_may_act()
        if len(self) != 1:
            raise UserError(self.env._("A defect is decided about at one stage."))
        if decision not in dict(VERDICTS):
            raise UserError(self.env._(
                "%(decision)s is no decision about units that wait for one: say allow, accept or write_off.",
                decision=decision))
        reason = check_text(self.env, reason)
        if not reason:
            raise UserError(self.env._("Say why you decide so."))
        request = {'defect_id': check_record_id(self.env, defect_id), 'decision': decision}
        return self._act('decide', request, note=reason, **options)

    def _get_named_defect(self, act):
        """Return the defect that an act names.

        :raises UserError: it is none of this stage
        """
        defect = self.env['mrp.defect'].browse(act.request['defect_id']).exists()
        if defect.workorder_id != self:
            raise UserError(self.env._(
                "This defect is none of %(stage)s of %(order)s.", stage=self.name, order=self.production_id.name))
        return defect

    # ------------------------------------------------------------
    # Door
    # ------------------------------------------------------------

    def _check_stage_decide(self, act):
        self._check_order_running()
        defect = act.kept['defect'] = self._get_named_defect(act)
        if defect.state != 'escalated':
            raise UserError(self.env._(
                "%(defect)s does not wait for a decision.", defect=defect.display_name)
                if not defect.verdict else self.env._(
                "%(person)s has decided about %(defect)s already.",
                person=defect.verdict_user_id.name, defect=defect.display_name))
        if not act.is_supervisor and defect.escalation_user_id != self.env.user:
            raise UserError(self.env._("Only a supervisor may decide about units that come back too often."))
        if act.request['decision'] == 'write_off':
            self._check_may_write_off(act)
        act.kept['amount'] = self._get_waiting_amount(defect)

    def _get_waiting_amount(self, defect):
        """Return which units of a defect still wait: some may have been lost, or sent back, on a parallel branch."""
        flow = self.production_id._load_flow()
        held = flow.held_amount(self)
        return held & frozenset(defect.units) if flow.is_numbered else min(flow.quantity(held), defect.quantity)

    def _apply_stage_decide(self, act):
        if not act.kept['amount']:
            return
        self._move_units(act, lambda flow: flow.release(self, act.kept['amount']))
        verdict = act.request['decision']
        if verdict == 'write_off':
            act.kept['done'] = 'write_off'
            self._lose_units(act)
        elif verdict == 'allow':
            act.to = act.kept['defect'].return_workorder_id
            act.kept['done'] = self._get_return_kind(self.production_id._load_flow(), act)
            {'return': self._return_units, 'split': self._split_units}[act.kept['done']](act)

    def _after_stage_decide(self, act):
        verdict, defect = act.request['decision'], act.kept['defect']
        vals = {
            'state': 'done', 'verdict': verdict, 'verdict_reason': act.note, 'verdict_user_id': self.env.user.id,
            'verdict_at': act.occurred_at,
        }
        if act.kept.get('done') == 'write_off':
            self._after_units_lost(act)
        elif act.kept.get('done') == 'return':
            self._after_units_returned(act)
        if act.kept.get('done') in ('return', 'split'):
            vals |= {
                'rework_cycle': self._get_defect_cycle(act), 'child_batch_id': act.batch.id if act.batch else False}
        elif verdict != 'allow':
            vals['decision'] = verdict
        defect._write_verdict(vals)
        defect._end_activities(act.note)

    def _log_stage_act(self, act):
        """What a decision did to the units is an event of its own."""
        events = super()._log_stage_act(act)
        if done := act.kept.get('done'):
            self.env['mrp.workorder.event'].create(self._prepare_stage_event_vals(act) | {
                'kind': done, 'recorded_at': fields.Datetime.now(), 'client_key': False, 'request': False})
        return events
