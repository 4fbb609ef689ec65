from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class CrmLead(models.Model):
    """Production moves its deals on, once all orders of a deal agree."""

    _inherit = 'crm.lead'

    production_stage_id = fields.Many2one(
        'crm.stage', "Set by Production", readonly=True, copy=False, ondelete='set null',
        help="The status production has moved the deal to last.")
    production_resume_stage_id = fields.Many2one(
        'crm.stage', "Status Before the Defect", readonly=True, copy=False, ondelete='set null',
        help="Where the deal goes on once its rework has passed.")

    def write(self, vals):
        lost = self.filtered(lambda deal: not deal.active) if vals.get('active') else self.browse()
        res = super().write(vals)
        # Production went on, and has left them alone. A deal is of one sales person, its sale orders may be of others.
        lost.sudo()._follow_production(self.env['mrp.production'])
        return res

    def _get_production_orders(self):
        """Return the production orders made for these deals, parts that were split off included."""
        return self.order_ids.order_line.demand_ids.production_id._get_families()

    def _follow_production(self, written_off):
        """Bring the status of each of these deals in line with its production orders.

        Rework goes before all else; done and cancelled count once all orders agree. A deal is not done while units are
        missing that were lost.

        :param written_off: production orders that have just lost units
        """
        # All at once: whoever asks for the orders of one deal finds them in the cache.
        self._get_production_orders().workorder_ids.fetch(['stage_status', 'rework_cycle'])
        orders_of = {deal: deal._get_production_orders() for deal in self}
        self.filtered(lambda deal: len(orders_of[deal]) > 1)._meet_other_orders()
        for deal, orders in orders_of.items():
            running = orders.filtered(lambda order: order.state != 'cancel')
            reworked = running.filtered(lambda order: order._is_reworked())
            if reworked:
                deal._interrupt(reworked.crm_stage_rework_id, reworked)
            elif running and deal._is_made_by(running):
                deal._move_on(running.crm_stage_done_id, running)
            elif running & written_off:
                deal._interrupt((running & written_off).crm_stage_defect_id, running & written_off)
            elif running:
                deal._resume(running)
            else:
                deal._interrupt(orders.crm_stage_cancel_id, orders)

    def _is_made_by(self, orders):
        """Tell whether these orders are through all their stages, and the deal has got what they were made for."""
        if not all(order._has_passed_its_stages() for order in orders):
            return False
        lines = self.order_ids.order_line
        is_short = any(order._is_open() and order._is_short() for order in lines.demand_ids.production_id)
        return not is_short and not lines._get_missing_quantities()

    def _meet_other_orders(self):
        """Let two orders of a deal that finish at the same moment know of each other.

        Neither sees that the other is through. As both change the row of the deal, whoever comes second fails to
        serialize, and is run again by Odoo.
        """
        if self:
            self.env.cr.execute(SQL("UPDATE crm_lead SET stage_id = stage_id WHERE id IN %s", tuple(self.ids)))

    # ------------------------------------------------------------
    # Moves
    # ------------------------------------------------------------

    def _move_on(self, statuses, orders):
        """Move the deal forward, to the furthest of these statuses: never back from where a person has taken it."""
        status = statuses.sorted('sequence')[-1:]
        is_ahead = self.stage_id.sequence >= status.sequence and self.stage_id != self.production_stage_id
        if not status:
            self._resume(orders)
        elif not is_ahead:
            self._write_production_status(status, orders, {'production_resume_stage_id': False})

    def _interrupt(self, statuses, orders):
        """Move the deal to the first of these statuses, and remember where it was."""
        status = statuses.sorted('sequence')[:1]
        if not status:
            return
        is_interrupted = self.production_resume_stage_id and self.stage_id == self.production_stage_id
        resume = self.production_resume_stage_id if is_interrupted else self.stage_id
        self._write_production_status(status, orders, {'production_resume_stage_id': resume.id})

    def _resume(self, orders):
        """Rework has passed: the deal goes on where it was, unless a person has moved it meanwhile."""
        status = self.production_resume_stage_id
        if status and self.stage_id in orders.crm_stage_rework_id:
            self._write_production_status(status, orders, {'production_resume_stage_id': False})

    def _write_production_status(self, status, orders, vals):
        """Move the deal, where it may be moved; tell why, and why not.

        What keeps a deal from being moved never stops the floor.

        :param orders: the production orders that ask for it
        """
        self.ensure_one()
        if self.stage_id == status or not self._may_be_moved(status, orders):
            return
        links = Markup(", ").join(order._get_html_link() for order in orders)
        if status.team_ids and self.team_id not in status.team_ids:
            self.message_post(body=self.env._(
                "%(orders)s would move this deal to %(status)s, which is a status of other sales teams. Choose one of "
                "this team in the template.", orders=links, status=status.name))
            return
        try:
            with self.env.cr.savepoint():
                self.write(vals | {'stage_id': status.id, 'production_stage_id': status.id})
        except UserError as refusal:
            self.message_post(body=self.env._(
                "%(orders)s could not move this deal to %(status)s: %(reason)s",
                orders=links, status=status.name, reason=str(refusal)))
        else:
            self.message_post(body=self.env._(
                "Production has moved this deal to %(status)s: %(orders)s.", orders=links, status=status.name))

    def _may_be_moved(self, status, orders):
        """Won deals stay won and lost ones lost, unless a template says that they move as well."""
        if self.won_status == 'pending' or any(orders.mapped('crm_move_closed')):
            return True
        return self.won_status == 'won' and status.is_won and status.sequence > self.stage_id.sequence
