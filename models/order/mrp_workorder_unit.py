from odoo import fields, models

UNIT_STATUSES = [
    ('ready', "Ready"),
    ('progress', "In progress"),
    ('paused', "Paused"),
    ('hold', "Waits for a decision"),
    ('done', "Done"),
    ('lost', "Written off"),
]


class MrpWorkorderUnit(models.Model):
    """What became of one unit at one stage, from the moment it is touched there. Written by the door."""

    _name = 'mrp.workorder.unit'
    _description = "Unit at a Stage"
    _order = 'workorder_id, number'
    _rec_name = 'number'

    workorder_id = fields.Many2one('mrp.workorder', "Stage", required=True, readonly=True, ondelete='cascade')
    unit_id = fields.Many2one(
        'mrp.production.unit', "Unit", required=True, readonly=True, index=True, ondelete='cascade')
    production_id = fields.Many2one(
        related='unit_id.production_id', string="Production Order", store=True, precompute=True, index=True)
    company_id = fields.Many2one(related='unit_id.company_id', store=True, precompute=True)
    number = fields.Integer(related='unit_id.number', store=True, precompute=True, aggregator=None)
    status = fields.Selection(UNIT_STATUSES, required=True, readonly=True, default='ready')
    rework_cycle = fields.Integer("Rework Cycle", readonly=True, default=1, aggregator=None)
    available_from = fields.Datetime(
        "Available From", readonly=True, help="The technological wait of the stage before ends then.")

    _unit_unique = models.UniqueIndex('(workorder_id, unit_id)', "A unit is once at a stage.")
