from odoo import models
from odoo.exceptions import UserError

from ...engine.flow import FlowError, Refusal


class MrpWorkorder(models.Model):
    """Optional stages: in the order from the start, skipped until something asks for them."""

    _inherit = 'mrp.workorder'

    # ------------------------------------------------------------
    # Public acts
    # ------------------------------------------------------------

    def stage_activate(self, note=None, **options):
        """Make an optional stage part of the order; for supervisors. See `stage_start` for the options."""
        return self._act('activate', {}, note=note, **options)

    def stage_skip(self, note=None, **options):
        """Leave an optional stage out that has not started; for supervisors. See `stage_start` for the options."""
        return self._act('skip', {}, note=note, **options)

    # ------------------------------------------------------------
    # Hooks
    # ------------------------------------------------------------

    def _is_stage_wanted(self):
        """Hook: tell whether something asks for this optional stage when its order is confirmed.

        Core leaves out stages of other variants, so a stage that is there for a variant is wanted.
        """
        self.ensure_one()
        return self.activation == 'attribute'

    def _after_left_out(self):
        """Hook: these stages take no part in their orders any more, or from the start."""

    def _after_taken_in(self):
        """Hook: these stages take part in their orders from now on."""

    # ------------------------------------------------------------
    # The door
    # ------------------------------------------------------------

    def _leave_out_unwanted(self):
        """Skip the optional stages nothing asks for. Part of the confirmation of their orders."""
        unwanted = self.filtered(lambda stage: stage.is_optional and not stage._is_stage_wanted())
        if unwanted:
            unwanted._write_stage({'state': 'cancel', 'stage_status': 'skipped'})
            unwanted._after_left_out()

    def _check_stage_optional(self, act):
        if not act.is_supervisor:
            raise UserError(self.env._("Only a supervisor may activate or skip a stage."))
        for stage in self.filtered(lambda stage: not stage.is_optional):
            raise UserError(self.env._(
                "%(stage)s of %(order)s is not optional.", stage=stage.name, order=stage.production_id.name))

    def _check_stage_activate(self, act):
        self._check_order_running()
        self._check_stage_optional(act)
        for stage in self:
            flow = stage.production_id._load_flow()
            try:
                flow.activate(stage)
            except FlowError as error:
                if error.code != Refusal.TOO_LATE:
                    raise UserError(self.env._(
                        "%(stage)s of %(order)s is already part of the order.",
                        stage=stage.name, order=stage.production_id.name)) from error
                stage._refuse_activation(flow.stages.browse(error.params['passed_by']))
            stage._refuse_activation(flow.successors(stage).filtered('is_started'))

    def _refuse_activation(self, later):
        if later:
            raise UserError(self.env._(
                "It is too late for %(stage)s of %(order)s: %(later)s has already begun.",
                stage=self.name, order=self.production_id.name, later=", ".join(later.mapped('name'))))

    def _apply_stage_activate(self, act):
        for stage in self:
            flow = stage.production_id._load_flow()
            flow.activate(stage)
            # What comes before this stage may still have to wait; its successors know until when.
            waits = flow.successors(stage).filtered('available_from').mapped('available_from')
            stage._write_stage({
                'state': 'blocked', 'stage_status': 'waiting', 'available_from': max(waits, default=False)})
        self.production_id._link_stages()

    def _after_stage_activate(self, act):
        """Hook: the stages are part of their orders."""
        self._after_taken_in()

    def _check_stage_skip(self, act):
        self._check_order_running()
        self._check_stage_optional(act)
        for stage in self:
            if stage.stage_status in ('skipped', 'cancel'):
                raise UserError(self.env._(
                    "%(stage)s of %(order)s is skipped.", stage=stage.name, order=stage.production_id.name))
            if stage.is_started or stage.qty_produced:
                raise UserError(self.env._(
                    "%(stage)s of %(order)s has already begun and cannot be skipped.",
                    stage=stage.name, order=stage.production_id.name))

    def _apply_stage_skip(self, act):
        self.leave_id.unlink()
        self._write_stage({'state': 'cancel', 'stage_status': 'skipped'})
        self.production_id._link_stages()

    def _after_stage_skip(self, act):
        """Hook: the stages take no part in their orders any more."""
        self._after_left_out()
