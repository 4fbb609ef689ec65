from odoo import fields, models


class MrpWorkorderEvent(models.Model):
    _inherit = 'mrp.workorder.event'

    defect_id = fields.Many2one('mrp.defect', "Defect", readonly=True, index='btree_not_null', ondelete='restrict')
    defect_reason_id = fields.Many2one(related='defect_id.reason_id', string="Defect Reason")
