from odoo import fields, models


class MrpProduction(models.Model):
    """What sales people are told of an order."""

    _inherit = 'mrp.production'

    def _get_progress_text(self):
        """Return where that of these orders stands that has furthest to go, and how many there are, on one line."""
        if not self:
            return False
        running = self.filtered(lambda order: order._is_open())
        slowest = min(running, key=lambda order: order._get_progress(), default=self.browse())
        if not slowest:
            text = self.env._("Cancelled") if all(order.state == 'cancel' for order in self) else self.env._("Done")
        elif slowest.stages_total:
            text = self.env._("%(done)s of %(total)s", done=slowest.stages_done, total=slowest.stages_total)
        else:
            text = self.env._("Draft")
        parts = [slowest.current_stage_name, text]
        if len(self) > 1:
            parts.append(self.env._("%(count)s orders", count=len(self)))
        return " · ".join(filter(None, parts))

    def _get_progress(self):
        """Return which part of its stages the order has behind it."""
        return self.stages_done / self.stages_total if self.stages_total else 0.0

    def _is_late_for(self, sale_orders):
        """Tell whether the order will be done after what one of these sale orders promises; or, where none promises
        anything, whether it is not done though its own plan says so."""
        self.ensure_one()
        end = self._get_expected_end()
        if self.state in ('done', 'cancel') or not end:
            return False
        now = fields.Datetime.now()
        promises = [promise for promise in sale_orders.mapped('commitment_date') if promise]
        return any(promise < max(end, now) for promise in promises) if promises else end < now

    def _get_expected_end(self):
        """Return when the order is planned to be done: not before its current stage may be worked on at all."""
        ends = (self.date_finished, self.state != 'done' and self.current_workorder_id.available_from)
        return max(filter(None, ends), default=False)

    def _get_upsells(self):
        """Return the stages of the order that an upsell has asked for."""
        return self.workorder_ids.filtered(
            lambda stage: stage.activation == 'upsell' and stage.stage_status not in ('skipped', 'cancel'))

    def _has_mattered(self):
        """Tell whether a cancelled order is worth telling of: not a part that was split off by mistake."""
        return not self.parent_batch_id or bool(self._get_cost_spent())

    def _prepare_deal_order(self, sale_orders, quantity):
        """Return what sales people see of the order.

        :param sale_orders: those it is made for
        :param float quantity: how much of it is made for them
        """
        self.ensure_one()
        stage = self.current_workorder_id
        statuses = dict(self._fields['board_status']._description_selection(self.env))
        stage_statuses = dict(stage._fields['stage_status']._description_selection(self.env))
        return {
            'production_id': self.id,
            'name': self.name,
            'sale_orders': sale_orders.mapped('name'),
            'product': self.product_id.display_name,
            'quantity': quantity,
            'batch_quantity': self.product_qty,
            'uom': self.product_uom_id.name,
            'status': self.board_status or 'draft',
            'status_label': statuses.get(self.board_status) or self.env._("Draft"),
            'stage': stage.name or False,
            'stage_status': stage.stage_status or False,
            'stage_status_label': stage_statuses.get(stage.stage_status) or False,
            'stages_done': self.stages_done,
            'stages_total': self.stages_total,
            'units_passed': stage.qty_produced,
            'units': self._get_alive_quantity(),
            'people': stage._get_people_to_tell(),
            'responsible': self.user_id.name or False,
            'planned_end': fields.Datetime.to_string(self._get_expected_end()) or False,
            'is_late': self._is_late_for(sale_orders),
            'upsells': self._get_upsells().mapped('name'),
        }
