"""The checkers of JavaScript and styles, in versions that the lock file pins."""

import os
import re
import shutil
import subprocess

from . import apt, paths, process, stamps
from .console import Problem, step

LOCKED = ("package.json", "package-lock.json")
OLDEST = (18, 18)


def ensure() -> None:
    """Install the packages, Node.js too where there is none."""
    wanted = stamps.digest((paths.DEV / name).read_bytes() for name in LOCKED)
    if stamps.is_current("node", wanted) and (paths.NODE / "node_modules").exists():
        return
    if not _version_fits() or not shutil.which("npm"):
        apt.install(["nodejs", "npm"], "Checking JavaScript")
        if not _version_fits():
            raise Problem(f"Checking JavaScript needs Node.js {OLDEST[0]}.{OLDEST[1]} or newer.")
    with step("Installing eslint and prettier"):
        shutil.rmtree(paths.NODE, ignore_errors=True)
        paths.NODE.mkdir()
        for name in LOCKED:
            shutil.copy(paths.DEV / name, paths.NODE)
        process.quiet(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"], log="node", cwd=paths.NODE,
                      env={**os.environ, "npm_config_cache": str(paths.CACHE / "npm"),
                           "npm_config_update_notifier": "false"})
    stamps.record("node", wanted)


def program(name: str) -> str:
    """Return the path of an installed program."""
    return str(paths.NODE / "node_modules/.bin" / name)


def _version_fits() -> bool:
    node = shutil.which("node")
    if not node:
        return False
    text = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"v(\d+)\.(\d+)", text)
    return bool(found) and tuple(map(int, found.groups())) >= OLDEST
