from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged

from .test_cost_ledger import CostCommon
from .test_deals import DealCommon


class BlockCommon(DealCommon, CostCommon):
    """20 bags at 10.00 each, planned as they are made on paper.

    57.30 to roast them (5.2 kg of beans at 9.00, 15 minutes of an operator at 12.00 and of the roaster at 30.00), 4.00
    to grind and 17.40 to pack them (20 x 0.47, 40 minutes).
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template.operation_ids.write({'performer_type': 'employee', 'performer_employee_id': cls.operator.id})
        for operation, minutes in zip(cls.template.operation_ids, (0.75, 1.0, 2.0)):
            operation.time_cycle_manual = minutes
        (cls.coffee | cls.ground).list_price = 10.0
        cls.deal = cls._create_deal()
        cls.sale_order = cls._sell(cls.deal)
        cls.sale_order.with_user(cls.seller).action_produce()
        cls.order = cls.sale_order.order_line.demand_ids.production_id
        cls.roasting, cls.grinding, cls.packing = cls.order.workorder_ids
        cls.analyst = new_test_user(
            cls.env, login='stage_analyst', name="Anna",
            groups='sales_team.group_sale_salesman_all_leads,mrp_production_stage.group_deal_margin')

    def _read(self, record, user, *names):
        """What a user reads of our fields, through no cache of ours."""
        self.env.flush_all()
        self.env.invalidate_all()
        values, = record.with_user(user).read(names)
        return values[names[0]] if len(names) == 1 else values

    def _read_orders(self, record, user=None):
        return self._read(record, user or self.seller, 'production_block')['orders']

    def _read_margin(self, record):
        return self._read(record, self.analyst, 'deal_margin')

    def _figures(self, record):
        margin = self._read_margin(record)
        return margin['revenue'], margin['cost'], margin['profit'], margin['is_estimate']

    def _run_all(self, order):
        for stage, minutes in zip(order.workorder_ids, (15, 20, 40)):
            self._run_stage(stage, self.operator_user, minutes)

    def _ledger(self, orders):
        return sum(self.env['mrp.cost.line'].search([('production_id', 'in', orders.ids)]).mapped('amount'))

    def _demand(self, order, sale_order, quantity):
        """Let a batch be made for a sale order, too."""
        self.env['mrp.production.demand'].create({
            'production_id': order.id, 'sale_line_id': sale_order.order_line[0].id, 'quantity': quantity})


@tagged('post_install', '-at_install')
class TestProductionBlock(BlockCommon):
    """What sales people see of the orders made for a deal."""

    def test_an_order_from_its_first_stage_to_its_last(self):
        for record in (self.deal, self.sale_order):
            order, = self._read_orders(record)
            self.assertEqual(
                (order['product'], order['quantity'], order['uom'], order['status'], order['stage']),
                (self.coffee.display_name, 20, "Units", 'pending', "Roasting"))
            self.assertEqual((order['stages_done'], order['stages_total'], order['people']), (0, 3, ["Olga"]))
            self.assertFalse(order['is_readable'])
        self._run_stage(self.roasting, self.operator_user, 15)
        self.grinding.with_user(self.operator_user).stage_start()
        self.grinding.with_user(self.operator_user).stage_finish(qty=8)
        order, = self._read_orders(self.deal)
        self.assertEqual((order['stage'], order['stages_done'], order['status']), ("Grinding", 1, 'progress'))
        self.assertEqual((order['units_passed'], order['units']), (8, 20))
        self._run(self.order)
        order, = self._read_orders(self.deal)
        self.assertEqual((order['stage'], order['stages_done'], order['status']), (False, 3, 'done'))

    def test_each_order_keeps_the_promise_of_its_own_sale(self):
        other = self._sell(self.deal, products=self.ground)
        other.with_user(self.seller).action_produce()
        now = fields.Datetime.now()
        self.sale_order.commitment_date, other.commitment_date = now + timedelta(days=2), now + timedelta(days=30)
        self.order.date_finished = now + timedelta(days=1)
        other.order_line.demand_ids.production_id.date_finished = now + timedelta(days=5)
        self.assertEqual([(order['sale_orders'], order['is_late']) for order in self._read_orders(self.deal)], [
            ([self.sale_order.name], False), ([other.name], False)])
        self.assertFalse(self._read(self.deal, self.seller, 'is_production_late'))

    def test_who_works_now(self):
        self.roasting.with_user(self.supervisor_user).stage_start(employee_id=self.helper.id)
        self.assertEqual(self._read_orders(self.deal)[0]['people'], ["Hugo"])

    def test_late(self):
        self.order.date_finished = fields.Datetime.now() + timedelta(days=2)
        self.assertFalse(self._read_orders(self.deal)[0]['is_late'])
        self.sale_order.commitment_date = fields.Datetime.now() + timedelta(days=1)
        self.assertTrue(self._read_orders(self.deal)[0]['is_late'], "after what the customer was promised")
        self.assertTrue(self._read(self.deal, self.seller, 'is_production_late'))
        self.sale_order.commitment_date = fields.Datetime.now() + timedelta(days=3)
        self.order.date_finished = fields.Datetime.now() - timedelta(hours=1)
        self.assertFalse(self._read_orders(self.deal)[0]['is_late'], "the customer has been promised more")
        self.sale_order.commitment_date = False
        self.assertTrue(self._read_orders(self.sale_order)[0]['is_late'], "after its own plan")
        self._run(self.order)
        self.assertFalse(self._read_orders(self.deal)[0]['is_late'])

    def test_what_has_to_rest_is_not_late(self):
        self.roasting.wait_after = 12
        self._run_stage(self.roasting, self.operator_user, 15)
        self.order.date_finished = fields.Datetime.now() - timedelta(minutes=5)
        order, = self._read_orders(self.deal)
        self.assertFalse(order['is_late'])
        self.assertEqual(fields.Datetime.to_datetime(order['planned_end']), self.grinding.available_from)

    def test_parts_that_were_split_off(self):
        self.order.batch_mode = 'split'
        self._run_stage(self.roasting, self.operator_user, 15)
        reason = self.env['mrp.defect.reason'].create({'name': "Too light", 'code': "LIGHT"})
        self.grinding.stage_report_defect(reason.id, 'return', qty=5, return_to=self.roasting.id)
        whole, part = self._read_orders(self.deal)
        self.assertEqual((whole['quantity'], part['quantity']), (15, 5))
        self.assertEqual((whole['stage'], part['stage']), ("Grinding", "Roasting"))
        self.assertEqual(self._read(self.deal, self.seller, 'production_progress'), "Roasting · 0 of 3 · 2 orders")

    def test_a_part_that_was_split_off_by_mistake(self):
        self.order.batch_mode = 'split'
        self._run_stage(self.roasting, self.operator_user, 15)
        reason = self.env['mrp.defect.reason'].create({'name': "Too light", 'code': "LIGHT"})
        answer = self.grinding.stage_report_defect(reason.id, 'return', qty=5, return_to=self.roasting.id)
        self.grinding.stage_withdraw_defect(answer['defect_id'])
        order, = self._read_orders(self.deal)
        self.assertEqual(order['quantity'], 20)

    def test_progress_on_one_line(self):
        def read():
            return self._read(self.deal, self.seller, 'production_progress')

        self.assertEqual(read(), "Roasting · 0 of 3")
        self._run_stage(self.roasting, self.operator_user, 15)
        self.assertEqual(read(), "Grinding · 1 of 3")
        self._run(self.order)
        self.assertEqual(read(), "Done")
        self.assertEqual(self._read(self.sale_order, self.seller, 'production_progress'), "Done")
        self._sell(self.deal, products=self.ground).with_user(self.seller).action_produce()
        self.assertEqual(read(), "Roasting · 0 of 3 · 2 orders")
        self.assertFalse(self._read(self._create_deal(), self.seller, 'production_progress'))

    def test_the_link_to_an_order_opens_it_for_sales_too(self):
        for user, stages in ((self.seller, False), (self.supervisor_user, True), (self.seller, False)):
            form = Form(self.order.with_user(user))
            self.assertEqual(form.name, self.order.name)
            self.assertEqual('workorder_ids' in form._view['fields'], stages, user.name)

    def test_nothing_in_production_yet(self):
        deal = self._create_deal()
        self.assertIn("Make a quotation", self._read(deal, self.seller, 'production_block')['hint'])
        sale_order = self._sell(deal, confirm=False)
        self.assertIn("not confirmed yet", self._read(sale_order, self.seller, 'production_block')['hint'])
        sale_order.with_user(self.seller).action_confirm()
        for record in (deal, sale_order):
            self.assertEqual(
                self._read(record, self.seller, 'production_block'),
                {'orders': [], 'hint': "Move the deal to Accepted for production, or press Produce."})
        alone = self._sell()
        self.assertEqual(
            self._read(alone, self.seller, 'production_block')['hint'], "Press Produce to have it made.")

    def test_a_sale_that_has_nothing_to_do_with_production(self):
        service = self.env['product.product'].create({'name': "Tasting", 'type': 'service'})
        self.assertFalse(self._read(self._sell(products=service), self.seller, 'production_block'))

    def test_upsells(self):
        gift = self.env['product.product'].create({'name': "Gift wrap", 'type': 'service'})
        self.ground_template.operation_ids[2].write({
            'is_optional': True, 'activation': 'upsell', 'upsell_product_ids': [Command.set(gift.ids)]})
        deal = self._create_deal()
        sale_order = self._sell(deal, products=self.ground | gift, quantity=10)
        sale_order.with_user(self.seller).action_produce()
        self.assertEqual(self._read_orders(deal)[0]['upsells'], ["Packing"])
        self.assertEqual(self._read_margin(deal)['revenue'], 200.0, "the upsell is paid for, too")
        self.assertEqual(self._read_orders(self.deal)[0]['upsells'], [])


@tagged('post_install', '-at_install')
class TestDealMargin(BlockCommon):
    """What a deal earns: revenue minus the ledger."""

    def test_an_estimate_becomes_actual(self):
        self.assertEqual(self._figures(self.deal), (200.0, 78.7, 121.3, True))
        self.roasting.with_user(self.operator_user).stage_start()
        self.assertEqual(self._figures(self.deal), (200.0, 78.7, 121.3, True), "beans that are in are not to come")
        self.roasting.with_user(self.operator_user).stage_cancel_start()
        self._run_stage(self.roasting, self.operator_user, 30)
        # 3.00 and 7.50 more than planned
        self.assertEqual(self._figures(self.deal), (200.0, 89.2, 110.8, True))
        self._run_stage(self.grinding, self.operator_user, 20)
        used = [{'product_id': product.id, 'qty': 21} for product in (self.bag, self.label, self.valve)]
        self._run_stage(self.packing, self.operator_user, 40, materials=used)
        # 0.47 more
        self.assertEqual(self._figures(self.deal), (200.0, 89.67, 110.33, False))
        self.assertAlmostEqual(self._ledger(self.order), 89.67)
        self.assertAlmostEqual(self._read_margin(self.sale_order)['margin'], 110.33 / 200)

    def test_half_a_stage_is_still_to_come(self):
        self._run_stage(self.roasting, self.operator_user, 15)
        self._run_stage(self.grinding, self.operator_user, 10, qty=10)
        self.assertEqual(self._figures(self.deal), (200.0, 78.7, 121.3, True))

    def test_a_separate_loss_is_a_cost_of_the_deal(self):
        self.order.defect_cost_policy = 'separate'
        reason = self.env['mrp.defect.reason'].create({'name': "Burnt", 'code': "BURNT"})
        self._run_stage(self.roasting, self.operator_user, 15)
        self.grinding.with_user(self.supervisor_user).stage_report_defect(reason.id, 'write_off', qty=2)
        self.assertEqual(self.order.cost_loss, 5.73)
        # 57.30 of roasting is spent; of 21.40 to come nine tenths are left
        self.assertEqual(self._figures(self.deal), (200.0, 76.56, 123.44, True))
        self._run_stage(self.grinding, self.operator_user, 20)
        self._run_stage(self.packing, self.operator_user, 40)
        revenue, cost, profit, is_estimate = self._figures(self.deal)
        self.assertEqual((revenue, is_estimate), (180.0, False), "the customer gets eighteen")
        self.assertAlmostEqual(cost, self._ledger(self.order))
        self.assertAlmostEqual(profit, revenue - self._ledger(self.order))
        self.sale_order.with_user(self.seller).action_produce()
        orders = self._get_orders(self.sale_order)
        self._run_all(orders - self.order)
        revenue, cost, _profit, is_estimate = self._figures(self.deal)
        self.assertEqual((revenue, is_estimate), (200.0, False), "and the other two")
        self.assertAlmostEqual(cost, self._ledger(orders))

    def test_shares_of_a_batch_add_up(self):
        """31 bags for three deals, 1, 15 and 15: no cent is lost, none is counted twice."""
        batch = self._create_order(31)
        deals = [self._create_deal() for _i in range(3)]
        for deal, quantity in zip(deals, (1, 15, 15)):
            self._demand(batch, self._sell(deal, quantity=quantity), quantity)
        self._run_all(batch)
        costs = [self._read_margin(deal)['cost'] for deal in deals]
        ledger = self._ledger(batch)
        self.assertAlmostEqual(sum(costs), ledger)
        for cost, quantity in zip(costs, (1, 15, 15)):
            self.assertAlmostEqual(cost, ledger * quantity / 31, delta=0.01)
        order, = self._read_orders(deals[0])
        self.assertEqual((order['quantity'], order['batch_quantity']), (1, 31))
        self.assertEqual(self._figures(deals[0])[0], 10.0)

    def test_what_is_made_for_stock_is_nobodys_cost(self):
        batch = self._create_order(40)
        deal = self._create_deal()
        self._demand(batch, self._sell(deal, quantity=10), 10)
        self._run_all(batch)
        self.assertAlmostEqual(self._read_margin(deal)['cost'], self._ledger(batch) / 4, delta=0.01)

    def test_parts_add_up_to_their_family(self):
        self.order.batch_mode = 'split'
        self._run_stage(self.roasting, self.operator_user, 15)
        reason = self.env['mrp.defect.reason'].create({'name': "Too light", 'code': "LIGHT"})
        self.grinding.stage_report_defect(reason.id, 'return', qty=7, return_to=self.roasting.id)
        part = self.order.child_batch_ids
        for order in self.order | part:
            self._run(order)
        margin = self._read_margin(self.deal)
        self.assertEqual((margin['revenue'], margin['is_estimate']), (200.0, False))
        self.assertAlmostEqual(margin['cost'], self._ledger(self.order | part))
        self.assertEqual([line['revenue'] for line in margin['orders']], [130.0, 70.0])
        self.assertAlmostEqual(sum(line['cost'] for line in margin['orders']), margin['cost'])

    def test_two_orders_one_still_running(self):
        self._sell(self.deal, products=self.ground, quantity=5).with_user(self.seller).action_produce()
        self._run_all(self.order)
        margin = self._read_margin(self.deal)
        self.assertEqual((margin['revenue'], margin['is_estimate']), (250.0, True))
        self.assertEqual([line['is_estimate'] for line in margin['orders']], [False, True])

    def test_a_customer_who_takes_less_pays_less(self):
        self._run_all(self.order)
        self.sale_order.order_line.product_uom_qty = 15
        self.assertEqual(self._figures(self.deal)[0], 150.0)

    def test_a_customer_who_wants_more_pays_for_more_elsewhere(self):
        self.roasting.with_user(self.operator_user).stage_start()
        self.sale_order.order_line.product_uom_qty = 25
        self.assertEqual(self._figures(self.deal)[0], 200.0)
        self.sale_order.with_user(self.seller).action_produce()
        self.assertEqual(self._figures(self.deal)[0], 250.0)

    def test_a_cancelled_order_earns_nothing_and_has_cost_what_it_has(self):
        self._run_stage(self.roasting, self.operator_user, 15)
        self.order.action_cancel()
        self.assertEqual(self._figures(self.deal), (0.0, 57.3, -57.3, False))
        self.assertIs(self._read_margin(self.deal)['margin'], False)

    def test_revenue_in_the_companys_currency(self):
        currency = self.env['res.currency'].create({
            'name': "DBL", 'symbol': "D", 'rate_ids': [Command.create({'name': '2020-01-01', 'rate': 2.0})]})
        pricelist = self.env['product.pricelist'].create({'name': "Abroad", 'currency_id': currency.id})
        deal = self._create_deal()
        sale_order = self._sell(deal, pricelist_id=pricelist.id)
        sale_order.with_user(self.seller).action_produce()
        self.assertEqual(sale_order.currency_id, currency)
        self.assertEqual(self._figures(deal)[0], 100.0)


@tagged('post_install', '-at_install')
class TestProductionBlockRights(BlockCommon):
    """The block is all of production that sales people see, and money is for those who have a group for it."""

    def test_a_sales_person_sees_the_block_and_nothing_else(self):
        self.roasting.with_user(self.operator_user).stage_start()
        self.assertEqual(self._read_orders(self.deal)[0]['name'], self.order.name)
        for act in (
            lambda: self.deal.with_user(self.seller).read(['deal_margin']),
            lambda: self.sale_order.with_user(self.seller).read(['deal_margin']),
            lambda: self.order.event_ids.with_user(self.seller).read(['kind']),
            lambda: self.roasting.check_answer_ids.with_user(self.seller).search([]),
            lambda: self.order.demand_ids.with_user(self.seller).read(['quantity']),
        ):
            with self.assertRaises(AccessError):
                act()
        arch = self.sale_order.with_user(self.seller).get_view(view_type='form')['arch']
        self.assertIn('production_block', arch)
        self.assertNotIn('deal_margin', arch)
        self.assertNotIn('deal_margin', self.deal.with_user(self.seller).fields_get())

    def test_margins_tell_no_rates_and_no_ledger(self):
        self._run_all(self.order)
        self.assertEqual(self._figures(self.deal)[3], False)
        for act in (
            lambda: self.env['mrp.cost.line'].with_user(self.analyst).search([]),
            lambda: self.order.with_user(self.analyst).read(['cost_total']),
            lambda: self.operator.with_user(self.analyst).read(['hourly_cost']),
        ):
            with self.assertRaises(AccessError):
                act()

    def test_people_who_see_costs_see_margins(self):
        self.seller.group_ids = [Command.link(self.env.ref('mrp_production_stage.group_cost').id)]
        self.assertEqual(self._read(self.deal, self.seller, 'deal_margin')['revenue'], 200.0)

    def test_who_may_read_orders_gets_a_link(self):
        self.seller.group_ids = [Command.link(self.env.ref('mrp.group_mrp_user').id)]
        self.assertTrue(self._read_orders(self.deal)[0]['is_readable'])

    def test_a_customer_sees_nothing_of_it(self):
        portal = new_test_user(self.env, login='stage_customer', groups='base.group_portal')
        self.sale_order.partner_id = portal.partner_id
        self.sale_order.message_subscribe(portal.partner_id.ids)
        self.assertEqual(self._read(self.sale_order, portal, 'name'), self.sale_order.name)
        for name in ('production_block', 'production_progress', 'is_production_late', 'deal_margin'):
            with self.assertRaises(AccessError):
                self._read(self.sale_order, portal, name)

    def test_orders_of_another_company(self):
        other = self.env['res.company'].create({'name': "Other Roastery"})
        self.env.flush_all()
        self.env.cr.execute("UPDATE mrp_production_demand SET company_id = %s WHERE id = %s", [
            other.id, self.order.demand_ids.id])
        self.assertFalse(self._read(self.deal, self.seller, 'production_progress'))
        self.assertFalse(self._read(self.deal, self.seller, 'production_block')['orders'])
        self.assertFalse(self._read_margin(self.deal))
        pretender = self.deal.with_context(allowed_company_ids=(self.company | other).ids)
        with self.assertRaises(AccessError):
            self._read(pretender, self.seller, 'production_progress')
        self.seller.company_ids += other
        self.assertTrue(self._read(pretender, self.seller, 'production_progress'))
