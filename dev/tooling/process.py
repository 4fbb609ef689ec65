"""Running other programs, and passing on the signals that should end them."""

import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType

from . import paths
from .console import Problem


def quiet(command: Sequence[str | Path], *, log: str, env: Mapping[str, str] | None = None,
          cwd: Path | None = None) -> None:
    """Run ``command`` with its output in ``.local/log/<log>.log``; on failure show the end of it."""
    target = paths.LOGS / f"{log}.log"
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("ab") as stream:
        stream.write(f"\n$ {shlex.join(map(str, command))}\n".encode())
        stream.flush()
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=stream, stderr=subprocess.STDOUT,
                              env=env, cwd=cwd, check=False)
    if done.returncode:
        tail = target.read_text(errors="replace").splitlines()[-30:]
        print("\n".join(tail), file=sys.stderr)
        raise Problem(f"{Path(command[0]).name} failed with exit code {done.returncode}. The whole log is in {target}.")


def output(command: Sequence[str | Path], *, env: Mapping[str, str] | None = None) -> str:
    """Run ``command`` and return what it prints."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, env=env, check=False)
    if done.returncode:
        raise Problem(f"{Path(command[0]).name} failed: {(done.stderr or done.stdout).strip()}")
    return done.stdout.strip()


class Child:
    """A program in the foreground. It ends when we are told to end, and we end after it.

    The terminal sends Ctrl-C to the whole process group, so the child has it already and
    we only wait. SIGTERM and SIGHUP reach us alone; they are handed on.
    """

    def __init__(self, command: Sequence[str | Path], **popen) -> None:
        self._previous = {number: signal.signal(number, self._hand_on)
                          for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
        self.interrupted = False
        self.process = subprocess.Popen(command, **popen)

    def _hand_on(self, number: int, _frame: FrameType | None) -> None:
        self.interrupted = True
        # A child that never sat in the terminal's foreground group gets no Ctrl-C from it.
        if number != signal.SIGINT or not os.isatty(sys.stdin.fileno() if sys.stdin else -1):
            self.process.terminate()

    def wait(self) -> int:
        """Wait for the child's end and return its exit code."""
        try:
            return self.process.wait()
        finally:
            for number, handler in self._previous.items():
                signal.signal(number, handler)


def run(command: Sequence[str | Path], **popen) -> int:
    """Run ``command`` in the foreground and return its exit code."""
    return Child(command, **popen).wait()
