"""``make test``: everything that must hold before a change is shared, and the totals."""

import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from .. import core, engine, lifecycle, paths, postgres, python_env, setup, suite
from ..console import Problem, say, step
from ..database import name_for
from ..odoo_source import Source
from ..templates import Templates
from .pot import POT

# What measures time needs a processor that nobody else wants.
SPEED = (
    "TestOrderLife", "TestBusyWorkCenter", "TestTemplatePerformance", "TestManyMaterials", "TestTenStages",
    "TestUnitPerformance",
)

# Some of Odoo's own tests expect only a part of the add-ons to be loaded. That is no failure of ours.
EXCUSE = "fails in Odoo without the app, too"


def main(_arguments: list[str]) -> int:
    """Run lint, the engine's tests, the app's tests and a part of Odoo's own."""
    with core.alone():
        return _check()


def _check() -> int:
    start = time.monotonic()
    source = setup.ensure(browser=True)
    setup.ensure_checkers()
    ready = time.monotonic()
    # Installing Odoo leaves a processor idle, which suits the checks that need little of it.
    tool = [sys.executable, paths.DEV / "do"]
    lint, demo = Beside("lint", [*tool, "lint"]), Beside("demo data", [*tool, "test-demo"])
    tests = Beside("engine tests", engine.command(engine.recorded_arguments()))
    outcomes = []
    try:
        with postgres.server() as server:
            try:
                outcomes = _odoo_tests(source, server, [lint, tests, demo])
            except Problem as problem:
                outcomes = [suite.Outcome("Odoo tests", broken=str(problem))]
        outcomes = [engine.outcome(tests.finish()), _demo_outcome(demo), *outcomes]
        lint_failed = bool(lint.finish())
    finally:
        for beside in (lint, tests, demo):
            beside.end()
    suite.show_failures(outcomes)
    if lint_failed:
        print(f"\n{'=' * 78}\nLint failed:\n{lint.text()}")
    _summary(outcomes, lint_failed, ready - start, time.monotonic() - ready)
    line, code = suite.closing_line(outcomes, more_failed=int(lint_failed))
    print(line, flush=True)
    return code


class Beside:
    """A program that runs beside the installation; its output is shown when it is done."""

    def __init__(self, title: str, command: Sequence[str | Path]) -> None:
        self.title = title
        self._log = paths.LOGS / f"check-{title.replace(' ', '-')}.log"
        with self._log.open("wb") as stream:
            self._process = subprocess.Popen(command, cwd=paths.ROOT, stdin=subprocess.DEVNULL, stdout=stream,
                                             stderr=subprocess.STDOUT, env=python_env.environment())

    def finish(self) -> int:
        """Wait for the end and return the exit code."""
        return self._process.wait()

    def end(self) -> None:
        """Stop it, if it still runs."""
        if self._process.poll() is None:
            self._process.terminate()
            self._process.wait()

    def text(self) -> str:
        """Return what it printed."""
        return self._log.read_text(errors="replace").strip()


def _odoo_tests(source: Source, server: Mapping[str, str], beside: Sequence[Beside]) -> list[suite.Outcome]:
    templates = Templates(source, server)
    installed = templates.installed()
    for check in beside:
        check.finish()
        say(f"{check.title}: {check.text().splitlines()[-1] if check.text() else 'no word'}")
    own = f"/{paths.MODULE}"
    speed = [f"{own}:{name}" for name in SPEED]
    of_core = [suite.Plan(title, name_for(f"test_core_{number}"), ["mrp"],
                          ",".join(f"/mrp:{name}" for name in names), over_http=False)
               for number, (title, names) in enumerate(core.SUBSETS.items())]
    parts = suite.cores()
    of_app = [suite.Plan(f"App tests, part {number + 1} of {parts}", name_for(f"test_plain_{number}"), [paths.MODULE],
                         ",-".join([own, *speed]), over_http=False, shard=(number, parts), pot=None if number else POT)
              for number in range(parts)]
    plans = [
        *of_app,
        *of_core,
        suite.Plan("App tests over HTTP", name_for("test_http"), [paths.MODULE], own, over_http=True),
    ]
    alone = suite.Plan("App speed tests", name_for("test_speed"), [paths.MODULE], ",".join(speed), over_http=False)
    databases = templates.databases
    for plan in (*plans, alone):
        databases.copy(installed, plan.database)
    with step("Tests of the app and a part of Odoo's own"):
        outcomes = suite.run(plans, source, server)
    with step("Speed tests of the app, with nothing beside them"):
        outcomes += suite.run([alone], source, server)
    for plan in (*plans, alone):
        databases.drop(plan.database)
    with step("Installing, uninstalling and installing again"):
        life = lifecycle.check(templates, source, server)
    for part in outcomes[:parts]:
        if not part.broken and not any(paths.MODULE in test_id for test_id in part.tests):
            part.broken = "No test of the app was found."
    _excuse([outcome for outcome in outcomes if outcome.title in core.SUBSETS],
            core.Core(templates, source, server).judge)
    return [*outcomes, life]


def _demo_outcome(demo: Beside) -> suite.Outcome:
    """Return the installation of the demo data as a test."""
    outcome = "failed" if demo.finish() else "passed"
    return suite.Outcome("Demo data", {"demo data installs": {"outcome": outcome, "seconds": 0, "detail": demo.text()}})


def _excuse(outcomes: Sequence[suite.Outcome], judge: Callable[[Sequence[str]], core.Verdict]) -> None:
    """Count as skipped what fails in Odoo without us."""
    failed = {test_id: outcome for outcome in outcomes for test_id in outcome.ids("failed")}
    if failed:
        for test_id in judge(list(failed)).old:
            failed[test_id].tests[test_id].update(outcome="skipped", detail=EXCUSE)


def _summary(outcomes: Sequence[suite.Outcome], lint_failed: bool, setting_up: float, testing: float) -> None:
    print(f"\n{'=' * 78}")
    print(f"{'Lint':<28} {'failed' if lint_failed else 'clean'}")
    for outcome in outcomes:
        counts = ", ".join(f"{len(outcome.ids(kind))} {kind}" for kind in ("passed", "failed", "skipped"))
        seconds = sum(test["seconds"] for test in outcome.tests.values())
        print(f"{outcome.title:<28} {counts} ({seconds:.0f} s)" + (" DID NOT FINISH" if outcome.broken else ""))
        for test_id in outcome.ids("skipped"):
            print(f"    skipped {test_id.replace('odoo.addons.', '')}: "
                  f"{(outcome.tests[test_id]['detail'].splitlines() or [''])[0]}")
    print(f"{'Set-up':<28} {setting_up:.0f} s, tests {testing:.0f} s\n")
