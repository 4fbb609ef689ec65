from odoo import models


class StockRule(models.Model):
    _inherit = 'stock.rule'

    def _should_auto_confirm_procurement_mo(self, p):
        """An order whose template forbids it to lack materials stays a draft; the rule's other orders are made."""
        return super()._should_auto_confirm_procurement_mo(p) and not p._get_blocking_shortages()
