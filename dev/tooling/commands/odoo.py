"""``dev/odoo``: Odoo's own command line."""

from .. import odoo, postgres, process, setup


def main(arguments: list[str]) -> int:
    """Run Odoo with ``arguments`` against the private server."""
    source = setup.ensure()
    with postgres.server() as server:
        return process.run(odoo.command(*arguments), env=odoo.environment(source, server))
