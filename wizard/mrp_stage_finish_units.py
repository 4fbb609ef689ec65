from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class MrpStageFinish(models.TransientModel):
    """Which of the units in one's hands are finished, of orders that are made unit by unit."""

    _inherit = 'mrp.stage.finish'

    is_by_unit = fields.Boolean(related='workorder_id.is_by_unit')
    unit_line_ids = fields.One2many('mrp.stage.finish.unit', 'finish_id', "Units")

    @api.model
    def _prepare_stage_defaults(self, stage):
        defaults = super()._prepare_stage_defaults(stage)
        if not stage.is_by_unit:
            return defaults
        numbers = stage._get_units_to_finish().mapped('number')
        missing = stage._count_unsupplied(numbers)
        return defaults | {
            'qty': len(numbers),
            'unit_line_ids': [Command.create({'number': number, 'is_chosen': True}) for number in numbers],
            'line_ids': [Command.create(vals) for vals in self._prepare_line_vals_list(stage, missing)],
        }

    @api.onchange('unit_line_ids')
    def _onchange_unit_line_ids(self):
        if self.is_by_unit:
            chosen = self.unit_line_ids.filtered('is_chosen').mapped('number')
            self.qty = len(chosen)
            self._update_norms(self._get_stage()._count_unsupplied(chosen))

    @api.onchange('qty')
    def _onchange_qty(self):
        if not self.is_by_unit:
            super()._onchange_qty()

    def _prepare_finish_arguments(self):
        arguments = super()._prepare_finish_arguments()
        if not self.is_by_unit:
            return arguments
        units = self.unit_line_ids.filtered('is_chosen').mapped('number')
        if not units:
            raise UserError(self.env._("Choose at least one unit to finish."))
        return arguments | {'qty': None, 'units': units}


class MrpStageFinishUnit(models.TransientModel):
    _name = 'mrp.stage.finish.unit'
    _description = "Unit of a Stage to Finish"

    finish_id = fields.Many2one('mrp.stage.finish', required=True, ondelete='cascade')
    # Not read-only: the dialog sends it back, and the door checks in whose hands the unit is.
    number = fields.Integer("Unit")
    is_chosen = fields.Boolean("Finished")
    serial = fields.Char("Serial Number", compute='_compute_unit')
    rework_label = fields.Char("Rework", compute='_compute_unit')

    @api.depends('number', 'finish_id.workorder_id')
    def _compute_unit(self):
        for finish, lines in self.grouped('finish_id').items():
            rows = {row.number: row for row in finish._get_stage()._search_in_hand()}
            for line in lines:
                row = rows.get(line.number)
                line.serial = row and row.unit_id.lot_id.name
                line.rework_label = row and row.rework_label
