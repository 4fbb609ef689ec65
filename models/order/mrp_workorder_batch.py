from odoo import models


class MrpWorkorder(models.Model):
    """What higher concerns do when units are lost, come back, or go on as an order of their own.

    Each is called when it is stored where the units are now. What is needed to take it back goes to ``act.undo``.
    """

    _inherit = 'mrp.workorder'

    def _after_units_lost(self, act):
        """Hook: units were written off at these stages; ``act.quantity`` says how many."""

    def _after_units_returned(self, act):
        """Hook: units came back from these stages to ``act.to``; ``act.reopened`` says what has to be done again."""

    def _after_batch_split(self, act, child):
        """Hook: units left this stage as an order of their own; see `mrp.production._split_off_batch`.

        :param child: that order
        """

    def _after_act_withdrawn(self, act, event):
        """Hook: a loss or a return at this stage is taken back, the units are where they were before.

        What a split was is put back by `mrp.production._merge_back`.

        :param event: the `mrp.workorder.event` of what is taken back
        """
