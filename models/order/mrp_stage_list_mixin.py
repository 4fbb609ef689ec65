from odoo import api, models
from odoo.exceptions import UserError


class MrpStageListMixin(models.AbstractModel):
    """An order's rows are what the template said when the order was made."""

    _inherit = 'mrp.stage.list.mixin'

    def write(self, vals):
        if self.workorder_id:
            raise UserError(self.env._(
                "The checks and triggers of an order are what its template said when it was made: "
                "they cannot be changed."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_events(self):
        if any(stage._has_begun() for stage in self.sudo().workorder_id):
            raise UserError(self.env._(
                "The checks and triggers of a stage that has been worked on cannot be deleted: "
                "its history would be lost."))
