"""``make clean``: remove all that the tooling made, the demo database included."""

import shutil

from .. import lock, paths, postgres
from ..console import Problem, step


def main(_arguments: list[str]) -> int:
    """Stop the server and remove the ignored folder."""
    if not paths.LOCAL.exists():
        return 0
    alone = lock.acquire(postgres.USERS, wait=False)
    if alone is None:
        raise Problem("Something of this checkout still runs (make run, make test, dev/odoo). Stop it first.")
    with alone, step("Removing .local"):
        postgres.stop()
        shutil.rmtree(paths.LOCAL)
    return 0
