from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command

from ...engine.batching import Part, give_back
from ...engine.quanta import from_quanta, to_quanta
from .arguments import format_quantity


class MrpProduction(models.Model):
    """A batch of several orders is dissolved: the orders are again what they were."""

    _inherit = 'mrp.production'

    def dissolve(self):
        """Give back the orders this batch was made of, while none of its stages has started; for supervisors.

        The batch ends cancelled. An order of which nothing is wanted any more stays cancelled as well.

        :return: the orders
        :raises UserError: the batch has started, or its quantity is no longer that of its orders; nothing has changed
        """
        self.ensure_one()
        self._check_may_aggregate()
        # As in `aggregate`.
        batch = self.sudo()
        if batch.workorder_ids:
            batch.workorder_ids._lock_stage_flow()
        batch._check_dissolvable()
        orders = batch.aggregated_ids.sorted('id')
        quantities = batch._get_parts()
        orders._take_back(batch)
        batch.with_context(skip_activity=True)._action_cancel()
        wanted = orders.filtered(lambda order: order.product_uom_id.compare(quantities[order], 0) > 0)
        wanted._revive()
        wanted._follow_parts(quantities)
        orders.write({'aggregated_into_id': False, 'aggregation_undo': False})
        orders._after_dissolve(batch, wanted)
        return orders.with_env(self.env)

    def _check_dissolvable(self):
        self.ensure_one()
        if not self.aggregated_ids:
            raise UserError(self.env._("%(order)s is not a batch of several orders.", order=self.name))
        if self.state == 'cancel':
            raise UserError(self.env._("%(order)s is cancelled.", order=self.name))
        if self.state != 'confirmed' or self._has_been_worked_on():
            raise UserError(self.env._(
                "%(order)s has started: it can no longer be dissolved into its orders.", order=self.name))
        if self.child_batch_ids or len(self.production_group_id.production_ids) > 1:
            raise UserError(self.env._(
                "A part of %(order)s is another order already: it can no longer be dissolved.", order=self.name))

    def _get_promised_quantities(self):
        """Hook: return how much of this order was for somebody when it became part of its batch, and how much of the
        batch is for the same people now; in the order's unit of measure."""
        return 0.0, 0.0

    def _get_parts(self):
        """Return how much each order of this batch is given back with.

        :raises UserError: the batch makes more or less than its orders, and nobody knows for which of them
        """
        rounding = self.product_uom_id.rounding
        parts = [
            Part(order, *(to_quanta(quantity, rounding) for quantity in (
                order.product_qty, *order._get_promised_quantities())))
            for order in self.aggregated_ids.sorted('id')]
        given = give_back(to_quanta(self.product_qty, rounding), parts)
        if given is None:
            wanted = sum(part.quantity - part.promised + part.wanted for part in parts)
            raise UserError(self.env._(
                "%(batch)s makes %(quantity)s %(unit)s, its orders add up to %(parts)s %(unit)s. "
                "Change its quantity to that first.",
                batch=self.name, quantity=format_quantity(self.env, self.product_qty), unit=self.product_uom_id.name,
                parts=format_quantity(self.env, from_quanta(wanted, rounding))))
        return {order: from_quanta(quantity, rounding) for order, quantity in given.items()}

    def _take_back(self, batch):
        """Hook: let whatever waited for these orders wait for them again, and not for their batch."""
        moves = self.env['stock.move']
        goods = batch._get_expected_goods()
        waiting = goods.move_dest_ids
        goods.move_dest_ids = [Command.clear()]
        for order in self:
            undo = order.aggregation_undo
            for move_id, dest_ids in undo['goods']:
                moves.browse(move_id).move_dest_ids = [Command.set((moves.browse(dest_ids) & waiting).ids)]
            (moves.browse(undo['asked_by']) & batch.move_dest_ids).created_production_id = order
        batch.production_group_id.write({'parent_ids': [Command.clear()], 'child_ids': [Command.clear()]})

    def _revive(self):
        """Hook: let these orders, which were cancelled for their batch, be confirmed again. Part of the door."""
        goods = self.env['stock.move'].browse(
            move_id for order in self for move_id, _dest_ids in order.aggregation_undo['goods'])
        goods.write({'state': 'draft'})
        goods._action_confirm(merge=False, create_proc=False)
        # Where they are exactly, the flow says next.
        self.workorder_ids.filtered(lambda stage: stage.stage_status == 'cancel')._write_stage(
            {'state': 'blocked', 'stage_status': 'waiting'})
        self.write({'state': 'confirmed'})
        self._sync_stage_flow()
        for order in self:
            for stage_id, start, end in order.aggregation_undo['planned']:
                self.env['mrp.workorder'].browse(stage_id)._write_stage({'date_start': start, 'date_finished': end})

    def _follow_parts(self, quantities):
        """Let these orders make what they are given back with."""
        changed = self.filtered(
            lambda order: order.product_uom_id.compare(order.product_qty, quantities[order]) != 0)
        self.env['change.production.qty'].create([
            {'mo_id': order.id, 'product_qty': quantities[order]} for order in changed]).change_prod_qty()

    def _after_dissolve(self, batch, wanted):
        """Hook: these orders are on their own again.

        :param wanted: those of them that are to be made
        """
        batch.message_post(body=self.env._(
            "This batch has been dissolved into %(orders)s.", orders=self._get_html_links()))
        for order in wanted:
            order.message_post(body=self.env._(
                "The batch %(batch)s has been dissolved: this order is made on its own.", batch=batch._get_html_link()))
        for order in self - wanted:
            order.message_post(body=self.env._(
                "The batch %(batch)s has been dissolved. Nobody wants this order any more: it stays cancelled.",
                batch=batch._get_html_link()))
