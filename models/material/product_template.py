from odoo import fields, models


class ProductTemplate(models.Model):
    _inherit = 'product.template'

    scrap_product_id = fields.Many2one(
        'product.product', "Scrap Is Received As", check_company=True, index='btree_not_null',
        domain="[('type', '=', 'consu')]",
        help="The product under which production receives scrap of this one into stock. "
             "Empty: one is made when it is first needed.")
