from odoo import api, fields, models


class MrpBom(models.Model):
    _inherit = 'mrp.bom'

    use_stages = fields.Boolean(
        "Production Template", tracking=True,
        help="Orders of this bill of materials run through its stages: materials leave stock as each "
             "stage uses them, and every act is logged. Without it an order is a plain manufacturing order.")
    batch_mode = fields.Selection(
        [('whole', "Whole batch")], string="Batch Mode", default='whole', required=True,
        help="How the units of an order move through the stages.\n"
             "Whole batch: one start and one finish per stage for all units.")
    auto_close = fields.Boolean(
        "Close When Done", default=True,
        help="The order closes and the goods are received into stock "
             "as soon as every unit has passed the last stage.")
    stage_count = fields.Integer("Stages", compute='_compute_stage_count')

    def _compute_display_name(self):
        """A new template has no name yet; core calls it False."""
        nameless = self.filtered(lambda bom: not bom.product_tmpl_id)
        nameless.display_name = False
        super(MrpBom, self - nameless)._compute_display_name()

    @api.depends('operation_ids')
    def _compute_stage_count(self):
        counts = dict(self.env['mrp.routing.workcenter']._read_group(
            [('bom_id', 'in', self.ids)], ['bom_id'], ['__count']))
        for bom in self:
            bom.stage_count = counts.get(bom._origin, 0)
