"""Set-up of the engine's tests. They run without Odoo, from any working directory."""

import os
import sys
from pathlib import Path

from hypothesis import settings

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

# What hypothesis remembers goes into the project's ignored folder, not into the working directory.
os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", str(ROOT / ".local" / "hypothesis"))
settings.register_profile("engine", deadline=None, database=None, print_blob=True)
settings.load_profile("engine")
