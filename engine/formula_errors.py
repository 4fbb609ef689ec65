"""What formulas refuse: codes with their parameters, of texts and of results."""

from __future__ import annotations

from .errors import EngineError
from .word import Word


class FormulaRefusal(Word):
    """Why a formula is refused. The parameters that come with a code are listed beside it."""

    EMPTY = "empty"
    SYNTAX = "syntax"  # position (of the character where it goes wrong, from 1)
    TOO_LONG = "too_long"  # unit ("characters" or "parts"), limit
    TOO_DEEP = "too_deep"  # limit
    UNKNOWN_NAME = "unknown_name"  # name, suggestion (a known name or None)
    NOT_ALLOWED = "not_allowed"  # what (a `Banned`), name (of the function, operator or constant, or None)
    ARGUMENT_COUNT = "argument_count"  # function, least, most (None: any number), given
    MISSING = "missing"  # name
    DIVISION_BY_ZERO = "division_by_zero"
    NEGATIVE = "negative"  # value
    NOT_FINITE = "not_finite"  # name of the value that is not, or None: the calculation gives no real number
    TOO_LARGE = "too_large"  # limit; name when a value is, else None


class Banned(Word):
    """What Python has and formulas do not."""

    ASSIGNMENT = "assignment"
    ATTRIBUTE = "attribute"
    CALL = "call"  # of something that is not a name
    COLLECTION = "collection"  # list, set, dictionary
    COMMA = "comma"  # outside a function: a decimal comma, perhaps
    COMMENT = "comment"
    COMPARISON = "comparison"
    COMPLEX = "complex"
    COMPREHENSION = "comprehension"
    CONDITION = "condition"
    CONSTANT = "constant"  # name
    DECIMALS = "decimals"  # of round: not a plain whole number from -9 to 9
    FUNCTION = "function"  # name
    KEYWORD_ARGUMENT = "keyword_argument"
    LAMBDA = "lambda"
    LOGIC = "logic"
    OPERATOR = "operator"  # name
    STARRED = "starred"
    STRING = "string"
    SUBSCRIPT = "subscript"
    OTHER = "other"


class FormulaError(EngineError):
    """A text that is not a formula, or a formula that gives no usable quantity.

    :ivar code: the reason, a `FormulaRefusal`
    """

    def __init__(self, code: FormulaRefusal | str, **params: object) -> None:
        self.code = FormulaRefusal(code)
        super().__init__(self.code, params)
