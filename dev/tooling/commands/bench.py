"""``make bench``: what the app costs beside Odoo without it, at scale."""

from .. import odoo, paths, postgres, process, setup
from ..database import name_for
from ..templates import QUIET, Templates


def main(arguments: list[str]) -> int:
    """Measure in a database with the app and in one without, turn by turn; ``arguments``: rounds, past work orders."""
    rounds, past = (*arguments, *("9", "35000")[len(arguments):])
    source = setup.ensure()
    with postgres.server() as server:
        templates = Templates(source, server)
        with_app, without = name_for("bench_app"), name_for("bench_plain")
        templates.databases.copy(templates.installed(), with_app)
        templates.databases.copy(templates.dependencies(), without)
        environ = odoo.environment(source, server, hasty=True)
        environ.update({"BENCH_TOOL": str(paths.INSIDE), "BENCH_WORKLOAD": str(paths.ROOT / "tests" / "workload.py"),
                        "BENCH_PLAIN": without, "BENCH_ROUNDS": rounds, "BENCH_PAST": past})
        try:
            with (paths.INSIDE / "bench_steps.py").open() as script:
                return process.run(odoo.command("shell", "-d", with_app, *QUIET[1:]), env=environ, stdin=script)
        finally:
            templates.databases.drop(with_app)
            templates.databases.drop(without)
