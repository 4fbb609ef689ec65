from odoo import models


class MrpAccountWipAccounting(models.TransientModel):
    _inherit = 'mrp.account.wip.accounting'

    def _get_line_vals(self, productions=False, date=False):
        """Core counts what orders have picked and not yet taken from stock. Stages have taken it: what of it is still
        in the order is in the ledger, less what came back; and where its use has been posted, it is work in progress
        in the production account already."""
        lines = super()._get_line_vals(productions, date)
        staged = productions.filtered('use_stages') if productions else productions
        if staged:
            (_command, _id, components), _overhead, (_command, _id, total) = lines
            picked = super()._get_line_vals(staged, date)[0][2]['credit']
            # What materials are worth Odoo shows to everybody who may open this dialog.
            difference = sum(
                order.with_company(order.company_id)._get_unposted_material(date) for order in staged.sudo()) - picked
            components['credit'] += difference
            total['debit'] += difference
        return lines
