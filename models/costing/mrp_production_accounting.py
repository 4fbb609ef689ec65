from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class MrpProduction(models.Model):
    """Where stock is valued perpetually, an order leaves nothing in the production account when it closes.

    Materials, goods and scrap are posted by their moves, and work by core, from the ledger. The rest is posted here:
    losses that are no cost of the goods, variances, and what no move posts since its product is not valued perpetually.
    Where the goods themselves are not, what their materials posted goes to their expense.
    """

    _inherit = 'mrp.production'

    def _post_inventory(self, cancel_backorder=False):
        staged = self.filtered('use_stages')
        res = super(MrpProduction, self - staged)._post_inventory(cancel_backorder=cancel_backorder)
        for company, orders in staged.grouped('company_id').items():
            # Core posts with the accounts of the company that is active.
            closing = orders.with_company(company)
            res = super(MrpProduction, closing)._post_inventory(cancel_backorder=cancel_backorder)
            # Core posts the work of orders that are done by now; those without materials are not.
            closing.filtered(lambda order: order.state != 'done')._post_labour()
            # Whoever closes an order need not see what it costs.
            closing.sudo()._settle_costs()
        return res

    def _settle_costs(self):
        """Write down the variances of closing orders, all of the company that is active, and post what their goods do
        not bear."""
        moved = self._get_moving_lines()
        entries = []
        for order in self:
            variances = order._get_variances()
            order.cost_variance = sum(variances.values())
            if order._get_production_account():
                posted, unposted = order._get_moved_values(
                    moved.get(order, []), [(move, -move.value) for move in order._get_goods()])
                items = [
                    *order._get_loss_items(self.env._("Written off"), order.cost_loss),
                    *order._get_variance_items(variances),
                    *order._get_unposted_items(unposted),
                ] if order.product_id.valuation == 'real_time' else order._get_posted_items(posted)
                entries += order._prepare_settlement_vals(items)
        self._post_settlements(entries)

    def _get_production_account(self):
        """Return where what is in production is in the books; none without perpetual valuation."""
        self.ensure_one()
        return self.product_id.property_stock_production.valuation_account_id

    def _get_unposted_material(self, date):
        """Return the value of the materials that are in this order and not in the production account.

        :param date: naive UTC, of what arose before
        """
        self.ensure_one()
        lines = self.cost_line_ids.filtered(
            # Work in progress has what was lost, too, until the order is closed.
            lambda line: line.category in ('material', 'recovery') and line.origin != 'loss'
            and (not date or line.occurred_at < date))
        if self._get_production_account():
            lines = lines.filtered(lambda line: line.move_id and not line.move_id.account_move_id)
        return self.company_id.currency_id.round(sum(lines.mapped('amount')))

    def _get_moving_lines(self):
        """Return, per order whose books follow production, the lines of its ledger that moves put there."""
        orders = self.filtered(lambda order: order._get_production_account())
        return orders and self.env['mrp.cost.line'].search([
            ('production_id', 'in', orders.ids), ('move_id', '!=', False)]).grouped('production_id')

    # ------------------------------------------------------------
    # What is posted: lists of (account, label, balance)
    # ------------------------------------------------------------

    def _get_loss_items(self, label, amount):
        """What is a loss of its own, and no cost of goods."""
        return [(
            self.product_id.categ_id.property_defect_loss_account_id
            or self.company_id.defect_loss_account_id
            or self.product_id._get_product_accounts()['expense'],
            label, amount)]

    def _get_variance_items(self, variances):
        """What goods cost beyond their standard price.

        :param dict variances: as `_get_variances` returns them
        """
        return [
            (
                product.categ_id.property_price_difference_account_id
                or self.company_id.price_difference_account_id
                or product._get_product_accounts()['expense'],
                self.env._("Variance of %(product)s", product=product.display_name), variance)
            for product, variance in variances.items()
        ]

    def _get_unposted_items(self, unposted):
        """What was used or received without an entry: consumables, and what is valued at closings only. It has been,
        or will be, an expense of its product; the order's goods bear it, or have borne it.

        :param dict unposted: as `_get_moved_values` returns it
        """
        return [
            (product._get_product_accounts()['expense'], product.display_name, -value)
            for product, value in unposted.items()
        ]

    def _get_posted_items(self, posted):
        """What was used or received with an entry, for goods whose receipt has none: their expense, as all that goes
        into what is valued at closings only. Core posts no work there.

        :param dict posted: as `_get_moved_values` returns it
        """
        return [(
            self.product_id._get_product_accounts()['expense'], self.product_id.display_name, sum(posted.values()))]

    def _get_moved_values(self, lines, goods):
        """Return, per product, the value that moves put into production less what they received of it: by moves that
        have an entry, and by those that have none.

        :param lines: `mrp.cost.line` of moves
        :param list goods: (move, value) of what was made: below zero what was received, above what was taken back
        """
        posted, unposted = {}, {}
        for move, value in [*((line.move_id, line.amount) for line in lines), *goods]:
            values = posted if move.account_move_id else unposted
            values[move.product_id] = values.get(move.product_id, 0.0) + value
        return posted, unposted

    def _prepare_settlement_vals(self, items):
        """Values of the entry that posts amounts against the production account: none where there are no amounts.

        :param list items: (account, label, balance)
        """
        self.ensure_one()
        rounded = self.company_id.currency_id.round
        items = [(account, label, rounded(balance)) for account, label, balance in items if rounded(balance)]
        if not items:
            return []
        for account, label, _balance in items:
            if not account:
                raise UserError(self.env._(
                    "%(order)s cannot be settled in the books: there is no account for \"%(item)s\". Set an expense "
                    "account in the category of %(product)s.",
                    order=self.name, item=label, product=self.product_id.display_name))
        items.append((
            self._get_production_account(), self.env._("Out of production"), -sum(item[2] for item in items)))
        return [{
            'journal_id': self.product_id.product_tmpl_id.get_product_accounts()['stock_journal'].id,
            'date': fields.Date.context_today(self),
            'ref': self.env._("%(order)s - Settlement", order=self.name),
            'move_type': 'entry',
            'line_ids': [
                Command.create({
                    'name': f"{self.name} - {label}", 'account_id': account.id, 'balance': rounded(balance)})
                for account, label, balance in items
            ],
        }]

    def _post_settlements(self, vals_list):
        if vals_list:
            self.env['account.move'].create(vals_list)._post()
