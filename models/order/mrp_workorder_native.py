from odoo import models
from odoo.exceptions import UserError


class MrpWorkorder(models.Model):
    """Odoo's own work order buttons: on stages of ours they go through the door."""

    _inherit = 'mrp.workorder'

    def button_start(self, raise_on_invalid_state=False):
        staged = self.filtered('use_stages')
        # Of a stage whose units are numbered, another one may always be started.
        started = staged.filtered(lambda stage: stage.is_started and not stage.is_by_unit)
        (staged - started).stage_start(source='office')
        started.stage_resume(source='office')
        return super(MrpWorkorder, self - staged).button_start(raise_on_invalid_state)

    def button_pending(self):
        staged = self.filtered('use_stages')
        staged.stage_pause(source='office')
        return super(MrpWorkorder, self - staged).button_pending()

    def button_finish(self):
        """Finish what is ready, in the order of the stages; core finishes work orders nobody started too."""
        staged = self.filtered(
            lambda workorder: workorder.use_stages and workorder.state not in ('done', 'cancel'))
        for stage in staged.sorted(lambda stage: (stage.production_id.id, stage.sequence, stage.id)):
            if not stage.is_started:
                stage.stage_start(source='office')
            stage.stage_finish(source='office')
        return super(MrpWorkorder, self.filtered(lambda workorder: not workorder.use_stages)).button_finish()

    def action_cancel(self):
        """A single stage cannot be cancelled by hand: with its order it is, see `mrp.production`."""
        running = self.filtered(
            lambda workorder: workorder.stage_status and workorder.production_id.state not in ('draft', 'cancel'))
        if running:
            raise UserError(self.env._("A stage cannot be cancelled alone. Cancel its order instead."))
        return super().action_cancel()

    def set_state(self, state):
        """Odoo's drop-down of states; a stage takes only those that are acts."""
        staged = self.filtered('use_stages')
        if staged and state not in ('progress', 'done'):
            raise UserError(self.env._(
                "The state of a stage changes through its own acts (start, pause, finish…), not by editing it."))
        if state == 'progress':
            staged.button_start()
        else:
            staged.button_finish()
        return super(MrpWorkorder, self - staged).set_state(state)
