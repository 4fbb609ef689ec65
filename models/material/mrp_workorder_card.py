from odoo import api, fields, models


class MrpWorkorder(models.Model):
    """What an operator must fetch, on the card of the stage."""

    _inherit = 'mrp.workorder'

    material_text = fields.Text("Materials to Use", compute='_compute_material_text', compute_sudo=True)

    @api.depends('move_raw_ids.state', 'move_raw_ids.product_uom_qty')
    def _compute_material_text(self):
        open_stages = self.filtered(lambda stage: stage.use_stages and stage.stage_status in (
            'waiting', 'ready', 'progress', 'paused', 'hold'))
        (self - open_stages).material_text = False
        for stage in open_stages:
            stage.material_text = "\n".join(stage._get_material_lines())

    def _get_material_lines(self):
        self.ensure_one()
        return [
            self._format_amount(move.product_uom_qty, move.product_uom, move.product_id)
            for move in self._get_open_materials() if move.product_uom_qty
        ]

    def _format_amount(self, quantity, unit, product):
        return f"{self._format_short(quantity)} {unit.name} {product.display_name}"
