"""What the developer reads: progress, notices, and failures as sentences."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Problem(Exception):
    """Something the reader can act on. Shown as a sentence, without a traceback."""


def say(message: str) -> None:
    """Print a line of progress. Standard output stays the wrapped command's own."""
    print(f"\033[1m==>\033[0m {message}" if sys.stderr.isatty() else f"==> {message}", file=sys.stderr, flush=True)


@contextmanager
def step(message: str) -> Iterator[None]:
    """Announce a long step, and tell how long it took."""
    say(f"{message} ...")
    start = time.monotonic()
    yield
    say(f"{message}: {time.monotonic() - start:.0f} s")
