from odoo import models


class SaleOrderLine(models.Model):
    """What is missing of a line, because units that were made for it were lost."""

    _inherit = 'sale.order.line'

    def _get_lost_quantity(self, unit):
        """Return how much the orders made for this line and done since have not given of what they were to.

        :param unit: `uom.uom` of the result
        """
        self.ensure_one()
        # Whoever sells reads no production orders.
        done = self.sudo().demand_ids._filter_of_product().filtered(
            lambda demand: demand.production_id.state == 'done')
        return sum(
            demand.uom_id._compute_quantity(demand.quantity - served, unit)
            for demand, served in done._get_served().items())

    def _get_missing_quantities(self):
        """Return how much of these lines was lost, is still wanted and made by nobody yet.

        :return: ``{line: quantity}``, in the unit of measure of the first order made for the line
        """
        missing = {}
        for line in self.filtered(lambda line: line.state == 'sale'):
            # As above.
            unit = line.sudo().demand_ids._filter_of_product().uom_id[:1]
            if not unit or not line.product_uom_id._has_common_reference(unit):
                continue
            quantity = min(line._get_need(unit), line._get_lost_quantity(unit))
            if unit.compare(quantity, 0) > 0:
                missing[line] = quantity
        return missing

    def _filter_missing(self):
        """Return those of these lines of which something is missing."""
        return self.browse().union(*self._get_missing_quantities())

    def _release_deals(self):
        """Let deals go on that waited for what was missing of these lines, if nobody wants it any more."""
        settled = self - self._filter_missing()
        # A deal is of one sales person, its sale orders may be of others.
        settled.sudo().order_id.opportunity_id._follow_production(self.env['mrp.production'])
