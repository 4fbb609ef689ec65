"""``make test-engine``: the rules in plain Python, without Odoo."""

from .. import engine, setup


def main(arguments: list[str]) -> int:
    """Run pytest with ``arguments``."""
    setup.ensure_python()
    return engine.run(arguments)
