from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..engine.batching import near_groups
from ..models.costing.mrp_cost_mixin import COST_GROUP

DAY = int(timedelta(days=1).total_seconds())
# Orders that are looked through for suggestions: those that are to start soonest.
MOST_CANDIDATES = 500


class MrpProductionAggregate(models.TransientModel):
    """Makes one batch of several orders: of chosen ones, or of those it suggests; shows what that saves."""

    _name = 'mrp.production.aggregate'
    _description = "Make One Batch of Several Orders"

    days = fields.Integer(
        "Days Between Them", default=7, help="Orders are suggested that are to start so near each other.")
    has_searched = fields.Boolean(readonly=True)
    group_ids = fields.One2many('mrp.production.aggregate.group', 'dialog_id', "Suggestions", readonly=True)
    production_ids = fields.Many2many('mrp.production', string="Orders")

    refusal = fields.Text("Why Not", compute='_compute_batch')
    product_id = fields.Many2one('product.product', "Product", compute='_compute_batch')
    quantity = fields.Float("Batch", digits='Product Unit', compute='_compute_batch')
    uom_id = fields.Many2one('uom.uom', "Unit", compute='_compute_batch')
    date_start = fields.Datetime("Planned Start", compute='_compute_batch', help="That of the earliest order.")
    outdated_names = fields.Char(
        compute='_compute_batch', help="Orders that were made by an older version of the template.")
    saving_text = fields.Text("One Batch Saves", compute='_compute_batch')
    currency_id = fields.Many2one('res.currency', compute='_compute_saved_amount', compute_sudo=True)
    saved_amount = fields.Monetary(
        "Worth", compute='_compute_saved_amount', compute_sudo=True, groups=COST_GROUP,
        help="At today's prices and rates.")

    # ------------------------------------------------------------
    # The batch
    # ------------------------------------------------------------

    @api.depends('production_ids')
    def _compute_batch(self):
        for dialog in self:
            orders = dialog.production_ids._origin
            dialog.refusal = dialog._get_refusal()
            dialog.product_id = orders[:1].product_id
            dialog.quantity = sum(orders.mapped('product_qty'))
            dialog.uom_id = orders[:1].product_uom_id
            dialog.date_start = min(orders.mapped('date_start'), default=False)
            dialog.outdated_names = ", ".join(orders.filtered('is_template_outdated').mapped('name'))
            dialog.saving_text = False if dialog.refusal else "\n".join(orders._get_batch_saving_lines())

    def _get_refusal(self):
        """Return why the chosen orders cannot be one batch, or None."""
        try:
            self.production_ids._origin._check_aggregable()
        except UserError as refusal:
            return str(refusal)
        return None

    @api.depends('production_ids')
    def _compute_saved_amount(self):
        for dialog in self:
            orders = dialog.production_ids._origin
            dialog.currency_id = orders[:1].company_id.currency_id
            dialog.saved_amount = 0.0 if dialog._get_refusal() else orders._get_batch_saving_amount(
                *orders._get_batch_savings())

    def action_aggregate(self):
        """Make the batch and open it."""
        self.ensure_one()
        return self.production_ids.aggregate().action_open_stages()

    # ------------------------------------------------------------
    # Suggestions
    # ------------------------------------------------------------

    def action_suggest(self):
        """Look for orders that may be one batch."""
        self.ensure_one()
        if self.days < 0:
            raise UserError(self.env._("Give a number of days, or 0 for orders that are to start at the same time."))
        self.write({
            'has_searched': True,
            'production_ids': [Command.clear()],
            'group_ids': [Command.clear()] + [
                Command.create({'production_ids': [Command.set(orders.ids)]}) for orders in self._find_groups()],
        })
        return self._reopen()

    def _find_groups(self):
        """Return sets of orders that may be one batch, those of most orders first."""
        candidates = self.env['mrp.production'].search(
            [('use_stages', '=', True), ('state', '=', 'confirmed'), ('company_id', 'in', self.env.companies.ids)],
            order='date_start, id', limit=MOST_CANDIDATES)
        orders = candidates.filtered(lambda order: not order._get_aggregation_refusal())
        alike = orders.grouped(lambda order: tuple(order._get_aggregation_traits().values())).values()
        groups = [
            orders.browse(ids)
            for same in alike
            for ids in near_groups(
                [(order.id, int(order.date_start.timestamp())) for order in same], self.days * DAY)]
        return sorted(groups, key=len, reverse=True)

    def _reopen(self):
        return self.env['ir.actions.act_window']._for_xml_id(
            'mrp_production_stage.mrp_production_aggregate_action') | {'res_id': self.id}

    @api.model
    def action_open(self, orders):
        """Open the dialog for some orders, or with suggestions where there are none.

        :param orders: `mrp.production`
        """
        orders._check_may_aggregate()
        dialog = self.create({'production_ids': [Command.set(orders.ids)]})
        return dialog._reopen() if orders else dialog.action_suggest()


class MrpProductionAggregateGroup(models.TransientModel):
    """Orders that may be one batch."""

    _name = 'mrp.production.aggregate.group'
    _description = "Suggested Batch"

    dialog_id = fields.Many2one('mrp.production.aggregate', required=True, ondelete='cascade')
    production_ids = fields.Many2many('mrp.production', string="Orders")
    order_count = fields.Integer("Number of Orders", compute='_compute_summary')
    product_id = fields.Many2one('product.product', "Product", compute='_compute_summary')
    quantity = fields.Float("Total", digits='Product Unit', compute='_compute_summary')
    uom_id = fields.Many2one('uom.uom', "Unit", compute='_compute_summary')
    date_first = fields.Datetime("From", compute='_compute_summary')
    date_last = fields.Datetime("To", compute='_compute_summary')
    customer_names = fields.Char("Customers", compute='_compute_summary')
    saving_text = fields.Char("Saves", compute='_compute_summary')

    @api.depends('production_ids')
    def _compute_summary(self):
        for group in self:
            orders = group.production_ids
            group.order_count = len(orders)
            group.product_id = orders[:1].product_id
            group.quantity = sum(orders.mapped('product_qty'))
            group.uom_id = orders[:1].product_uom_id
            group.date_first = min(orders.mapped('date_start'), default=False)
            group.date_last = max(orders.mapped('date_start'), default=False)
            group.customer_names = ", ".join(dict.fromkeys(filter(None, orders.mapped('customer_names'))))
            group.saving_text = ", ".join(orders._get_batch_saving_lines())

    def action_choose(self):
        """Show these orders and what they save."""
        self.ensure_one()
        self.dialog_id.production_ids = self.production_ids
        return self.dialog_id._reopen()
