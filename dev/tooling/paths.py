"""Where everything is. One ignored folder, ``.local``, holds all that is made."""

import os
from pathlib import Path

MODULE = "mrp_production_stage"
SERIES = "19.0"

ROOT = Path(__file__).resolve().parents[2]
DEV = ROOT / "dev"
INSIDE = DEV / "tooling" / "inside"

LOCAL = ROOT / ".local"
LOGS = LOCAL / "log"
STAMPS = LOCAL / "stamps"
VENV = LOCAL / "venv"
NODE = LOCAL / "node"
ODOO = LOCAL / "odoo"
ADDONS = LOCAL / "addons"
DATA = LOCAL / "data"
RESULTS = LOCAL / "results"
ODOO_RC = LOCAL / "odoo.conf"

# Downloads outlive a checkout, so that a fresh clone need not fetch them again.
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / MODULE


def prepare() -> None:
    """Make the folders, and the link that gives the checkout its technical name."""
    for folder in (LOCAL, LOGS, STAMPS, ADDONS, DATA, RESULTS):
        folder.mkdir(parents=True, exist_ok=True)
    link = ADDONS / MODULE
    if not link.is_symlink():
        link.symlink_to("../..", target_is_directory=True)
