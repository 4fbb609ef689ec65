from odoo import models


class MrpWorkorder(models.Model):
    """Buttons of our own views."""

    _inherit = 'mrp.workorder'

    def action_stage_start(self):
        return self._done_by_button(self.stage_start(source='office'))

    def action_stage_pause(self):
        return self._done_by_button(self.stage_pause(source='office'))

    def action_stage_resume(self):
        return self._done_by_button(self.stage_resume(source='office'))

    def action_stage_cancel_start(self):
        return self._done_by_button(self.stage_cancel_start(source='office'))

    def action_stage_release(self):
        return self._done_by_button(self.stage_release(source='office'))

    def _done_by_button(self, _answer):
        """A button reloads its view; the answer is for integrators."""
        return True

    def action_open_stage_finish(self):
        return self._open_stage_dialog('mrp_stage_finish_action')

    def action_open_stage_hold(self):
        return self._open_stage_dialog('mrp_stage_hold_action')

    def action_open_stage_start(self):
        return self._open_stage_dialog('mrp_stage_start_action')

    def _open_stage_dialog(self, action_name):
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id(f'mrp_production_stage.{action_name}')
        name = f"{action['name']}: {self.name}"
        return action | {'name': name, 'context': {'default_workorder_id': self.id}}
