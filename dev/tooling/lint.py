"""Checkers, each a function that returns what it found, as text; nothing found, no text."""

import ast
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from xml.etree import ElementTree

from . import node_env, paths, python_env

LINTED_BY_PRETTIER = {".js", ".mjs", ".scss", ".css"}
_RUFF = [paths.VENV / "bin/ruff", "check", "--cache-dir", paths.LOCAL / "ruff"]

DATA_FOLDERS = ("data", "demo", "reports", "security", "views", "wizard")


def ruff() -> str:
    """Python's style and likely bugs."""
    return _run([*_RUFF, "."], cwd=paths.ROOT)


def pylint() -> str:
    """What pylint knows about Odoo."""
    # Through the link: the checks want an add-on in a folder of its technical name.
    files = [f"{paths.MODULE}/{file}" for file in _files() if file.suffix == ".py" and file.parts[0] != "dev"]
    return _run([python_env.PYTHON, "-m", "pylint", "--rcfile", paths.ROOT / ".pylintrc", *files], cwd=paths.ADDONS)


def xml() -> str:
    """XML files that cannot be read."""
    found = []
    for file in _files():
        if file.suffix == ".xml":
            try:
                ElementTree.parse(paths.ROOT / file)    # noqa: S314  our own files
            except ElementTree.ParseError as error:
                found.append(f"{file}: {error}")
    return "\n".join(found)


def manifest() -> str:
    """Data files that the manifest forgot, or names though they are not there."""
    text = (paths.ROOT / "__manifest__.py").read_text()
    content = ast.literal_eval(text)
    named = {*content.get("data", ()), *content.get("demo", ())}
    there = {str(file) for file in _files() if file.parts[0] in DATA_FOLDERS and file.suffix in (".xml", ".csv")}
    absent = [f"__manifest__.py: names {name}, which does not exist"
              for name in sorted(named) if not (paths.ROOT / name).exists()]
    return "\n".join(absent + [f"{name}: is not in __manifest__.py, so Odoo never loads it"
                               for name in sorted(there - named)])


def eslint() -> str:
    """JavaScript's likely bugs."""
    files = [file for file in _scripts() if file.suffix == ".js"]
    if not files:
        return ""
    return _run([node_env.program("eslint"), "--config", "dev/eslint.config.mjs", "--max-warnings", "0", *files],
                cwd=paths.ROOT)


def prettier() -> str:
    """The layout of JavaScript and styles."""
    files = [*_scripts(), Path("dev/eslint.config.mjs")]
    return _run([node_env.program("prettier"), "--check", "--log-level", "warn", *files], cwd=paths.ROOT)


def fix() -> str:
    """Mend what ruff and prettier can mend by themselves; return what they say."""
    mended = _run([*_RUFF, "--fix-only", "--show-fixes", "."], cwd=paths.ROOT)
    files = _scripts()
    if files:
        mended += _run([node_env.program("prettier"), "--write", "--log-level", "warn", *files], cwd=paths.ROOT)
    return mended


CHECKERS: Sequence[Callable[[], str]] = (ruff, pylint, xml, manifest, eslint, prettier)


def _scripts() -> list[Path]:
    # static/lib holds other people's code, as everywhere in Odoo.
    return [file for file in _files() if file.suffix in LINTED_BY_PRETTIER and file.parts[0] == "static"
            and file.parts[1] != "lib"]


def _files() -> list[Path]:
    """Return the add-on's files, relative to its root."""
    return sorted(_walk(paths.ROOT))


def _walk(folder: Path) -> Iterator[Path]:
    for entry in folder.iterdir():
        if entry.name.startswith(".") or entry.name in ("__pycache__", "node_modules"):
            continue
        if entry.is_dir() and not entry.is_symlink():
            yield from _walk(entry)
        elif entry.is_file():
            yield entry.relative_to(paths.ROOT)


def _run(command: Sequence[str | Path], cwd: Path) -> str:
    done = subprocess.run(command, cwd=cwd, env=python_env.environment(), stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return ""
    return (done.stdout + done.stderr).strip() or f"ended with exit code {done.returncode}"
