from odoo import models


class MrpBom(models.Model):
    _inherit = 'mrp.bom'

    def action_archive(self):
        """The stages of an archived template stay as they are.

        Core archives them and brings all of them back with it: those, too, that were removed before.
        """
        templates = self.filtered('use_stages')
        templates.active = False
        return super(MrpBom, self - templates).action_archive()

    def action_unarchive(self):
        templates = self.filtered('use_stages')
        templates.active = True
        return super(MrpBom, self - templates).action_unarchive()

    def write(self, vals):
        """Materials are written before the stages: one that moves to another stage is not removed with its own."""
        if 'bom_line_ids' in vals:
            vals = {'bom_line_ids': vals['bom_line_ids'], **vals}
        return super().write(vals)
