from odoo import models


class MrpProduction(models.Model):
    """Core takes an order's cost and traceability from the moves that are done when it closes. Stages post
    theirs earlier: here they are counted."""

    _inherit = 'mrp.production'

    def _get_consumed_moves(self):
        """Return the raw moves that have left stock for this order."""
        return self.move_raw_ids.filtered(lambda move: move.state == 'done')

    def _cal_price(self, consumed_moves):
        if not self.use_stages:
            return super()._cal_price(consumed_moves)
        consumed = self._get_consumed_moves()
        res = super()._cal_price(consumed)
        # Core adds up what was used and worked; the ledger knows what came back, was lost, or went elsewhere.
        work = self.workorder_ids._cal_cost()
        cost = self.sudo().cost_total
        own_outputs = self._get_own_outputs()
        if own_outputs:
            self._settle_own_outputs(own_outputs, cost + self.extra_cost * self.qty_produced)
        else:
            self._deduct_taken_out(sum(consumed.mapped('value')) + work - cost)
        return res

    def _settle_own_outputs(self, outputs, total):
        """Let what the stages made of the order's own product bear the order's cost, now that all of it is known.

        :param dict outputs: quantity per move, as `_get_own_outputs` returns it
        :param float total: what they and the by-products bear, in the company's currency
        """
        if self.product_id.cost_method not in ('fifo', 'average'):
            return
        rest = total
        for move in self.move_byproduct_ids.filtered(
            lambda move: move.state not in ('done', 'cancel') and move.quantity > 0
        ):
            value = total * move.cost_share / 100
            rest -= value
            if move.product_id.cost_method in ('fifo', 'average'):
                move.price_unit = value / move.product_uom._compute_quantity(move.quantity, move.product_id.uom_id)
        left = sum(outputs.values())
        for move, quantity in outputs.items():
            value = self.company_id.currency_id.round(rest * quantity / left)
            move._correct_value(value)
            rest -= value
            left -= quantity

    def _deduct_taken_out(self, value):
        """Take what left production early out of the price that core has just set.

        :param float value: in the company's currency
        """
        if self.company_id.currency_id.is_zero(value):
            return
        moves = self.move_finished_ids.filtered(
            lambda move: move.state not in ('done', 'cancel') and move.quantity > 0
            and move.product_id.cost_method in ('fifo', 'average'))
        byproducts = moves.filtered(lambda move: move.product_id != self.product_id)
        if moves == byproducts:
            # A main product at standard price takes no actual cost, and core shares none out.
            return
        for move in moves:
            share = move.cost_share if move in byproducts else 100 - sum(
                self.move_byproduct_ids.filtered(
                    lambda byproduct: byproduct.state not in ('done', 'cancel') and byproduct.quantity > 0
                ).mapped('cost_share'))
            quantity = move.product_uom._compute_quantity(move.quantity, move.product_id.uom_id)
            move.price_unit -= value * share / 100 / quantity

    def _post_inventory(self, cancel_backorder=False):
        res = super()._post_inventory(cancel_backorder=cancel_backorder)
        for order in self.filtered('use_stages'):
            # What was used is what the finished goods were made of: unbuild and traceability read it.
            used = order._get_consumed_moves()._get_used_quantities()
            order.move_finished_ids.move_line_ids.consume_line_ids = self.env['stock.move'].union(
                *(move for move, quantity in used.items() if quantity)).move_line_ids
            for stage, outputs in order._get_journal_outputs().grouped('workorder_id').items():
                stage._trace_outputs(outputs.filtered(lambda move: move.product_id != order.product_id))
        return res
