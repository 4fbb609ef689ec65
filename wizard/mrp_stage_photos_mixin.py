from datetime import timedelta

from odoo import api, fields, models


class MrpStagePhotosMixin(models.AbstractModel):
    """Photos in the dialog of an act."""

    _name = 'mrp.stage.photos.mixin'
    _description = "Photos of an Act"

    photo_ids = fields.Many2many('ir.attachment', string="Add a Photo")

    def _prepare_photos(self):
        """Return the photos as the acts of a stage take them."""
        return [{'name': photo.name, 'data': photo.datas.decode()} for photo in self.photo_ids]

    @api.autovacuum
    def _gc_photos(self):
        """The stage keeps copies. What was uploaded belongs to no record: the dialog was not saved yet."""
        self.env['ir.attachment'].search([
            ('res_model', '=', self._name), ('res_id', '=', 0),
            ('create_date', '<', fields.Datetime.now() - timedelta(days=1)),
        ]).unlink()
