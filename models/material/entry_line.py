"""What a caller says of the entries in a stage's journal: first as plain values for the log, then as records."""

from dataclasses import dataclass, field
from typing import Any

from odoo.exceptions import UserError

from ..order.arguments import check_quantity, check_record_id, check_text


@dataclass(slots=True, eq=False)
class EntryLine:
    """One entry on its way into the journal.

    :ivar product: `product.product`; empty while it is still to be made
    :ivar quantity: in ``unit``
    :ivar unit: `uom.uom`
    :ivar lot: `stock.lot`, empty where none is named
    :ivar lot_name: names a lot that is still to be made
    :ivar new_product: values of the product that is still to be made
    """

    product: Any
    quantity: float
    unit: Any
    lot: Any
    lot_name: str | None = None
    new_product: dict = field(default_factory=dict)

    @property
    def product_quantity(self):
        """The quantity in the product's unit of measure, as stock counts it."""
        return self.unit._compute_quantity(self.quantity, self.product.uom_id, rounding_method='HALF-UP')

    def in_unit(self, product_quantity):
        """Return a quantity in the product's unit of measure as one in the line's."""
        return self.product.uom_id._compute_quantity(product_quantity, self.unit, rounding_method='HALF-UP')


def parse_entry_lines(env, lines, may_create=False):
    """Return the ``lines`` of `stage_record_input` and `stage_record_output` as plain values.

    :param list lines: ``{'product_id', 'qty', 'uom_id', 'lot_id'}``
    :param bool may_create: a line may name a ``lot_name``, or a ``product`` as ``{'name', 'uom_id', 'category_id'}``,
        that does not exist yet
    :raises UserError: something is not a line
    """
    if not isinstance(lines, (list, tuple)) or not lines:
        raise UserError(env._("The lines of an entry are given as a list, with at least one line."))
    return [parse_entry_line(env, line, may_create) for line in lines]


def parse_entry_line(env, line, may_create=False):
    """Return one line as plain values, only those that are given."""
    if not isinstance(line, dict):
        raise UserError(env._("A line of an entry is given as a product with its quantity."))
    values = {'qty': check_quantity(env, line.get('qty'))}
    values |= {
        name: check_record_id(env, line[name]) for name in ('product_id', 'uom_id', 'lot_id') if line.get(name)}
    if may_create and line.get('lot_name'):
        values['lot_name'] = check_text(env, line['lot_name'])
    if may_create and line.get('product'):
        values['product'] = parse_new_product(env, line['product'])
    if ('product_id' in values) == ('product' in values):
        raise UserError(env._("Say of which product the entry is."))
    return values


def parse_new_product(env, product):
    """Return what is said of a product that does not exist yet as plain values."""
    if not isinstance(product, dict) or not product.get('name') or not product.get('uom_id'):
        raise UserError(env._("A new product is given as a name and a unit of measure."))
    values = {'name': check_text(env, product['name']), 'uom_id': check_record_id(env, product['uom_id'])}
    if product.get('category_id'):
        values['category_id'] = check_record_id(env, product['category_id'])
    return values
