"""``make setup``: everything that the other commands need."""

from .. import setup
from ..console import say


def main(_arguments: list[str]) -> int:
    """Set everything up, browser included."""
    source = setup.ensure(browser=True)
    say(f"Odoo {source.version} is ready in {source.root}")
    return 0
