from odoo import fields, models


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
        self._cost_late_use(consumed_moves)
        res = super()._cal_price(self._get_consumed_moves())
        # Core adds up what was used and worked; the ledger knows what came back, was lost, or went elsewhere.
        for move, cost in self._allot_cost().items():
            move._value_goods(cost)
        return res

    def _cost_late_use(self, moves):
        """Write the cost of components into the ledger that no stage has used: added in Odoo's form when the last one
        was done, and consumed as the order closes.

        :param moves: of these core has just taken from stock
        """
        late = moves.filtered(lambda move: move.state == 'done')
        for move in late.filtered(lambda move: not move.workorder_id):
            move.workorder_id = self.workorder_ids[-1:]
        # Whoever closes an order need not see what it costs.
        self.env['mrp.cost.line'].sudo().create(late.sudo()._prepare_cost_vals(fields.Datetime.now()))

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
