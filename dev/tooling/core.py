"""Odoo's own suites beside ours: does anything fail with the app that passes without it?"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from . import lock, paths, suite
from .console import Problem, say
from .database import name_for
from .odoo_source import Source
from .templates import Templates

MODULES = ("mrp", "mrp_account", "stock", "stock_account", "sale_mrp", "sale_stock")

# Cheap and telling: what an order and its stages go through, and what they consume. In two parts that take
# about as long, for two processors.
SUBSETS = {
    "Odoo's tests of orders": ("TestMrpOrder",),
    "Odoo's tests around orders": (
        "TestMrpProductionBackorder", "TestMrpWorkorderBackorder", "TestConsumeComponent", "TestManualConsumption",
        "TestMrpCancelMO", "TestMrpByProduct", "TestProcurement"),
}


@dataclass
class Verdict:
    """What a comparison came to."""

    new: list[str]
    """Failing with the app and passing without it."""
    old: list[str]
    """Failing without the app as well."""


class Core:
    """Runs of Odoo's own tests on copies of the template databases."""

    def __init__(self, templates: Templates, source: Source, server: Mapping[str, str]) -> None:
        self._templates, self._source, self._server = templates, source, server

    def run(self, title: str, template: str, tags: str, *, shards: int = 1,
            seconds: Mapping[str, float] | None = None, quiet: bool = False) -> suite.Outcome:
        """Run the tests that ``tags`` name on copies of ``template``, in as many processes as asked."""
        databases = self._templates.databases
        names = [name_for(f"core_{re.sub(r'[^a-z]', '', title)}_{number}") for number in range(shards)]
        plans = []
        for number, name in enumerate(names):
            databases.copy(template, name)
            plans.append(suite.Plan(title, name, MODULES, tags, over_http=False, shard=(number, shards),
                                    seconds=seconds or {}, quiet=quiet))
        whole = suite.Outcome(title)
        for part in suite.run(plans, self._source, self._server, at_once=shards):
            whole.tests.update(part.tests)
            whole.broken = "\n".join(filter(None, (whole.broken, part.broken)))
        for name in names:
            databases.drop(name)
        return whole

    def judge(self, failed: Sequence[str], known: Iterable[str] = ()) -> Verdict:
        """Tell which of the failures are ours, by running those that are not known to fail without the app."""
        known = set(known)
        unknown = [test_id for test_id in failed if test_id not in known]
        if unknown:
            say(f"Running {len(unknown)} failed tests of Odoo's without the app")
            without = self.run("core again without the app", self._templates.dependencies(),
                               ",".join(sorted({tag_of(test_id) for test_id in unknown})), quiet=True)
            known |= set(without.ids("failed"))
        return Verdict([test_id for test_id in failed if test_id not in known],
                       [test_id for test_id in failed if test_id in known])


@contextmanager
def alone() -> Iterator[None]:
    """Be the only long test run of this checkout: they use the same databases."""
    held = lock.acquire(paths.LOCAL / "tests.lock", wait=False)
    if held is None:
        raise Problem("make test or make test-core runs in this checkout already.")
    with held:
        yield


def tag_of(test_id: str) -> str:
    """Return Odoo's notation for a test, or for the class whose set-up failed."""
    set_up = re.match(r"\w+ \((.+)\)$", test_id)
    if set_up:
        _, _, module, *_, class_name = set_up.group(1).split(".")
        return f"/{module}:{class_name}"
    _, _, module, *_, class_name, method = test_id.split(".")
    return f"/{module}:{class_name}.{method}"


def save(name: str, outcome: suite.Outcome) -> None:
    """Keep an outcome for later comparison."""
    draft = paths.RESULTS / f"{name}.new"
    draft.write_text(json.dumps(outcome.tests, indent=1))
    draft.replace(paths.RESULTS / f"{name}.json")


def load(name: str, title: str) -> suite.Outcome | None:
    """Return an outcome that was kept."""
    try:
        return suite.Outcome(title, json.loads((paths.RESULTS / f"{name}.json").read_text()))
    except (FileNotFoundError, ValueError):
        return None
