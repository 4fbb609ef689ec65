"""Run chosen tests on the fully loaded registry, and write down what became of each.

Odoo runs ``at_install`` tests half-way through loading, when the add-ons that build on the
tested one are not there yet. Here both kinds run once, at the end, with everything loaded:
that is what users have. What to run comes from the JSON file that ``TEST_PLAN`` names; the answer
goes, as JSON, to the file that the plan names.
"""

import json
import os
import sys
import traceback
from collections import defaultdict
from pathlib import Path

sys.path.insert(0, os.environ["ODOO_ROOT"])

from odoo.cli.server import main
from odoo.tests import loader
from odoo.tests.common import HttpCase
from odoo.tests.suite import OdooSuite
from odoo.tests.tag_selector import TagsSelector
from odoo.tools import config

PLAN = json.loads(Path(os.environ["TEST_PLAN"]).read_text())


def clock() -> float:
    """Return the seconds since some moment. Tests freeze the functions of ``time``, not this one."""
    return os.times().elapsed


class Record:
    """What happened to each test, in order, and a line for the reader after each class."""

    def __init__(self) -> None:
        self.tests: dict[str, dict] = {}
        self.loaded = False
        self._class, self._since, self._start = None, [], 0.0

    def started(self, test) -> None:
        if type(test) is not self._class:
            self.class_ended()
            self._class, self._start = type(test), clock()
        self.tests[test.id()] = {"outcome": "passed", "seconds": clock(), "detail": ""}
        self._since.append(test.id())

    def ended(self, test) -> None:
        entry = self.tests[test.id()]
        entry["seconds"] = round(clock() - entry["seconds"], 3)

    def became(self, test, outcome: str, detail: str) -> None:
        # A subtest's trouble is its test's; a class whose set-up fails has an entry of its own.
        test_id = getattr(test, "test_case", test).id()
        entry = self.tests.setdefault(test_id, {"outcome": outcome, "seconds": 0.0, "detail": ""})
        if outcome == "failed" and not entry["detail"]:
            print(f"  FAILED {short(test_id)}", flush=True)
        if entry["outcome"] != "failed":
            entry["outcome"] = outcome
        entry["detail"] = f"{entry['detail']}\n{detail}".strip()

    def class_ended(self) -> None:
        if self._since:
            counts = defaultdict(int)
            for test_id in self._since:
                counts[self.tests[test_id]["outcome"]] += 1
            told = ", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items()))
            print(f"  {self._class.__name__}: {told} ({clock() - self._start:.1f} s)", flush=True)
            self._since = []
            self.save(complete=False)       # what is known so far, should the next class hang or crash

    def save(self, *, complete: bool) -> None:
        draft = PLAN["report"] + ".new"
        with open(draft, "w") as stream:
            json.dump({"complete": complete, "loaded": self.loaded, "tests": self.tests}, stream, indent=1)
        os.replace(draft, PLAN["report"])


RECORD = Record()


def short(test_id: str) -> str:
    return test_id.replace("odoo.addons.", "")


class RecordingResult(loader.OdooTestResult):
    """Odoo's own result, which keeps only counts, and a record beside it."""

    def startTest(self, test):
        RECORD.started(test)
        super().startTest(test)

    def stopTest(self, test):
        super().stopTest(test)
        RECORD.ended(test)

    def addError(self, test, err):
        self._trouble(test, err)
        super().addError(test, err)

    def addFailure(self, test, err):
        self._trouble(test, err)
        super().addFailure(test, err)

    def addSkip(self, test, reason):
        RECORD.became(test, "skipped", reason)
        super().addSkip(test, reason)

    def _trouble(self, test, err):
        if not self._soft_fail:     # Odoo will try that one again
            RECORD.became(test, "failed", "".join(traceback.format_exception(*err)))


def make_suite(_module_names, position="at_install"):
    """Return nothing while modules load, and all that the plan names when they are loaded."""
    if position == "at_install":
        return OdooSuite([])
    RECORD.loaded = True
    tags = TagsSelector(config["test_tags"])
    positions = TagsSelector("at_install"), TagsSelector("post_install")
    tests = [test
             for module in PLAN["modules"]
             for file in loader.get_test_modules(module)
             for test in loader.get_module_test_cases(file)
             if tags.check(test) and any(position.check(test) for position in positions)
             and PLAN["over_http"] in (None, isinstance(test, HttpCase))]
    tests.sort(key=lambda test: getattr(test, "test_sequence", 0))
    suite = OdooSuite(_shard(tests))
    if PLAN["pot"]:
        from translations import TestTranslations  # noqa: PLC0415  needs a loaded Odoo

        suite.addTest(TestTranslations("test_template_is_current"))
    return suite


def _shard(tests):
    """Return this shard's tests. Classes stay whole; each goes where the least is waiting."""
    number, count = PLAN.get("shard", (0, 1))
    known = PLAN.get("seconds", {})
    weights = defaultdict(float)
    for test in tests:
        weights[_class_id(test)] += known.get(test.id(), 0.3)
    waiting, mine = [0.0] * count, set()
    for class_id in sorted(weights, key=lambda class_id: (-weights[class_id], class_id)):
        least = waiting.index(min(waiting))
        waiting[least] += weights[class_id]
        if least == number:
            mine.add(class_id)
    return [test for test in tests if _class_id(test) in mine]


def _class_id(test):
    return test.id().rpartition(".")[0]


loader.make_suite = make_suite
loader.OdooTestResult = RecordingResult

if __name__ == "__main__":
    complete = False
    try:
        main(sys.argv[1:])
    except SystemExit as end:
        # Odoo answers 255 when the registry could not be loaded, 1 when tests failed.
        complete = RECORD.loaded and end.code in (0, 1, None)
        raise
    finally:
        RECORD.class_ended()
        RECORD.save(complete=complete)
