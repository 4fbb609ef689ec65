"""``make test-runs``: random orders by the thousand. What has passed with the code as it is does not run again."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .. import paths, postgres, setup, stamps, suite
from ..console import say
from ..database import name_for
from ..odoo_source import Source
from ..templates import Templates

TEST = f"/{paths.MODULE}:TestBatchRuns.test_random_runs"
SIZE = 20       # runs in a part: some minutes, which is what stopping may lose


@dataclass
class Part:
    """Some of the runs, by their numbers, with a file that is there once they have passed."""

    first: int
    last: int
    folder: Path

    @property
    def report(self) -> Path:
        """How many acts of which kind there were."""
        return self.folder / f"{self.first}-{self.last}.json"

    @property
    def draft(self) -> Path:
        """What the runs write, passed or not."""
        return self.report.with_suffix(".new")

    def plan(self, database: str) -> suite.Plan:
        """Return how to take the runs."""
        numbers = f"{self.first}-{self.last}"
        return suite.Plan(f"Random runs {numbers}", database, [paths.MODULE], TEST, over_http=False,
                          environ={"RUNS": numbers, "RUNS_REPORT": str(self.draft)})


def main(arguments: list[str]) -> int:
    """Take random runs, part by part; ``arguments``: how many, and the number of the first."""
    count, first = (int(word) for word in (*arguments, *("1000", "0")[len(arguments):]))
    source = setup.ensure()
    folder = paths.RESULTS / f"runs-{_code_digest()}"
    folder.mkdir(exist_ok=True)
    parts = [Part(start, min(start + SIZE, first + count) - 1, folder)
             for start in range(first, first + count, SIZE)]
    waiting = [part for part in parts if not part.report.exists()]
    if len(waiting) < len(parts):
        say(f"{len(parts) - len(waiting)} of {len(parts)} parts have passed before")
    with postgres.server() as server:
        outcomes = _run(waiting, source, server)
    counts = sum((Counter(json.loads(part.report.read_text())) for part in parts if part.report.exists()), Counter())
    print("\n".join(f"{number:8} {kind}" for kind, number in sorted(counts.items())))
    failed = sum(outcome.failed for outcome in outcomes)
    print(f"{counts['runs']} of {count} runs passed; {failed} of {len(parts)} parts failed", flush=True)
    return 1 if failed or counts["runs"] < count else 0


def _run(parts: Sequence[Part], source: Source, server: Mapping[str, str]) -> list[suite.Outcome]:
    """Run parts side by side, each on a database of its own; keep what has passed."""
    if not parts:
        return []
    templates, outcomes = Templates(source, server), []
    databases = [name_for(f"test_runs_{number}") for number in range(min(suite.cores(), len(parts)))]
    for database in databases:
        templates.databases.copy(templates.installed(), database)
    try:
        for start in range(0, len(parts), len(databases)):
            beside = parts[start:start + len(databases)]
            plans = [part.plan(database) for part, database in zip(beside, databases, strict=False)]
            for part, outcome in zip(beside, suite.run(plans, source, server), strict=True):
                outcomes.append(outcome)
                if outcome.failed:
                    suite.show_failures([outcome])
                else:
                    part.draft.replace(part.report)
    finally:
        for database in databases:
            templates.databases.drop(database)
    return outcomes


def _code_digest() -> str:
    """Return a hash of all that the runs depend on."""
    files = [file for folder in ("engine", "models", "data", "security", "tests")
             for file in (paths.ROOT / folder).rglob("*") if file.suffix in (".py", ".xml", ".csv")]
    return stamps.files_digest(paths.ROOT, files)
