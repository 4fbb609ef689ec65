"""Numbers of units as people write them: ``3, 5-7``."""

import re

from odoo.exceptions import UserError

_PART = re.compile(r'(\d{1,6})(?:\s*[-–]\s*(\d{1,6}))?')
# A slip of the finger is not to fill the memory.
_MOST = 10_000


def to_ranges(numbers):
    """Return numbers in order, as ``[first, last]`` of each run without gaps."""
    ranges = []
    for number in sorted(numbers):
        if ranges and ranges[-1][1] == number - 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    return ranges


def format_numbers(numbers):
    """Return numbers in order as text, those that follow each other as a range."""
    return ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in to_ranges(numbers))


def parse_numbers(env, text):
    """Return the list of numbers that a text names, as they stand there.

    :raises UserError: the text is something else, or a range runs backwards or far too long
    """
    numbers = []
    for part in text.replace(';', ',').split(','):
        match = _PART.fullmatch(part.strip())
        first, last = (match and (int(match[1]), int(match[2] or match[1]))) or (1, 0)
        if last < first or last - first >= _MOST:
            raise UserError(env._(
                "%(text)s does not name units. Write numbers like 3, 5-7.", text=part.strip() or text))
        numbers += range(first, last + 1)
    return numbers
