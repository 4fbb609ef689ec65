from odoo import fields, models


class MrpProduction(models.Model):
    """Sub-batches: parts of an order that go on as orders of their own."""

    _inherit = 'mrp.production'

    parent_batch_id = fields.Many2one(
        'mrp.production', "Split Off From", readonly=True, copy=False, index='btree_not_null', ondelete='restrict',
        check_company=True)
    child_batch_ids = fields.One2many('mrp.production', 'parent_batch_id', "Sub-Batches", readonly=True)

    def _has_open_batches(self):
        """Tell whether a part that was split off is still being made."""
        self.ensure_one()
        return self.batch_mode == 'split' and any(
            batch.state not in ('done', 'cancel') for batch in self.child_batch_ids)
