"""What the engine answers when it refuses: a code and its parameters, never a sentence.

Sentences are for people, in their language; models make them from the code and the parameters.
"""

from __future__ import annotations

from .word import Word


class Refusal(Word):
    """Why the stage flow refuses.

    The parameters that come with a code are listed beside it; ``stage`` is always a stage's key.
    """

    NOT_POSITIVE = "not_positive"  # asked
    MORE_THAN_READY = "more_than_ready"  # stage, ready, asked
    NO_PART = "no_part"  # stage, asked
    HELD = "held"  # stage, held
    NOTHING_TO_WITHDRAW = "nothing_to_withdraw"  # stage
    NOT_BEFORE = "not_before"  # stage, to
    INACTIVE = "inactive"  # stage
    ALREADY_ACTIVE = "already_active"  # stage
    ALREADY_PASSED = "already_passed"  # stage, passed
    TOO_LATE = "too_late"  # stage, passed_by (successors that have passed units, in order)
    UNKNOWN_STAGE = "unknown_stage"  # stage; needed_by when it is named as a dependency
    UNKNOWN_ACT = "unknown_act"  # kind
    DUPLICATE_STAGE = "duplicate_stage"  # stage
    CIRCLE = "circle"  # stages (each waits for the next, the last for the first)


class EngineError(Exception):
    """A refusal of the engine: a code and what a message about it needs.

    :ivar code: the reason, a member of the refusals of the kind of error
    :ivar params: see the refusal
    """

    def __init__(self, code: Word, params: dict[str, object]) -> None:
        self.params = params
        super().__init__(code.value)

    def __str__(self) -> str:
        details = ", ".join(f"{name}={value!r}" for name, value in self.params.items())
        return f"{self.args[0]} ({details})" if details else str(self.args[0])


class FlowError(EngineError):
    """An act or a graph that the rules do not allow. Nothing has changed when it is raised.

    :ivar code: the reason, a `Refusal`
    """

    def __init__(self, code: Refusal | str, **params: object) -> None:
        self.code = Refusal(code)
        super().__init__(self.code, params)
