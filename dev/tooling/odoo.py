"""Odoo's command line in this environment: its Python, its tree, our add-on and the server."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from . import odoo_source, paths, python_env
from .console import Problem

LAUNCHER = paths.INSIDE / "odoo_main.py"

CONFIG = """\
[options]
addons_path = {addons}
data_dir = {data}
admin_passwd = {password}
http_interface = 127.0.0.1
"""


def environment(source: odoo_source.Source, server: Mapping[str, str], *, hasty: bool = False) -> dict[str, str]:
    """Return the environment in which Odoo finds its sources, its settings and its database server.

    A hasty one does not wait for the disk at each commit: for databases that can be made anew.
    """
    result = python_env.environment()
    if "PATH" in server:
        result["PATH"] = f"{paths.VENV / 'bin'}:{server['PATH']}"
    result.update({name: value for name, value in server.items() if name != "PATH"})
    result.update({"ODOO_RC": str(_config()), "ODOO_ROOT": str(source.root)})
    if hasty:
        result["PGOPTIONS"] = f"{os.environ.get('PGOPTIONS', '')} -c synchronous_commit=off".strip()
    return result


def command(*arguments: str) -> list[str | Path]:
    """Return the command that runs Odoo with ``arguments``."""
    return [python_env.PYTHON, LAUNCHER, *arguments]


def _config() -> Path:
    if "," in str(paths.LOCAL):
        raise Problem("Odoo takes a comma in a path for the end of it. Clone into a folder without one.")
    if not paths.ODOO_RC.exists():
        password = secrets.token_urlsafe(24)
    else:
        words = dict(line.split(" = ", 1) for line in paths.ODOO_RC.read_text().splitlines() if " = " in line)
        password = words.get("admin_passwd") or secrets.token_urlsafe(24)
    text = CONFIG.format(addons=paths.ADDONS, data=paths.DATA, password=password)
    if not paths.ODOO_RC.exists() or paths.ODOO_RC.read_text() != text:
        paths.ODOO_RC.touch(mode=0o600)
        paths.ODOO_RC.write_text(text)
    return paths.ODOO_RC
