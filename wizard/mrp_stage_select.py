from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class MrpStageSelect(models.TransientModel):
    """Asks which variants a stage will use of the materials whose variant its template leaves open."""

    _name = 'mrp.stage.select'
    _inherit = ['mrp.stage.dialog.mixin']
    _description = "Pick Materials of a Stage"

    line_ids = fields.One2many('mrp.stage.select.line', 'select_id', "Variants")
    needs_reason = fields.Boolean(compute='_compute_needs_reason')
    override_reason = fields.Char("Reason", help="Why more or less is picked than the norm asks for.")

    def _get_selections(self):
        """Return what is to be picked, with norms and stock, which operators do not see."""
        return self._get_stage()._get_selections()

    @api.model
    def _prepare_stage_defaults(self, stage):
        selections = stage._get_selections()
        available = selections._get_available()
        return super()._prepare_stage_defaults(stage) | {'line_ids': [
            Command.create({
                'selection_id': selection.id,
                'product_id': product.id,
                'available': available[selection, product],
                'qty': picked.get(product, 0.0),
            })
            for selection in selections
            for picked in [selection._get_picked_quantities()]
            for product in selection.product_tmpl_id.product_variant_ids
        ]}

    @api.depends('workorder_id', 'line_ids.qty')
    def _compute_needs_reason(self):
        """A supervisor may pick otherwise than the norm says, and says why."""
        is_supervisor = self.env['mrp.workorder']._is_stage_supervisor()
        for select in self:
            select.needs_reason = is_supervisor and any(
                not selection.product_uom.is_zero(sum(picks.values()) - selection._get_quantity_to_pick())
                for selection, picks in select._get_picks().items())

    def _get_picks(self):
        """Return, per selection of the stage of which something is picked, the quantity per product."""
        picks = {}
        for selection in self._get_selections():
            lines = self.line_ids.filtered(lambda line: line.sudo().selection_id == selection and line.qty)
            if lines:
                picks[selection] = {line.product_id: line.qty for line in lines}
        return picks

    def action_select(self):
        """Pick what has changed."""
        self.ensure_one()
        picks = self._get_picks()
        if not picks:
            raise UserError(self.env._("Say how much of which variant is used."))
        for selection, quantities in picks.items():
            if quantities == selection._get_picked_quantities():
                continue
            self.workorder_id.stage_select_material(
                selection.id, [{'product_id': product.id, 'qty': qty} for product, qty in quantities.items()],
                override_reason=(self.needs_reason and self.override_reason) or None, source='office')
        return {'type': 'ir.actions.act_window_close'}


class MrpStageSelectLine(models.TransientModel):
    _name = 'mrp.stage.select.line'
    _description = "Variant a Stage May Use"

    select_id = fields.Many2one('mrp.stage.select', required=True, ondelete='cascade')
    # Not read-only: the dialog sends them back. They say something only where they are of the stage.
    selection_id = fields.Many2one('mrp.production.selection', required=True, ondelete='cascade')
    product_id = fields.Many2one('product.product', "Variant", required=True)
    available = fields.Float("At Hand", digits='Product Unit')
    qty = fields.Float("Picked", digits='Product Unit')
    name = fields.Char(compute='_compute_selection')
    material_name = fields.Char(compute='_compute_selection')
    needed = fields.Float(digits='Product Unit', compute='_compute_selection')
    uom_name = fields.Char(compute='_compute_selection')

    @api.depends('selection_id', 'product_id', 'select_id.workorder_id')
    def _compute_selection(self):
        for line in self:
            selection = line.sudo().selection_id & line.select_id._get_selections()
            line.name = ", ".join(
                line.product_id.product_template_attribute_value_ids.mapped('name')) or line.product_id.display_name
            line.material_name = selection.product_tmpl_id.display_name
            line.needed = selection._get_quantity_to_pick() if selection else 0.0
            line.uom_name = selection.product_uom.name
