"""How a product's attributes appear in formulas: as names, and as the numbers that their values carry."""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections.abc import Collection, Iterable
from itertools import count

from .formula import FUNCTIONS, LARGEST, QUANTITY

__all__ = ["identifier", "identifiers", "numeric_value"]

#: Characters of an identifier made from a label
_LONGEST_IDENTIFIER = 60


def identifier(label: str) -> str:
    """Return a readable name for use in formulas: ``garment_length_cm`` for "Garment length (cm)".

    Letters of any language stay, in lower case; whatever else is between words becomes one underscore. The
    name is normalised as Python's parser normalises names (NFKC), is no keyword of Python and no function of
    formulas, and is a fixed point: the identifier of an identifier is itself, a leading underscore aside.
    """
    normal = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", label).lower())
    words = "".join(
        character if f"_{character}".isidentifier() and character.isprintable() else " " for character in normal
    )
    name = re.sub(r"[ _]+", "_", words).strip("_")[:_LONGEST_IDENTIFIER].rstrip("_") or "value"
    if not name.isidentifier():
        name = f"_{name}"
    return f"{name}_" if keyword.iskeyword(name) or name in FUNCTIONS else name


def identifiers(labels: Iterable[str], reserved: Collection[str] = (QUANTITY,)) -> dict[str, str]:
    """Return an identifier for each label, all of them different.

    The first label of several with the same identifier keeps it, the others get the first free suffix from
    ``_2`` on. It depends on the order, so labels must come in one that stays, for instance that of creation.

    :param reserved: names that no label gets
    """
    wanted = {label: identifier(label) for label in labels}
    given: dict[str, str] = {}
    taken = set(reserved)
    for label, name in wanted.items():
        if name not in taken:
            given[label] = name
            taken.add(name)
    for label, name in wanted.items():
        if label not in given:
            given[label] = next(free for number in count(2) if (free := f"{name}_{number}") not in taken)
            taken.add(given[label])
    return {label: given[label] for label in wanted}


#: The exponent of an area or a volume: "m2", "cm3", "м2"
_EXPONENT = re.compile(r"(?<=[mм])[23](?!\w)")
#: A sign counts at the beginning of a word and after an opening bracket, an equals sign or a colon.
_NUMBER = re.compile(r"(?:(?<![^\s(\[=:])[-+−])?(?:\d+(?:[.,]\d+)?|(?<!\S)\.\d+)")
#: What, right before a number, makes it a part of a name or leaves its sign or its decimals in doubt
_DOUBT = re.compile(r"(?:[^\W\d]|[.,]|[-+−–]\s*)\Z")
_THOUSANDS = re.compile(r"[-+−]?[1-9]\d{0,2},\d{3}")


def numeric_value(text: str) -> float | None:
    """Return the number that an attribute value's name carries, or None if that is not clear.

    It is clear if the text has exactly one number, with a point or a comma for decimals, and a sign right
    before it: "74", "74 cm", "74cm", "1,5", "-3", "⌀ 8 mm". The exponent of an area or a volume does not count:
    "170 g/m2" is 170. Not clear, so that a formula refuses rather than takes a wrong quantity, are two numbers
    ("74x30", "10-20", "1 000"), a fraction ("1½"), a number inside a name ("A4", "Type-3", "1e3"), and
    "1,250", which may be 1.25 or 1250.
    """
    plain = _EXPONENT.sub("", text)
    found = list(_NUMBER.finditer(plain))
    if len(found) != 1:
        return None
    number, start, end = found[0].group(), found[0].start(), found[0].end()
    if _DOUBT.search(plain[:start]) or plain[end : end + 1].isdigit() or _THOUSANDS.fullmatch(number):
        return None
    if any(unicodedata.decomposition(character).startswith("<fraction>") for character in plain):
        return None
    value = float(number.replace("−", "-").replace(",", "."))
    return value if abs(value) <= LARGEST else None
