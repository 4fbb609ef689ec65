from odoo import fields, models

CATEGORIES = [
    ('material', "Material"),
    ('labor', "Labor"),
    ('workcenter', "Work Center"),
    ('subcontract', "Subcontracting"),
    ('defect', "Defects"),
    ('recovery', "Recovery"),
]

# Why a line is there
ORIGINS = [
    ('use', "Spent"),
    ('loss', "Written off"),
    ('split', "Split off"),
]


class MrpCostLine(models.Model):
    """One cost of an order, with the rate in force when it arose. Written once, by the door; a correction is a line of
    its own. Every figure of what production costs is a sum over these lines."""

    _name = 'mrp.cost.line'
    _inherit = ['mrp.log.mixin']
    _description = "Production Cost"
    _order = 'id'
    _rec_name = 'category'

    production_id = fields.Many2one(
        'mrp.production', "Production Order", required=True, readonly=True, index=True, ondelete='restrict')
    workorder_id = fields.Many2one(
        'mrp.workorder', "Stage", required=True, readonly=True, index=True, ondelete='restrict')
    company_id = fields.Many2one('res.company', required=True, readonly=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    category = fields.Selection(CATEGORIES, required=True, readonly=True)
    origin = fields.Selection(
        ORIGINS, required=True, readonly=True, default='use',
        help="Spent: on materials or work. Written off: the share of lost units, moved to the cost of defects. "
             "Split off: the share of a sub-batch, moved from one order to the other.")
    is_separate = fields.Boolean(
        "Loss of Its Own", readonly=True, help="No cost of the goods: a loss that stands for itself.")
    rework_cycle = fields.Integer(
        "Rework Cycle", readonly=True, aggregator=None, help="1 for the first time, more for what was done again.")
    unit_id = fields.Many2one(
        'mrp.production.unit', "Unit", readonly=True, index='btree_not_null', ondelete='restrict',
        help="Of an order that is made unit by unit.")
    # Hours are as long as they were: no unit's precision rounds them.
    quantity = fields.Float(readonly=True, aggregator=None, help="Of the material, or hours of work.")
    uom_id = fields.Many2one('uom.uom', "Unit of Measure", readonly=True)
    # Small parts cost less than a price has decimals.
    rate = fields.Float(
        digits=(16, 6), min_display_digits='Product Price', readonly=True, aggregator=None,
        help="Per unit of measure, when the cost arose.")
    amount = fields.Monetary(readonly=True)
    product_id = fields.Many2one('product.product', "Material", readonly=True, ondelete='restrict')
    employee_id = fields.Many2one('hr.employee', "Operator", readonly=True, ondelete='restrict')
    workcenter_id = fields.Many2one('mrp.workcenter', "Work Center", readonly=True, ondelete='restrict')
    partner_id = fields.Many2one('res.partner', "Subcontractor", readonly=True, ondelete='restrict')
    move_id = fields.Many2one(
        'stock.move', "Stock Move", readonly=True, index='btree_not_null', ondelete='restrict')
    time_id = fields.Many2one(
        'mrp.workcenter.productivity', "Time", readonly=True, index='btree_not_null', ondelete='set null',
        help="None where it has been taken back: nobody worked then.")
    occurred_at = fields.Datetime("Arose", required=True, readonly=True)

    # What a company has spent in a month
    _company_period = models.Index('(company_id, occurred_at)')

    def _prepare_contrary_vals(self, occurred_at):
        """Values of lines that take these back, each as many as belong together in one.

        :param occurred_at: naive UTC
        """
        contrary = {}
        for vals in self.copy_data():
            key = tuple(vals[name] for name in (
                'category', 'rework_cycle', 'unit_id', 'employee_id', 'workcenter_id', 'rate'))
            line = contrary.setdefault(key, vals | {'quantity': 0.0, 'amount': 0.0, 'occurred_at': occurred_at})
            line['quantity'] -= vals['quantity']
            line['amount'] -= vals['amount']
        return [
            vals for vals in contrary.values()
            if not self.currency_id.is_zero(vals['amount'])
        ]
