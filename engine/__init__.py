"""The rules of production stages in plain Python.

Nothing in this package imports ``odoo`` or anything outside the standard library: models load records in
batches, hand plain values to these functions and store what comes back.
"""
