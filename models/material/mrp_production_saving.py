from collections import Counter

from odoo import models
from odoo.fields import Command

from ..order.readable import format_short


class MrpProduction(models.Model):
    """What is saved by making several orders as one: norms per order, and the time to set up, are taken once."""

    _inherit = 'mrp.production'

    def _get_batch_draft(self):
        """Return the batch of these orders, never saved."""
        first = self[:1]
        return self.new({
            'product_id': first.product_id.id,
            'bom_id': first.bom_id.id,
            'use_stages': True,
            'product_qty': sum(self.mapped('product_qty')),
            'product_uom_id': first.product_uom_id.id,
            'company_id': first.company_id.id,
            'picking_type_id': first.picking_type_id.id,
            'never_product_template_attribute_value_ids': [
                Command.set(first.never_product_template_attribute_value_ids.ids)],
        })

    def _get_batch_savings(self):
        """Return what one batch of these orders, which have all in common that it needs, takes less than they do.

        :return: ``(materials, minutes)``: of each product the quantity, in its unit of measure, and of each operation
            the minutes; what is not less is left out
        """
        batch = self._get_batch_draft()
        operations = self.workorder_ids.filtered(lambda stage: stage.stage_status != 'skipped').operation_id
        materials, minutes = Counter(), Counter()
        for move in self._get_open_raw_moves():
            materials[move.product_id] += move.product_qty
        for move in self._new_moves(batch._get_moves_raw_values()):
            if not move.operation_id or move.operation_id in operations:
                materials[move.product_id] -= move.product_qty
        for stage in self.workorder_ids.filtered(lambda stage: stage.operation_id in operations):
            minutes[stage.operation_id] += stage.duration_expected
        for stage in batch.workorder_ids:
            minutes[stage.operation_id._origin] -= stage.duration_expected
        return (
            {product: quantity for product, quantity in materials.items() if product.uom_id.compare(quantity, 0) > 0},
            {operation: time for operation, time in minutes.items() if operation in operations and time > 0.005},
        )

    def _get_batch_saving_lines(self):
        """Return what one batch of these orders saves, a text for each material and stage."""
        materials, minutes = self._get_batch_savings()
        return [
            f"{format_short(self.env, quantity)} {product.uom_id.name} {product.display_name}"
            for product, quantity in materials.items()
        ] + [
            self.env._("%(time)s minutes of %(stage)s", time=format_short(self.env, time), stage=operation.name)
            for operation, time in minutes.items()
        ]
