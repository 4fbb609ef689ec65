"""The app's translation template: made from a database that has the app, and compared with the kept one."""

import io
import json
import os
import re
from pathlib import Path

import polib

from odoo.tests.common import TransactionCase
from odoo.tools.translate import trans_export

MODULE = "mrp_production_stage"
DATES = re.compile(r'^"(POT-Creation-Date|PO-Revision-Date): .*\\n"\n', re.MULTILINE)


def export(env) -> str:
    """Return the template as the code says it today, without the dates, which say nothing."""
    stream = io.BytesIO()
    trans_export(None, [MODULE], stream, "po", env)
    return DATES.sub("", stream.getvalue().decode())


def terms(text: str) -> set[str]:
    """Return what is to be translated."""
    return {entry.msgid for entry in polib.pofile(text)}


class TestTranslations(TransactionCase):
    """The translators' template follows the code."""

    # What Odoo gives the classes that it finds in an add-on's own tests.
    test_tags = frozenset({"standard", "post_install"})
    test_module = MODULE

    def test_template_is_current(self):
        """The kept template has every term of the app and no other."""
        path = Path(json.loads(Path(os.environ["TEST_PLAN"]).read_text())["pot"])
        kept = terms(path.read_text(encoding="utf-8")) if path.exists() else set()
        found = terms(export(self.env))
        absent, left_over = sorted(found - kept), sorted(kept - found)
        self.assertFalse(
            absent or left_over,
            f"{path} does not follow the code: run `make pot` and commit it.\n"
            f"Absent: {absent}\nLeft over: {left_over}")
