from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class MrpTemplateCompare(models.TransientModel):
    """Lists in what an order differs from its template as it is today."""

    _name = 'mrp.template.compare'
    _description = "Compare an Order with Its Template"

    production_id = fields.Many2one('mrp.production', "Order", required=True, readonly=True)
    order_version = fields.Integer(related='production_id.template_version', string="Version of the Order")
    version = fields.Integer(related='production_id.bom_id.version', string="Version of the Template")
    can_update = fields.Boolean(related='production_id.is_template_outdated')
    problem = fields.Char(compute='_compute_line_ids')
    line_ids = fields.One2many(
        'mrp.template.compare.line', 'compare_id', compute='_compute_line_ids', string="Differences")

    @api.depends('production_id')
    def _compute_line_ids(self):
        for comparison in self:
            comparison.update({'problem': False, 'line_ids': [Command.clear()]})
            try:
                rows = comparison.production_id._get_template_differences()
            except UserError as error:
                comparison.problem = str(error)
                continue
            comparison.line_ids = [Command.create(row) for row in rows]

    def action_update(self):
        """Let the order follow its template as far as it still can."""
        self.ensure_one()
        self.production_id.action_update_bom()
        return {'type': 'ir.actions.act_window_close'}


class MrpTemplateCompareLine(models.TransientModel):
    _name = 'mrp.template.compare.line'
    _description = "Difference Between an Order and Its Template"

    compare_id = fields.Many2one('mrp.template.compare', required=True, ondelete='cascade')
    stage_name = fields.Char("Stage")
    what = fields.Char()
    order_value = fields.Char("In This Order")
    template_value = fields.Char("In the Template")
