from odoo import api, fields, models


class MrpStageListMixin(models.AbstractModel):
    """A row of a list that a technologist keeps at a stage: its checks, its triggers.

    It belongs to a stage of a template, or is the copy that a stage of an order was made with.
    """

    _name = 'mrp.stage.list.mixin'
    _inherit = ['mrp.template.part']
    _description = "Row of a Stage's List"
    _order = 'sequence, id'

    sequence = fields.Integer(default=10)
    operation_id = fields.Many2one(
        'mrp.routing.workcenter', "Stage of a Template", index='btree_not_null', ondelete='cascade')
    workorder_id = fields.Many2one(
        'mrp.workorder', "Stage of an Order", index='btree_not_null', ondelete='cascade', copy=False)
    company_id = fields.Many2one('res.company', compute='_compute_company_id', store=True, precompute=True)

    _one_owner = models.Constraint(
        'CHECK (num_nonnulls(operation_id, workorder_id) = 1)',
        "A check or a trigger belongs to a stage of a template or to a stage of an order.")

    @api.depends('operation_id.bom_id.company_id', 'workorder_id.company_id')
    def _compute_company_id(self):
        for row in self:
            row.company_id = row.workorder_id.company_id or row.operation_id.bom_id.company_id

    def _get_templates(self):
        return self.operation_id.bom_id

    def _is_same_list(self, other):
        """Tell whether these rows say the same as the others, whoever they belong to."""
        def read(rows):
            return [
                {name: value for name, value in vals.items() if name not in ('operation_id', 'workorder_id')}
                for vals in rows.copy_data()]

        return read(self) == read(other)
