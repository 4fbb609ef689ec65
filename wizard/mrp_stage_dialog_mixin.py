from odoo import api, fields, models


class MrpStageDialogMixin(models.AbstractModel):
    """Asks something about a stage, and shows of its order what whoever works there may not read otherwise."""

    _name = 'mrp.stage.dialog.mixin'
    _description = "Dialog of a Stage"

    workorder_id = fields.Many2one('mrp.workorder', "Stage", required=True, readonly=True)
    order_name = fields.Char("Production Order", compute='_compute_order_name')

    def _get_stage(self):
        """Return the stage, which the user may read, for reading its order, materials and other stages too."""
        self.workorder_id.check_access('read')
        # Operators have no rights on what belongs to the stage's order.
        return self.workorder_id.sudo()

    @api.depends('workorder_id')
    def _compute_order_name(self):
        for dialog in self:
            dialog.order_name = dialog._get_stage().production_id.name

    @api.model
    def default_get(self, fields_list):
        defaults = super().default_get(fields_list)
        dialog = self.new({'workorder_id': defaults.get('workorder_id')})
        if dialog.workorder_id.exists():
            defaults |= self._prepare_stage_defaults(dialog._get_stage())
        return defaults

    @api.model
    def _prepare_stage_defaults(self, stage):
        """Hook: return the values with which the dialog of a stage opens.

        :param stage: the `mrp.workorder`, to be read without the rights of the user
        """
        return {}
