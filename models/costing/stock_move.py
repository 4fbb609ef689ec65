from odoo import models
from odoo.exceptions import UserError


class StockMove(models.Model):
    _inherit = 'stock.move'

    def _prepare_cost_vals(self, occurred_at):
        """Values of the cost lines of what these done moves took out of stock for stages, or put back.

        :param occurred_at: naive UTC
        """
        vals_list = []
        for move in self:
            category, sign = move._get_cost_category()
            if not category:
                continue
            quantity = move.product_uom._compute_quantity(move.quantity, move.product_id.uom_id)
            vals_list.append(move.workorder_id._prepare_cost_line_vals(category, occurred_at) | {
                'quantity': sign * quantity,
                'uom_id': move.product_id.uom_id.id,
                'rate': move.value / quantity if quantity else 0.0,
                'amount': sign * move.value,
                'product_id': move.product_id.id,
                'move_id': move.id,
            })
        return vals_list

    def _get_cost_category(self):
        """Return in which category a stage's move belongs, and whether it adds to the cost or takes from it.

        :return: ``(category, 1 or -1)``; no category for what is no cost of the order: goods of its own, and what was
            lost before a stage took it
        """
        self.ensure_one()
        source = self.origin_returned_move_id or self
        back = -1 if self.origin_returned_move_id else 1
        order = self.workorder_id.production_id
        if source.raw_material_production_id:
            return 'material', back
        if source.production_id and source.product_id != order.product_id:
            return 'recovery', -back
        return False, 0

    def _check_may_come_back(self, quantities):
        """What came out has taken its value along: what comes back takes no more than is left."""
        super()._check_may_come_back(quantities)
        for order, moves in self.grouped('raw_material_production_id').items():
            if not order._get_journal_outputs():
                continue
            value = sum(move.value * quantities[move] / move.quantity for move in moves if move.quantity)
            if order.company_id.currency_id.compare_amounts(value, order.workorder_ids._get_value_inside()) > 0:
                raise UserError(self.env._(
                    "%(materials)s cannot come back to stock: what was made of it in %(order)s has been received. "
                    "Take these outputs back first.",
                    materials=", ".join(moves.product_id.mapped('display_name')), order=order.name))

    def _get_goods_quantity(self):
        """Return how much of an order's goods this move receives, less what was taken back, in the product's unit."""
        self.ensure_one()
        quantity = self.production_id._get_own_outputs().get(self, self.quantity)
        return self.product_uom._compute_quantity(quantity, self.product_id.uom_id, round=False)

    def _value_goods(self, cost):
        """Let goods of an order that are received now, or were, be worth what they cost; at standard price, that.

        :param float cost: in the company's currency
        """
        self.ensure_one()
        product = self.product_id.with_company(self.company_id)
        if product.cost_method != 'standard':
            if self.state == 'done':
                self._correct_value(max(0.0, cost))
            else:
                self.price_unit = max(0.0, cost) / self._get_goods_quantity()
        elif self.state != 'done':
            self.price_unit = product.standard_price

    def _correct_value(self, value):
        """Change the value of a done receipt, in the accounts too.

        :param float value: in the company's currency
        """
        self.ensure_one()
        quantity = self._get_valued_qty()
        difference = self.company_id.currency_id.round(value - self.value)
        if self.company_id.currency_id.is_zero(difference) or not quantity:
            return
        self.price_unit = value / quantity
        self._set_value()
        if self.account_move_id:
            self._post_value_difference(difference)

    def _post_value_difference(self, difference):
        """Post what a done receipt is worth more, or less, than was posted when it was done."""
        credit, debit = self._get_account_move_line_vals()
        if difference < 0:
            credit, debit = debit, credit
        entry = self.env['account.move'].sudo().create({
            'journal_id': self.account_move_id.journal_id.id,
            'ref': self.reference,
            'line_ids': [
                (0, 0, credit | {'debit': 0.0, 'credit': abs(difference)}),
                (0, 0, debit | {'debit': abs(difference), 'credit': 0.0}),
            ],
        })
        entry._post()
