from odoo import api, fields, models

from .readable import format_short


class MrpProduction(models.Model):
    """What people see of an order and the parts that were split off from it, together."""

    _inherit = 'mrp.production'

    child_batch_count = fields.Integer("Number of Sub-Batches", compute='_compute_child_batch_text')
    child_batch_text = fields.Text(
        "Parts", compute='_compute_child_batch_text', help="How many units were split off, and where they are.")

    @api.depends('batch_mode', 'child_batch_ids.board_status', 'child_batch_ids.current_stage_name')
    def _compute_child_batch_text(self):
        self.update({'child_batch_count': 0, 'child_batch_text': False})
        for order in self.filtered(lambda order: order.batch_mode == 'split'):
            order.child_batch_count = len(order.child_batch_ids)
            order.child_batch_text = "\n".join(batch._get_batch_line() for batch in order.child_batch_ids) or False

    def _get_batch_line(self):
        self.ensure_one()
        statuses = dict(self._fields['board_status']._description_selection(self.env))
        place = self.current_stage_name if self.state not in ('done', 'cancel') else statuses[self.board_status]
        return f"{self.name}: {format_short(self.env, self.product_qty)} {self.product_uom_id.name} · {place}"

    def action_open_batches(self):
        """Open the parts of this order."""
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('mrp_production_stage.mrp_production_action_stages')
        return action | {
            'name': self.env._("Sub-Batches of %(order)s", order=self.name),
            'domain': [('parent_batch_id', '=', self.id)],
            'context': {},
        }

    def action_open_parent_batch(self):
        """Open the order this one was split off from."""
        return self.parent_batch_id.action_open_stages()
