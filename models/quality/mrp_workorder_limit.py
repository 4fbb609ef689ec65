from odoo import models
from odoo.fields import Domain


class MrpWorkorder(models.Model):
    """Rework limits: how often units may come back to a stage, or be sent back from it, before a person decides."""

    _inherit = 'mrp.workorder'

    def _get_logged_kinds(self, kind):
        kinds = super()._get_logged_kinds(kind)
        return kinds | {'split', 'escalate'} if kind == 'return' else kinds

    # ------------------------------------------------------------
    # Escalation
    # ------------------------------------------------------------

    def _apply_stage_escalate(self, act):
        self._move_units(act, lambda flow: flow.hold(self, act.kept['amount']))

    def _after_stage_escalate(self, act):
        self._create_defect(act)
        act.kept['defect']._ask_for_decision()

    def _prepare_defect_vals(self, act):
        vals = super()._prepare_defect_vals(act)
        if act.kind == 'escalate':
            vals |= {'state': 'escalated', 'limit_workorder_id': act.kept['limit'].id}
        return vals

    # ------------------------------------------------------------
    # Limits
    # ------------------------------------------------------------

    def _find_reached_limit(self, flow, act):
        """Return the stage whose limit does not allow one more return, or none.

        The stage that units come back to counts its rework cycles; the one they are sent back from, how often that
        was. Numbered units are counted one by one, and one of them that is beyond the limit holds those reported with
        it.
        """
        units = act.kept['amount'] if flow.is_numbered else (None,)
        to = act.to
        if to.rework_limit and max(flow.cycle(to, unit) for unit in units) > to.rework_limit:
            return to
        if to != self and self.rework_limit and self._count_returns(units) >= self.rework_limit:
            return self
        return self.browse()

    def _count_returns(self, units):
        """Return how often units were sent back from this stage; of several, that one which was most often.

        :param units: numbers; (None,) where they have none
        """
        returns = self.env['mrp.defect'].search(self._get_returns_domain())
        if units == (None,):
            return len(returns)
        return max(sum(unit in defect.units for defect in returns) for unit in units)

    def _get_returns_domain(self):
        """What was sent back from here, and is not gone as a sub-batch; for a sub-batch, also what made it one."""
        domain = Domain('workorder_id', '=', self.id) & Domain('child_batch_id', '=', False)
        stage = self
        while stage.split_from_id:
            domain |= (
                Domain('workorder_id', '=', stage.split_from_id.id)
                & Domain('child_batch_id', 'in', (False, stage.production_id.id)))
            stage = stage.split_from_id
        return domain & Domain('decision', '=', 'return') & Domain('state', '=', 'done')
