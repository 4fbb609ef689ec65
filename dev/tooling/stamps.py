"""Remembering what was done from what, so that it is done again only when that changes."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from . import paths


def digest(parts: Iterable[str | bytes]) -> str:
    """Return a short hash of ``parts``."""
    result = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        result.update(len(data).to_bytes(8, "big") + data)
    return result.hexdigest()[:16]


def is_current(name: str, value: str) -> bool:
    """Tell whether ``name`` was last recorded with ``value``."""
    return read(name) == value


def read(name: str) -> str | None:
    """Return what was recorded for ``name``."""
    try:
        return (paths.STAMPS / name).read_text()
    except FileNotFoundError:
        return None


def record(name: str, value: str) -> None:
    """Record that ``name`` was made from ``value``. Whole or not at all: it may be read meanwhile."""
    target = paths.STAMPS / name
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(".new")
    draft.write_text(value)
    draft.replace(target)


def forget(name: str) -> None:
    """Make the next one do it again."""
    (paths.STAMPS / name).unlink(missing_ok=True)


def files_digest(folder: Path, files: Iterable[Path]) -> str:
    """Return a hash of the names and contents of ``files``."""
    return digest(part for file in sorted(files)
                  for part in (str(file.relative_to(folder)), file.read_bytes()))
