from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html

from ..order.arguments import format_quantity
from ..template.mrp_bom import SHORTAGE_POLICIES
from .material_supply import MaterialSupply

WARNING = 'mail.mail_activity_data_warning'


class MrpProduction(models.Model):
    """Orders that are not made while their materials are short."""

    _inherit = 'mrp.production'

    shortage_policy = fields.Selection(
        SHORTAGE_POLICIES, "When Materials Are Short",
        compute='_compute_template_settings', store=True, precompute=True, readonly=False, copy=True)

    def _get_template_settings(self):
        return [*super()._get_template_settings(), 'shortage_policy']

    def action_confirm(self):
        """Confirm all of these orders, or none where a person asked for one that lacks materials.

        What Odoo's reordering rules ask for stays a draft instead, and somebody is told: the need is not lost, and
        the other rules go on.
        """
        lists = self._get_blocking_shortages()
        if not lists:
            return super().action_confirm()
        refused = {order: lines for order, lines in lists.items() if not order.orderpoint_id}
        if refused:
            raise UserError("\n\n".join(order._format_refusal(lines) for order, lines in refused.items()))
        blocked = self.browse().concat(*lists)
        blocked._report_blocked(lists)
        return super(MrpProduction, self - blocked).action_confirm()

    def _after_stage_confirm(self):
        super()._after_stage_confirm()
        self.filtered(lambda order: order.shortage_policy == 'block').activity_unlink([WARNING])

    def _post_run_manufacture(self, post_production_values):
        """What is made to order stays a draft while its materials are short; somebody is told."""
        res = super()._post_run_manufacture(post_production_values)
        orders = self.filtered(lambda order: not order.orderpoint_id)
        lists = orders._get_blocking_shortages()
        orders.browse().concat(*lists)._report_blocked(lists)
        return res

    def _get_blocking_shortages(self):
        """Return, per draft whose template forbids it to lack materials, what it would lack.

        An order that is confirmed first takes what the next one finds missing.

        :return: ``{order: lines}``, the lines as in `material_shortage`; only orders that lack something
        """
        orders = self.filtered(
            lambda order: order.state == 'draft' and order.use_stages and order.shortage_policy == 'block')
        moves = orders._get_materials_to_reserve()
        if not moves:
            return {}
        # Nobody may take what this finds until the orders have reserved it.
        moves._lock_stock()
        supply = MaterialSupply(moves.product_id, moves.company_id)
        lists = {}
        for group in moves._group_by_supply():
            product, location = group.product_id, group[:1]._get_supply_location()
            norm = sum(group.mapped('product_qty'))
            missing = product.uom_id.round(max(0.0, norm - supply.get_free(product, location)))
            if missing:
                lists.setdefault(group.raw_material_production_id, []).append(
                    group._prepare_shortage_line(supply, missing))
            supply.take(product, location, norm)
        return lists

    def _get_materials_to_reserve(self):
        """Return the materials that these drafts will take from stock: not those that are made or bought for them,
        nor those of optional stages nothing asks for."""
        unwanted = self.workorder_ids.filtered(lambda stage: stage.is_optional and not stage._is_stage_wanted())
        moves = self.move_raw_ids.filtered(
            lambda move: move.state == 'draft' and move.product_qty > 0 and not move._should_bypass_reservation()
            and (not move.operation_id or move.operation_id not in unwanted.operation_id))
        # Core does so, too, when it confirms.
        moves._adjust_procure_method()
        return moves.filtered(
            lambda move: move.procure_method != 'make_to_order' or move._get_supply_location() != move.location_id)

    def _format_refusal(self, lines):
        return "\n".join([
            self.env._(
                "%(quantity)s %(unit)s of %(product)s cannot be ordered: materials are short.",
                quantity=format_quantity(self.env, self.product_qty), unit=self.product_uom_id.name,
                product=self.product_id.display_name),
            *self._format_shortage_lines(lines),
            self.env._("Get what is missing first, or order less.")])

    def _report_blocked(self, lists):
        """Tell whoever is responsible, once, which materials keep these drafts from being confirmed."""
        told = self.browse(self.activity_search([WARNING]).mapped('res_id')) if self else self
        for order in self - told:
            responsible = order.user_id or order.product_id.responsible_id or self.env.user
            order.activity_schedule(
                WARNING, user_id=responsible.id, summary=self.env._("Materials are short"),
                note=plaintext2html(order._format_refusal(lists[order])))
