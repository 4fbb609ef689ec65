from odoo import api, models


class MrpProduction(models.Model):
    """What an order looks like to people of sales who follow a link to it, as those in the history of their deals.

    Odoo lets them read orders, but not the lots, moves and work orders that the form for production shows.
    """

    _inherit = 'mrp.production'

    @api.model
    def _is_opened_by_sales(self):
        """Tell whether the user is of sales, and neither of production nor of the warehouse."""
        user = self.env.user
        return user.has_group('sales_team.group_sale_salesman') and not (
            user.has_group('mrp.group_mrp_user') or user.has_group('stock.group_stock_user'))

    @api.model
    def _get_view_cache_key(self, view_id=None, view_type='form', **options):
        key = super()._get_view_cache_key(view_id, view_type, **options)
        return (*key, self._is_opened_by_sales())

    @api.model
    def _get_view(self, view_id=None, view_type='form', **options):
        if not view_id and view_type == 'form' and self._is_opened_by_sales():
            view_id = self.env.ref('mrp_production_stage.mrp_production_view_form_sales').id
        return super()._get_view(view_id, view_type, **options)
