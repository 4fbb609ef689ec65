"""Two lists of what is needed, or given, product by product and stage by stage, and what is different in them."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Norm:
    """What is said of one product at one stage.

    :ivar stage: `mrp.workorder`; of today's template where the order lacks it
    :ivar product: `product.product`
    :ivar unit: the `uom.uom` that people read the quantity in
    :ivar quantity: in the product's unit of measure
    :ivar details: text per label of what else counts
    """

    stage: object
    product: object
    unit: object
    quantity: float
    details: dict = field(default_factory=dict)


def pair_norms(ours, todays):
    """Yield (ours, today's) for each product at each stage, None for the side that lacks it.

    Several lines of one product at one stage count together. What is at another stage today has moved.
    """
    ours, todays = _group(ours), _group(todays)
    left = {key: norm for key, norm in todays.items() if key not in ours}
    for key, norm in ours.items():
        moved = next((other for other in left if other[1] == key[1]), None) if key not in todays else None
        yield norm, left.pop(moved) if moved else todays.get(key)
    for norm in left.values():
        yield None, norm


def _group(norms):
    groups = {}
    for norm in norms:
        if norm.product.uom_id.is_zero(norm.quantity):
            continue
        key = (norm.stage, norm.product)
        if key in groups:
            groups[key].quantity += norm.quantity
        else:
            groups[key] = norm
    return groups
