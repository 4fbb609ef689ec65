from odoo import fields, models
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

    # ------------------------------------------------------------
    # Changed by hand
    # ------------------------------------------------------------

    def _set_value(self, correction_quantity=None):
        """Whoever changes by hand what a stage has used, in Odoo's own list of components, changes what it cost."""
        used = self.browse()
        if correction_quantity:
            used = self.filtered(lambda move: move.state == 'done' and move._is_stage_material())
            used._check_cost_open()
        before = {move: move.value for move in used}
        res = super()._set_value(correction_quantity)
        for move in used:
            # Whoever counts materials need not see what they cost, nor the books.
            move.sudo().with_company(move.company_id)._correct_cost(correction_quantity, before[move])
        return res

    def _check_cost_open(self):
        """Refuse to change what orders have used that run no more: their cost is in their goods, or a loss."""
        for order in self.raw_material_production_id:
            if order.state == 'done':
                raise UserError(self.env._(
                    "%(order)s is closed: what it used is in the cost of its goods. Put the stock right by an "
                    "inventory adjustment.", order=order.name))
            if order.state == 'cancel':
                raise UserError(self.env._(
                    "%(order)s is cancelled: what it used is in the books. Return the materials that come back.",
                    order=order.name))

    def _correct_cost(self, quantity, before):
        """Write the difference into the ledger and, where its use was posted, into the books.

        What units that were lost or split off since have taken along is theirs; those that remain bear the difference.

        :param float quantity: how much more was used, in the move's unit of measure
        :param float before: what the move was worth
        """
        self.ensure_one()
        stage, product = self.workorder_id, self.product_id
        difference = self.company_id.currency_id.round(self.value - before)
        more = self.product_uom._compute_quantity(quantity, product.uom_id, round=False)
        self.env['mrp.cost.line'].create(stage._prepare_cost_line_vals('material', fields.Datetime.now()) | {
            'rework_cycle': self.rework_cycle or stage.rework_cycle,
            'quantity': more,
            'uom_id': product.uom_id.id,
            'rate': difference / more,
            'amount': difference,
            'product_id': product.id,
            'move_id': self.id,
        })
        stage._check_goods_cost_something()
        if difference and self.account_move_id:
            self._post_value_difference(difference)

    # ------------------------------------------------------------
    # What comes back
    # ------------------------------------------------------------

    def _get_quantities_at_hand(self):
        """What units took along into a part that goes on does not come back: it is in these units, and in their
        cost."""
        at_hand = super()._get_quantities_at_hand()
        shares = {
            # Whoever returns materials need not see what they cost.
            stage: stage.sudo()._get_share_at_hand() for stage in self.workorder_id}
        return {
            move: move.product_uom.round(quantity * shares.get(move.workorder_id, 1.0))
            for move, quantity in at_hand.items()
        }

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
