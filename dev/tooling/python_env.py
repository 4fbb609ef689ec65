"""The virtual environment that Odoo and the checkers run in."""

import os
import shutil
import subprocess
from pathlib import Path

from . import apt, paths, process, stamps
from .console import Problem, step

REQUIREMENTS = (paths.DEV / "requirements.txt", paths.DEV / "requirements-dev.txt")
OLDEST, NEWEST = (3, 11), (3, 13)
PYTHON = paths.VENV / "bin/python"


def ensure() -> None:
    """Make the environment, and bring its packages up to date when their list has changed."""
    wanted = stamps.digest(["1", str(paths.ROOT), *(file.read_text() for file in REQUIREMENTS)])
    if stamps.is_current("venv", wanted) and PYTHON.exists():
        return
    with step("Installing Odoo's Python packages"):
        # An environment knows its own place. In place it is only added to: something may be running from it.
        if not PYTHON.exists() or stamps.read("venv-place") != str(paths.ROOT):
            base = _base_python()
            shutil.rmtree(paths.VENV, ignore_errors=True)
            process.quiet([base, "-m", "venv", paths.VENV], log="python")
            stamps.record("venv-place", str(paths.ROOT))
        process.quiet([PYTHON, "-m", "pip", "install", "--no-input", "--disable-pip-version-check",
                       *(part for file in REQUIREMENTS for part in ("-r", file))], log="python", env=environment())
    stamps.record("venv", wanted)


def environment() -> dict[str, str]:
    """Return the environment for programs of ours: nothing leaks in, nothing is left in the checkout."""
    result = {name: value for name, value in os.environ.items()
              if name not in ("PYTHONPATH", "PYTHONHOME", "PYTHONDONTWRITEBYTECODE", "VIRTUAL_ENV", "ODOO_RC",
                              "MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
    result.update({
        "PATH": f"{paths.VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "PYTHONPYCACHEPREFIX": str(paths.LOCAL / "pycache"),
        "PYTHONUTF8": "1",
        "PYLINTHOME": str(paths.LOCAL / "pylint"),
        "HYPOTHESIS_STORAGE_DIRECTORY": str(paths.LOCAL / "hypothesis"),
    })
    return result


def _base_python() -> str:
    """Return a Python that Odoo 19 runs on and that can make environments."""
    names = [os.environ.get("PYTHON", ""), "python3.11", "python3.12", "python3.13", "python3",
             "/usr/bin/python3"]
    fitting = [path for name in names if name and (path := shutil.which(name)) and _version_fits(path)]
    if not fitting:
        raise Problem("Odoo 19 needs Python 3.11 to 3.13 and none was found; on Debian 12 install python3, "
                      "or name one in the PYTHON variable.")
    for path in fitting:
        if _can_make_environments(path):
            return path
    apt.install(["python3-venv"], "The virtual environment")
    for path in fitting:
        if _can_make_environments(path):
            return path
    raise Problem(f"{fitting[0]} cannot make virtual environments (its module ensurepip is missing).")


def _version_fits(path: str) -> bool:
    check = f"import sys; sys.exit(not {OLDEST} <= sys.version_info[:2] <= {NEWEST})"
    return _succeeds([path, "-c", check])


def _can_make_environments(path: str) -> bool:
    return _succeeds([path, "-c", "import ensurepip, venv"])


def _succeeds(command: list[str | Path]) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
