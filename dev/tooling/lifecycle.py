"""Whether the app can come, go and come again without harm to what a company already has."""

import subprocess
import time
from collections.abc import Mapping

from . import odoo, paths
from .database import name_for
from .odoo_source import Source
from .suite import PATIENCE, Outcome
from .templates import QUIET, Templates

# (what is shown, the step of `inside/lifecycle_steps.py` or the module to install)
STEPS = (
    ("orders in every state before the app", "before", None),
    ("installing", None, paths.MODULE),
    ("installed: nothing of before has changed", "installed", None),
    ("uninstalling", "uninstall", None),
    ("uninstalled: plain orders are whole, ours can be closed", "uninstalled", None),
    ("installing again", None, paths.MODULE),
    ("installed again: it works", "reinstalled", None),
)


def check(templates: Templates, source: Source, server: Mapping[str, str]) -> Outcome:
    """Go through the life of an installation, each step a test; the first that fails ends it."""
    result = Outcome("Install, uninstall, again")
    database = name_for("lifecycle")
    folder = paths.RESULTS / "lifecycle"
    folder.mkdir(parents=True, exist_ok=True)
    templates.databases.copy(templates.dependencies(), database)
    for title, step, module in STEPS:
        start = time.monotonic()
        log = paths.LOGS / f"lifecycle-{step or 'install'}.log"
        if module:
            command, script = odoo.command("-d", database, "-i", module, *QUIET), ""
        else:
            command = odoo.command("shell", "-d", database, "--no-http", "--log-level=warn")
            script = (f"import sys; sys.path.insert(0, {str(paths.INSIDE)!r}); import lifecycle_steps; "
                      f"lifecycle_steps.run(env, {step!r}, {str(folder)!r})")
        with log.open("wb") as stream:
            code = subprocess.run(command, input=script.encode(), stdout=stream, stderr=stream, timeout=PATIENCE,
                                  env=odoo.environment(source, server, hasty=True), check=False).returncode
        text = log.read_text(errors="replace")
        failed = code or " CRITICAL " in text or " ERROR " in text
        result.tests[f"lifecycle: {title}"] = {
            "outcome": "failed" if failed else "passed", "seconds": time.monotonic() - start,
            "detail": text[-4000:] if failed else ""}
        if failed:
            break
    templates.databases.drop(database)
    return result
