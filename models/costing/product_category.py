from odoo import fields, models


class ProductCategory(models.Model):
    _inherit = 'product.category'

    property_defect_loss_account_id = fields.Many2one(
        'account.account', "Production Loss Account", company_dependent=True, ondelete='restrict', check_company=True,
        help="Where losses of production go that are no cost of the goods, with perpetual valuation. Without one they "
             "go to the account in the settings, or else to the expense account of the product.")
