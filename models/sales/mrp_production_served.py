from odoo import models

from ...engine.demand import hand_out
from ...engine.quanta import from_quanta, to_quanta
from ..order.arguments import format_quantity


class MrpProduction(models.Model):
    """What an order really gives those it is made for: units that are lost are nobody's."""

    _inherit = 'mrp.production'

    def _get_received_quantity(self):
        """Return how much this order and the parts that were split off from it have given, in its unit of measure."""
        return sum(
            part.product_uom_id._compute_quantity(part.qty_produced, self.product_uom_id)
            for part in self._get_families() if part.state == 'done')

    def _get_coming_quantity(self):
        """Return how much this order and its parts are still to give; of those through all stages what is left."""
        return sum(
            part.product_uom_id._compute_quantity(
                part._get_alive_quantity() if part._has_passed_its_stages() else part.product_qty, self.product_uom_id)
            for part in self._get_families() if part._is_open())

    def _hand_out(self):
        """Return who gets how much of what this order and its parts give: who ordered first comes first.

        :return: ``{mrp.production.demand: quantity}``, in the order's unit of measure
        """
        rounding = self.product_uom_id.rounding
        shares = hand_out(
            to_quanta(self._get_received_quantity() + self._get_coming_quantity(), rounding),
            {demand: to_quanta(demand.quantity, rounding) for demand in self.demand_ids.sorted('id')})
        return {demand: from_quanta(share, rounding) for demand, share in shares.items()}

    def _is_short(self):
        """Tell whether this order and its parts will give less than they are made for."""
        return self.product_uom_id.compare(
            self._get_received_quantity() + self._get_coming_quantity(), sum(self.demand_ids.mapped('quantity'))) < 0

    def button_mark_done(self):
        res = super().button_mark_done()
        self.filtered(lambda order: order.use_stages and order.state == 'done')._tell_of_missing()
        return res

    def _tell_of_missing(self):
        """Tell the sales people of these closed orders what their customers do not get of them."""
        # Whoever finishes the last stage need not see what is sold.
        for root in self.sudo()._get_root_batches().filtered(lambda order: order.state == 'done'):
            for line, missing in root.demand_ids.sale_line_id._get_missing_quantities().items():
                line.order_id._tell_sales(self.env._(
                    "%(order)s is closed, and %(missing)s %(unit)s of %(product)s are missing for %(sale)s. Press "
                    "Produce to have them made, or sell less.",
                    order=root._get_html_link(), missing=format_quantity(self.env, missing),
                    unit=line.demand_ids.uom_id[:1].name, product=line.product_id.display_name,
                    sale=line.order_id.name))
