from odoo import fields, models


class MrpProductionUnit(models.Model):
    """One unit of an order that is made unit by unit. Where it is stands in its `mrp.workorder.unit` rows."""

    _name = 'mrp.production.unit'
    _description = "Unit of a Production Order"
    _order = 'production_id desc, number'
    _rec_name = 'number'

    production_id = fields.Many2one(
        'mrp.production', "Production Order", required=True, readonly=True, ondelete='cascade')
    company_id = fields.Many2one(related='production_id.company_id', store=True, precompute=True)
    product_id = fields.Many2one(related='production_id.product_id')
    number = fields.Integer(required=True, readonly=True, aggregator=None)
    lot_id = fields.Many2one(
        'stock.lot', "Serial Number", check_company=True, index='btree_not_null', ondelete='restrict',
        domain="[('product_id', '=', product_id)]")
    stage_ids = fields.One2many('mrp.workorder.unit', 'unit_id', "At Stages", readonly=True)

    _number_unique = models.UniqueIndex('(production_id, number)', "The units of an order have different numbers.")
