"""``make test-demo``: the app installs with its demo data, as ``make run`` does it."""

from .. import postgres, setup
from ..templates import Templates


def main(_arguments: list[str]) -> int:
    """Install the app as it is now with demo data, unless that was done before."""
    source = setup.ensure()
    with postgres.server() as server:
        Templates(source, server).installed(demo=True)
    print("The demo data installs.")
    return 0
