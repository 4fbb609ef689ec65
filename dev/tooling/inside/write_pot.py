"""Fed to Odoo's shell: write the translation template to the file that ``POT_FILE`` names."""

import os
import sys
from pathlib import Path

sys.path.insert(0, os.environ["POT_TOOL"])

from translations import export

target = Path(os.environ["POT_FILE"])
target.parent.mkdir(exist_ok=True)
target.write_text(export(env), encoding="utf-8")  # noqa: F821  the shell gives it
