from odoo import api, models
from odoo.exceptions import UserError


class MrpWorkorder(models.Model):
    """Defective units go back to a stage, as a part of their order or on their own, or are written off."""

    _inherit = 'mrp.workorder'

    # ------------------------------------------------------------
    # Return
    # ------------------------------------------------------------

    def _check_stage_return(self, act):
        """A return may turn out to be one that has to be decided first, or one that splits the order."""
        self._check_defect_report(act)
        flow = self.production_id._load_flow()
        act.to = self._get_return_stage(flow, act.request.get('return_to'))
        limit = self._find_reached_limit(flow, act)
        if limit:
            act.kind = 'escalate'
            act.kept['limit'] = limit
        else:
            act.kind = self._get_return_kind(flow, act)

    def _get_return_stage(self, flow, stage_id):
        """Return the stage that units go back to.

        :param stage_id: as the caller gave it; None for this one
        :raises UserError: not a stage that the units at this one have passed
        """
        if stage_id is None:
            return self
        order = self.production_id
        stage = flow.stages.filtered(lambda stage: stage.id == stage_id)
        if not stage:
            raise UserError(self.env._(
                "The stage to return to is none of %(order)s. Choose one of its stages.", order=order.name))
        if flow.status(stage) == 'skipped':
            raise UserError(self.env._(
                "%(stage)s of %(order)s is skipped: units cannot return to it.", stage=stage.name, order=order.name))
        choices = self._get_return_choices(flow)
        if stage not in choices:
            raise UserError(self.env._(
                "Units at %(stage)s of %(order)s cannot return to %(other)s, which does not come before it. "
                "They can return to: %(choices)s.", stage=self.name, order=order.name, other=stage.name,
                choices=", ".join(choices.mapped('name'))))
        return stage

    def _get_return_choices(self, flow):
        """Return the stages that the units at this one may go back to: what they have passed, and this one."""
        return flow.ancestors(self) | self

    def _get_return_kind(self, flow, act):
        """Return whether a return splits the order, 'split', or not, 'return'."""
        order = self.production_id
        is_part = order.batch_mode == 'split' and order.product_uom_id.compare(act.kept['amount'], flow.alive) < 0
        return 'split' if is_part else 'return'

    def _apply_stage_return(self, act):
        self._return_units(act)

    def _return_units(self, act):
        self._move_units(act, lambda flow: flow.return_to(self, act.to, act.kept['amount']))

    def _after_stage_return(self, act):
        self._after_units_returned(act)
        self._create_defect(act)

    # ------------------------------------------------------------
    # Split
    # ------------------------------------------------------------

    def _apply_stage_split(self, act):
        self._split_units(act)

    def _split_units(self, act):
        """Let defective units go on as an order of their own, which begins where they return to."""
        self.production_id._split_off_batch(self, act.to, act.kept['amount'], act)

    def _after_stage_split(self, act):
        self._create_defect(act)

    # ------------------------------------------------------------
    # Write off
    # ------------------------------------------------------------

    def _check_stage_write_off(self, act):
        if 'return_to' in act.request:
            raise UserError(self.env._("What is written off returns to no stage. Leave the stage out."))
        self._check_defect_report(act)
        self._check_may_write_off(act)

    def _check_may_write_off(self, act):
        """Refuse whoever may not say that units are lost.

        :raises UserError:
        """
        if self._may_write_off(self.company_id, act.is_supervisor):
            return
        if self.company_id.defect_write_off == 'manager':
            raise UserError(self.env._(
                "Only a production manager may write off units. Return them, or ask one to write them off."))
        raise UserError(self.env._(
            "Only a supervisor may write off units. Return them, or ask one to write them off."))

    @api.model
    def _may_write_off(self, company, is_supervisor):
        """Tell whether the current user may say that units are lost, by the company's setting."""
        return {
            'operator': lambda: True,
            'supervisor': lambda: is_supervisor,
            'manager': lambda: self.env.user.has_group('mrp_production_stage.group_manager'),
        }[company.sudo().defect_write_off]()

    def _apply_stage_write_off(self, act):
        self._lose_units(act)

    def _lose_units(self, act):
        self._move_units(act, lambda flow: flow.write_off(self, act.kept['amount']))

    def _after_stage_write_off(self, act):
        self._after_units_lost(act)
        self._create_defect(act)
