from odoo import models

from ...engine.balance import exact, share


class MrpWorkorder(models.Model):
    """What comes out of a stage takes its share of what was put in along: no value is made, none is lost. What stays
    behind is borne by the order's goods."""

    _inherit = 'mrp.workorder'

    def _price_outputs(self, moves, is_scrap):
        """By quantity where inputs and outputs have a unit in common; else what the product costs, as far as there is
        value. Scrap that has a cost of its own takes no more than that. Standard prices are what they are."""
        super()._price_outputs(moves, is_scrap)
        inside, held = {}, {}
        for move in moves:
            product, unit = move.product_id, move.product_uom._get_balance_unit()
            quantity = move.product_uom._compute_quantity(move.quantity, product.uom_id)
            stages, balance = self._get_scope(move.product_uom)
            if stages not in inside:
                inside[stages] = stages._get_value_inside()
            if unit.family not in held:
                held[unit.family] = balance and balance.unexplained * balance.unit.factor
            whole, part = held[unit.family], exact(move.quantity) * unit.factor
            value = self._get_output_value(product, quantity, inside[stages], part, whole, is_scrap)
            move.price_unit = value / quantity
            inside[stages] -= value
            held[unit.family] = whole and whole - part

    def _get_output_value(self, product, quantity, inside, part, whole, is_scrap):
        """Return what an output is worth.

        :param float quantity: in the product's unit of measure
        :param float inside: the value that is at the stage
        :param part: how much comes out, exact
        :param whole: how much is there, exact; None where nothing of the kind was put in
        """
        at_cost = product.standard_price * quantity
        if product.cost_method == 'standard':
            return at_cost
        if whole is None:
            value = min(at_cost or inside, inside)
        else:
            value = float(share(exact(inside), part, whole))
            if is_scrap and at_cost:
                value = min(value, at_cost)
        return self.company_id.currency_id.round(max(0.0, value))

    def _get_value_inside(self):
        """Return the value of what these stages used and did not give back or pass on."""
        materials = self._get_used_materials()
        outputs = self.production_id._get_journal_outputs().filtered(lambda move: move.workorder_id in self)
        return (
            sum(materials.mapped('value')) - sum(materials._get_given_back().mapped('value'))
            - sum(outputs.mapped('value')) + sum(outputs._get_given_back().mapped('value')))
