from odoo import fields, models


class MrpBom(models.Model):
    _inherit = 'mrp.bom'

    scrap_product_id = fields.Many2one(
        'product.product', "Scrap Is Received As", check_company=True, index='btree_not_null', ondelete='restrict',
        domain="[('type', '=', 'consu')]",
        help="The product under which scrap of these orders goes into stock. "
             "Empty: the scrap product of each material, made when it is first needed.")
