"""Fixed vocabularies."""

from __future__ import annotations

from enum import Enum


class Word(str, Enum):
    """A word of a fixed vocabulary. Each member equals its plain string and is written as it is: ``"too_late"``."""

    def __str__(self) -> str:
        return self.value
