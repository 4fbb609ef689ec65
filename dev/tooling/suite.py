"""Running Odoo tests in a process of their own, and reading what became of them."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from . import odoo, paths, python_env
from .odoo_source import Source

PATIENCE = 30 * 60      # seconds until a run counts as hanging


@dataclass
class Outcome:
    """What became of the tests of one run, by test id."""

    title: str
    tests: dict[str, dict] = field(default_factory=dict)
    broken: str = ""
    loaded: bool = True

    def ids(self, outcome: str) -> list[str]:
        """Return the tests with that outcome."""
        return [test_id for test_id, test in self.tests.items() if test["outcome"] == outcome]

    @property
    def failed(self) -> int:
        """How many failed; a run that did not come to its end counts as one more."""
        return len(self.ids("failed")) + bool(self.broken)


@dataclass
class Plan:
    """What to run, on which database."""

    title: str
    database: str
    modules: Sequence[str]
    tags: str
    arguments: Sequence[str] = ()
    over_http: bool | None = None   # only tests that go through the web server, only those that do not, or both
    shard: tuple[int, int] = (0, 1)
    seconds: Mapping[str, float] = field(default_factory=dict)
    quiet: bool = False
    pot: Path | None = None         # a translation template to compare with the code
    environ: Mapping[str, str] = field(default_factory=dict)

    @property
    def slug(self) -> str:
        """The name of this run's files."""
        words = "".join(char if char.isalnum() else "-" for char in f"{self.title}-{self.database}")
        return f"{words}-{self.shard[0] + 1}of{self.shard[1]}"


class _Run:
    """A started run of tests."""

    def __init__(self, plan: Plan, source: Source, server: Mapping[str, str]) -> None:
        self.plan = plan
        self.log = paths.LOGS / f"{plan.slug}.log"
        self.report = paths.RESULTS / f"{plan.slug}.json"
        self.report.unlink(missing_ok=True)
        self.log.unlink(missing_ok=True)
        environ = {**odoo.environment(source, server, hasty=True), **plan.environ, "TEST_PLAN": str(self._write_plan())}
        # A browser leaves things in its user's home, which is not for us to litter.
        environ.setdefault("PGPASSFILE", str(Path.home() / ".pgpass"))
        environ.update({"HOME": str(paths.LOCAL / "home"), "XDG_CONFIG_HOME": "", "XDG_CACHE_HOME": ""})
        command = [python_env.PYTHON, paths.INSIDE / "run_tests.py", "-d", plan.database, "--test-tags", plan.tags,
                   "--stop-after-init", f"--http-port={free_port()}", f"--logfile={self.log}",
                   f"--screenshots={paths.LOGS / 'screenshots'}", "--max-cron-threads=0",
                   "--log-handler=odoo.tests.stats:WARNING", *plan.arguments]
        self._deadline = time.monotonic() + PATIENCE
        self.stderr = self.log.with_suffix(".stderr").open("wb")
        self.process = subprocess.Popen(
            command, env=environ, cwd=paths.LOCAL, stdin=subprocess.DEVNULL, stderr=self.stderr,
            stdout=subprocess.DEVNULL if plan.quiet else None)

    def _write_plan(self) -> Path:
        """Write down what to run. In a file: the kernel limits how long a variable may be."""
        plan = self.plan
        target = paths.RESULTS / f"{plan.slug}.plan.json"
        target.write_text(json.dumps({
            "modules": list(plan.modules), "report": str(self.report), "over_http": plan.over_http, "shard": plan.shard,
            "seconds": dict(plan.seconds), "pot": str(plan.pot) if plan.pot else ""}))
        return target

    def is_over(self) -> bool:
        """Tell whether the run has come to its end, or has to."""
        if time.monotonic() > self._deadline:
            self.process.kill()
            self.process.wait()
        return self.process.poll() is not None

    def end(self) -> None:
        """Stop the run before its end."""
        self.process.terminate()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.stderr.close()

    def outcome(self) -> Outcome:
        """Return what became of each test."""
        code = self.process.wait()
        self.stderr.close()
        result = Outcome(self.plan.title)
        if self.report.exists():
            answer = json.loads(self.report.read_text())
            result.tests, result.loaded = answer["tests"], answer["loaded"]
            complete = answer["complete"]
        else:
            complete = result.loaded = False
        if not complete:
            result.broken = f"{self.plan.title} did not come to its end (exit code {code}).\n{self._trouble()}"
        return result

    def _trouble(self) -> str:
        """Return what the log says about a run that broke: from its first error, or its end."""
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        lines = (text + self.log.with_suffix(".stderr").read_text(errors="replace")).splitlines()
        first = next((at for at, line in enumerate(lines) if " CRITICAL " in line or " ERROR " in line),
                     max(0, len(lines) - 40))
        return "\n".join([*lines[first:first + 60], "The log ends:", *lines[-3:], f"The whole log is in {self.log}."])


def run(plans: Sequence[Plan], source: Source, server: Mapping[str, str], *, at_once: int | None = None,
        ) -> list[Outcome]:
    """Run the plans, as many at once as there are processors, and return what came of each."""
    waiting, running, outcomes = list(enumerate(plans)), {}, {}
    try:
        while waiting or running:
            while waiting and len(running) < (at_once or cores()):
                number, plan = waiting.pop(0)
                running[number] = _Run(plan, source, server)
            for number in [number for number, started in running.items() if started.is_over()]:
                outcomes[number] = running.pop(number).outcome()
            time.sleep(0.1)
    finally:
        for started in running.values():
            started.end()
    return [outcomes[number] for number in range(len(plans))]


def free_port() -> int:
    """Return a port that nobody listens on, so that runs in several checkouts do not meet."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def show_failures(outcomes: Iterable[Outcome]) -> None:
    """Print each failure, shortest path to the cause first: its name, then its traceback."""
    for outcome in outcomes:
        for test_id in outcome.ids("failed"):
            print(f"\n{'=' * 78}\nFAILED {test_id.replace('odoo.addons.', '')}\n{'-' * 78}")
            print(outcome.tests[test_id]["detail"])
        if outcome.broken:
            print(f"\n{'=' * 78}\n{outcome.broken}")
    sys.stdout.flush()


def closing_line(outcomes: Iterable[Outcome], *, more_failed: int = 0) -> tuple[str, int]:
    """Return the totals as the last line to print, and the exit code."""
    outcomes = list(outcomes)
    passed = sum(len(outcome.ids("passed")) for outcome in outcomes)
    skipped = sum(len(outcome.ids("skipped")) for outcome in outcomes)
    failed = sum(outcome.failed for outcome in outcomes) + more_failed
    line = f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else "")
    return line, 1 if failed or not passed else 0


def cores() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0))
