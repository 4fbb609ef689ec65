"""What crosses the public API: whatever a caller sends becomes a value or a `UserError`, and quantities
become text."""

import math
from datetime import datetime, timedelta, timezone

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import formatLang

# How far a caller's clock may run ahead of ours.
CLOCK_TOLERANCE = timedelta(minutes=2)


def check_record_id(env, value):
    """Return ``value``, a record or its number, as a number.

    :raises UserError: it is neither
    """
    if isinstance(value, models.BaseModel):
        value = value.id
    if not isinstance(value, int) or isinstance(value, bool) or value <= 0:
        raise UserError(env._("%(value)s is not the number of a record.", value=value))
    return value


def check_quantity(env, value, allow_zero=False):
    """Return ``value`` as a float.

    :raises UserError: not a number, not finite, negative, or zero where that is not allowed
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise UserError(env._("%(value)s is not a quantity. Give a number.", value=value))
    if value < 0 or (value == 0 and not allow_zero):
        raise UserError(env._("The quantity %(value)s must be greater than zero.", value=value))
    return float(value)


def check_units(env, value):
    """Return ``value``, a list of numbers of units, sorted.

    :raises UserError: not a list of whole numbers from 1 on, empty, or a number is in it twice
    """
    if not isinstance(value, (list, tuple)) or not value:
        raise UserError(env._("Units are named by a list of their numbers."))
    for number in value:
        if isinstance(number, bool) or not isinstance(number, int) or number < 1:
            raise UserError(env._("%(value)s is not the number of a unit.", value=number))
    doubles = sorted({number for number in value if value.count(number) > 1})
    if doubles:
        raise UserError(env._("Unit %(number)s is named twice.", number=doubles[0]))
    return sorted(value)


def check_text(env, value):
    """Return ``value``, a text, without the spaces around it.

    :raises UserError: not a text
    """
    if not isinstance(value, str) or '\0' in value:
        raise UserError(env._("%(value)s is not a text.", value=value))
    return value.strip()


def check_moment(env, value):
    """Return when something happened, naive UTC without fractions of a second.

    :param value: datetime or ISO string, with or without a time zone; None is now
    :raises UserError: not a time, or in the future
    """
    now = fields.Datetime.now()
    if value is None:
        return now
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise UserError(env._("%(value)s is not a date and time.", value=value)) from None
    if moment.tzinfo:
        moment = moment.astimezone(timezone.utc).replace(tzinfo=None)
    moment = moment.replace(microsecond=0)
    if moment > now + CLOCK_TOLERANCE:
        raise UserError(env._("An act cannot happen in the future. Check the clock of the device."))
    return min(moment, now)


def format_quantity(env, quantity):
    """Return a quantity as the reader writes numbers."""
    return formatLang(env, quantity, dp='Product Unit')
