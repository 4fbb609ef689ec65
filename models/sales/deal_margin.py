"""What production earns a deal: the revenue of what is made for it, less its share of what that costs."""

from fractions import Fraction

from odoo import fields

from ...engine.balance import exact
from ...engine.costing import allot
from ...engine.deal import Earnings, sold_share
from .deal_order import load_deal_orders


def load_deal_margin(demands, currency):
    """Return what these demands earn, order by order and together.

    :param demands: `mrp.production.demand`, of one deal or sale order
    :param currency: `res.currency` of what they earn together
    :return: ``{'revenue', 'cost', 'profit', 'margin', 'is_estimate', 'currency_id', 'orders'}``: ``margin`` is a part
        of the revenue, False of no revenue, and ``orders`` has the same of each, under its ``production_id``
    """
    deal_orders = load_deal_orders(demands)
    revenues = _get_revenues(deal_orders)
    earnings = {
        deal_order.order: Earnings(
            revenues[deal_order.order], _get_cost(deal_order), deal_order.order._is_open())
        for deal_order in deal_orders
    }
    today = fields.Date.context_today(demands)
    total = Earnings(
        revenue=sum(
            order.company_id.currency_id._convert(earned.revenue, currency, order.company_id, today)
            for order, earned in earnings.items()),
        cost=sum(
            order.company_id.currency_id._convert(earned.cost, currency, order.company_id, today)
            for order, earned in earnings.items()),
        is_estimate=any(earned.is_estimate for earned in earnings.values()))
    return _prepare_earnings(total, currency) | {
        'orders': [
            {'production_id': order.id} | _prepare_earnings(earned, order.company_id.currency_id)
            for order, earned in earnings.items()],
    }


def _prepare_earnings(earned, currency):
    return {
        'revenue': currency.round(earned.revenue),
        'cost': currency.round(earned.cost),
        'profit': currency.round(earned.profit),
        # XML-RPC carries no None.
        'margin': False if earned.margin is None else earned.margin,
        'is_estimate': earned.is_estimate,
        'currency_id': currency.id,
    }


# ------------------------------------------------------------
# Cost
# ------------------------------------------------------------

def _get_cost(deal_order):
    """Return the demands' share of what the order has cost and will still cost."""
    order = deal_order.order
    rounded = order.company_id.currency_id.round
    return rounded(sum(
        part for amount in (order._get_cost_spent(), order._get_cost_to_come())
        for demand, part in zip(deal_order.all_shares, allot(amount, deal_order.all_shares.values(), rounded))
        if demand in deal_order.demands))


# ------------------------------------------------------------
# Revenue
# ------------------------------------------------------------

def _get_revenues(deal_orders):
    """Return, per order, the revenue of what is made by it: of the lines it is made for, and of the upsells that it
    has stages for."""
    revenues = dict.fromkeys((deal_order.order for deal_order in deal_orders), 0.0)
    for amount, weights in (*_get_line_revenues(deal_orders), *_get_upsell_revenues(deal_orders)):
        orders = list(weights)
        whole = sum(weights.values())
        if not whole:
            continue
        rounded = orders[0].company_id.currency_id.round
        shares = [weight / whole for weight in weights.values()]
        for order, part in zip(orders, allot(rounded(amount), shares, rounded)):
            revenues[order] += part
    return revenues


def _get_line_revenues(deal_orders):
    """Yield what each demand brings, and over which orders by which weights that is spread: a cancelled order earns
    nothing."""
    weights = {}
    for deal_order in deal_orders:
        if deal_order.order.state != 'cancel':
            for demand in deal_order.demands:
                weights.setdefault(demand, {})[deal_order.order] = exact(deal_order.order.product_qty)
    for demand, orders in weights.items():
        line, product, unit = demand.sale_line_id, demand.production_id.product_id, demand.uom_id
        served = line.demand_ids.filtered(lambda other: other.production_id.product_id == product)._get_served()
        demanded = sum(
            (exact(other.uom_id._compute_quantity(quantity, unit, round=False)) for other, quantity in served.items()),
            Fraction(0))
        sold, part_share = _get_sold(line, product, unit)
        yield float(part_share * sold_share(exact(served[demand]), demanded, sold)) * _get_line_amount(line), orders


def _get_sold(line, product, unit):
    """Return how much of what a line sells is of this product, and which part of its price that is: all, or of a kit's
    component its part by sales prices, as Odoo shares out the price of a combo.

    :param unit: `uom.uom` of the quantity
    """
    if product == line.product_id:
        return exact(line.product_uom_id._compute_quantity(line.product_uom_qty, unit, round=False)), Fraction(1)
    parts = line._get_kit_parts(line.product_uom_qty)
    quantity = parts.get(product, 0.0)
    prices = {part: exact(part.lst_price * needed) for part, needed in parts.items()}
    whole = sum(prices.values(), Fraction(0))
    share = prices.get(product, Fraction(0)) / whole if whole else Fraction(1, len(parts) or 1)
    return exact(product.uom_id._compute_quantity(quantity, unit, round=False)), share


def _get_upsell_revenues(deal_orders):
    """Yield what each upsell brings, and over which orders by which weights that is spread: those that do its stage."""
    weights = {}
    for deal_order in deal_orders:
        products = deal_order.order._get_upsells().upsell_product_ids
        for sale_order, demands in deal_order.demands.grouped('sale_order_id').items():
            for line in sale_order.order_line:
                if line.product_id in products and deal_order.order.state != 'cancel':
                    weights.setdefault(line, {})[deal_order.order] = deal_order.get_quantity(demands)
    for line, orders in weights.items():
        yield _get_line_amount(line), orders


def _get_line_amount(line):
    """Return what a sale line brings, in its company's currency, less its part of what is taken off its sale order as a
    whole."""
    if line.order_id.state != 'sale':
        return 0.0
    amount = line.price_subtotal + _allot_discounts(line.order_id).get(line, 0.0)
    return amount / (line.order_id.currency_rate or 1.0)


def _allot_discounts(sale_order):
    """Return which part of the discounts on a whole sale order each of its lines bears, by price.

    :return: ``{line: amount}``, none above zero, in the currency of the sale order
    """
    discounts = sale_order.order_line.filtered(lambda line: line._is_global_discount() or line._is_discount_line())
    if not discounts:
        return {}
    prices = {line: exact(line.price_subtotal) for line in sale_order.order_line if line.price_subtotal > 0}
    whole = sum(prices.values(), Fraction(0))
    rounded = sale_order.currency_id.round
    amount = rounded(sum(discounts.mapped('price_subtotal')))
    return dict(zip(prices, allot(amount, [price / whole for price in prices.values()], rounded)))
