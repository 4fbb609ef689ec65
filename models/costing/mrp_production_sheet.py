from odoo import fields, models
from odoo.exceptions import UserError

from ..order.arguments import format_quantity
from .mrp_workorder_plan import PLANNED


class MrpProduction(models.Model):
    """The cost sheet of an order: what its print shows."""

    _inherit = 'mrp.production'

    def _prepare_cost_sheets(self):
        """Return what the cost sheet of each of these orders tells.

        :raises AccessError: the user does not see costs
        :raises UserError: an order has no stages, and so no ledger
        """
        self._check_may_see_costs()
        plain = self.filtered(lambda order: not order.use_stages)
        if plain:
            raise UserError(self.env._(
                "%(orders)s has no cost sheet: it does not run through stages.",
                orders=", ".join(plain.mapped('name'))))
        # Whoever sees costs need not be of production.
        orders = self.sudo()
        quantities, moved, norms = orders._get_costed_quantities(), orders._read_moved(), orders._read_norms()
        plans = orders.filtered(lambda order: order._is_cost_expected())._get_stages_to_plan()._get_cost_plans()
        return [
            order._prepare_cost_sheet(quantities[order], moved.get(order, {}), norms.get(order, {}), plans)
            for order in orders]

    def _prepare_cost_sheet(self, quantity, moved, norms, plans):
        """Return what the cost sheet of this order tells.

        :param float quantity: see `_get_costed_quantities`
        :param dict moved: of this order, see `_read_moved`
        :param dict norms: of this order, see `_read_norms`
        :param dict plans: see `_get_cost_plans`, of drafts
        """
        self.ensure_one()
        is_expected = self._is_cost_expected()
        return {
            'order': self,
            'printed_at': fields.Datetime.now(),
            'currency': self.company_id.currency_id,
            'is_done': self.state == 'done',
            'is_expected': is_expected,
            'quantity': format_quantity(self.env, quantity),
            'categories': self._prepare_sheet_categories(),
            'stages': self._get_sheet_stages(),
            'expected': plans if is_expected else {},
            'materials': [] if is_expected else self._prepare_sheet_materials(moved.get('material', {}), norms),
            'recovered': [
                self._prepare_moved_row(product, *sums) for product, sums in moved.get('recovery', {}).items()],
            'units': self.cost_unit_ids if self.batch_mode == 'unit' else self.cost_unit_ids.browse(),
        }

    def _prepare_sheet_categories(self):
        """Return a row per category that was planned or that costs anything."""
        titles = self.env['mrp.cost.line']._fields['category']._description_selection(self.env)
        return [
            {
                'title': title,
                'planned': self[f'cost_planned_{category}'] if category in PLANNED else 0.0,
                'actual': self[f'cost_{category}'],
            }
            for category, title in titles if category in PLANNED or self[f'cost_{category}']
        ]

    def _get_sheet_stages(self):
        return self._get_stages_to_plan() if self._is_cost_expected() else self.workorder_ids.filtered(
            lambda stage: stage.stage_status != 'skipped' or stage.cost_total)

    def _prepare_sheet_materials(self, used, norms):
        """Return a row per material that was planned or used."""
        products = self.env['product.product'].union(*norms, *used)
        return [
            {'norm': format_quantity(self.env, norms.get(product, 0.0))}
            | self._prepare_moved_row(product, *used.get(product, (0.0, 0.0)))
            for product in products
        ]

    def _prepare_moved_row(self, product, quantity, amount):
        """Return what is told of a product that moved, at its rate on average."""
        return {
            'product': product,
            'quantity': format_quantity(self.env, quantity),
            'rate': amount / quantity if quantity else 0.0,
            'amount': amount,
        }

    def _read_moved(self):
        """Return how much of which products the ledgers of these orders have: used, or recovered.

        :return: ``{order: {category: {product: (quantity, amount)}}}``
        """
        moved = {}
        for order, category, product, quantity, amount in self.env['mrp.cost.line']._read_group(
            [
                ('production_id', 'in', self.ids), ('category', 'in', ('material', 'recovery')),
                ('product_id', '!=', False),
            ], ['production_id', 'category', 'product_id'], ['quantity:sum', 'amount:sum']
        ):
            moved.setdefault(order, {}).setdefault(category, {})[product] = (quantity, amount)
        return moved

    def _read_norms(self):
        """Return the norm of each material of these orders: ``{order: {product: quantity}}``."""
        norms = {}
        for order, product, norm in self.env['mrp.production.material']._read_group(
            [('production_id', 'in', self.ids), ('product_id', '!=', False)], ['production_id', 'product_id'],
            ['norm:sum']
        ):
            norms.setdefault(order, {})[product] = norm
        return norms
