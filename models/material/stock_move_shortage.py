from odoo import fields, models

from .material_supply import OPEN_STATES


class StockMove(models.Model):
    """What a material lacks, and what has been done about it. Quantities in the product's unit of measure."""

    _inherit = 'stock.move'

    covered_qty = fields.Float(
        "Seen To", digits='Product Unit', copy=False, readonly=True,
        help="Of what is demanded, how much was reserved or has been ordered when missing materials were procured.")

    def _prepare_move_split_vals(self, qty):
        vals = super()._prepare_move_split_vals(qty)
        if self.covered_qty and self._is_stage_material():
            vals['covered_qty'] = max(0.0, self.covered_qty - (self.product_qty - qty))
        return vals

    def _filter_short(self):
        """Return those that still lack something."""
        return self.filtered(
            lambda move: move.state not in ('draft', 'done', 'cancel')
            and move.product_uom.compare(move.product_uom_qty - move.quantity, 0) > 0
            and move.product_id.uom_id.compare(move._get_missing_quantity(), 0) > 0)

    def _group_by_supply(self):
        """Return these materials in groups that are used at one stage of an order and taken from one place."""
        return self.grouped(lambda move: (
            move.raw_material_production_id, move.workorder_id, move.product_id, move._get_supply_location())).values()

    def _get_supply_location(self):
        """Return where a material is looked for: the stock, also where it is brought to the workshop first."""
        location = self.location_id
        warehouse = location.warehouse_id
        if warehouse.manufacture_steps != 'mrp_one_step' and location == warehouse.pbm_loc_id:
            return warehouse.lot_stock_id
        return location

    def _get_open_supply(self):
        """Return the open moves that bring a material made, bought or picked for it."""
        if self.procure_method != 'make_to_order':
            return self.browse()
        return self.move_orig_ids.filtered(lambda move: move.state in OPEN_STATES)

    def _get_reserved_quantity(self):
        """Return what is reserved for a material, here or for the move that brings it here."""
        unit = self.product_id.uom_id
        return sum(
            move.product_uom._compute_quantity(move.quantity, unit) for move in self | self._get_open_supply()
            if not move.production_id)

    def _get_missing_quantity(self):
        unit = self.product_id.uom_id
        return max(0.0, unit.round(
            self.product_uom._compute_quantity(self.product_uom_qty, unit) - self._get_reserved_quantity()))

    def _get_ordered_quantity(self, supply):
        """Return what of the missing quantity of these materials, from one place, is on its way for them.

        Who cancels what was ordered makes it missing again.

        :param supply: `MaterialSupply`
        """
        made = self.filtered(lambda move: move._get_open_supply())
        bought = self - made
        return sum(move._get_missing_quantity() for move in made) + min(
            sum(max(0.0, move.covered_qty - move._get_reserved_quantity()) for move in bought),
            sum(move._get_missing_quantity() for move in bought),
            supply.get_on_its_way(self.product_id, self[:1]._get_supply_location()))

    def _prepare_shortage_line(self, supply, missing):
        """Return the line of the shortage list for these materials of one product, stage and place.

        :param supply: `MaterialSupply`
        """
        product, location = self.product_id, self[:1]._get_supply_location()
        incoming, date = supply.get_incoming(product, location)
        return {
            'product_id': product.id,
            'workorder_id': self.workorder_id.id,
            'norm': sum(self.mapped('product_qty')),
            'available': sum(move._get_reserved_quantity() for move in self) + supply.get_free(product, location),
            'shortage': missing,
            'ordered': self._get_ordered_quantity(supply),
            'elsewhere': [
                {'location_id': place.id, 'name': place.display_name, 'quantity': quantity}
                for place, quantity in supply.get_elsewhere(product, location)],
            'incoming': incoming,
            'incoming_date': fields.Datetime.to_string(date) or False,
        }

    def _prepare_missing_procurement(self, quantity):
        """Return the procurement of a missing quantity of these materials of one order, product and place."""
        move = self[:1]
        order = move.raw_material_production_id
        return self.env['stock.rule'].Procurement(
            move.product_id, quantity, move.product_id.uom_id, move._get_supply_location(), order.name, order.name,
            move.company_id, move._prepare_procurement_values())
