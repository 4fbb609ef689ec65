from odoo import models


class StockRule(models.Model):
    _inherit = 'stock.rule'

    def _make_mo_get_domain(self, procurement, bom):
        """Each line of a sale has an order of its own, that of another line is not raised for it: Odoo finds orders by
        what their sale order is called, and two lines may sell the same."""
        domain = super()._make_mo_get_domain(procurement, bom)
        line_id = procurement.values.get('sale_line_id')
        if bom.use_stages and line_id:
            domain += (('demand_ids.sale_line_id', '=', line_id),)
        return domain
