"""From a command's name to its module, and from a failure to a sentence."""

import importlib
import sys

from .console import Problem

COMMANDS = ("setup", "odoo", "test")


def main(arguments: list[str]) -> int:
    """Run the command named first with the rest, and return the exit code."""
    name, *rest = arguments or ["help"]
    if name not in COMMANDS:
        print(f"There is no command {name!r}. These are: {', '.join(COMMANDS)}.", file=sys.stderr)
        return 2
    try:
        return importlib.import_module(f".commands.{name.replace('-', '_')}", __package__).main(rest)
    except Problem as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
