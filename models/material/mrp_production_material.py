from odoo import api, fields, models
from odoo.tools import SQL


class MrpProductionMaterial(models.Model):
    """What an order asks for and what it used: one row per stage and product, read from its moves; and one for each
    material of which nobody has picked the variant yet.

    Quantities are in the product's unit of measure.
    """

    _name = 'mrp.production.material'
    _description = "Material of a Production Order"
    _auto = False
    _order = 'production_id desc, workorder_id, product_id'
    _rec_name = 'name'
    _depends = {
        'stock.move': [
            'raw_material_production_id', 'workorder_id', 'product_id', 'company_id', 'state', 'norm_qty',
            'product_qty', 'origin_returned_move_id', 'selection_id',
        ],
        'stock.move.line': ['move_id', 'quantity_product_uom'],
        'mrp.workorder': ['production_id', 'stage_status', 'use_journal'],
        'mrp.production.selection': ['production_id', 'workorder_id', 'product_tmpl_id', 'product_qty', 'product_uom'],
        'product.product': ['product_tmpl_id'],
        'product.template': ['uom_id'],
        'uom.uom': ['factor'],
    }

    production_id = fields.Many2one('mrp.production', "Production Order", readonly=True)
    workorder_id = fields.Many2one('mrp.workorder', "Stage", readonly=True)
    product_id = fields.Many2one('product.product', "Variant", readonly=True)
    product_tmpl_id = fields.Many2one('product.template', "Product", readonly=True)
    selection_id = fields.Many2one(
        'mrp.production.selection', "Awaiting", readonly=True, help="Of this material a variant is still to be picked.")
    name = fields.Char("Material", compute='_compute_name')
    selection_status = fields.Selection(
        [('awaiting', "Awaiting selection")], "Selection", compute='_compute_selection_status')
    uom_id = fields.Many2one('uom.uom', "Unit", readonly=True)
    company_id = fields.Many2one('res.company', readonly=True)
    norm = fields.Float("Norm", digits='Product Unit', readonly=True)
    reserved = fields.Float("Reserved", digits='Product Unit', readonly=True)
    consumed = fields.Float("Consumed", digits='Product Unit', readonly=True)
    remaining = fields.Float(
        "Remaining", digits='Product Unit', readonly=True, help="Still to be used by stages to come.")
    overconsumption = fields.Float(
        "Overconsumption", digits='Product Unit', readonly=True,
        help="Used or still needed beyond the norm. What a journal says went in without any norm is none.")
    shortage = fields.Float(
        "Shortage", digits='Product Unit', readonly=True, help="Still needed and not reserved.")

    @property
    def _table_query(self):
        """Returns of materials have their stage but are no raw moves of the order: they count against use."""
        return SQL(
            """
            WITH moves AS (
                SELECT m.id, w.production_id, m.workorder_id, w.use_journal, m.product_id, m.company_id,
                       m.raw_material_production_id IS NOT NULL AS is_raw,
                       m.state, COALESCE(m.norm_qty, 0) AS norm_qty, m.product_qty, COALESCE(l.qty, 0) AS qty
                  FROM stock_move m
                  JOIN mrp_workorder w ON w.id = m.workorder_id AND w.use_stages
                  LEFT JOIN stock_move o ON o.id = m.origin_returned_move_id
                  LEFT JOIN LATERAL (
                       SELECT SUM(quantity_product_uom) AS qty FROM stock_move_line WHERE move_id = m.id
                  ) l ON TRUE
                 WHERE m.raw_material_production_id IS NOT NULL OR o.raw_material_production_id IS NOT NULL
            ), sums AS (
                SELECT MIN(id) AS id, production_id, workorder_id, product_id, company_id, use_journal,
                       SUM(CASE WHEN state = 'draft' THEN product_qty ELSE norm_qty END) AS norm,
                       COALESCE(SUM(qty) FILTER (WHERE state = 'done' AND is_raw), 0)
                       - COALESCE(SUM(qty) FILTER (WHERE state = 'done' AND NOT is_raw), 0) AS consumed,
                       COALESCE(SUM(product_qty) FILTER (
                           WHERE state NOT IN ('draft', 'done', 'cancel') AND is_raw), 0) AS remaining,
                       COALESCE(SUM(qty) FILTER (
                           WHERE state NOT IN ('draft', 'done', 'cancel') AND is_raw), 0) AS reserved
                  FROM moves
                 GROUP BY production_id, workorder_id, product_id, company_id, use_journal
            )
            SELECT sums.id, production_id, workorder_id, product_id, sums.company_id, norm, consumed, remaining,
                   reserved, p.product_tmpl_id, NULL::integer AS selection_id, t.uom_id,
                   CASE WHEN use_journal AND norm = 0 THEN 0 ELSE GREATEST(consumed + remaining - norm, 0) END
                   AS overconsumption,
                   GREATEST(remaining - reserved, 0) AS shortage
              FROM sums
              JOIN product_product p ON p.id = sums.product_id
              JOIN product_template t ON t.id = p.product_tmpl_id
             UNION ALL
            SELECT -s.id, s.production_id, s.workorder_id, NULL, s.company_id,
                   s.product_qty * u.factor / tu.factor, 0, s.product_qty * u.factor / tu.factor, 0,
                   s.product_tmpl_id, s.id, t.uom_id, 0, 0
              FROM mrp_production_selection s
              JOIN mrp_workorder w ON w.id = s.workorder_id AND w.use_stages
                   AND w.stage_status NOT IN ('done', 'skipped', 'cancel')
              JOIN product_template t ON t.id = s.product_tmpl_id
              JOIN uom_uom u ON u.id = s.product_uom
              JOIN uom_uom tu ON tu.id = t.uom_id
             WHERE NOT EXISTS (SELECT FROM stock_move m WHERE m.selection_id = s.id AND m.state != 'cancel')
            """
        )

    @api.depends('product_id', 'product_tmpl_id')
    def _compute_name(self):
        for line in self:
            line.name = (line.product_id or line.product_tmpl_id).display_name

    @api.depends('selection_id')
    def _compute_selection_status(self):
        for line in self:
            line.selection_status = 'awaiting' if line.selection_id else False

    def action_open_stage_select(self):
        """Pick what the row asks for."""
        return self.workorder_id.action_open_stage_select()
