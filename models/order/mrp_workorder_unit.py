from odoo import fields, models

UNIT_STATUSES = [
    ('ready', "Ready"),
    ('progress', "In progress"),
    ('paused', "Paused"),
    ('hold', "Waits for a decision"),
    ('done', "Done"),
    ('lost', "Written off"),
]


# A unit that is begun and neither finished nor put back
IN_HAND = ('progress', 'paused')


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
    employee_id = fields.Many2one(
        'hr.employee', "Operator", readonly=True, ondelete='restrict', help="Who works on it, or did last.")
    user_id = fields.Many2one('res.users', "User", readonly=True, ondelete='restrict')
    start_event_id = fields.Many2one(
        'mrp.workorder.event', "Started With", readonly=True, index='btree_not_null', ondelete='restrict')
    available_from = fields.Datetime(
        "Available From", readonly=True, help="The technological wait of the stage before ends then.")

    # Few among the many that are done
    _in_hand = models.Index("(workorder_id) WHERE status IN ('progress', 'paused')")
    _unit_unique = models.UniqueIndex('(workorder_id, unit_id)', "A unit is once at a stage.")

    def _is_of(self, act):
        """Tell whether the unit is in the hands of the person who acts."""
        self.ensure_one()
        if act.employee:
            return self.employee_id == act.employee
        return not self.employee_id and self.user_id == self.env.user

    def _get_person_name(self):
        self.ensure_one()
        return self.employee_id.name or self.user_id.name or self.env._("somebody")

    def _prepare_cell(self, flow):
        """Return what the grid of units tells of this one at its stage.

        :param flow: `OrderFlow` of the order
        """
        self.ensure_one()
        return {
            'workorder_id': self.workorder_id.id,
            'number': self.number,
            'status': self.status,
            'rework_cycle': flow.cycle(self.workorder_id, self.number),
            'person': self._get_person_name() if self.status in IN_HAND else False,
            'available_from': fields.Datetime.to_string(self.available_from) or False,
        }
