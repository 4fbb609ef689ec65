from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.order.unit_numbers import format_numbers, parse_numbers


class MrpStageUnits(models.TransientModel):
    """Acts on chosen units of a stage, rather than on the next one or on all one's own."""

    _name = 'mrp.stage.units'
    _inherit = ['mrp.stage.dialog.mixin']
    _description = "Choose Units of a Stage"

    progress_text = fields.Char(related='workorder_id.progress_text')
    free_units = fields.Char("Can Be Started", compute='_compute_free_units')
    own_units = fields.Char(related='workorder_id.own_units')
    others_units = fields.Char(related='workorder_id.others_units')
    numbers = fields.Char("Units", help="Numbers of units, such as 3, 5-7.")

    @api.depends('workorder_id')
    def _compute_free_units(self):
        for dialog in self:
            dialog.free_units = format_numbers(dialog._get_stage()._get_free_units())

    def action_start(self):
        return self._act_on_units('stage_start')

    def action_pause(self):
        return self._act_on_units('stage_pause')

    def action_resume(self):
        return self._act_on_units('stage_resume')

    def action_cancel_start(self):
        return self._act_on_units('stage_cancel_start')

    def _act_on_units(self, act):
        self.ensure_one()
        if not (self.numbers and self.numbers.strip()):
            raise UserError(self.env._("Name the units by their numbers, such as 3, 5-7."))
        getattr(self.workorder_id, act)(units=parse_numbers(self.env, self.numbers), source='office')
        return {'type': 'ir.actions.act_window_close'}
