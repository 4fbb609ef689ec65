"""What the formula engine refuses, as sentences for the person who writes formulas."""

from ...engine.formula import Banned, FormulaRefusal


def _unknown_name(env, params):
    if params.get('suggestion'):
        return env._(
            "%(name)s is not known here. Did you mean %(suggestion)s?",
            name=params['name'], suggestion=params['suggestion'])
    return env._("%(name)s is not known here.", name=params['name'])


def _not_allowed(env, params):
    if params.get('what') == Banned.COMMA:
        return env._("Write decimals with a point, as in 1.5.")
    return env._(
        "Only numbers, the names listed, + - * / and min, max, round, ceil, floor, abs may be used in a formula.")


def _too_long(env, _params):
    return env._("The formula is too long or too nested. Make it simpler.")


def _no_number(env, _params):
    return env._("It gives no number, or one that is too large.")


_MESSAGES = {
    FormulaRefusal.EMPTY: lambda env, _params: env._("The formula is empty."),
    FormulaRefusal.SYNTAX: lambda env, params: env._(
        "The formula cannot be read at character %(position)s.", position=params['position']),
    FormulaRefusal.TOO_LONG: _too_long,
    FormulaRefusal.TOO_DEEP: _too_long,
    FormulaRefusal.UNKNOWN_NAME: _unknown_name,
    FormulaRefusal.NOT_ALLOWED: _not_allowed,
    FormulaRefusal.ARGUMENT_COUNT: lambda env, params: env._(
        "%(function)s does not take %(given)s values.", function=params['function'], given=params['given']),
    FormulaRefusal.MISSING: lambda env, params: env._("There is no number for %(name)s.", name=params['name']),
    FormulaRefusal.DIVISION_BY_ZERO: lambda env, _params: env._("It divides by zero."),
    FormulaRefusal.NEGATIVE: lambda env, params: env._(
        "It gives %(value)s, which is less than nothing.", value=params['value']),
    FormulaRefusal.NOT_FINITE: _no_number,
    FormulaRefusal.TOO_LARGE: _no_number,
}


def formula_message(env, error):
    """Return the sentence for a `FormulaError`."""
    return _MESSAGES[error.code](env, error.params)
