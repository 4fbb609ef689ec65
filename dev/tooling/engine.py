"""The engine's tests, which need no Odoo."""

import os
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

from . import paths, process, python_env
from .suite import Outcome

REPORT = paths.RESULTS / "engine.xml"


def command(arguments: Sequence[str]) -> list[str | Path]:
    """Return the command that runs pytest on the engine's tests."""
    return [python_env.PYTHON, "-m", "pytest", *arguments]


def run(arguments: Sequence[str]) -> int:
    """Run them in the foreground."""
    return process.run(command(arguments), cwd=paths.ROOT, env=python_env.environment())


def recorded_arguments() -> list[str]:
    """Return pytest's arguments for a run whose outcome is read afterwards."""
    # A machine that judges a change must come to the same verdict twice; a developer may be lucky and find a bug.
    seed = ["--hypothesis-seed=0"] if os.environ.get("CI") else []
    return ["-q", f"--junitxml={REPORT}", *seed]


def outcome(code: int) -> Outcome:
    """Read what became of each test."""
    result = Outcome("Engine tests")
    try:
        cases = ElementTree.parse(REPORT).iter("testcase")      # noqa: S314  pytest's own report
    except (OSError, ElementTree.ParseError):
        cases = []
    for case in cases:
        kinds = {child.tag: child for child in case}
        trouble = kinds.get("failure", kinds.get("error"))
        kind = "failed" if trouble is not None else "skipped" if "skipped" in kinds else "passed"
        result.tests[f"{case.get('classname')}.{case.get('name')}"] = {
            "outcome": kind, "seconds": float(case.get("time") or 0),
            "detail": (trouble.text or "") if trouble is not None else ""}
    if code not in (0, 1) or not result.tests:
        result.broken = f"pytest did not come to its end (exit code {code})."
    return result
