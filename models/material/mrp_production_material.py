from odoo import fields, models
from odoo.tools import SQL


class MrpProductionMaterial(models.Model):
    """What an order asks for and what it used: one row per stage and product, read from its moves.

    Quantities are in the product's unit of measure.
    """

    _name = 'mrp.production.material'
    _description = "Material of a Production Order"
    _auto = False
    _order = 'production_id desc, workorder_id, product_id'
    _rec_name = 'product_id'
    _depends = {
        'stock.move': [
            'raw_material_production_id', 'workorder_id', 'product_id', 'company_id', 'state', 'norm_qty',
            'product_qty', 'origin_returned_move_id',
        ],
        'stock.move.line': ['move_id', 'quantity_product_uom'],
        'mrp.workorder': ['production_id'],
    }

    production_id = fields.Many2one('mrp.production', "Production Order", readonly=True)
    workorder_id = fields.Many2one('mrp.workorder', "Stage", readonly=True)
    product_id = fields.Many2one('product.product', "Material", readonly=True)
    uom_id = fields.Many2one(related='product_id.uom_id', string="Unit")
    company_id = fields.Many2one('res.company', readonly=True)
    norm = fields.Float("Norm", digits='Product Unit', readonly=True)
    reserved = fields.Float("Reserved", digits='Product Unit', readonly=True)
    consumed = fields.Float("Consumed", digits='Product Unit', readonly=True)
    remaining = fields.Float(
        "Remaining", digits='Product Unit', readonly=True, help="Still to be used by stages to come.")
    overconsumption = fields.Float(
        "Overconsumption", digits='Product Unit', readonly=True, help="Used or still needed beyond the norm.")
    shortage = fields.Float(
        "Shortage", digits='Product Unit', readonly=True, help="Still needed and not reserved.")

    @property
    def _table_query(self):
        """Returns of materials have their stage but are no raw moves of the order: they count against use."""
        return SQL(
            """
            WITH moves AS (
                SELECT m.id, w.production_id, m.workorder_id, m.product_id, m.company_id,
                       m.raw_material_production_id IS NOT NULL AS is_raw,
                       m.state, COALESCE(m.norm_qty, 0) AS norm_qty, m.product_qty, COALESCE(l.qty, 0) AS qty
                  FROM stock_move m
                  JOIN mrp_workorder w ON w.id = m.workorder_id AND w.use_stages
                  LEFT JOIN LATERAL (
                       SELECT SUM(quantity_product_uom) AS qty FROM stock_move_line WHERE move_id = m.id
                  ) l ON TRUE
                 WHERE m.raw_material_production_id IS NOT NULL OR m.origin_returned_move_id IS NOT NULL
            ), sums AS (
                SELECT MIN(id) AS id, production_id, workorder_id, product_id, company_id,
                       SUM(CASE WHEN state = 'draft' THEN product_qty ELSE norm_qty END) AS norm,
                       COALESCE(SUM(qty) FILTER (WHERE state = 'done' AND is_raw), 0)
                       - COALESCE(SUM(qty) FILTER (WHERE state = 'done' AND NOT is_raw), 0) AS consumed,
                       COALESCE(SUM(product_qty) FILTER (
                           WHERE state NOT IN ('draft', 'done', 'cancel') AND is_raw), 0) AS remaining,
                       COALESCE(SUM(qty) FILTER (
                           WHERE state NOT IN ('draft', 'done', 'cancel') AND is_raw), 0) AS reserved
                  FROM moves
                 GROUP BY production_id, workorder_id, product_id, company_id
            )
            SELECT *,
                   GREATEST(consumed + remaining - norm, 0) AS overconsumption,
                   GREATEST(remaining - reserved, 0) AS shortage
              FROM sums
            """
        )
