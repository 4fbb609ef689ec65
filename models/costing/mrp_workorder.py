from odoo import models

from ...engine.balance import exact, share
from ...engine.costing import recovered


class MrpWorkorder(models.Model):
    """What comes out of a stage takes its share of what was put in along: no value is made, none is lost. What stays
    behind is borne by the order's goods."""

    _inherit = 'mrp.workorder'

    def _price_outputs(self, moves, is_scrap):
        """By quantity where inputs and outputs have a unit in common; else what the product costs, as far as there is
        value. What scrap is worth its product says. Standard prices are what they are."""
        super()._price_outputs(moves, is_scrap)
        rounded = self.company_id.currency_id.round
        inside, held = {}, {}
        for move in moves:
            product, unit = move.product_id.with_company(move.company_id), move.product_uom._get_balance_unit()
            quantity = move.product_uom._compute_quantity(move.quantity, product.uom_id)
            stages, balance = self._get_scope(move.product_uom)
            if stages not in inside:
                inside[stages] = rounded(stages._get_value_inside())
            if unit.family not in held:
                held[unit.family] = balance and balance.unexplained * balance.unit.factor
            whole, part = held[unit.family], exact(move.quantity) * unit.factor
            by_quantity = None if whole is None else float(share(exact(inside[stages]), part, whole))
            value = self._get_output_value(product, quantity, by_quantity, inside[stages], is_scrap)
            move.price_unit = value / quantity
            inside[stages] = rounded(inside[stages] - value)
            held[unit.family] = whole and whole - part

    def _get_output_value(self, product, quantity, by_quantity, inside, is_scrap):
        """Return what an output is worth.

        :param float quantity: in the product's unit of measure
        :param by_quantity: what it takes of the value at the stage, by quantity; None where nothing of the kind was put
            in
        :param float inside: the value that is at the stage
        """
        rounded = self.company_id.currency_id.round
        if product.cost_method == 'standard':
            return product.standard_price * quantity
        if is_scrap:
            return recovered(product._get_recovery(), quantity, by_quantity, inside, rounded)
        if by_quantity is None:
            by_quantity = min(product.standard_price * quantity or inside, inside)
        return rounded(max(0.0, by_quantity))

    def _get_value_inside(self):
        """Return the value of what these stages used and did not give back or pass on."""
        materials = self._get_used_materials()
        outputs = self.production_id._get_journal_outputs().filtered(lambda move: move.workorder_id in self)
        return (
            sum(materials.mapped('value')) - sum(materials._get_given_back().mapped('value'))
            - sum(outputs.mapped('value')) + sum(outputs._get_given_back().mapped('value')))
