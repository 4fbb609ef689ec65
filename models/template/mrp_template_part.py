from odoo import api, models


class MrpTemplatePart(models.AbstractModel):
    """A record that says how the orders of a template are made: changing one makes a new version of its template.

    A model joins by inheriting this and, unless it has a ``bom_id``, by saying what its template is. What somebody
    writes without changing anything does not count.
    """

    _name = 'mrp.template.part'
    _description = "Part of a Production Template"

    @api.model_create_multi
    def create(self, vals_list):
        parts = super().create(vals_list)
        parts._get_templates()._bump_version()
        return parts

    def write(self, vals):
        names = self._get_versioned_fields(vals)
        if not names:
            return super().write(vals)
        before = {
            part: (part._get_templates(), part._get_values(names))
            for part in self if part._get_templates().use_stages
        }
        res = super().write(vals)
        templates = self.env['mrp.bom']
        for part in self:
            # Of what was no part of a template nothing is known; if it is now, that is a change.
            templates_before, values_before = before.get(part, (templates, None))
            if values_before != part._get_values(names):
                templates |= templates_before | part._get_templates()
        templates._bump_version()
        return res

    def unlink(self):
        self._get_templates()._bump_version()
        return super().unlink()

    def _get_templates(self):
        """Return the `mrp.bom` these records are part of."""
        return self.bom_id

    @api.model
    def _get_unversioned_fields(self):
        """Hook: return the names of fields that no order is made from."""
        return set()

    @api.model
    def _get_versioned_fields(self, names):
        """Return those fields that orders are made from. The records of a one2many speak for themselves."""
        unversioned = self._get_unversioned_fields()
        return [
            name for name in names
            if name not in unversioned and self._fields[name].store and self._fields[name].type != 'one2many'
        ]

    def _get_values(self, names):
        return [self[name] for name in names]
