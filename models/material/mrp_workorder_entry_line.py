from odoo import models
from odoo.exceptions import UserError

from ..order.arguments import format_quantity
from .entry_line import EntryLine


class MrpWorkorder(models.Model):
    """The lines of journal entries as records, and what of them can be known before anything moves."""

    _inherit = 'mrp.workorder'

    def _read_entry_lines(self, act):
        return [self._read_entry_line(line) for line in act.request['lines']]

    def _read_entry_line(self, line):
        """Return a parsed line as `EntryLine`.

        :raises UserError: it names something that does not exist or does not fit together
        """
        if 'product' in line:
            return self._read_new_product_line(line)
        product = self._browse_material_product(line['product_id'])
        if product.is_kits:
            raise UserError(self.env._(
                "%(product)s is a kit: record its components instead.", product=product.display_name))
        unit = self._browse_material_unit(line.get('uom_id'), product, self.env['stock.move'])
        lot = self._browse_material_lot(line.get('lot_id'), product) or self.env['stock.lot']
        self._check_countable(product, line['qty'], unit)
        return EntryLine(product, line['qty'], unit, lot, lot_name=line.get('lot_name'))

    def _read_new_product_line(self, line):
        unit = self.env['uom.uom'].browse(line['product']['uom_id']).exists()
        category = self.env['product.category'].browse(line['product'].get('category_id', [])).exists()
        if not unit or ('category_id' in line['product'] and not category):
            raise UserError(self.env._("The unit or the category of the new product does not exist."))
        vals = {
            'name': line['product']['name'], 'uom_id': unit.id, 'type': 'consu', 'is_storable': True,
            'company_id': self.company_id.id,
        }
        if category:
            vals['categ_id'] = category.id
        self._check_countable(self.env['product.product'], line['qty'], unit)
        return EntryLine(
            self.env['product.product'], line['qty'], unit, self.env['stock.lot'], new_product=vals)

    def _check_countable(self, product, quantity, unit):
        """Refuse a quantity that stock cannot count: the journal and stock would differ for ever."""
        if abs(unit.round(quantity) - quantity) > 1e-9 * max(1.0, quantity):
            raise UserError(self.env._(
                "%(quantity)s is finer than %(unit)s are counted: at least %(step)s.",
                quantity=quantity, unit=unit.name, step=unit.rounding))
        in_product_unit = unit._compute_quantity(
            quantity, product.uom_id, rounding_method='HALF-UP') if product else quantity
        if unit.is_zero(in_product_unit):
            raise UserError(self.env._(
                "%(quantity)s %(unit)s of %(product)s are too little to be counted in %(other)s.",
                quantity=format_quantity(self.env, quantity), unit=unit.name, product=product.display_name,
                other=product.uom_id.name))
        if product.tracking == 'serial' and product.uom_id.compare(in_product_unit, 1) != 0:
            raise UserError(self.env._(
                "%(product)s has serial numbers: each entry is of one piece.", product=product.display_name))

    # ------------------------------------------------------------
    # What is on hand
    # ------------------------------------------------------------

    def _check_on_hand(self, lines):
        """Refuse to take more out of stock than is there, and keep others from taking it until this act is done."""
        asked = {}
        for line in lines:
            if line.product.is_storable:
                location = self._get_input_location(line)
                for lot in {line.lot, line.lot.browse()}:
                    key = (line.product, lot, location)
                    asked[key] = asked.get(key, 0.0) + line.product_quantity
        quants = self._lock_inputs(lines)
        for (product, lot, location), quantity in asked.items():
            on_hand = sum(self._filter_on_hand(quants, product, lot, location).mapped('quantity'))
            if product.uom_id.compare(quantity, on_hand) > 0:
                raise UserError(self.env._(
                    "%(asked)s %(unit)s of %(product)s are asked for, but only %(on_hand)s %(unit)s are on hand in "
                    "%(place)s.",
                    asked=format_quantity(self.env, quantity), unit=product.uom_id.name,
                    product=f"{product.display_name} {lot.name}" if lot else product.display_name,
                    on_hand=format_quantity(self.env, max(0.0, on_hand)), place=location.display_name))

    def _lock_inputs(self, lines):
        locations = self.env['stock.location'].union(*(self._get_input_location(line) for line in lines))
        return self.env['stock.quant']._lock_on_hand(
            self.env['product.product'].union(*(line.product for line in lines)), locations)

    def _filter_on_hand(self, quants, product, lot, location):
        return quants.filtered(
            lambda quant: quant.product_id == product and (not lot or quant.lot_id == lot)
            and quant.location_id.parent_path.startswith(location.parent_path))

    def _get_input_location(self, line):
        """Return from where a line comes: where its norm takes it from, else where the order takes its materials."""
        return self._get_open_norm(line.product).location_id or self.production_id.location_src_id

    def _get_open_norm(self, product):
        """Return the material of the norm that an input of the product is, or none.

        At a stage that takes its materials at the start what is open is for units to come.
        """
        materials = self._get_open_materials() if self.consumption_mode != 'start' else self.env['stock.move']
        return materials.filtered(lambda move: move.product_id == product)[:1]

    # ------------------------------------------------------------
    # Lots
    # ------------------------------------------------------------

    def _check_output_lots(self, lines):
        """Refuse tracked products that are received without a lot, and serial numbers that closing gives."""
        for line in lines:
            if line.product.tracking not in ('lot', 'serial'):
                continue
            if line.product.tracking == 'serial' and line.product == self.production_id.product_id:
                raise UserError(self.env._(
                    "The serial numbers of %(product)s are given when %(order)s is closed.",
                    product=line.product.display_name, order=self.production_id.name))
            if not line.lot and not line.lot_name:
                raise UserError(self.env._(
                    "%(product)s is tracked: name the lot or serial number it is received with.",
                    product=line.product.display_name))

    def _check_held_lot(self, line):
        """Refuse the loss of a tracked product whose lot nobody knows, and of more of a lot than was put in."""
        if line.product.tracking == 'none':
            return
        held = self._get_held_lots(line.product)
        if not held and line.lot:
            return
        available = held.get(line.lot, 0.0) if line.lot else sum(held.values())
        if line.product.uom_id.compare(line.product_quantity, available) > 0:
            raise UserError(self.env._(
                "Of %(product)s %(lot)s only %(held)s %(unit)s are at %(stage)s. Name the lot that was lost.",
                product=line.product.display_name, lot=line.lot.name or "", unit=line.product.uom_id.name,
                held=format_quantity(self.env, max(0.0, available)), stage=self.name))

    def _get_held_lots(self, product):
        """Return what was put into the stage of each lot of a product and not lost since, in its unit of measure."""
        held = {}
        used = self._get_used_materials().filtered(lambda move: move.product_id == product)
        lost = self.entry_ids.filtered(
            lambda entry: entry.kind in ('waste', 'rejection') and entry.product_id == product
            and not entry.from_stock and not entry.reversed_entry_id and not entry.is_reversed).move_id
        for moves, sign in ((used, 1), (used._get_given_back(), -1), (lost, -1)):
            for line in moves.move_line_ids:
                held[line.lot_id] = held.get(line.lot_id, 0.0) + sign * line.quantity_product_uom
        return held
