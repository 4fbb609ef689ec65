"""Running other programs, and passing on the signals that should end them."""

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

    With a terminal for its input it stays in our process group: Ctrl-C reaches it directly, and
    only what is sent to us alone is handed on. Without one it gets a group of its own and every
    signal from us, so that it hears of each exactly once.
    """

    def __init__(self, command: Sequence[str | Path], *, own_group: bool | None = None, **popen) -> None:
        self.own_group = not (sys.stdin and sys.stdin.isatty()) if own_group is None else own_group
        self.interrupted = False
        self._previous = {number: signal.signal(number, self._hand_on)
                          for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
        self.process = subprocess.Popen(command, start_new_session=self.own_group, **popen)

    def _hand_on(self, number: int, _frame: FrameType | None) -> None:
        self.interrupted = True
        if self.own_group or number != signal.SIGINT:
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
