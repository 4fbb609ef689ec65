from odoo import fields, models


class MrpRoutingWorkcenter(models.Model):
    """Stages of which only the floor knows what goes in and what comes out."""

    _inherit = 'mrp.routing.workcenter'

    use_journal = fields.Boolean(
        "Stage Journal", help="Whoever works on the stage records what goes in, what comes out and what is lost.")
    balance_tolerance = fields.Float(
        "Tolerance (%)", digits=(16, 3),
        help="How much of what was put in may stay unexplained. Beyond it, whoever finishes the stage says why.")

    _balance_tolerance_positive = models.Constraint(
        'CHECK (balance_tolerance >= 0)', "The tolerance of a stage cannot be negative.")
