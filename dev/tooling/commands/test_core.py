"""``make test-core``: Odoo's own suites without and with the app, and the difference."""

from .. import core, postgres, setup, suite
from ..console import Problem, say, step
from ..templates import Templates

TAGS = ",".join(f"/{module}" for module in core.MODULES)


def main(arguments: list[str]) -> int:
    """Run both ways; ``--force`` runs anew what is known of Odoo without the app."""
    source = setup.ensure()
    with core.alone(), postgres.server() as server:
        templates = Templates(source, server)
        runs = core.Core(templates, source, server)
        without = _without(runs, templates, force="--force" in arguments)
        installed = templates.installed()
        with step("Odoo's own tests with the app"):
            seconds = {test_id: test["seconds"] for test_id, test in without.tests.items()}
            with_app = runs.run("core with the app", installed, TAGS, shards=suite.cores(), seconds=seconds)
        core.save("core-with", with_app)
        verdict = runs.judge(with_app.ids("failed"), without.ids("failed"))
    return _tell(without, with_app, verdict)


def _without(runs: core.Core, templates: Templates, *, force: bool) -> suite.Outcome:
    name = f"core-without-{templates.key}"
    kept = None if force else core.load(name, "core without the app")
    if kept:
        say("Odoo's own tests without the app: known from an earlier run (FORCE=1 runs them again)")
        return kept
    template = templates.dependencies()
    with step("Odoo's own tests without the app"):
        outcome = runs.run("core without the app", template, TAGS, shards=suite.cores())
    if outcome.broken:
        raise Problem(outcome.broken)
    core.save(name, outcome)
    return outcome


def _tell(without: suite.Outcome, with_app: suite.Outcome, verdict: core.Verdict) -> int:
    missing = [test_id for test_id in without.ids("passed") if test_id not in with_app.tests]
    new = {test_id: with_app.tests[test_id] for test_id in verdict.new}
    suite.show_failures([suite.Outcome("new failures", new, with_app.broken)])
    mended = [test_id for test_id in without.ids("failed") if test_id in with_app.ids("passed")]
    for title, ids in (("Failing with and without the app", verdict.old),
                       ("Failing without the app only", mended),
                       ("Not run with the app", missing),
                       ("NEW FAILURES", verdict.new)):
        print(f"\n{title}: {len(ids)}")
        for test_id in ids:
            print(f"  {test_id.replace('odoo.addons.', '')}")
    for outcome in (without, with_app):
        print(f"\n{outcome.title}: " + ", ".join(f"{len(outcome.ids(kind))} {kind}"
                                                 for kind in ("passed", "failed", "skipped")), end="")
    print()
    return 1 if verdict.new or missing or with_app.broken or not with_app.tests else 0
