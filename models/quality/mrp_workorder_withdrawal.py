from odoo import models
from odoo.exceptions import UserError

from ..order.arguments import check_record_id


class MrpWorkorder(models.Model):
    """A defect report is taken back while nothing has happened since."""

    _inherit = 'mrp.workorder'

    def stage_withdraw_defect(self, defect_id, note=None, **options):
        """Take a mistaken defect report back: units and materials are as before it; for supervisors.

        :param int defect_id: a `mrp.defect` of this stage
        :param str note: a comment
        """
        self._check_may_act()
        if len(self) != 1:
            raise UserError(self.env._("A defect is withdrawn at one stage."))
        return self._act('withdraw', {'defect_id': check_record_id(self.env, defect_id)}, note=note, **options)

    def _check_stage_withdraw(self, act):
        if not act.is_supervisor:
            raise UserError(self.env._("Only a supervisor may withdraw a defect report."))
        self._check_order_running()
        defect = act.kept['defect'] = self._get_named_defect(act)
        if defect.state == 'withdrawn':
            raise UserError(self.env._("%(defect)s has been withdrawn already.", defect=defect.display_name))
        later = defect._find_later_event()
        if later:
            raise UserError(self.env._(
                "%(defect)s cannot be withdrawn any more: %(stage)s of %(order)s has a later act (%(kind)s).",
                defect=defect.display_name, stage=later.stage_name, order=later.production_id.name,
                kind=dict(later._fields['kind']._description_selection(self.env))[later.kind]))
        act.kept['withdrawn'] = defect._get_report_event()

    def _apply_stage_withdraw(self, act):
        defect = act.kept['defect']
        if defect.child_batch_id:
            defect.child_batch_id._merge_back(act)
        self._restore_units(act, act.kept['withdrawn'])

    def _after_stage_withdraw(self, act):
        defect = act.kept['defect']
        defect._write_verdict({'state': 'withdrawn'})
        defect._end_activities(self.env._("Withdrawn"))
        self._after_act_withdrawn(act, act.kept['withdrawn'])
