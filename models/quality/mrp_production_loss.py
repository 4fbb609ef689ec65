from odoo import fields, models


class MrpProduction(models.Model):
    """An order all of whose units were written off is closed as done, with nothing received.

    Core closes no order without a quantity: it takes one of which nobody said how much for one that made everything.
    """

    _inherit = 'mrp.production'

    def _filter_all_lost(self):
        """Return those of these orders that have lost every unit."""
        return self.filtered(lambda order: order.use_stages and not order._get_closing_quantity())

    def _auto_production_checks(self):
        """Nothing is made: nothing needs a lot."""
        return bool(self._filter_all_lost()) or super()._auto_production_checks()

    def _set_quantities(self):
        if not self._filter_all_lost():
            super()._set_quantities()

    def _post_inventory(self, cancel_backorder=False):
        """What is not received is done with nothing, as core does with what was not used. Were it cancelled, so would
        be the order."""
        self._filter_all_lost().move_finished_ids.filtered(
            lambda move: move.state not in ('done', 'cancel')
        ).write({'state': 'done', 'quantity': 0.0, 'product_uom_qty': 0.0})
        return super()._post_inventory(cancel_backorder=cancel_backorder)

    # ------------------------------------------------------------
    # What waits for a decision when the order ends
    # ------------------------------------------------------------

    def button_mark_done(self):
        """Units that wait keep an order open; what still waits in a closed one was lost on a parallel branch."""
        res = super().button_mark_done()
        self.filtered(lambda order: order.state == 'done')._end_escalations(
            self.env._("These units have been written off at another stage."),
            decision='write_off', verdict='write_off')
        return res

    def action_cancel(self):
        res = super().action_cancel()
        self.filtered(lambda order: order.state == 'cancel')._end_escalations(
            self.env._("The order has been cancelled."))
        return res

    def _end_escalations(self, reason, **vals):
        """Ask nobody any more about units of orders that have ended.

        :param vals: what is to be said of the defects besides
        """
        # Whoever ends an order need not be the one who was to decide.
        waiting = self.filtered('use_stages').sudo().defect_ids.filtered(lambda defect: defect.state == 'escalated')
        for defect in waiting:
            defect._write_verdict(vals | {
                'state': 'done', 'verdict_reason': reason, 'verdict_user_id': self.env.user.id,
                'verdict_at': fields.Datetime.now()})
            defect._end_activities(reason)
