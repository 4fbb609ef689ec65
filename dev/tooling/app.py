"""What the add-on says about itself, and when it has changed."""

import ast
from collections.abc import Iterator
from pathlib import Path

from . import paths, stamps
from .console import Problem

# Files whose change Odoo does not see by updating a database: it reads them when it needs them.
NOT_STORED = {"dev", "tests", "engine", "static"}
STORED_KINDS = {".py", ".xml", ".csv", ".po", ".pot", ".html", ".sql"}


def depends() -> list[str]:
    """Return the modules that the manifest depends on."""
    try:
        manifest = ast.literal_eval((paths.ROOT / "__manifest__.py").read_text())
    except FileNotFoundError:
        raise Problem("There is no __manifest__.py yet, so there is no app to work with.") from None
    return sorted(manifest["depends"])


def code_digest() -> str:
    """Return a hash of all that a database learns from the app at its installation or update."""
    return stamps.files_digest(paths.ROOT, _stored_files())


def _stored_files() -> Iterator[Path]:
    for entry in paths.ROOT.iterdir():
        if entry.name.startswith(".") or entry.name in NOT_STORED:
            continue
        if entry.is_file():
            if entry.suffix in STORED_KINDS:
                yield entry
        else:
            yield from (file for file in entry.rglob("*")
                        if file.suffix in STORED_KINDS and file.is_file() and "__pycache__" not in file.parts)
