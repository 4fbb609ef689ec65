from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..order.arguments import format_quantity

DEMAND_CHANGE = 'mrp_production_stage.mail_activity_type_demand_change'


class MrpProduction(models.Model):
    """Orders follow what customers want while nothing of them has begun; after that a supervisor decides."""

    _inherit = 'mrp.production'

    has_open_change = fields.Boolean(
        compute='_compute_has_open_change', help="A customer wants something else, and nobody has decided yet.")

    @api.depends('activity_ids.activity_type_id')
    def _compute_has_open_change(self):
        open_orders = self._filter_open_change()
        for order in self:
            order.has_open_change = order._origin in open_orders

    def _filter_open_change(self):
        """Return those of these orders about which a supervisor has been asked and has not decided."""
        kind = self.env['ir.model.data']._xmlid_to_res_id(DEMAND_CHANGE, raise_if_not_found=False)
        # An activity is of one person; that something is open concerns everybody who sees the order.
        asked = self.env['mail.activity'].sudo()._read_group(
            [('res_model', '=', self._name), ('res_id', 'in', self.ids), ('activity_type_id', '=', kind)], ['res_id'])
        return self.browse(order_id for order_id, in asked)

    # ------------------------------------------------------------
    # What may change
    # ------------------------------------------------------------

    def _is_open(self):
        """Tell whether the order can still change."""
        return self.state not in ('done', 'cancel')

    def _may_follow(self):
        """Tell whether nothing of the order has begun: it then follows what is sold."""
        return self.state in ('draft', 'confirmed') and not self._has_begun() and not self.child_batch_ids

    def _get_family_quantity(self):
        """Return how much is made for this order's demands: by itself and by the parts that were split off."""
        return sum(
            part.product_uom_id._compute_quantity(part.product_qty, self.product_uom_id)
            for part in self._get_families() if part.state != 'cancel')

    def _change_quantity(self, quantity):
        """Make another quantity, as Odoo's own dialog does.

        :raises UserError: the order can no longer make so little
        """
        self.ensure_one()
        if not self.product_uom_id.compare(quantity, self.product_qty):
            return
        if self.state == 'draft':
            self.product_qty = quantity
            return
        self.env['change.production.qty'].create({'mo_id': self.id, 'product_qty': quantity}).change_prod_qty()

    def _check_raise(self):
        """Refuse to make more where the order may not lack materials, and lacks some."""
        if self.shortage_policy == 'block' and self.state != 'draft':
            lines = self._get_shortage_lists()[self]
            if lines:
                raise UserError(self._format_refusal(lines))

    def _feed_deliveries(self, line):
        """Let deliveries of this line wait for this order that wait for none: where a rule of make-to-order raises an
        order, Odoo forgets to say what the new goods are for; and what an order has lost no rule makes again.

        :param line: `sale.order.line` the order is made for
        """
        goods = self._get_expected_goods().filtered(lambda move: move.product_id == self.product_id)
        orphans = line.move_ids.filtered(
            lambda move: move.procure_method == 'make_to_order' and move.state not in ('assigned', 'done', 'cancel')
            and all(origin.state in ('done', 'cancel') for origin in move.move_orig_ids)
            and move.product_id == self.product_id and move.location_id == goods[:1].location_dest_id)
        if orphans:
            orphans.write({'created_production_id': self.id, 'move_orig_ids': [
                Command.link(move.id) for move in goods]})

    # ------------------------------------------------------------
    # What people read
    # ------------------------------------------------------------

    def _describe_demand(self, line, wanted, before):
        """Return the sentence that says what a customer wants now. People of production read it, who open no sales."""
        return self.env._(
            "%(customer)s (%(order)s) wants %(wanted)s %(unit)s of %(product)s from %(production)s, "
            "instead of %(before)s.",
            customer=line.order_id.partner_id.display_name, order=line.order_id.name,
            wanted=format_quantity(self.env, wanted), unit=self.product_uom_id.name,
            product=self.product_id.display_name, production=self.name,
            before=format_quantity(self.env, before))

    def _tell_of_demand(self, sale_orders, message):
        """Write into the history of these orders, of the sale orders and of their deals.

        :param sale_orders: those concerned; others that the orders are made for too are not
        """
        for order in self:
            order.message_post(body=message)
        sale_orders._tell_sales(message)

    def _get_demand_changes(self):
        """Return how much more, or less, customers want of this order than it is made for.

        :return: ``{demand: quantity}``, in the order's unit of measure; of a closed order nothing is wanted any more
        """
        self.ensure_one()
        changes = {}
        if not self._is_open():
            return changes
        for line in self.demand_ids.sale_line_id:
            changes |= line._get_demand_changes()
        return {demand: quantity for demand, quantity in changes.items() if demand.production_id == self}

    def _ask_about_changes(self):
        """Ask the supervisor of each of these orders what becomes of it, where a customer wants something else; once,
        however often that changes. Where nothing is left to decide, the question is withdrawn."""
        for order in self:
            changes = order._get_demand_changes()
            if changes:
                order._schedule_change_activity(changes)
            elif order._filter_open_change():
                order.activity_feedback([DEMAND_CHANGE], feedback=self.env._(
                    "Nothing is left to decide: what is made is what is wanted."))

    def _schedule_change_activity(self, changes):
        self.ensure_one()
        note = self._describe_changes(changes) + Markup("<p>%s</p>") % self.env._(
            "Open %(order)s to decide what becomes of it.", order=self._get_html_link())
        if self._filter_open_change():
            self.activity_reschedule([DEMAND_CHANGE], date_deadline=fields.Date.context_today(self))
            self.activity_search([DEMAND_CHANGE]).note = note
            return
        supervisor = self._get_change_supervisor()
        self.activity_schedule(
            DEMAND_CHANGE, user_id=supervisor.id, summary=self.env._("The customer wants something else"), note=note)
        sale_orders = self.env['sale.order'].union(*(demand.sale_order_id for demand in changes))
        sale_orders._tell_sales(self.env._(
            "Production order %(order)s goes on as it is for now: %(supervisor)s is asked what becomes of it.",
            order=self._get_html_link(), supervisor=supervisor.name))

    def _get_change_supervisor(self):
        """Return who decides: the responsible, while they are there, else the supervisor with the least to do."""
        responsible = self.user_id._filter_working_in(self.company_id)
        return responsible or self.env['res.users']._get_free_supervisor(self.company_id) or self.env.user

    def _describe_changes(self, changes):
        """Return what a supervisor needs to know to decide. It is read by many: no money in it.

        :param dict changes: as `_get_demand_changes` returns them
        """
        wants = Markup().join(
            Markup("<li>%s</li>") % self._describe_demand(
                demand.sale_line_id, demand.quantity + change, demand.quantity)
            for demand, change in changes.items())
        begun = self.workorder_ids.filtered(lambda stage: stage.is_started or stage.qty_produced)
        work = ", ".join(
            self.env._(
                "%(stage)s: %(passed)s of %(all)s passed", stage=stage.name,
                passed=format_quantity(self.env, stage.qty_produced), all=format_quantity(self.env, self.product_qty))
            for stage in begun)
        used = ", ".join(
            f"{material.product_id.display_name} {format_quantity(self.env, material.consumed)} "
            f"{material.product_id.uom_id.name}"
            for material in self.material_ids if material.consumed)
        facts = [
            self.env._("In work: %(stages)s.", stages=work) if work else "",
            self.env._("Used so far: %(materials)s.", materials=used) if used else "",
        ]
        return Markup("<ul>%s</ul>") % wants + Markup("<br/>").join(fact for fact in facts if fact)

    # ------------------------------------------------------------
    # The end of questions
    # ------------------------------------------------------------

    def action_open_demand_change(self):
        """Open the dialog that decides what becomes of the order."""
        self.ensure_one()
        self._check_decidable()
        action = self.env['ir.actions.act_window']._for_xml_id('mrp_production_stage.mrp_demand_change_action')
        return action | {'context': {'default_production_id': self.id}}

    def action_cancel(self):
        res = super().action_cancel()
        self._withdraw_questions()
        return res

    def button_mark_done(self):
        res = super().button_mark_done()
        self._withdraw_questions()
        return res

    def _withdraw_questions(self):
        """There is nothing to decide any more about orders that are closed."""
        closed = self.filtered(lambda order: order.use_stages and not order._is_open())
        if closed:
            # Whoever closes an order need not be who was asked.
            closed.sudo().activity_unlink([DEMAND_CHANGE])
