from odoo import fields, models


class MrpWorkorderUnit(models.Model):
    _inherit = 'mrp.workorder.unit'

    supply_event_id = fields.Many2one(
        'mrp.workorder.event', "Supplied With", readonly=True, index='btree_not_null', ondelete='restrict',
        help="The act that took the unit's materials of this stage from stock.")
