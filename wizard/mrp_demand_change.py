from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.costing.mrp_cost_mixin import COST_GROUP


class MrpDemandChange(models.TransientModel):
    """Asks what becomes of an order that has begun, now that its customer wants something else."""

    _name = 'mrp.demand.change'
    _description = "Decide About a Changed Order"

    production_id = fields.Many2one('mrp.production', "Production Order", required=True, readonly=True)
    uom_id = fields.Many2one(related='production_id.product_uom_id')
    product_qty = fields.Float(related='production_id.product_qty', string="In Work")
    least_qty = fields.Float("Cannot Go Below", digits='Product Unit', compute='_compute_change')
    description = fields.Html("What Is Wanted", compute='_compute_change')
    spent = fields.Monetary(
        "Spent So Far", related='production_id.cost_total', currency_field='cost_currency_id', groups=COST_GROUP)
    cost_currency_id = fields.Many2one(related='production_id.cost_currency_id', groups=COST_GROUP)
    other_names = fields.Char("Also Made For", compute='_compute_change')
    # What the reader has before his eyes when he decides
    less_qty = fields.Float(
        "Not Wanted Any More", digits='Product Unit', compute='_compute_quantities', store=True, readonly=False)
    more_qty = fields.Float(
        "Wanted in Addition", digits='Product Unit', compute='_compute_quantities', store=True, readonly=False)
    less_choices = fields.Json(compute='_compute_change')
    more_choices = fields.Json(compute='_compute_change')
    less_decision = fields.Selection([
        ('reduce', "Make less"),
        ('stock', "Go on, and keep the rest for stock"),
        ('cancel', "Cancel the production order"),
    ], "What Becomes of It")
    more_decision = fields.Selection([
        ('second', "Make a second order for the rest"),
        ('raise', "Raise this order"),
        ('none', "Leave it as it is"),
    ], "How More Is Made")
    new_qty = fields.Float(
        "Make", digits='Product Unit', compute='_compute_quantities', store=True, readonly=False)

    @api.depends('production_id')
    def _compute_quantities(self):
        for change in self:
            order = change._get_order()
            changes = order._get_demand_changes() if order else {}
            change.less_qty = order._get_unwanted_quantity(changes) if order else 0.0
            change.more_qty = sum(quantity for quantity in changes.values() if quantity > 0)
            change.new_qty = max(order._get_least_quantity(), order.product_qty - change.less_qty) if order else 0.0

    @api.depends('production_id')
    def _compute_change(self):
        for change in self:
            order = change._get_order()
            changes = order._get_demand_changes() if order else {}
            least = order._get_least_quantity() if order else 0.0
            change.least_qty = least
            change.description = order._describe_changes(changes) if order else False
            others = order.demand_ids.filtered(lambda demand, changes=changes: demand not in changes)
            change.other_names = ", ".join(others.mapped('display_name'))
            may_reduce = bool(order) and 0 < max(
                least, order.product_qty - order._get_unwanted_quantity(changes)) < order.product_qty
            change.less_choices = change._get_choices('less_decision', [] if may_reduce else ['reduce'])
            change.more_choices = change._get_choices(
                'more_decision', [] if order and order._may_raise() else ['raise'])

    def _get_order(self):
        """Return the order, with what was sold: people of production see what is wanted of their orders, and nothing
        else of sales."""
        self.production_id.check_access('read')
        return self.production_id.sudo()

    def _get_choices(self, name, impossible):
        return [
            {'value': value, 'label': label}
            for value, label in self._fields[name]._description_selection(self.env) if value not in impossible]

    def action_decide(self):
        self.ensure_one()
        order = self.production_id
        order.check_access('write')
        # Nobody may work on, or sell, what is being decided about.
        order.sudo().demand_ids.sale_line_id._lock_for_production()
        order.workorder_ids._lock_stage_flow()
        self._check_current()
        if (self.less_qty and not self.less_decision) or (self.more_qty and not self.more_decision):
            raise UserError(self.env._("Choose what becomes of the order."))
        order._decide_changes(
            less=self.less_qty and self.less_decision, more=self.more_qty and self.more_decision,
            quantity=self.new_qty)
        return {'type': 'ir.actions.act_window_close'}

    def _check_current(self):
        """Refuse to decide about what is not so any more."""
        order = self._get_order()
        order._check_decidable()
        changes = order._get_demand_changes()
        less = order._get_unwanted_quantity(changes)
        more = sum(quantity for quantity in changes.values() if quantity > 0)
        if self.uom_id.compare(self.less_qty, less) or self.uom_id.compare(self.more_qty, more):
            raise UserError(self.env._(
                "What is wanted of %(order)s has changed again. Close this window and look once more.",
                order=order.name))
        if not less and not more:
            raise UserError(self.env._(
                "%(order)s makes what is wanted: there is nothing to decide.", order=order.name))
