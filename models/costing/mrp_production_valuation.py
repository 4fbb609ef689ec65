from fractions import Fraction

from odoo import fields, models

from ...engine.balance import exact
from ...engine.costing import allot
from .mrp_cost_mixin import COST_GROUP


class MrpProduction(models.Model):
    """What an order's goods are to be worth: what it has cost, by-products bearing their share of it. What is received
    at a standard price instead leaves a variance."""

    _inherit = 'mrp.production'

    cost_variance = fields.Monetary(
        "Variance", readonly=True, copy=False, currency_field='cost_currency_id', groups=COST_GROUP,
        help="What the order has cost beyond what its goods were received at. Below zero, it has cost less. Only goods "
             "at standard price have one.")

    def _get_goods_share(self):
        """Return the share of the order's cost that its own product bears; planned by-products bear the rest."""
        self.ensure_one()
        planned = self.move_byproduct_ids.filtered(
            lambda move: move.state != 'cancel' and not move._is_journal_output())
        return 1 - sum(planned.mapped('cost_share')) / 100

    def _get_goods(self):
        """Return the moves by which the order receives its goods and planned by-products, or has received them.

        What stages made besides is no part of it: its value left the order as recovery.
        """
        outputs = self._get_own_outputs()
        return self.move_finished_ids.filtered(
            lambda move: move in outputs or (
                move.state != 'cancel' and move.quantity > 0 and not move._is_journal_output()))

    def _allot_cost(self):
        """Return what each move of the order's goods is to bear of its cost, in the company's currency.

        By-products bear their share, the order's own product the rest.
        """
        moves = self._get_goods()
        byproducts = moves.filtered(lambda move: move.product_id != self.product_id)
        quantities = {move: exact(move._get_goods_quantity()) for move in moves - byproducts}
        whole = sum(quantities.values())
        rest = 1 - sum(exact(move.cost_share) / 100 for move in byproducts)
        shares = {
            move: exact(move.cost_share) / 100 if move in byproducts else rest * Fraction(quantities[move], whole)
            for move in moves
        }
        costs = allot(self._get_cost_of_goods(whole), shares.values(), self.company_id.currency_id.round)
        return dict(zip(moves, costs))

    def _get_cost_of_goods(self, quantity):
        """Return what the order's goods and by-products bear, in the company's currency.

        :param quantity: of its own product
        """
        # Whoever closes an order need not see what it costs.
        return self.company_id.currency_id.round(self.sudo().cost_total + self.extra_cost * float(quantity))

    def _get_variances(self):
        """Return, per product that was received, what the order has cost beyond what it was received at.

        What no goods bear, there being none, is a variance of the order's product.
        """
        allotted = self._allot_cost()
        quantity = sum(
            move._get_goods_quantity() for move in allotted if move.product_id == self.product_id)
        variances = {self.product_id: self._get_cost_of_goods(quantity) - sum(allotted.values())}
        for move, cost in allotted.items():
            variances[move.product_id] = variances.get(move.product_id, 0.0) + cost - move.value
        rounded = self.company_id.currency_id.round
        return {product: rounded(amount) for product, amount in variances.items() if rounded(amount)}
