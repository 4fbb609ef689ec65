"""``make test-lifecycle``: install, uninstall and install the app again on a database in use."""

from .. import lifecycle, postgres, setup, suite
from ..templates import Templates


def main(_arguments: list[str]) -> int:
    """Go through the life of an installation and print the totals."""
    source = setup.ensure()
    with postgres.server() as server:
        outcome = lifecycle.check(Templates(source, server), source, server)
    suite.show_failures([outcome])
    for title, test in outcome.tests.items():
        print(f"{test['outcome']:<8}{test['seconds']:6.1f} s  {title}")
    line, code = suite.closing_line([outcome])
    print(line, flush=True)
    return code
