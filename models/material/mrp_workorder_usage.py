from odoo import models
from odoo.exceptions import UserError

from ..order.arguments import check_quantity, check_record_id, format_quantity
from .usage import Usage


class MrpWorkorder(models.Model):
    """What a caller says was really used, as records."""

    _inherit = 'mrp.workorder'

    def _parse_materials(self, lines):
        """Read the ``materials`` of `stage_finish`.

        A line that names no move but a product of which one material is open here means that material.

        :param list lines: ``{'move_id', 'qty'}`` or ``{'product_id', 'qty', 'uom_id', 'lot_id'}``
        :return: ``({move: Usage}, {(product, uom): Usage})``, planned materials and others
        :raises UserError: a line that cannot be; nothing has changed
        """
        self.ensure_one()
        planned, extra = {}, {}
        for line in lines:
            if not isinstance(line, dict):
                raise UserError(self.env._("A material is given as a move or a product, with its quantity."))
            quantity = check_quantity(self.env, line.get('qty'), allow_zero=True)
            move = self._find_material(line)
            product = move.product_id or self._browse_material_product(line.get('product_id'))
            lot = self._browse_material_lot(line.get('lot_id'), product)
            unit = self._browse_material_unit(line.get('uom_id'), product, move)
            if move:
                quantity = unit._compute_quantity(quantity, move.product_uom)
                planned.setdefault(move, Usage()).add(quantity, lot)
            elif quantity:
                extra.setdefault((product, unit), Usage()).add(quantity, lot)
        return planned, extra

    def _find_material(self, line):
        """Return the move a line means, or none when it is a material the norm lacks."""
        materials = self.move_raw_ids.filtered(lambda move: move.state != 'cancel')
        if not line.get('move_id') and self.consumption_mode == 'start':
            # What is still open there is for units to come; a product means more of it for these.
            return materials.browse()
        if not line.get('move_id'):
            open_materials = self._get_open_materials().filtered(
                lambda move: move.product_id.id == line.get('product_id'))
            return open_materials[:1] if len(open_materials) == 1 else materials.browse()
        move = materials.filtered(lambda move: move.id == line['move_id'])
        if not move:
            raise UserError(self.env._(
                "Material %(number)s is not one of %(stage)s.", number=line['move_id'], stage=self.name))
        return move

    def _browse_material_product(self, product_id):
        product = self.env['product.product'].browse(check_record_id(self.env, product_id)).exists()
        if not product or product.type != 'consu' or not self._is_of_company(product):
            raise UserError(self.env._("Choose a product that is kept in stock as material."))
        return product

    def _browse_material_lot(self, lot_id, product):
        if not lot_id:
            return None
        lot = self.env['stock.lot'].browse(check_record_id(self.env, lot_id)).exists()
        if not lot or lot.product_id != product or not self._is_of_company(lot):
            raise UserError(self.env._("The lot is not one of %(product)s.", product=product.display_name))
        return lot

    def _browse_material_unit(self, uom_id, product, move):
        if not uom_id:
            return move.product_uom or product.uom_id
        unit = self.env['uom.uom'].browse(check_record_id(self.env, uom_id)).exists()
        if not unit or not unit._has_common_reference(product.uom_id):
            raise UserError(self.env._(
                "%(unit)s does not convert to the unit of %(product)s, %(other)s.",
                unit=unit.name or uom_id, product=product.display_name, other=product.uom_id.name))
        return unit

    def _is_of_company(self, record):
        """Tell whether the stage's company may use it."""
        return record.company_id in (record.company_id.browse(), self.company_id)

    def _get_material_unit(self, material):
        """Return product and unit of measure of what is taken: a `stock.move`, or what the norm lacks."""
        if isinstance(material, models.BaseModel):
            return material.product_id, material.product_uom
        return material

    def _check_whole_pieces(self, usages):
        """Refuse to use a part of what has a serial number.

        :param list usages: pairs of what is taken, a `stock.move` or (product, unit), and its `Usage`
        """
        for material, usage in usages:
            product, unit = self._get_material_unit(material)
            if product.tracking != 'serial':
                continue
            for quantity in (usage.quantity, *usage.lots.values()):
                pieces = unit._compute_quantity(quantity, product.uom_id, round=False)
                if product.uom_id.compare(pieces, round(pieces)) != 0:
                    raise UserError(self.env._(
                        "%(product)s has serial numbers and is used piece by piece: it cannot be %(qty)s %(unit)s.",
                        product=product.display_name, qty=format_quantity(self.env, pieces),
                        unit=product.uom_id.name))

    def _check_lots_at_hand(self, usages):
        """Refuse to use more of a lot than lies where it is taken from.

        :param list usages: pairs of what is taken, a `stock.move` or (product, unit), and its `Usage`
        """
        needed = {}
        for material, usage in usages:
            is_planned = isinstance(material, models.BaseModel)
            _product, unit = self._get_material_unit(material)
            location = material.location_id if is_planned else self.production_id.location_src_id
            for lot, quantity in usage.lots.items():
                by_lot = needed.setdefault(location, {})
                by_lot[lot] = by_lot.get(lot, 0.0) + unit._compute_quantity(quantity, lot.product_id.uom_id)
        for location, by_lot in needed.items():
            at_hand = dict(self.env['stock.quant']._read_group(
                [('lot_id', 'in', [lot.id for lot in by_lot]), ('location_id', 'child_of', location.id)],
                ['lot_id'], ['quantity:sum']))
            for lot, quantity in by_lot.items():
                self._check_lot_at_hand(lot, quantity, at_hand.get(lot, 0.0))

    def _check_lot_at_hand(self, lot, needed, available):
        unit = lot.product_id.uom_id
        if unit.compare(needed, available) > 0:
            raise UserError(self.env._(
                "%(qty)s %(unit)s of %(product)s %(lot)s cannot be used: there are %(available)s %(unit)s of it. "
                "Say of which other lot the rest was.",
                qty=format_quantity(self.env, needed), unit=unit.name, product=lot.product_id.display_name,
                lot=lot.name, available=format_quantity(self.env, available)))
