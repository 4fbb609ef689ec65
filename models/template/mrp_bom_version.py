from odoo import api, fields, models

# Per template, the version that the current transaction gave it. Unlike `precommit`, this outlives the savepoints of a
# transaction; what one of them rolled back is told by the template's own number.
_BUMPED = 'mrp_production_stage.bumped_versions'


class MrpBom(models.Model):
    """Versions: each change of what orders are made from gives a template the next number."""

    _name = 'mrp.bom'
    _inherit = ['mrp.bom', 'mrp.template.part']

    version = fields.Integer(
        readonly=True, copy=False,
        help="Grows with each change of what orders are made from; an order tells which one it was made with.")

    def _get_templates(self):
        return self

    @api.model
    def _get_unversioned_fields(self):
        return super()._get_unversioned_fields() | {
            'version', 'active', 'sequence', 'code', 'description', 'shortage_policy', 'produce_delay',
            'days_to_prepare_mo', 'enable_batch_size', 'batch_size',
        }

    def _bump_version(self):
        """Give those of these that are templates their next version: one per transaction, however many changes a
        person's save or import is made of."""
        bumped = self.env.cr.postcommit.data.setdefault(_BUMPED, {})
        changed = self.filtered(
            lambda template: template.id and template.use_stages and bumped.get(template.id) != template.version)
        for version, templates in changed.grouped('version').items():
            templates.version = version + 1
            bumped.update(dict.fromkeys(templates.ids, version + 1))
        # Core looks at some of the changes only. A first version has no orders yet.
        changed.filtered(lambda template: template.version > 1)._set_outdated_bom_in_productions()

    def _take_version(self):
        """Return the template's version for an order that is made from it now.

        A later change in the same transaction makes another version: what an order was made from has its number for
        itself.
        """
        self.ensure_one()
        self.env.cr.postcommit.data.get(_BUMPED, {}).pop(self.id, None)
        return self.version
