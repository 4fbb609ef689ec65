from odoo import models
from odoo.exceptions import UserError


class MrpProduction(models.Model):
    """Odoo's own split, merge and backorder know nothing of stages: they make orders anew, at their beginning. An order
    of which something has begun goes on; a part of it that has to be done again is split off by its stages."""

    _inherit = 'mrp.production'

    def _has_begun(self):
        """Tell whether units of this order have moved, or somebody works on them."""
        self.ensure_one()
        return self.state != 'draft' and any(
            stage.is_started or stage.qty_produced or stage.qty_lost or stage.rework_cycle > 1
            for stage in self.workorder_ids)

    def _pre_action_split_merge_hook(self, merge=False, split=False):
        if merge:
            for order in self.filtered('use_stages'):
                if order._has_begun():
                    raise UserError(self.env._(
                        "%(order)s has started: it can no longer be merged with other orders.", order=order.name))
        if split:
            self._check_not_begun()
        return super()._pre_action_split_merge_hook(merge, split)

    def _check_not_begun(self):
        """Refuse to split orders that have begun into orders that have not."""
        for order in self.filtered('use_stages'):
            if order._has_begun():
                raise UserError(self.env._(
                    "%(order)s has started: its batch can no longer be split into orders.", order=order.name))

    def _split_productions(self, amounts=False, cancel_remaining_qty=False, set_consumed_qty=False):
        self._check_not_begun()
        ordered = {
            order: order.product_qty for order in self if order.use_stages and order.state != 'draft'}
        orders = super()._split_productions(amounts, cancel_remaining_qty, set_consumed_qty)
        for order, quantity in ordered.items():
            order._after_stage_split(orders & order.production_group_id.production_ids, quantity)
        return orders

    def _after_stage_split(self, orders, ordered):
        """Hook: Odoo has split this order, of which nothing had begun.

        :param orders: the order and its parts
        :param float ordered: the quantity before, in the order's unit of measure
        """
        self._after_stage_quantity_change(ordered)
        for part in orders - self:
            for stage in part.workorder_ids:
                stage.duration_expected *= part.product_qty / ordered
