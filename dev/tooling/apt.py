"""Installing Debian packages: only those that are missing, and only when it is allowed."""

import os
import shutil
import subprocess
from collections.abc import Iterable

from . import process
from .console import Problem, step


def install(packages: Iterable[str], why: str) -> None:
    """Install ``packages``, or say in one sentence what the reader has to install."""
    wanted = sorted(set(packages))
    if not wanted:
        return
    command = f"apt-get install --no-install-recommends {' '.join(wanted)}"
    if not shutil.which("apt-get"):
        raise Problem(f"{why} needs what Debian calls {', '.join(wanted)}; please install it, then try again.")
    prefix = _as_root()
    if prefix is None:
        raise Problem(f"{why} needs Debian packages that only an administrator can install; please run: {command}")
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with step(f"Installing {', '.join(wanted)}"):
        install_command = [*prefix, "apt-get", "-q", "-y", "-o", "DPkg::Lock::Timeout=300",
                           "install", "--no-install-recommends", *wanted]
        try:
            process.quiet(install_command, log="apt", env=environ)
        except Problem:
            # The package lists may be absent or older than the mirror. Another repository
            # on the machine may be out of reach; that is not ours to stumble over.
            subprocess.run([*prefix, "apt-get", "-q", "update"], stdin=subprocess.DEVNULL,
                           stdout=subprocess.DEVNULL, env=environ, check=False)
            process.quiet(install_command, log="apt", env=environ)


def _as_root() -> list[str] | None:
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if not sudo:
        return None
    # Ask for a password only where someone can type one.
    if subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0:
        return [sudo, "-n", "--preserve-env=DEBIAN_FRONTEND"]
    if os.isatty(0) and subprocess.run([sudo, "-v"], check=False).returncode == 0:
        return [sudo, "--preserve-env=DEBIAN_FRONTEND"]
    return None
