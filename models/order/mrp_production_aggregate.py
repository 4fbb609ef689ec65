from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

# Acts that prepare an order; nothing has been done to its units yet.
PREPARATIONS = frozenset({'assign', 'hold', 'release', 'activate', 'skip', 'select'})


class MrpProduction(models.Model):
    """Several small orders become one batch, until its first stage starts.

    The batch is a new order, made from the template for the sum of them. The orders themselves stay, cancelled, so that
    nothing of them is expected, reserved or counted twice; what each of them handed over to the batch is written down
    on it, and `dissolve` gives it back.
    """

    _inherit = 'mrp.production'

    aggregated_into_id = fields.Many2one(
        'mrp.production', "Made In Batch", readonly=True, copy=False, index='btree_not_null', ondelete='restrict',
        check_company=True, help="The batch this order is made in, together with others.")
    aggregated_ids = fields.One2many('mrp.production', 'aggregated_into_id', "Orders in This Batch", readonly=True)
    aggregated_count = fields.Integer("Number of Orders in This Batch", compute='_compute_aggregated_count')
    aggregation_undo = fields.Json(readonly=True, copy=False, help="What the order has handed over to its batch.")

    @api.depends('aggregated_ids')
    def _compute_aggregated_count(self):
        for order in self:
            order.aggregated_count = len(order.aggregated_ids)

    def action_dissolve(self):
        """Dissolve this batch, and show the orders it was made of."""
        orders = self.dissolve()
        action = self.env['ir.actions.act_window']._for_xml_id('mrp_production_stage.mrp_production_action_stages')
        name = self.env._("Orders of %(batch)s", batch=self.name)
        return action | {
            'name': name,
            'display_name': name,
            'domain': [('id', 'in', orders.ids)],
            'context': {},
        }

    def action_open_aggregate(self):
        """Open the batch this order is made in."""
        return self.aggregated_into_id.action_open_stages()

    # ------------------------------------------------------------
    # Which orders
    # ------------------------------------------------------------

    def _check_may_aggregate(self):
        if not self.env['mrp.workorder']._is_stage_supervisor():
            raise AccessError(self.env._("Only supervisors make batches of several orders, or dissolve them."))
        self.check_access('write')

    def _has_been_worked_on(self):
        """Tell whether anybody has done anything to the order's units."""
        self.ensure_one()
        return self._has_begun() or any(event.kind not in PREPARATIONS for event in self.event_ids)

    def _get_aggregation_refusal(self):
        """Hook: return why this order cannot become part of a batch, as a sentence, or None."""
        self.ensure_one()
        if self.aggregated_into_id:
            return self.env._(
                "%(order)s is part of the batch %(batch)s already.",
                order=self.name, batch=self.aggregated_into_id.name)
        return self._get_state_refusal() or self._get_kind_refusal()

    def _get_state_refusal(self):
        if not self.use_stages:
            return self.env._("%(order)s is a plain manufacturing order: use Odoo's own Merge.", order=self.name)
        if self.state == 'draft':
            return self.env._("%(order)s is a draft. Confirm it first.", order=self.name)
        if self.state == 'cancel':
            return self.env._("%(order)s is cancelled.", order=self.name)
        if self.state == 'done':
            return self.env._("%(order)s is closed.", order=self.name)
        if self.state != 'confirmed' or self._has_been_worked_on():
            return self.env._("%(order)s has started: it is made on its own.", order=self.name)
        return None

    def _get_kind_refusal(self):
        if self.aggregated_ids:
            return self.env._(
                "%(order)s is a batch of several orders already. Dissolve it first, and make one batch of all.",
                order=self.name)
        if self.parent_batch_id or self.child_batch_ids:
            return self.env._("%(order)s is, or has, a sub-batch: it is made on its own.", order=self.name)
        if self.lot_producing_ids:
            return self.env._(
                "The units of %(order)s have lot or serial numbers already: it is made on its own.", order=self.name)
        if held := self.workorder_ids.filtered('hold_reason_id'):
            return self.env._(
                "%(stage)s of %(order)s is on hold: %(reason)s. Release it first.",
                stage=held[0].name, order=self.name, reason=held[0].hold_reason_id.name)
        if own := self.workorder_ids.filtered(lambda stage: not stage.operation_id):
            return self.env._(
                "%(order)s has a stage that is not in its template: %(stage)s.", order=self.name, stage=own[0].name)
        return None

    def _get_aggregation_traits(self):
        """Return what orders of one batch have in common, each under the name people have for it."""
        self.ensure_one()
        return {
            self.env._("company"): self.company_id,
            self.env._("product"): self.product_id,
            self.env._("template"): self.bom_id,
            self.env._("unit of measure"): self.product_uom_id,
            self.env._("batch mode"): self.batch_mode,
            self.env._("operation type"): self.picking_type_id,
            self.env._("places of materials and goods"): self.location_src_id + self.location_dest_id,
            self.env._("chosen options"): self.never_product_template_attribute_value_ids,
            self.env._("optional stages"): self.workorder_ids.filtered(
                lambda stage: stage.stage_status != 'skipped').operation_id,
        }

    def _check_aggregable(self):
        """Refuse orders that cannot be one batch."""
        if len(self) < 2:
            raise UserError(self.env._("Choose at least two orders to make one batch of them."))
        for order in self:
            if refusal := order._get_aggregation_refusal():
                raise UserError(refusal)
        traits = {order: order._get_aggregation_traits() for order in self}
        first = self[0]
        for order in self[1:]:
            differences = [name for name, value in traits[order].items() if value != traits[first][name]]
            if differences:
                raise UserError(self.env._(
                    "%(first)s and %(second)s cannot be one batch. They differ in: %(differences)s.",
                    first=first.name, second=order.name, differences=", ".join(differences)))

    # ------------------------------------------------------------
    # Aggregate
    # ------------------------------------------------------------

    def aggregate(self):
        """Make one batch of these orders, of which nothing has begun; for supervisors.

        :return: the new order
        :raises UserError: they cannot be one batch; nothing has changed
        """
        self._check_may_aggregate()
        # As every act of stages: what the orders are tied to, deliveries and sales, is not the supervisor's to write.
        orders = self.sudo().sorted('id')
        orders.workorder_ids._lock_stage_flow()
        orders._check_aggregable()
        batch = self.env['mrp.production'].sudo().with_company(orders.company_id).create(
            orders._prepare_aggregate_vals())
        for order in orders:
            order.aggregation_undo = order._prepare_aggregation_undo()
        orders.aggregated_into_id = batch
        orders._hand_over(batch)
        orders.with_context(skip_activity=True)._action_cancel()
        batch.action_confirm()
        orders._after_aggregate(batch)
        return batch.with_env(self.env)

    def _prepare_aggregate_vals(self):
        """Hook: return the values of a batch of these orders."""
        first = self[:1]
        deadlines = self.filtered('date_deadline').mapped('date_deadline')
        return {
            'product_id': first.product_id.id,
            'bom_id': first.bom_id.id,
            'product_qty': sum(self.mapped('product_qty')),
            'product_uom_id': first.product_uom_id.id,
            'company_id': first.company_id.id,
            'batch_mode': first.batch_mode,
            'picking_type_id': first.picking_type_id.id,
            'location_src_id': first.location_src_id.id,
            'location_dest_id': first.location_dest_id.id,
            'location_final_id': self._get_common('location_final_id').id,
            'never_product_template_attribute_value_ids': [
                Command.set(first.never_product_template_attribute_value_ids.ids)],
            'product_description_variants': self._get_common('product_description_variants'),
            'date_start': min(self.mapped('date_start')),
            'date_deadline': min(deadlines, default=False),
            'priority': max(self.mapped('priority')),
            'propagate_cancel': any(self.mapped('propagate_cancel')),
            'user_id': self._get_common('user_id').id or (bool(self.user_id) and self.env.uid),
            'origin': ", ".join(dict.fromkeys(filter(None, self.mapped('origin')))),
            'reference_ids': [Command.set(self.reference_ids.ids)],
            'stage_note': "\n".join(
                f"{order.name}: {order.stage_note}" for order in self if order.stage_note) or False,
        }

    def _get_common(self, name):
        """Return the value of a field that all of these orders have, or nothing."""
        first = self[0][name]
        if all(order[name] == first for order in self):
            return first
        return first.browse() if self._fields[name].relational else False

    def _prepare_aggregation_undo(self):
        """Hook: return what this order hands over to its batch, to be given back by `_take_back` and `_revive`."""
        self.ensure_one()
        goods = self._get_expected_goods()
        return {
            'goods': [[move.id, move.move_dest_ids.ids] for move in goods],
            'asked_by': self.move_dest_ids.ids,
            'planned': [
                [stage.id, fields.Datetime.to_string(stage.date_start), fields.Datetime.to_string(stage.date_finished)]
                for stage in self.workorder_ids if stage.leave_id],
        }

    def _hand_over(self, batch):
        """Hook: let whatever waits for these orders wait for their batch."""
        goods = self._get_expected_goods()
        for move in batch.move_finished_ids:
            served = goods.filtered(lambda other, move=move: (
                other.product_id == move.product_id and other.byproduct_id == move.byproduct_id))
            move.move_dest_ids = [Command.set(served.move_dest_ids.ids)]
        goods.move_dest_ids = [Command.clear()]
        self.move_dest_ids.created_production_id = batch
        batch.production_group_id.write({
            'parent_ids': [Command.set(self.production_group_id.parent_ids.ids)],
            'child_ids': [Command.set(self.production_group_id.child_ids.ids)],
        })

    def _after_aggregate(self, batch):
        """Hook: these orders have become a batch."""
        batch.message_post(body=self.env._("This batch is made of %(orders)s.", orders=self._get_html_links()))
        for order in self:
            order.message_post(body=self.env._(
                "This order is made in the batch %(batch)s.", batch=batch._get_html_link()))

    def _get_html_links(self):
        return Markup(", ").join(order._get_html_link() for order in self)

    # ------------------------------------------------------------
    # What an aggregated order is not
    # ------------------------------------------------------------

    def _pre_action_split_merge_hook(self, merge=False, split=False):
        for order in self.filtered('aggregated_ids'):
            raise UserError(self.env._(
                "%(order)s is a batch of several orders. Dissolve it first.", order=order.name))
        return super()._pre_action_split_merge_hook(merge, split)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_aggregated(self):
        for order in self:
            if order.aggregated_into_id:
                raise UserError(self.env._(
                    "%(order)s is made in the batch %(batch)s and cannot be deleted.",
                    order=order.name, batch=order.aggregated_into_id.name))
            if order.aggregated_ids:
                raise UserError(self.env._(
                    "%(order)s is a batch of several orders and cannot be deleted.", order=order.name))
