from odoo import fields, models

from ...engine.flow import cycle_of


class MrpWorkorder(models.Model):
    """Stages of orders that are split off, and what higher concerns do when units are lost, come back, or go on as an
    order of their own.

    Each hook is called when it is stored where the units are now. What is needed to take it back goes to ``act.undo``.
    """

    _inherit = 'mrp.workorder'

    split_from_id = fields.Many2one(
        'mrp.workorder', "Split Off From", readonly=True, copy=False, index='btree_not_null', ondelete='set null',
        help="The stage of the order that this one's order was split off from.")

    def _prepare_batch_stage_vals(self, flow, part):
        """Return the values of the stage that the order of a part has for this one.

        :param flow: `OrderFlow` of this stage's order
        :param part: the engine's state of the part, under the keys of these stages
        """
        self.ensure_one()
        passed, quantity = part.passed[self.id], flow.quantity(part.alive)
        is_done = passed == part.alive
        return self.copy_data({
            'production_id': False,
            'split_from_id': self.id,
            'state': 'cancel' if self.state == 'cancel' else 'blocked',
            'qty_produced': flow.quantity(passed),
            'rework_cycle': cycle_of(part, self.id),
            # Work that was done was planned for the order it was done for.
            'duration_expected': 0.0 if is_done else self.duration_expected * quantity / self.production_id.product_qty,
            # What is done again waits for nothing that was before.
            'available_from': False if self.id in flow.reopened else self.available_from,
        })[0]

    # ------------------------------------------------------------
    # Hooks
    # ------------------------------------------------------------

    def _after_units_lost(self, act):
        """Hook: units were written off at these stages; ``act.quantity`` says how many."""
        for stage in self:
            act.undo.setdefault(stage.id, {})['expected'] = stage.production_id._expect_fewer(act.quantity[stage.id])

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
        for move_id, demand in (event.undo or {}).get('expected', ()):
            self.env['stock.move'].browse(move_id).product_uom_qty = demand
