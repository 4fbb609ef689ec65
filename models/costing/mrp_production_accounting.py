from odoo import fields, models
from odoo.fields import Command


class MrpProduction(models.Model):
    """What an order leaves in the production account besides its goods goes where it belongs when the order closes."""

    _inherit = 'mrp.production'

    def _post_labour(self):
        """Core posts work beside the goods; losses that are no cost of the goods leave production with it."""
        res = super()._post_labour()
        for order in self.filtered('use_stages'):
            order._post_loss()
        return res

    def _post_loss(self):
        """Post what was written off as a loss of its own, where stock is valued perpetually."""
        self.ensure_one()
        # Whoever closes an order need not see what it cost.
        order = self.sudo().with_company(self.company_id)
        product = order.product_id
        production_account = product.property_stock_production.valuation_account_id
        if product.valuation != 'real_time' or not production_account:
            return
        loss = order.company_id.currency_id.round(order.cost_loss)
        if not loss:
            return
        accounts = product.product_tmpl_id.get_product_accounts()
        label = order.env._("%(order)s - Written off", order=order.name)
        entry = order.env['account.move'].create({
            'journal_id': accounts['stock_journal'].id,
            'date': fields.Date.context_today(order),
            'ref': label,
            'move_type': 'entry',
            'line_ids': [
                Command.create({'name': label, 'account_id': account.id, 'balance': balance})
                for account, balance in (
                    (order.company_id.defect_loss_account_id or accounts['expense'], loss),
                    (production_account, -loss),
                )
            ],
        })
        entry._post()
