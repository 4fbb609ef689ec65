from odoo import fields, models

from ..order.stage_act import StageAct


class MrpProduction(models.Model):
    """What was worked on an order before it was cancelled has its cost all the same."""

    _inherit = 'mrp.production'

    def _action_cancel(self):
        running = self.filtered(lambda order: order.use_stages and order.state not in ('done', 'cancel'))
        res = super()._action_cancel()
        # Its clocks have been stopped. Whoever cancels an order need not see what it costs.
        for company, orders in running.sudo().grouped('company_id').items():
            orders.with_company(company)._cost_cancelled_work()
        return res

    def _cost_cancelled_work(self):
        """Write the cost of the time on these orders that no finish will cost any more."""
        act = StageAct('finish', self.env['hr.employee'], fields.Datetime.now(), 'office', False, {})
        self.workorder_ids._cost_time(act, self.workorder_ids.time_ids)
