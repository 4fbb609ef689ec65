"""Showing how far Odoo is with an installation, read from its log as it works."""

import re
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from . import process
from .console import Problem

LOADING = re.compile(r" odoo\.modules\.loading: Loading module (\w+) \((\d+)/(\d+)\)")
TROUBLE = re.compile(r" (ERROR|CRITICAL) |demo data failed to install")
EVERY = 10.0     # seconds between lines where lines cannot be overwritten


def install(command: Sequence[str | Path], env: Mapping[str, str], log: Path, what: str) -> None:
    """Run an installing ``command``, show its progress, and fail if its log tells of trouble."""
    trouble = False
    told = time.monotonic()
    with log.open("w") as stream:
        child = process.Child(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              stdin=subprocess.DEVNULL, text=True, errors="replace", own_group=True)
        for line in child.process.stdout:
            stream.write(line)
            trouble = trouble or bool(TROUBLE.search(line))
            found = LOADING.search(line)
            if found and (sys.stderr.isatty() or time.monotonic() - told > EVERY):
                told = time.monotonic()
                name, number, total = found.groups()
                _show(f"    {number} of {total}: {name}")
        code = child.wait()
    _show("", last=True)
    if child.interrupted:
        raise KeyboardInterrupt
    if code or trouble:
        lines = log.read_text(errors="replace").splitlines()
        first = next((at for at, line in enumerate(lines) if TROUBLE.search(line)), max(0, len(lines) - 30))
        print("\n".join(lines[first:first + 40]), file=sys.stderr)
        raise Problem(f"{what} failed. The whole log is in {log}.")


def _show(text: str, *, last: bool = False) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)
    elif not last:
        print(text, file=sys.stderr, flush=True)
