class PerpetualValuation:
    """Books that follow stock: accounts of their own for production, work, losses, price differences and expenses."""

    @classmethod
    def _set_perpetual(cls, *categories):
        """Value what these categories hold perpetually."""
        cls.books = {
            key: cls.env['account.account'].create({
                'name': f"Workshop {key}", 'code': f'WORK{number}', 'account_type': account_type})
            for number, (key, account_type) in enumerate((
                ('stock', 'asset_current'), ('production', 'asset_current'), ('work', 'expense'), ('loss', 'expense'),
                ('difference', 'expense'), ('expense', 'expense')))
        }
        cls.company.account_stock_journal_id = cls.env['account.journal'].create(
            {'name': "Workshop", 'code': 'WORK', 'type': 'general'})
        cls.company.defect_loss_account_id = cls.books['loss']
        for category in categories:
            category.write({
                'property_valuation': 'real_time',
                'property_stock_journal': cls.company.account_stock_journal_id.id,
                'property_stock_valuation_account_id': cls.books['stock'].id,
                'property_price_difference_account_id': cls.books['difference'].id,
                'property_account_expense_categ_id': cls.books['expense'].id,
            })
        cls.coffee.property_stock_production.valuation_account_id = cls.books['production']
        cls.env['mrp.workcenter'].search([('company_id', '=', cls.company.id)]).expense_account_id = cls.books['work']

    def _get_balance(self, key):
        """Return what is on one of the accounts."""
        lines = self.env['account.move.line'].search([
            ('account_id', '=', self.books[key].id), ('parent_state', '=', 'posted')])
        return self.company.currency_id.round(sum(lines.mapped('balance')))

    def _get_balances(self, *keys):
        return tuple(self._get_balance(key) for key in keys)

    def _assert_settled(self, orders):
        """What closed orders have cost is in their goods or a variance, and nothing is left in production."""
        self.assertEqual(self._get_balance('production'), 0.0)
        for order in orders:
            self.assertEqual(order.state, 'done')
            received = sum(order._get_goods().mapped('value'))
            self.assertAlmostEqual(received + order.cost_variance, order.cost_total, msg="all of the cost is somewhere")
