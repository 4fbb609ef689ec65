"""Locks between processes. The kernel drops them when a process dies, however it dies."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


def acquire(path: Path, *, shared: bool = False, wait: bool = True) -> IO[str] | None:
    """Lock ``path``; the lock lasts until the returned file is closed. None if someone has it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    stream = path.open("a+")
    mode = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
    try:
        fcntl.flock(stream, mode if wait else mode | fcntl.LOCK_NB)
    except BlockingIOError:
        stream.close()
        return None
    return stream


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Hold ``path`` alone for a while."""
    stream = acquire(path)
    assert stream is not None
    try:
        yield
    finally:
        stream.close()
