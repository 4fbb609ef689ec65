from odoo import api, fields, models

BATCH_MODES = [
    ('whole', "Whole batch"),
    ('unit', "Per unit"),
    ('split', "Split on demand"),
]
SHORTAGE_POLICIES = [
    ('warn', "Make the order and warn"),
    ('block', "Make no order"),
]
DEFECT_COST_POLICIES = [
    ('included', "In the good units"),
    ('separate', "As a loss of its own"),
]


class MrpBom(models.Model):
    _inherit = 'mrp.bom'

    use_stages = fields.Boolean(
        "Production Template", tracking=True,
        help="Orders of this bill of materials run through its stages: materials leave stock as each "
             "stage uses them, and every act is logged. Without it an order is a plain manufacturing order.")
    batch_mode = fields.Selection(
        BATCH_MODES, string="Batch Mode", default='whole', required=True,
        help="How the units of an order move through the stages.\n"
             "Whole batch: one start and one finish per stage; if some units are returned, the batch waits for them.\n"
             "Per unit: numbered units; each passes each stage on its own, several operators work at once.\n"
             "Split on demand: as a whole, until a defect concerns a part; that part becomes an order of its own.")
    shortage_policy = fields.Selection(
        SHORTAGE_POLICIES, "When Materials Are Short", default='warn', required=True,
        help="Make the order and warn: the order is made, and lists what is short.\n"
             "Make no order: whoever orders reads what is short, and nothing is made.")
    defect_cost_policy = fields.Selection(
        DEFECT_COST_POLICIES, "Cost of Defects", default='included', required=True,
        help="Who bears what was spent on units that are written off.\n"
             "In the good units: they cost more; the loss is still reported.\n"
             "As a loss of its own: the good units cost what they would without it.")
    auto_close = fields.Boolean(
        "Close When Done", default=True,
        help="The order closes and the goods are received into stock "
             "as soon as every unit has passed the last stage.")
    description = fields.Html(help="For those who write and choose templates; orders do not show it.")
    product_categ_id = fields.Many2one(related='product_tmpl_id.categ_id', string="Product Category")
    stage_count = fields.Integer("Stages", compute='_compute_stage_count')

    def _compute_display_name(self):
        """A new template has no name yet; core calls it False."""
        nameless = self.filtered(lambda bom: not bom.product_tmpl_id)
        nameless.display_name = False
        super(MrpBom, self - nameless)._compute_display_name()

    @api.depends('operation_ids')
    def _compute_stage_count(self):
        counts = dict(self.env['mrp.routing.workcenter']._read_group(
            [('bom_id', 'in', self.ids), ('base_operation_id', '=', False)], ['bom_id'], ['__count']))
        for bom in self:
            bom.stage_count = counts.get(bom._origin, 0)
