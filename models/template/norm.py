from functools import lru_cache

from ...engine.formula import QUANTITY, compile_formula

# Orders of many lines ask for the same few formulas again and again.
_compiled = lru_cache(maxsize=1024)(compile_formula)


def evaluate_norm(formula, quantity, values):
    """Return what a formula asks for a whole order.

    :param str formula: gives the quantity for one unit
    :param float quantity: of the order; the formula may read it as ``qty``
    :param dict values: other numbers by name
    :raises FormulaError: the formula cannot be evaluated with these values
    """
    values = {**values, QUANTITY: quantity}
    return _compiled(formula, frozenset(values)).evaluate(values) * quantity
