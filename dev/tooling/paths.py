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

NOT_OF_THE_ADDON = {"dev", "Makefile", "__pycache__"}

# Downloads outlive a checkout, so that a fresh clone need not fetch them again.
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / MODULE


def prepare() -> None:
    """Make the folders, and give the checkout its technical name."""
    for folder in (LOCAL, LOGS, STAMPS, ADDONS, DATA, RESULTS, LOCAL / "home"):
        folder.mkdir(parents=True, exist_ok=True)
    _link_addon()


def _link_addon() -> None:
    """Link what the add-on consists of, each entry on its own.

    A link to the checkout as a whole would contain itself, and Odoo's search for terms follows links.
    """
    addon = ADDONS / MODULE
    addon.mkdir(exist_ok=True)
    wanted = {entry.name for entry in ROOT.iterdir()
              if not entry.name.startswith(".") and entry.name not in NOT_OF_THE_ADDON}
    for name in {entry.name for entry in addon.iterdir()} ^ wanted:
        if name in wanted:
            (addon / name).symlink_to(Path("../../..") / name)
        else:
            (addon / name).unlink()
