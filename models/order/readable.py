"""Values of records as text for people."""

from textwrap import shorten

from odoo.tools import formatLang, html2plaintext

LONGEST_TEXT = 120


def read_field(record, name):
    """Return a field's value as its reader would write it; empty text where there is none."""
    field, value = record._fields[name], record[name]
    if field.type == 'boolean':
        return record.env._("Yes") if value else record.env._("No")
    if field.type == 'float':
        return format_short(record.env, value)
    if not value:
        return ""
    if field.relational:
        # What something is called is no secret to who may read the record that names it.
        return ", ".join(value.sudo().mapped('display_name'))
    if field.type == 'selection':
        return dict(field._description_selection(record.env))[value]
    if field.type == 'html':
        return shorten(html2plaintext(value), LONGEST_TEXT, placeholder="…")
    return str(value)


def format_short(env, number):
    """Return a number as its reader writes it, a whole one without decimals."""
    return formatLang(env, number, digits=0 if number == int(number) else 2)
