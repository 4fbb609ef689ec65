"""``make pot``: write the translation template anew."""

from .. import odoo, paths, postgres, process, setup
from ..console import say
from ..database import name_for
from ..templates import QUIET, Templates

POT = paths.ROOT / "i18n" / f"{paths.MODULE}.pot"


def main(_arguments: list[str]) -> int:
    """Export the app's terms from a database that has it as it is now."""
    source = setup.ensure()
    with postgres.server() as server:
        templates = Templates(source, server)
        database = name_for("pot")      # a copy: others may want to copy the original meanwhile
        templates.databases.copy(templates.installed(), database)
        environ = odoo.environment(source, server, hasty=True)
        environ.update({"POT_FILE": str(POT), "POT_TOOL": str(paths.INSIDE)})
        with (paths.INSIDE / "write_pot.py").open() as script:
            code = process.run(odoo.command("shell", "-d", database, *QUIET[1:]), env=environ, stdin=script)
        templates.databases.drop(database)
    if not code:
        say(f"Wrote {POT.relative_to(paths.ROOT)}")
    return code
