from odoo import api, fields, models
from odoo.exceptions import UserError


class MrpStageListMixin(models.AbstractModel):
    """An order's rows are what the template said when the order was made."""

    _inherit = 'mrp.stage.list.mixin'

    workorder_id = fields.Many2one(
        'mrp.workorder', "Stage of an Order", index='btree_not_null', ondelete='cascade', copy=False)

    _one_owner = models.Constraint(
        'CHECK (num_nonnulls(operation_id, workorder_id) = 1)',
        "A check or a trigger belongs to a stage of a template or to a stage of an order.")

    @api.depends('workorder_id.company_id')
    def _compute_company_id(self):
        copies = self.filtered('workorder_id')
        super(MrpStageListMixin, self - copies)._compute_company_id()
        for row in copies:
            row.company_id = row.workorder_id.company_id

    def _get_owner(self):
        return self.workorder_id or super()._get_owner()

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
