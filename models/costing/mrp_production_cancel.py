from odoo import fields, models

from ..order.stage_act import StageAct


class MrpProduction(models.Model):
    """What was worked on an order before it was cancelled has its cost all the same: a loss, with perpetual valuation,
    as what it used is. Materials that come back make it less."""

    _inherit = 'mrp.production'

    def _action_cancel(self):
        # A part whose split is withdrawn is none of them: it has no goods to make any more, and so is cancelled by now.
        running = self.filtered(lambda order: order.use_stages and order.state not in ('done', 'cancel'))
        res = super()._action_cancel()
        # Its clocks have been stopped. Whoever cancels an order need not see what it costs.
        for company, orders in running.sudo().grouped('company_id').items():
            cancelled = orders.with_company(company)
            cancelled._cost_cancelled_work()
            cancelled._settle_cancelled()
        return res

    def _cost_cancelled_work(self):
        """Write the cost of the time on these orders that no finish will cost any more."""
        act = StageAct('finish', self.env['hr.employee'], fields.Datetime.now(), 'office', False, {})
        self.workorder_ids._cost_time(act, self.workorder_ids.time_ids)

    def _settle_cancelled(self):
        """Post what orders that are cancelled have spent, all of the company that is active: work, and a loss of what
        they do not leave behind."""
        spent = self.filtered('cost_line_ids')
        spent._post_labour()
        entries = []
        for order in spent:
            # Of the order's own goods its stages may have received some.
            outputs = order._get_journal_outputs().filtered(lambda move: move.product_id == order.product_id)
            goods = [
                *((move, -move.value) for move in outputs), *((move, move.value) for move in outputs._get_given_back())]
            entries += order._prepare_cancelled_vals(order.cost_line_ids, goods)
        self._post_settlements(entries)

    def _prepare_cancelled_vals(self, lines, goods=()):
        """Values of the entry for what a cancelled order has spent.

        :param lines: `mrp.cost.line`
        :param goods: (move, value) of what was made, see `_get_moved_values`
        """
        self.ensure_one()
        if not self._get_production_account():
            return []
        posted, unposted = self._get_moved_values(lines.filtered('move_id'), goods)
        if self.product_id.valuation == 'real_time':
            lost = sum(lines.mapped('amount')) + sum(value for _move, value in goods)
            items = [
                *self._get_loss_items(self.env._("Cancelled"), lost), *self._get_unposted_items(unposted)]
        else:
            items = self._get_posted_items(posted)
        return self._prepare_settlement_vals(items)

    def return_materials(self, lines):
        # Stock is valued by what the company says that is active.
        move_ids = super(MrpProduction, self.with_company(self.company_id)).return_materials(lines)
        # The caller may return materials; the ledger is written by nobody but the door, and the books by nobody.
        order = self.sudo().with_company(self.company_id)
        moves = order.env['stock.move'].browse(move_ids)
        returned = order.env['mrp.cost.line'].create(moves._prepare_cost_vals(fields.Datetime.now()))
        order._post_settlements(order._prepare_cancelled_vals(returned))
        return move_ids
