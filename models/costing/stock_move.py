from odoo import models
from odoo.exceptions import UserError


class StockMove(models.Model):
    _inherit = 'stock.move'

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
