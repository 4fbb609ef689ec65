"""``dev/test``: the fast loop. Keeps a database, updates it when the code changed, runs what you name."""

import os
import re

from .. import app, lock, paths, postgres, setup, stamps, suite
from ..console import Problem, say
from ..database import Databases, name_for
from ..templates import Templates

HELP = """\
dev/test [--fresh] [TAG ...]

Runs the app's Odoo tests that the tags name, or all of them, on a database that is kept between runs.

  dev/test TestDoor                     a class
  dev/test TestDoor.test_start          one test
  dev/test test_start                   the tests of that name
  dev/test tests/order/test_door.py     a file
  dev/test /mrp:TestMrpOrder            another add-on's, in Odoo's own notation
  dev/test -- -TestTour                 all but a class
  --fresh                               start from a newly made database
  DB_SUFFIX=b dev/test ...              on a second database, beside another run
"""


def main(arguments: list[str]) -> int:
    """Run the tests that ``arguments`` name."""
    if {"-h", "--help"} & set(arguments):
        print(HELP)
        return 0
    fresh = "--fresh" in arguments
    tags = [_tag(word) for word in arguments if word not in ("--fresh", "--")]
    if not any(not tag.startswith("-") for tag in tags):
        tags.insert(0, f"/{paths.MODULE}")
    source = setup.ensure(browser=True)
    with postgres.server() as server:
        templates = Templates(source, server)
        database = name_for("dev" + re.sub(r"\W", "_", os.environ.get("DB_SUFFIX", "")).lower())
        kept = lock.acquire(paths.LOCAL / f"{database}.lock", wait=False)
        if kept is None:
            raise Problem(f"Another dev/test uses the database {database}. Wait for it, "
                          "or give this one its own: DB_SUFFIX=b dev/test ...")
        with kept:
            plan = suite.Plan("dev", database, _modules(tags), ",".join(tags), _bring_up(database, templates, fresh))
            stamp = f"{templates.key} {app.code_digest()}"
            outcome, = suite.run([plan], source, server)
            if outcome.loaded:
                stamps.record(f"db-{database}", stamp)
    suite.show_failures([outcome])
    line, code = suite.closing_line([outcome])
    print(f"\n{line}" if outcome.tests else f"\nNo test matched {', '.join(tags)}.\n{line}", flush=True)
    return code


def _bring_up(database: str, templates: Templates, fresh: bool) -> list[str]:
    """Have the database, and return what Odoo must do to it to bring it to the code as it is now."""
    databases: Databases = templates.databases
    made_from, _, code = (stamps.read(f"db-{database}") or "").partition(" ")
    if fresh or made_from != templates.key or not databases.exists(database):
        databases.copy(templates.dependencies(), database)
        stamps.record(f"db-{database}", f"{templates.key} empty")
        say("Installing the app, then testing")
        return ["-i", paths.MODULE]
    if code == "empty":
        return ["-i", paths.MODULE]
    if code != app.code_digest():
        say("The code changed: updating the database, then testing")
        return ["-u", paths.MODULE]
    return []


def _tag(word: str) -> str:
    """Return a word of the command line in Odoo's notation."""
    sign = "-" if word.startswith("-") else ""
    word = word.removeprefix("-").removeprefix("+")
    if word.endswith(".py"):
        file = word.removeprefix(f"{paths.ROOT}/").removeprefix("./")
        return f"{sign}/{paths.MODULE}/{file}" if not word.startswith("/") or file != word else f"{sign}{word}"
    if word.startswith("/"):
        return sign + word
    class_name, dot, method = word.partition(".")
    if not dot and word.startswith("test_"):
        return f"{sign}/{paths.MODULE}.{word}"
    return f"{sign}/{paths.MODULE}:{class_name}{dot}{method}"


def _modules(tags: list[str]) -> list[str]:
    """Return the add-ons whose tests the tags can mean."""
    found = [match.group(1) for tag in tags if (match := re.match(r"[^/]*/(\w+)", tag)) and not tag.startswith("-")]
    return sorted(set(found)) or [paths.MODULE]
