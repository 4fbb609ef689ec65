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
        res = super()._post_inventory(cancel_backorder=cancel_backorder)
        orders = self.filtered('use_stages')
        # Core posts the work of orders that are done by now; those without materials are not.
        orders.filtered(lambda order: order.state != 'done')._post_labour()
        for order in orders:
            # Whoever closes an order need not see what it costs.
            order.sudo().with_company(order.company_id)._settle_cost()
        return res

    def _settle_cost(self):
        """Write down the variance of a closing order, and post what its goods do not bear."""
        self.ensure_one()
        variances = self._get_variances()
        self.cost_variance = sum(variances.values())
        production_account = self.product_id.property_stock_production.valuation_account_id
        if not production_account:
            return
        if self.product_id.valuation == 'real_time':
            items = [*self._get_loss_items(), *self._get_variance_items(variances), *self._get_unposted_items()]
        else:
            items = self._get_posted_items()
        self._post_settlement(production_account, items)

    # ------------------------------------------------------------
    # What is posted: lists of (account, label, balance)
    # ------------------------------------------------------------

    def _get_loss_items(self):
        """What was written off as a loss of its own."""
        return [(
            self.product_id.categ_id.property_defect_loss_account_id
            or self.company_id.defect_loss_account_id
            or self.product_id._get_product_accounts()['expense'],
            self.env._("Written off"), self.cost_loss)]

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

    def _get_unposted_items(self):
        """What was used or received without an entry: consumables, and what is valued at closings only. It has been,
        or will be, an expense of its product; the order's goods bear it, or have borne it."""
        return [
            (product._get_product_accounts()['expense'], product.display_name, -value)
            for product, value in self._get_moved_values(is_posted=False).items()
        ]

    def _get_posted_items(self):
        """What was used or received with an entry, for goods whose receipt has none: their expense, as all that goes
        into what is valued at closings only. Core posts no work there."""
        return [(
            self.product_id._get_product_accounts()['expense'], self.product_id.display_name,
            sum(self._get_moved_values(is_posted=True).values()))]

    def _get_moved_values(self, is_posted):
        """Return, per product, the value that moves put into this order less what they received of it.

        :param bool is_posted: moves that have an entry; else those that have none
        """
        values = dict(self.env['mrp.cost.line']._read_group(
            [
                ('production_id', '=', self.id), ('move_id', '!=', False),
                ('move_id.account_move_id', '!=' if is_posted else '=', False),
            ], ['product_id'], ['amount:sum']))
        for move in self._get_goods().filtered(lambda move: bool(move.account_move_id) == is_posted):
            values[move.product_id] = values.get(move.product_id, 0.0) - move.value
        return values

    def _post_settlement(self, production_account, items):
        """Post amounts against the production account.

        :param list items: (account, label, balance)
        """
        rounded = self.company_id.currency_id.round
        items = [(account, label, rounded(balance)) for account, label, balance in items if rounded(balance)]
        if not items:
            return
        for account, label, _balance in items:
            if not account:
                raise UserError(self.env._(
                    "%(order)s cannot be closed: there is no account for \"%(item)s\". Set an expense account in the "
                    "category of %(product)s.",
                    order=self.name, item=label, product=self.product_id.display_name))
        items.append((production_account, self.env._("Out of production"), -sum(item[2] for item in items)))
        self.env['account.move'].create({
            'journal_id': self.product_id.product_tmpl_id.get_product_accounts()['stock_journal'].id,
            'date': fields.Date.context_today(self),
            'ref': self.env._("%(order)s - Settlement", order=self.name),
            'move_type': 'entry',
            'line_ids': [
                Command.create({
                    'name': f"{self.name} - {label}", 'account_id': account.id, 'balance': rounded(balance)})
                for account, label, balance in items
            ],
        })._post()
