from odoo import api, fields, models


class MrpWorkorder(models.Model):
    """What our own views show of a stage, and their buttons."""

    _inherit = 'mrp.workorder'

    order_note = fields.Text(related='production_id.stage_note', string="Notes of the Order")
    people = fields.Char(
        compute='_compute_people', compute_sudo=True, help="Who works on the stage now; else who is to perform it.")

    @api.depends('working_employee_ids.name', 'performer_name')
    def _compute_people(self):
        for stage in self:
            stage.people = ", ".join(stage.working_employee_ids.mapped('name')) or stage.performer_name

    @api.depends_context('stage_name_only')
    def _compute_display_name(self):
        """Inside an order its number need not stand before each stage."""
        super()._compute_display_name()
        if self.env.context.get('stage_name_only'):
            for stage in self.filtered('use_stages'):
                stage.display_name = stage.name

    def _compute_working_users(self):
        """Operators read no time lines, but see who works."""
        staged = self.filtered('use_stages')
        super(MrpWorkorder, staged.sudo())._compute_working_users()
        super(MrpWorkorder, self - staged)._compute_working_users()

    def get_duration(self):
        """What the running clock shows: asked for by its widget, for operators too."""
        self.ensure_one()
        self.check_access('read')
        return super(MrpWorkorder, self.sudo() if self.use_stages else self).get_duration()

    def action_stage_start(self):
        return self._done_by_button(self.stage_start(source='office'))

    def action_stage_pause(self):
        return self._done_by_button(self.stage_pause(source='office'))

    def action_stage_resume(self):
        return self._done_by_button(self.stage_resume(source='office'))

    def action_stage_cancel_start(self):
        return self._done_by_button(self.stage_cancel_start(source='office'))

    def action_stage_activate(self):
        return self._done_by_button(self.stage_activate(source='office'))

    def action_stage_skip(self):
        return self._done_by_button(self.stage_skip(source='office'))

    def action_stage_release(self):
        return self._done_by_button(self.stage_release(source='office'))

    def _done_by_button(self, _answer):
        """A button reloads its view; the answer is for integrators."""
        return True

    def action_open_stage_finish(self):
        return self._open_stage_dialog(
            'mrp_stage_finish_action', self.env._("Finish %(stage)s", stage=self.name))

    def action_open_stage_hold(self):
        return self._open_stage_dialog(
            'mrp_stage_hold_action', self.env._("Put %(stage)s on hold", stage=self.name))

    def action_open_stage_start(self):
        return self._open_stage_dialog(
            'mrp_stage_start_action', self.env._("Start %(stage)s", stage=self.name))

    def action_open_stage_units(self):
        return self._open_stage_dialog(
            'mrp_stage_units_action', self.env._("Units of %(stage)s", stage=self.name))

    def _open_stage_dialog(self, action_name, title):
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id(f'mrp_production_stage.{action_name}')
        return action | {
            'name': title,
            'context': {'default_workorder_id': self.id, 'dialog_size': 'medium'},
        }
