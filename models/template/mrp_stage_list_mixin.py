from odoo import api, fields, models


class MrpStageListMixin(models.AbstractModel):
    """A row of a list that a technologist keeps at a stage: its checks, its triggers.

    It belongs to a stage of a template. Who makes something from templates keeps copies of it: rows of another owner.
    """

    _name = 'mrp.stage.list.mixin'
    _inherit = ['mrp.template.part']
    _description = "Row of a Stage's List"
    _order = 'sequence, id'

    sequence = fields.Integer(default=10)
    operation_id = fields.Many2one(
        'mrp.routing.workcenter', "Stage of a Template", index='btree_not_null', ondelete='cascade')
    company_id = fields.Many2one('res.company', compute='_compute_company_id', store=True, precompute=True)

    @api.depends('operation_id.bom_id.company_id')
    def _compute_company_id(self):
        for row in self:
            row.company_id = row.operation_id.bom_id.company_id

    def _get_owner(self):
        """Hook: return the stage that a row belongs to."""
        self.ensure_one()
        return self.operation_id

    def _get_templates(self):
        return self.operation_id.bom_id

    def _is_same_list(self, other):
        """Tell whether these rows say the same as the others, whoever they belong to. Other owners are not copied."""
        def read(rows):
            return [
                {name: value for name, value in vals.items() if name != 'operation_id'}
                for vals in rows.copy_data()]

        return read(self) == read(other)
