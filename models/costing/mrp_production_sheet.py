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
        return [order._prepare_cost_sheet() for order in self.sudo()]

    def _prepare_cost_sheet(self):
        self.ensure_one()
        is_expected = self._is_cost_expected()
        return {
            'order': self,
            'printed_at': fields.Datetime.now(),
            'currency': self.company_id.currency_id,
            'is_done': self.state == 'done',
            'is_expected': is_expected,
            'quantity': format_quantity(self.env, self._get_costed_quantity()),
            'categories': self._prepare_sheet_categories(),
            'stages': self._get_sheet_stages(),
            'expected': self._get_stages_to_plan()._get_cost_plans() if is_expected else {},
            'materials': [] if is_expected else self._prepare_sheet_materials(),
            'recovered': self._read_sheet_materials('recovery'),
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

    def _prepare_sheet_materials(self):
        """Return a row per material that was planned or used."""
        used = {row['product']: row for row in self._read_sheet_materials('material')}
        norms = dict(self.env['mrp.production.material']._read_group(
            [('production_id', '=', self.id), ('product_id', '!=', False)], ['product_id'], ['norm:sum']))
        products = self.env['product.product'].union(*norms, *used)
        return [
            {'product': product, 'norm': format_quantity(self.env, norms.get(product, 0.0))}
            | used.get(product, {'quantity': format_quantity(self.env, 0.0), 'rate': 0.0, 'amount': 0.0})
            for product in products
        ]

    def _read_sheet_materials(self, category):
        """Return, per product of a category, how much the ledger has of it and at what rate on average."""
        rows = self.env['mrp.cost.line']._read_group(
            [('production_id', '=', self.id), ('category', '=', category), ('product_id', '!=', False)],
            ['product_id'], ['quantity:sum', 'amount:sum'])
        return [
            {
                'product': product,
                'quantity': format_quantity(self.env, quantity),
                'rate': amount / quantity if quantity else 0.0,
                'amount': amount,
            }
            for product, quantity, amount in rows
        ]
