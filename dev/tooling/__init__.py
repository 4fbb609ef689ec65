"""The developer tooling of the add-on: set-up, run, test, lint.

Runs on the system's Python with nothing but the standard library; Odoo and the
checkers live in a virtual environment that it builds. Start at ``cli.py``.
"""
