"""From a command's name to its module, and from a failure to a sentence."""

import importlib
import signal
import sys
from types import FrameType
from typing import NoReturn

from .console import Problem

COMMANDS = ("setup", "run", "odoo", "test", "check", "lint", "test-engine", "test-demo", "test-core", "test-lifecycle",
            "test-runs", "bench", "pot", "stop", "clean")


def main(arguments: list[str]) -> int:
    """Run the command named first with the rest, and return the exit code."""
    name, *rest = arguments or ["help"]
    if name not in COMMANDS:
        print(f"There is no command {name!r}. These are: {', '.join(COMMANDS)}.", file=sys.stderr)
        return 2
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)
    try:
        return importlib.import_module(f".commands.{name.replace('-', '_')}", __package__).main(rest)
    except Problem as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _leave(number: int, _frame: FrameType | None) -> NoReturn:
    """Leave through every ``finally``, so that nothing we started stays behind."""
    sys.exit(128 + number)
