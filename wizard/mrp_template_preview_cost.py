from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.costing.mrp_cost_mixin import COST_GROUP, cost_field, may_see_costs
from ..models.costing.mrp_workorder_plan import PLANNED


def _line_cost(string):
    return fields.Monetary(string, currency_field='cost_currency_id', groups=COST_GROUP)


class MrpTemplatePreview(models.TransientModel):
    """What an order would cost if it were made now: the same as is then planned for it."""

    _inherit = 'mrp.template.preview'

    cost_currency_id = fields.Many2one(
        'res.currency', compute='_compute_cost_currency_id', compute_sudo=True, groups=COST_GROUP)
    cost_material = cost_field("Material", compute='_compute_expected_cost')
    cost_labor = cost_field("Labor", compute='_compute_expected_cost')
    cost_workcenter = cost_field("Work Center", compute='_compute_expected_cost')
    cost_total = cost_field("Expected Cost", compute='_compute_expected_cost')
    cost_unit = cost_field("Expected Cost per Unit", compute='_compute_expected_cost')

    @api.depends('bom_id')
    def _compute_cost_currency_id(self):
        for preview in self:
            preview.cost_currency_id = (preview.bom_id.company_id or self.env.company).currency_id

    @api.depends('bom_id', 'product_id', 'quantity')
    def _compute_expected_cost(self):
        for preview in self:
            order = preview._new_order()
            plans = preview._get_cost_plans(order) if preview._is_complete() else {}
            total = 0.0
            for category in PLANNED:
                amount = sum(plan[category] for plan in plans.values())
                preview[f'cost_{category}'] = amount
                total += amount
            preview.cost_total = total
            preview.cost_unit = total * order._get_goods_share() / (preview.quantity or 1.0)

    def _get_cost_plans(self, order):
        """Return what each stage of an order that is never saved would be planned to cost, per category.

        :return: ``{stage: {category: amount}}``; empty where its materials cannot be told
        """
        try:
            return order._get_stages_to_plan()._get_cost_plans()
        except UserError:
            # A formula that cannot be evaluated: the dialog says so where it shows the materials.
            return {}

    def _prepare_stage_lines(self, order):
        lines = super()._prepare_stage_lines(order)
        if may_see_costs(self.env):
            plans = self._get_cost_plans(order.sudo())
            costs = {stage.operation_id.id: plan for stage, plan in plans.items()}
            for _command, _id, vals in lines:
                plan = costs.get(vals['operation_id'], {})
                vals.update({f'cost_{category}': amount for category, amount in plan.items()})
                vals['cost_total'] = order.company_id.currency_id.round(sum(plan.values()))
        return lines

    def _prepare_material_lines(self, order):
        lines = super()._prepare_material_lines(order)
        if may_see_costs(self.env):
            idle = (order.workorder_ids - order._get_stages_to_plan()).operation_id
            for _command, _id, vals in lines:
                if vals['operation_id'] not in idle.ids:
                    vals.update(self._prepare_material_cost_vals(vals, order.company_id))
        return lines

    def _prepare_material_cost_vals(self, vals, company):
        product = self.env['product.product'].browse(vals['product_id']).with_company(company)
        line = self.env['mrp.bom.line'].browse(vals['bom_line_id'])
        products = product.product_tmpl_id.product_variant_ids if line and line._is_variant_open() else product
        unit = self.env['uom.uom'].browse(vals['uom_id'])
        price = product.uom_id._compute_price(products._get_planned_price(), unit)
        return {'cost_price': price, 'cost_total': price * vals['quantity']}


class MrpTemplatePreviewStage(models.TransientModel):
    _inherit = 'mrp.template.preview.stage'

    cost_currency_id = fields.Many2one(related='preview_id.cost_currency_id', groups=COST_GROUP)
    cost_material = _line_cost("Material")
    cost_labor = _line_cost("Labor")
    cost_workcenter = _line_cost("Work Center")
    cost_total = _line_cost("Cost")


class MrpTemplatePreviewLine(models.TransientModel):
    _inherit = 'mrp.template.preview.line'

    cost_currency_id = fields.Many2one(related='preview_id.cost_currency_id', groups=COST_GROUP)
    cost_price = fields.Float(
        "Price", digits=(16, 6), min_display_digits='Product Price', groups=COST_GROUP)
    cost_total = _line_cost("Cost")
