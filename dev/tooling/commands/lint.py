"""``make lint``: all checkers, each to its end, and what they found."""

import time
from concurrent.futures import ThreadPoolExecutor

from .. import lint, setup


def main(arguments: list[str]) -> int:
    """Run the checkers side by side; fail when any found something. ``--fix`` mends what can be mended first."""
    setup.ensure_checkers()
    if "--fix" in arguments:
        print(lint.fix(), end="")
    failed = []
    with ThreadPoolExecutor(max_workers=2) as pool:
        start = time.monotonic()
        for checker, found in zip(lint.CHECKERS, pool.map(lambda checker: checker(), lint.CHECKERS)):
            print(f"{'FAILED' if found else 'ok    '} {checker.__name__}", flush=True)
            if found:
                failed.append(checker.__name__)
                print(found, flush=True)
    print(f"lint: {'failed: ' + ', '.join(failed) if failed else 'clean'} ({time.monotonic() - start:.0f} s)")
    return 1 if failed else 0
