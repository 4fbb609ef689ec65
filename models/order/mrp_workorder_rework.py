from odoo import models


class MrpWorkorder(models.Model):
    """Units that are lost, come back or wait for a decision: where they go.

    Who may say so, and why it happened, is a matter of higher concerns. They call this while an act is applied, and the
    hooks for what it did when stages have their new status.
    """

    _inherit = 'mrp.workorder'

    def _move_units(self, act, move):
        """Let an act move units that are at this stage. Part of the door.

        :param move: function of the order's `OrderFlow` that returns the engine's amount it has moved
        """
        self.ensure_one()
        order = self.production_id
        flow = order._load_flow()
        act.add_units(self, flow, move(flow))
        order._store_flow(flow)
        if act.to == self:
            self._begin_anew(act)
        order._end_idle_runs(act.occurred_at)

    def _begin_anew(self, act):
        """Units come back to the stage they are at: what has been done to them so far is a cycle of its own."""
        self.filtered('is_started')._end_stage_run(act.occurred_at)

    def _restore_units(self, act, withdrawn):
        """Let the units of an order be where they were before an act that is withdrawn. Part of the door.

        :param withdrawn: the last `mrp.workorder.event` that moved units and has not been withdrawn
        """
        self.ensure_one()
        order = self.production_id
        flow = order._load_flow()
        flow.state = order._replay_log(flow, withdrawn=withdrawn)
        act.quantity[self.id] = withdrawn.quantity
        act.units[self.id] = frozenset(withdrawn.units or ())
        order._store_flow(flow)
        order._end_idle_runs(act.occurred_at)
