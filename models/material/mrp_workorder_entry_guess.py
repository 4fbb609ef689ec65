from odoo import models


class MrpWorkorder(models.Model):
    """What the journal of a stage probably tells next."""

    _inherit = 'mrp.workorder'

    def _guess_entry_product(self, kind):
        """Return the product of the next entry of a kind where only one can be meant, else none.

        What is lost was mostly put in. What goes in came out of the stage before, or is what went in last time; what
        comes out is what came out last time.

        :param str kind: ``input``, ``output`` or ``loss``
        """
        self.ensure_one()
        if kind == 'loss':
            products = self._get_used_materials().product_id
        else:
            entries = (kind == 'input' and self._get_passed_on_entries()) or self._get_entries_of_last_time(kind)
            products = entries.product_id - self._get_standing_entries(kind).product_id
        return products if len(products) == 1 else products.browse()

    def _get_standing_entries(self, kind):
        """Return the entries of a kind that nobody took back."""
        return self.entry_ids.filtered(
            lambda entry: entry.kind == kind and not entry.reversed_entry_id and not entry.is_reversed)

    def _get_passed_on_entries(self):
        """Return what came out of the last stage before this one that made something."""
        for stage in self.production_id.workorder_ids.sorted(lambda stage: (stage.sequence, stage.id), reverse=True):
            outputs = stage._get_standing_entries('output')
            if outputs and (stage.sequence, stage.id) < (self.sequence, self.id):
                return outputs
        return self.env['mrp.workorder.entry']

    def _get_entries_of_last_time(self, kind):
        """Return the entries of a kind of the last order that was at this stage of its template."""
        if not self.operation_id:
            return self.env['mrp.workorder.entry']
        last = self.env['mrp.workorder.entry'].search([
            ('kind', '=', kind), ('workorder_id.operation_id', '=', self.operation_id.id),
            ('workorder_id', '!=', self.id), ('company_id', '=', self.company_id.id),
        ], order='id desc', limit=1)
        return last.workorder_id._get_standing_entries(kind)
