from odoo import api, fields, models
from odoo.fields import Domain

from .deal_margin import load_deal_margin
from .deal_order import load_deal_orders

MARGIN_GROUP = 'mrp_production_stage.group_deal_margin'


class MrpDealMixin(models.AbstractModel):
    """What sales people see of production: the orders that are made for a deal or a sale order, and what they earn.

    They need no right on production for it, and get none: all they see is in these fields.
    """

    _name = 'mrp.deal.mixin'
    _description = "Production for a Deal"

    #: From a demand to its record
    _demand_owner = None

    production_progress = fields.Char(
        "Production", compute='_compute_production_progress', compute_sudo=True, groups='base.group_user',
        help="Where the order stands that has furthest to go, and how many there are.")
    is_production_late = fields.Boolean(
        "Production Is Late", compute='_compute_production_progress', compute_sudo=True, groups='base.group_user')
    production_block = fields.Json(
        "Production Orders", compute='_compute_production_block', compute_sudo=True, groups='base.group_user')
    deal_margin = fields.Json(
        "Production Margin", compute='_compute_deal_margin', compute_sudo=True, groups=MARGIN_GROUP)

    def _get_demands(self):
        """Return, per record, the demands that production meets for it, in companies the user works in."""
        # A deal may be of no company: then its sale orders may be of several.
        demands = self.env['mrp.production.demand'].search_fetch(
            Domain(self._demand_owner, 'in', self._origin.ids) & Domain('company_id', 'in', self.env.companies.ids),
            ['production_id', 'sale_line_id', 'sale_order_id', 'quantity'])
        found = demands.grouped(lambda demand: demand.mapped(self._demand_owner))
        # All at once: whoever asks for the family of one finds it in the cache.
        demands.production_id._get_families()
        return {record: found.get(record._origin, demands.browse()) for record in self}

    @api.depends_context('uid', 'lang', 'allowed_company_ids')
    def _compute_production_progress(self):
        for record, demands in self._get_demands().items():
            record.production_progress = demands.production_id._get_families()._get_progress_text()
            record.is_production_late = any(
                order._is_late_for(own.sale_order_id)
                for root, own in demands.grouped('production_id').items() for order in root._get_families())

    @api.depends_context('uid', 'lang', 'allowed_company_ids')
    def _compute_production_block(self):
        demands = self._get_demands()
        orders = self.env['mrp.production.demand'].union(*demands.values()).production_id._get_families()
        # Odoo lets whoever sells read orders, but nothing that a form of them shows.
        readable = orders.browse()
        if self.env.user.has_group('mrp.group_mrp_user'):
            readable = orders.sudo(False)._filtered_access('read').sudo()
        for record, own in demands.items():
            lines = [
                deal_order.order._prepare_deal_order(deal_order.demands.sale_order_id, deal_order.quantity) | {
                    'is_readable': deal_order.order in readable}
                for deal_order in load_deal_orders(own)]
            hint = not lines and record._get_production_hint()
            record.production_block = bool(lines or hint) and {'orders': lines, 'hint': hint}

    @api.depends_context('uid', 'allowed_company_ids')
    def _compute_deal_margin(self):
        for record, demands in self._get_demands().items():
            record.deal_margin = bool(demands) and load_deal_margin(demands, record._get_margin_currency())

    def _get_production_hint(self):
        """Hook: return what is to be done so that something is produced; nothing where nothing can be."""
        return False

    def _get_margin_currency(self):
        """Hook: return the currency in which the record tells its margin."""
        raise NotImplementedError
