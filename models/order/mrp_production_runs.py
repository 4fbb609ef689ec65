from datetime import timedelta

from odoo import api, fields, models

# What is planned to begin sooner than that is meant to begin at once.
SCHEDULE_MARGIN = timedelta(hours=1)


class MrpProduction(models.Model):
    """Orders as runs of their templates, in one list: which were scheduled, how far they are, who works on them."""

    _inherit = 'mrp.production'

    is_scheduled = fields.Boolean(
        "Scheduled", readonly=True, copy=False,
        help="A planned start in the future was given to it, by a person, by demand or by planning.")
    stage_progress = fields.Float(
        "Progress", compute='_compute_stage_progress_percent', help="Stages done, in percent.")
    people = fields.Char("People", compute='_compute_people', compute_sudo=True)

    @api.depends('stages_done', 'stages_total')
    def _compute_stage_progress_percent(self):
        for order in self:
            order.stage_progress = 100 * order.stages_done / order.stages_total if order.stages_total else 0.0

    @api.depends('event_ids')
    def _compute_people(self):
        people = dict(self.env['mrp.workorder.event']._read_group(
            [('production_id', 'in', self.ids), ('employee_id', '!=', False)],
            ['production_id'], ['employee_id:recordset']))
        for order in self:
            order.people = ", ".join(people[order].mapped('name')) if order in people else False

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._add_schedule(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._add_schedule(vals))

    def _add_schedule(self, vals):
        """Add to values whether the planned start among them is one in the future.

        That an order has begun, which moves its start too, makes a scheduled one no less so.
        """
        start = fields.Datetime.to_datetime(vals.get('date_start'))
        if not start:
            return vals
        is_future = start > fields.Datetime.now() + SCHEDULE_MARGIN
        if self.env.context.get('force_date') and not is_future:
            return vals
        return vals | {'is_scheduled': is_future}
