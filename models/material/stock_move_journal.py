from odoo import models
from odoo.exceptions import UserError

from ...engine import balance as engine
from ..order.arguments import format_quantity


class StockMove(models.Model):
    """Materials of which a stage's journal says that they came out as something else, or were lost, are not there to
    be returned."""

    _inherit = 'stock.move'

    def _compute_unit_factor(self):
        """What was received early leaves the planned by-products as they are for each unit; core measures them by
        what is left to be made."""
        early = self.filtered(lambda move: move.production_id.use_stages and move.production_id.state != 'done')
        super(StockMove, self - early)._compute_unit_factor()
        for move in early:
            move.unit_factor = move.product_uom_qty / (move.production_id._get_alive_quantity() or 1)

    def _give_back(self, quantities=None):
        quantities = quantities or {move: move.quantity for move in self}
        self.filtered(lambda move: move._is_stage_material())._check_may_come_back(quantities)
        return super()._give_back(quantities)

    def _check_may_come_back(self, quantities):
        """Refuse to return more of what stages used than their journals leave there.

        :param dict quantities: per consumed move, in its unit of measure
        """
        asked = {}
        for move in self.filtered('workorder_id.production_id.entry_ids'):
            unit = move.product_uom._get_balance_unit()
            key = (move.workorder_id, unit.family)
            asked[key] = asked.get(key, engine.exact(0.0)) + engine.exact(quantities[move]) * unit.factor
            left = move.workorder_id._get_returnable(move.product_uom)
            if asked[key] > left * unit.factor:
                raise UserError(self.env._(
                    "%(asked)s %(unit)s of %(product)s cannot come back from %(stage)s of %(order)s: the journal "
                    "leaves %(left)s %(unit)s there. Take back its outputs and losses first.",
                    asked=format_quantity(self.env, quantities[move]), unit=move.product_uom.name,
                    product=move.product_id.display_name, stage=move.workorder_id.name,
                    order=move.workorder_id.production_id.name, left=format_quantity(self.env, float(left))))

    def _get_returnable_quantities(self):
        """Return, per consumed move, what may come back of it, in its unit of measure."""
        returnable, left = {}, {}
        for move, used in self._get_quantities_at_hand().items():
            unit = move.product_uom._get_balance_unit()
            key = (move.workorder_id, unit.family)
            if not move.workorder_id.production_id.entry_ids:
                returnable[move] = used
                continue
            if key not in left:
                left[key] = move.workorder_id._get_returnable(move.product_uom) * unit.factor
            taken = min(engine.exact(used) * unit.factor, left[key])
            left[key] -= taken
            returnable[move] = move.product_uom.round(float(taken / unit.factor))
        return returnable

    def _is_journal_output(self):
        """Tell whether this move received what came out of a stage, before its order was closed."""
        return bool(self.production_id.use_stages and self.workorder_id and self.stage_event_id)
