from odoo import fields, models


class ResCompany(models.Model):
    _inherit = 'res.company'

    defect_loss_account_id = fields.Many2one(
        'account.account', "Loss Account", check_company=True,
        domain="[('account_type', 'in', ('expense', 'expense_direct_cost', 'expense_other'))]",
        help="Where losses go that are no cost of the goods, with perpetual valuation. Without one they go to the "
             "expense account of the product.")
