"""Where materials are and what is on its way, read once for any number of orders."""

from collections import defaultdict

from odoo.fields import Domain

# Moves that will still happen.
OPEN_STATES = ('waiting', 'confirmed', 'partially_available', 'assigned')


class MaterialSupply:
    """Free, incoming and planned quantities of some products in some companies, in each product's unit of measure.

    Nothing is read later: the number of queries does not depend on how many orders ask.
    """

    def __init__(self, products, companies):
        self.env = products.env
        self._free = self._read_free(products, companies)
        self._coming = self._read_coming(products, companies)
        warehouses = self.env['stock.warehouse'].search([('company_id', 'in', companies.ids)])
        # Requests for quotation, where purchases are installed.
        self._requested = products._get_quantity_in_progress(warehouse_ids=warehouses.ids)[1]

    def _read_free(self, products, companies):
        """Return ``{product: {location: quantity}}`` of internal locations."""
        free = defaultdict(dict)
        for product, location, quantity, reserved in self.env['stock.quant']._read_group(
            [('product_id', 'in', products.ids), ('company_id', 'in', companies.ids),
             ('location_id.usage', '=', 'internal')],
            ['product_id', 'location_id'], ['quantity:sum', 'reserved_quantity:sum'],
        ):
            free[product][location] = quantity - reserved
        return free

    def _read_coming(self, products, companies):
        """Return ``{product: [(from, to, is planned only, quantity, date)]}``, of orders that are drafts too."""
        coming = defaultdict(list)
        is_open = Domain('state', 'in', OPEN_STATES)
        is_planned = Domain('state', '=', 'draft') & Domain('production_id.state', '=', 'draft')
        for product, source, destination, final, state, quantity, date in self.env['stock.move']._read_group(
            Domain('product_id', 'in', products.ids) & Domain('company_id', 'in', companies.ids)
            & (is_open | is_planned),
            ['product_id', 'location_id', 'location_dest_id', 'location_final_id', 'state'],
            ['product_qty:sum', 'date:min'],
        ):
            coming[product].append((source, final or destination, state == 'draft', quantity, date))
        return coming

    def get_free(self, product, location):
        """Return what nobody has reserved at a location and below it; never negative."""
        return max(0.0, sum(
            quantity for place, quantity in self._free[product].items() if _is_within(place, location)))

    def take(self, product, location, quantity):
        """Let the next who ask find so much less."""
        self._free[product][location] = self._free[product].get(location, 0.0) - quantity

    def get_elsewhere(self, product, location):
        """Return ``[(location, quantity)]`` of the company's other internal locations, the fullest first."""
        places = [
            (place, quantity) for place, quantity in self._free[product].items()
            if place.company_id == location.company_id and not _is_within(place, location)
            and product.uom_id.compare(quantity, 0) > 0]
        return sorted(places, key=lambda place: (-place[1], place[0].id))

    def get_incoming(self, product, location):
        """Return (quantity, date of the first) of what is to arrive at a location or in its warehouse."""
        arrivals = [
            (quantity, date) for source, destination, is_planned, quantity, date in self._coming[product]
            if not is_planned and _is_arrival(source, destination, location)]
        return sum(quantity for quantity, _date in arrivals), min((date for _quantity, date in arrivals), default=None)

    def get_on_its_way(self, product, location):
        """Return what is to arrive, with what is only planned so far."""
        return self._requested.get((product.id, location.warehouse_id.id), 0.0) + sum(
            quantity for source, destination, _is_planned, quantity, _date in self._coming[product]
            if _is_arrival(source, destination, location))


def _is_within(location, top):
    return location.parent_path.startswith(top.parent_path)


def _is_arrival(source, destination, location):
    """Tell whether a move brings something into the location, or into its warehouse from outside."""
    return any(
        _is_within(destination, area) and not _is_within(source, area)
        for area in (location, location.warehouse_id.view_location_id or location))
