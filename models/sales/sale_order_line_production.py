from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class SaleOrderLine(models.Model):
    """What is still to be made for a sale line, and what makes it."""

    _inherit = 'sale.order.line'

    demand_ids = fields.One2many(
        'mrp.production.demand', 'sale_line_id', "In Production", groups='mrp.group_mrp_user', copy=False)

    @api.model_create_multi
    def create(self, vals_list):
        """What is added to a confirmed sale order is due as if it had been on it when it was confirmed."""
        lines = super().create(vals_list)
        lines.filtered(lambda line: line.state == 'sale')._produce_when_sold()
        return lines

    def _produce_when_sold(self):
        """Make the production orders of these lines that are due with the sale, or because its deal has reached their
        status before. Nothing is kept from being sold by what production lacks."""
        due = {}
        # A deal is of one sales person, its sale orders may be of others.
        for line, template in self.sudo()._get_production_templates().items():
            status = template.crm_stage_start_id
            if template.start_on_sale_confirm or (status and status == line.order_id.opportunity_id.stage_id):
                due.setdefault(line.order_id, {})[line] = template
        for order, templates in due.items():
            # What one sale lacks is not the others' matter.
            try:
                with self.env.cr.savepoint():
                    order._produce_lines(templates)
            except UserError as refusal:
                order._tell_of_refusal(refusal)

    def _get_production_templates(self):
        """Return, per line, the template with stages its product is made by; lines of no such product are left out."""
        templates = {}
        for company, lines in self.filtered(lambda line: line.product_id.type == 'consu').grouped('company_id').items():
            # Whoever sells reads no templates.
            orders = self.env['mrp.production'].sudo().with_company(company)
            found = orders._find_stage_templates(lines.product_id)
            templates.update((line, found[line.product_id]) for line in lines if found[line.product_id])
        return templates

    def _get_production_needs(self, templates):
        """Return what these lines of confirmed sale orders need that nobody makes yet.

        What is made to order by a rule of stock is that rule's matter, and what has been delivered needs not be made.

        :param dict templates: as `_get_production_templates` returns them
        :return: ``{line: quantity}``, in the unit of measure of the template
        :raises UserError: a line is sold in a unit that its template does not know
        """
        needs = {}
        for line in self.filtered(lambda line: line in templates and line.order_id.state == 'sale'):
            unit = templates[line].product_uom_id
            if not line.product_uom_id._has_common_reference(unit):
                raise UserError(self.env._(
                    "%(product)s is sold in %(sold)s and made in %(made)s: one cannot be converted into the other. "
                    "Change the unit on %(order)s or in the template.",
                    product=line.product_id.display_name, sold=line.product_uom_id.name, made=unit.name,
                    order=line.order_id.name))
            need = line._get_need(unit)
            if line._is_made_to_order():
                # No rule makes again what its order has lost.
                need = min(need, line._get_lost_quantity(unit))
            if unit.compare(need, 0) > 0:
                needs[line] = need
        return needs

    def _get_need(self, unit):
        """Return how much of the line nobody has made, makes or has delivered; less than nothing where it is more than
        is sold.

        :param unit: `uom.uom` of the result, that of the line converts into it
        """
        self.ensure_one()
        ordered = self.product_uom_id._compute_quantity(self.product_uom_qty, unit)
        return unit.round(ordered - self._get_quantity_in_production(unit) - self._get_quantity_from_stock(unit))

    def _get_quantity_in_production(self, unit):
        """Return how much of the line is being made or has been made.

        :param unit: `uom.uom` of the result
        """
        self.ensure_one()
        # Whoever sells reads no production orders.
        served = self.sudo().demand_ids._filter_of_product()._get_served()
        return sum(demand.uom_id._compute_quantity(quantity, unit) for demand, quantity in served.items())

    def _get_quantity_from_stock(self, unit, product=None):
        """Return how much of the line has been delivered that none of its production orders has made.

        :param unit: `uom.uom` of the result
        :param product: what its orders make, see `_convert_sold`; default what is sold
        """
        self.ensure_one()
        product = product or self.product_id
        # As above. Parts that were split off may be received, and delivered, before the rest of their order.
        made = sum(
            order.product_uom_id._compute_quantity(
                min(sum(demands.mapped('quantity')), order._get_received_quantity()), unit)
            for order, demands in self.sudo().demand_ids.grouped('production_id').items()
            if order.product_id == product)
        return max(0.0, self._convert_sold(self.qty_delivered, product, unit) - made)

    def _is_made_to_order(self):
        """Tell whether a rule of stock brings what the line sells, be it made or bought. What a later step of the
        delivery waits for is an earlier one of the line's own."""
        # As Odoo sees it, what is made for the line is among its moves, too.
        steps = self.move_ids.filtered(lambda move: not move.production_id)
        return any(
            move.procure_method == 'make_to_order' and move.state != 'cancel' and move.product_id == self.product_id
            and not move.move_orig_ids & steps
            for move in steps)

    def _lock_for_production(self):
        """Wait for whoever makes orders for these lines now.

        Whoever comes second finds rows that have changed since its snapshot, fails to serialize, and is run again by
        Odoo on what the first one left. A lock alone would let it go on without seeing that.
        """
        self.env.flush_all()
        if self:
            self.env.execute_query(SQL(
                "UPDATE sale_order_line SET write_date = write_date WHERE id IN %s RETURNING id", tuple(self.ids)))

    def _prepare_production_vals(self, template, quantity):
        """Return the values of a production order for this line: those that Odoo's own rule of make-to-order gives.

        :param template: `mrp.bom`
        :param float quantity: in the template's unit of measure
        """
        self.ensure_one()
        line = self.with_company(self.company_id)
        if not line.order_id.stock_reference_ids:
            self.env['stock.reference'].create(line._prepare_reference_vals())
        warehouse = line.warehouse_id or line.order_id.warehouse_id
        values = line._prepare_procurement_values() | {'warehouse_id': warehouse}
        vals = warehouse.manufacture_pull_id._prepare_mo_vals(
            line.product_id, quantity, template.product_uom_id, warehouse.lot_stock_id, line.product_id.display_name,
            line.order_id.name, line.company_id, values, template)
        # Goods are sold from stock as they are made; and what is late cannot begin in the past.
        return vals | {
            'location_final_id': False,
            'date_start': max(vals['date_start'], fields.Datetime.now()),
        }

    def _produce(self, needs, templates):
        """Make and confirm a production order for each line with a need.

        :param dict needs: as `_get_production_needs` returns them
        :param dict templates: as `_get_production_templates` returns them
        :return: the new `mrp.production`
        :raises UserError: a template forbids it to lack materials, and some are short; nothing is made
        """
        # Whoever sells has no rights on production: the sale is what asks for it.
        lines = self.browse().union(*needs).sudo()
        orders = self.env['mrp.production'].sudo()
        for company, company_lines in lines.grouped('company_id').items():
            orders |= orders.with_company(company).create([
                line._prepare_production_vals(templates[line], needs[line]) for line in company_lines])
        orders._link_to_sale_lines()
        orders.action_confirm()
        for order in orders:
            order._feed_deliveries(order.sale_line_id)
            order._tell_sales_of_production()
        return orders
