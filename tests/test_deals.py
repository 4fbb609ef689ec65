from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common import StageCommon


class DealCommon(StageCommon):
    """The roastery sells: a pipeline with statuses of production, a sales person without any right on production."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = new_test_user(
            cls.env, login='stage_seller', name="Sally", groups='sales_team.group_sale_salesman_all_leads')
        names = ("New", "Accepted for production", "Rework", "Defect", "Ready to ship", "Called off", "Won")
        statuses = cls.env['crm.stage'].create([
            {'name': name, 'sequence': 100 + place, 'is_won': name == "Won"} for place, name in enumerate(names)])
        cls.new, cls.accepted, cls.rework, cls.defect, cls.ready, cls.called_off, cls.won = statuses
        cls.customer = cls.env['res.partner'].create({'name': "Café Central", 'email': "cafe@example.com"})
        cls.template.operation_ids.wait_after = 0
        cls._set_triggers(cls.template)
        cls.ground = cls._create_product("Arabica Ground 250 g", cls.unit)
        cls.ground_template = cls._create_coffee_template(cls.ground)
        cls.ground_template.operation_ids.wait_after = 0
        cls._set_triggers(cls.ground_template)

    @classmethod
    def _set_triggers(cls, template):
        template.write({
            'crm_stage_start_id': cls.accepted.id, 'crm_stage_done_id': cls.ready.id,
            'crm_stage_cancel_id': cls.called_off.id, 'crm_stage_defect_id': cls.defect.id,
            'crm_stage_rework_id': cls.rework.id,
        })

    @classmethod
    def _create_deal(cls, **vals):
        return cls.env['crm.lead'].create({
            'name': "Coffee for the café", 'type': 'opportunity', 'partner_id': cls.customer.id,
            'user_id': cls.seller.id, 'stage_id': cls.new.id, **vals})

    @classmethod
    def _sell(cls, deal=None, quantity=20, products=None, confirm=True, **vals):
        """Return a sale order, confirmed by the seller."""
        order = cls.env['sale.order'].with_user(cls.seller).create({
            'partner_id': cls.customer.id, 'opportunity_id': deal.id if deal else False,
            'order_line': [
                Command.create({'product_id': product.id, 'product_uom_qty': quantity, 'price_unit': 10.0})
                for product in products or cls.coffee],
            **vals,
        })
        if confirm:
            order.action_confirm()
        return cls.env['sale.order'].browse(order.id)

    def _move(self, deal, status):
        """Move the deal as the sales person does."""
        deal.with_user(self.seller).stage_id = status
        self.env.flush_all()

    def _get_orders(self, sale_order):
        return sale_order.order_line.demand_ids.production_id

    @classmethod
    def _run(cls, order):
        """Take all that is left of an order through its stages."""
        for stage in order.workorder_ids:
            if stage.stage_status in ('done', 'skipped'):
                continue
            if not stage.is_started:
                stage.with_user(cls.operator_user).stage_start()
            stage.with_user(cls.operator_user).stage_finish()


@tagged('post_install', '-at_install')
class TestDealStart(DealCommon):
    """What makes production orders for deals, and what makes none."""

    def test_a_status_makes_the_order(self):
        deal = self._create_deal()
        sale_order = self._sell(deal)
        self.assertFalse(self._get_orders(sale_order))
        self._move(deal, self.accepted)
        order = self._get_orders(sale_order)
        self.assertEqual(
            (order.product_id, order.product_qty, order.state, order.bom_id, order.origin),
            (self.coffee, 20, 'confirmed', self.template, sale_order.name))
        self.assertEqual((order.demand_ids.quantity, order._get_deals()), (20, deal))
        self.assertIn(order.name, deal.message_ids[0].body)
        self.assertIn(order.name, sale_order.message_ids[0].body)
        self.assertEqual(sale_order.mrp_production_ids, order, "core's own button finds it, too")

    def test_the_same_need_is_made_once(self):
        deal = self._create_deal()
        sale_order = self._sell(deal)
        for _time in range(3):
            self._move(deal, self.accepted)
            self._move(deal, self.new)
        self._move(deal, self.accepted)
        self.assertEqual(len(self._get_orders(sale_order)), 1)
        with self.assertRaisesRegex(UserError, "made already"):
            sale_order.with_user(self.seller).action_produce()

    def test_the_sales_person_needs_no_right_on_production(self):
        self.assertFalse(self.seller.has_group('mrp.group_mrp_user'))
        deal = self._create_deal()
        sale_order = self._sell(deal)
        deal.with_user(self.seller).action_produce()
        order = self._get_orders(sale_order)
        self.assertEqual(order.state, 'confirmed')
        with self.assertRaises(AccessError):
            order.demand_ids.with_user(self.seller).read(['quantity'])

    def test_confirming_the_sale_makes_the_order(self):
        self.template.start_on_sale_confirm = True
        sale_order = self._sell(products=self.coffee | self.ground)
        order = self._get_orders(sale_order)
        self.assertEqual(order.product_id, self.coffee, "the other template does not say so")

    def test_a_status_that_came_before_the_confirmation(self):
        deal = self._create_deal()
        sale_order = self._sell(deal, confirm=False)
        self._move(deal, self.accepted)
        self.assertIn("not confirmed yet", deal.message_ids[0].body)
        self.assertFalse(self._get_orders(sale_order))
        sale_order.with_user(self.seller).action_confirm()
        self.assertEqual(len(self._get_orders(sale_order)), 1)

    def test_nothing_to_produce_is_told(self):
        deal = self._create_deal()
        self._move(deal, self.accepted)
        self.assertIn("no confirmed sale order", deal.message_ids[0].body)
        with self.assertRaisesRegex(UserError, "no confirmed sale order"):
            deal.with_user(self.seller).action_produce()
        service = self.env['product.product'].create({'name': "Tasting", 'type': 'service'})
        other = self._create_deal()
        self._sell(other, products=service)
        self._move(other, self.accepted)
        self.assertIn("made by a production template", other.message_ids[0].body)

    def test_a_status_of_other_templates(self):
        self.template.crm_stage_start_id = self.ready
        deal = self._create_deal()
        self._sell(deal)
        self._move(deal, self.accepted)
        self.assertIn("is started by the status Accepted for production", deal.message_ids[0].body)

    def test_a_status_that_starts_nothing_is_silent(self):
        deal = self._create_deal()
        messages = deal.message_ids
        self._move(deal, self.defect)
        self.assertFalse((deal.message_ids - messages).filtered(lambda message: "produc" in (message.body or "")))

    def test_what_is_made_to_order_is_left_to_its_rule(self):
        warehouse = self.stock_location.warehouse_id
        to_order = self.env.ref('stock.route_warehouse0_mto')
        to_order.active = True
        self.coffee.route_ids = [Command.set((to_order | warehouse.manufacture_pull_id.route_id).ids)]
        self.template.start_on_sale_confirm = True
        deal = self._create_deal()
        sale_order = self._sell(deal)
        self._move(deal, self.accepted)
        order = self._get_orders(sale_order)
        self.assertEqual((len(order), order.demand_ids.quantity, order._get_deals()), (1, 20, deal))
        self.assertEqual(self.env['mrp.production'].search_count([('product_id', '=', self.coffee.id)]), 1)
        sale_order.order_line.product_uom_qty = 25
        self._move(deal, self.new)
        self._move(deal, self.accepted)
        self.assertEqual(self._get_orders(sale_order).product_qty, 25, "the rule has raised it")

    def test_short_materials_keep_the_deal_where_it_was(self):
        self.template.shortage_policy = 'block'
        deal = self._create_deal()
        sale_order = self._sell(deal, quantity=10_000)
        with self.assertRaisesRegex(UserError, "materials are short"), self.env.cr.savepoint():
            self._move(deal, self.accepted)
        self.assertEqual((deal.stage_id, self._get_orders(sale_order)), (self.new, self.env['mrp.production']))

    def test_short_materials_do_not_stop_a_sale(self):
        self.template.write({'shortage_policy': 'block', 'start_on_sale_confirm': True})
        sale_order = self._sell(quantity=10_000)
        self.assertEqual(sale_order.state, 'sale')
        self.assertFalse(self._get_orders(sale_order))
        activity = sale_order.activity_ids
        self.assertEqual(activity.user_id, self.seller)
        self.assertIn("Green beans", activity.note)

    def test_a_unit_that_does_not_convert(self):
        deal = self._create_deal()
        sale_order = self._sell(deal)
        self.template.product_uom_id = self.kg
        with self.assertRaisesRegex(UserError, "sold in Units and made in kg"), self.env.cr.savepoint():
            self._move(deal, self.accepted)
        self.assertFalse(self._get_orders(sale_order))

    def test_a_unit_that_converts(self):
        deal = self._create_deal()
        sale_order = self._sell(deal, quantity=2)
        sale_order.order_line.product_uom_id = self.env.ref('uom.product_uom_dozen')
        self._move(deal, self.accepted)
        self.assertEqual(self._get_orders(sale_order).product_qty, 24)


@tagged('post_install', '-at_install')
class TestDealMoves(DealCommon):
    """What production does to the deals it works for."""

    def _start_deal(self, products=None, **vals):
        """Return a deal in production, and its orders."""
        deal = self._create_deal(**vals)
        sale_order = self._sell(deal, products=products)
        self._move(deal, self.accepted)
        return deal, self._get_orders(sale_order)

    def _send_back(self, order):
        """Let five units go back from Grinding to Roasting; return that stage."""
        roasting, grinding, _packing = order.workorder_ids
        roasting.stage_start()
        roasting.stage_finish()
        reason = self.env['mrp.defect.reason'].create({'name': "Too light", 'code': "LIGHT"})
        grinding.stage_report_defect(reason.id, 'return', qty=5, return_to=roasting.id)
        return roasting

    def test_a_deal_is_done_when_all_its_orders_are(self):
        deal, orders = self._start_deal(self.coffee | self.ground)
        self.assertEqual(len(orders), 2)
        self._run(orders[0])
        self.assertEqual(deal.stage_id, self.accepted)
        self._run(orders[1])
        self.assertEqual(deal.stage_id, self.ready)
        self.assertIn(orders[1].name, deal.message_ids[0].body)

    def test_a_deal_is_done_before_its_order_is_closed(self):
        self.template.auto_close = False
        deal, order = self._start_deal()
        self._run(order)
        self.assertNotEqual(order.state, 'done')
        self.assertEqual(deal.stage_id, self.ready)

    def test_rework_and_back(self):
        deal, order = self._start_deal()
        roasting = self._send_back(order)
        self.assertEqual(deal.stage_id, self.rework)
        roasting.stage_start()
        roasting.stage_finish()
        self.assertEqual(deal.stage_id, self.accepted)
        self._run(order)
        self.assertEqual(deal.stage_id, self.ready)

    def test_a_deal_that_a_person_moved_during_rework_stays(self):
        deal, order = self._start_deal()
        roasting = self._send_back(order)
        self._move(deal, self.new)
        roasting.stage_start()
        roasting.stage_finish()
        self.assertEqual(deal.stage_id, self.new)

    def test_units_written_off(self):
        deal, order = self._start_deal()
        roasting = order.workorder_ids[0]
        reason = self.env['mrp.defect.reason'].create({'name': "Burnt", 'code': "BURNT"})
        roasting.with_user(self.operator_user).stage_start()
        roasting.with_user(self.supervisor_user).stage_report_defect(reason.id, 'write_off', qty=2)
        self.assertEqual(deal.stage_id, self.defect)
        self._run(order)
        self.assertEqual(deal.stage_id, self.defect, "two are missing")

    def test_cancelled_when_all_orders_are(self):
        deal, orders = self._start_deal(self.coffee | self.ground)
        orders[0].action_cancel()
        self.assertEqual(deal.stage_id, self.accepted)
        orders[1].action_cancel()
        self.assertEqual(deal.stage_id, self.called_off)

    def test_production_starts_nothing_by_moving_a_deal(self):
        """Cancelled orders take the deal to the status that starts production: no circle."""
        self.template.crm_stage_cancel_id = self.accepted
        deal, order = self._start_deal()
        self._move(deal, self.ready)
        order.action_cancel()
        self.assertEqual(deal.stage_id, self.accepted)
        self.assertEqual(order.demand_ids.sale_line_id.demand_ids.production_id, order)

    def test_won_and_lost_deals_stay(self):
        for told, expected in ((False, self.won), (True, self.called_off)):
            self.template.crm_move_closed = told
            deal, order = self._start_deal()
            self._move(deal, self.won)
            order.action_cancel()
            self.assertEqual(deal.stage_id, expected)
        self.template.crm_move_closed = False
        deal, order = self._start_deal()
        deal.action_set_lost()
        self._run(order)
        self.assertEqual(deal.stage_id, self.accepted)
        deal.with_user(self.seller).action_unarchive()
        self.assertEqual(deal.stage_id, self.ready, "it catches up")

    def test_a_deal_ahead_is_not_taken_back(self):
        deal, order = self._start_deal()
        self._move(deal, self.called_off)
        self._run(order)
        self.assertEqual(deal.stage_id, self.called_off)

    def test_a_status_of_another_team(self):
        self.ready.team_ids = self.env['crm.team'].create({'name': "Others"})
        deal, order = self._start_deal()
        self._run(order)
        self.assertEqual((deal.stage_id, order.state), (self.accepted, 'done'))
        self.assertIn("other sales teams", deal.message_ids[0].body)

    def test_statuses_of_two_teams_in_one_template(self):
        """No deal would ever get from one to the other."""
        ours, others = self.env['crm.team'].create([{'name': "Cafés"}, {'name': "Shops"}])
        self.accepted.team_ids = ours
        self.ready.team_ids = others
        before = (self.template.code, self.template.message_ids)
        for name, status in (('crm_stage_start_id', self.accepted), ('crm_stage_rework_id', self.accepted)):
            refusal = r"Accepted for production \(Cafés\).*Ready to ship \(Shops\)"
            with self.assertRaisesRegex(ValidationError, refusal), self.env.cr.savepoint():
                self.template.write({name: status.id, 'code': "Two teams", 'crm_stage_done_id': self.ready.id})
        self.assertEqual((self.template.code, self.template.message_ids), before)
        self.ready.team_ids += ours
        self.template.crm_stage_done_id = self.ready
        ours.company_id = self.env['res.company'].create({'name': "Another Roastery"})
        with self.assertRaisesRegex(ValidationError, f"No deal of {self.company.name}"), self.env.cr.savepoint():
            self.template.write({'company_id': self.company.id, 'crm_stage_done_id': self.ready.id})
        # Deals go on with what their orders know.
        deal, order = self._start_deal()
        self._run(order)
        self.assertEqual((deal.stage_id, order.state), (self.accepted, 'done'))

    def test_a_part_that_was_split_off_counts(self):
        self.template.batch_mode = 'split'
        deal, order = self._start_deal()
        self._send_back(order)
        part = order.child_batch_ids
        self.assertEqual(deal.stage_id, self.rework)
        self._run(order)
        self.assertEqual((order.state, deal.stage_id), ('done', self.rework))
        self._run(part)
        self.assertEqual(deal.stage_id, self.ready)

    def test_unit_by_unit_rework_is_over_when_what_came_back_has_passed(self):
        self.template.batch_mode = 'unit'
        reason = self.env['mrp.defect.reason'].create({'name': "Too light", 'code': "LIGHT"})
        deal = self._create_deal()
        sale_order = self._sell(deal, quantity=4)
        self._move(deal, self.accepted)
        roasting, grinding, packing = self._get_orders(sale_order).workorder_ids.with_user(self.operator_user)
        for stage in (roasting, grinding):
            stage.stage_start(units=[1, 2])
            stage.stage_finish(units=[1, 2])
        packing.with_user(self.supervisor_user).stage_report_defect(
            reason.id, 'return', units=[1, 2], return_to=roasting.id)
        for stage in (roasting, grinding):
            self.assertEqual(deal.stage_id, self.rework)
            stage.stage_start(units=[1])
            stage.stage_finish(units=[1])
        self.assertEqual(deal.stage_id, self.rework, "the second is still to pass again")
        roasting.with_user(self.supervisor_user).stage_report_defect(reason.id, 'write_off', units=[2])
        self.assertEqual(deal.stage_id, self.defect)
        roasting.stage_start(units=[3])
        roasting.stage_finish(units=[3])
        self.assertNotEqual(deal.stage_id, self.rework, "what is lost is not reworked any more")
        grinding.with_user(self.supervisor_user).stage_report_defect(
            reason.id, 'return', units=[3], return_to=roasting.id)
        self.assertEqual(deal.stage_id, self.rework)
        roasting.stage_start(units=[3])
        roasting.stage_finish(units=[3])
        self.assertEqual(roasting.stage_status, 'ready', "the fourth has not been there yet")
        self.assertEqual(deal.stage_id, self.accepted)
