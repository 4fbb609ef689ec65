from odoo import models

from ...engine import balance as engine


class UomUom(models.Model):
    _inherit = 'uom.uom'

    def _get_balance_unit(self):
        """Return this unit as the engine's mass balance knows it."""
        self.ensure_one()
        return engine.Unit(self.id, self.parent_path.split('/')[0], engine.exact(self.factor))
