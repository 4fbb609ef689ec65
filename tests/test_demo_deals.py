from odoo.tests import tagged

from .demo_common import DemoCommon

PRINT_DEALS = ('deal_school', 'deal_florist', 'deal_cinema', 'deal_club', 'deal_bakery')


@tagged('post_install', '-at_install')
class TestDealsDemo(DemoCommon):
    """What the demo's sales person finds in her pipeline.

    Deals of the roastery and of the sewing workshop, from a first call to goods that wait to be fetched, and five
    small orders of a print shop that may as well be one batch.
    """

    demo_files = ('people', 'coffee', 'sewing', 'pipeline', 'print', 'deals')

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller, cls.supervisor = cls._ref('user_sales'), cls._ref('user_supervisor')
        cls.accepted, cls.ready = cls._ref('crm_stage_accepted'), cls._ref('crm_stage_ready')
        cls.print_deals = cls.env['crm.lead'].union(*(cls._ref(deal) for deal in PRINT_DEALS))
        cls.print_orders = cls.env['mrp.production'].union(
            *(deal._get_production_orders() for deal in cls.print_deals))

    def _read(self, deal, name):
        """What the sales person reads of a deal, through no cache of ours."""
        self.env.flush_all()
        self.env.invalidate_all()
        return deal.with_user(self.seller)[name]

    def _read_orders(self, deal):
        return [
            (order['product'], order['quantity'], order['status'], order['stage'], order['stages_done'],
             order['stages_total'])
            for order in self._read(deal, 'production_block')['orders']]

    # ------------------------------------------------------------
    # Coffee and jackets
    # ------------------------------------------------------------

    def test_the_pipeline(self):
        for name, status, progress in (
            ('deal_law', 'crm.stage_lead1', False),
            ('deal_breakfast', 'crm.stage_lead3', False),
            ('deal_hotel', 'mrp_production_stage.crm_stage_accepted', "Roasting · 0 of 2 · 2 orders"),
            ('deal_choir', 'mrp_production_stage.crm_stage_rework', "Sewing · 1 of 5"),
            ('deal_market', 'mrp_production_stage.crm_stage_ready', "Done"),
        ):
            with self.subTest(name):
                deal = self._ref(name)
                self.assertEqual(
                    (self._read(deal, 'stage_id'), self._read(deal, 'production_progress')),
                    (self.env.ref(status), progress))

    def test_what_is_not_sold_yet_says_what_comes_next(self):
        for deal, words in (('deal_law', "Make a quotation"), ('deal_breakfast', "not confirmed yet")):
            with self.subTest(deal):
                block = self._read(self._ref(deal), 'production_block')
                self.assertFalse(block['orders'])
                self.assertIn(words, block['hint'])

    def test_a_quotation_that_is_accepted_is_produced(self):
        deal = self._ref('deal_breakfast')
        deal.order_ids.with_user(self.seller).action_confirm()
        deal.with_user(self.seller).stage_id = self.accepted
        espresso = self._ref('product_espresso').display_name
        self.assertEqual(self._read_orders(deal), [(espresso, 20, 'pending', "Roasting", 0, 2)])

    def test_an_accepted_deal_has_one_of_its_orders_roasted(self):
        arabica, espresso = (self._ref(f'product_{name}').display_name for name in ('arabica', 'espresso'))
        self.assertEqual(self._read_orders(self._ref('deal_hotel')), [
            (arabica, 40, 'progress', "Grinding", 1, 3), (espresso, 10, 'pending', "Roasting", 0, 2)])

    def test_jackets_come_back_to_sewing_with_their_embroidery(self):
        deal = self._ref('deal_choir')
        order, = self._read(deal, 'production_block')['orders']
        self.assertEqual((order['quantity'], order['stage'], order['stage_status']), (12, "Sewing", 'ready'))
        self.assertEqual((order['upsells'], order['is_late']), (["Embroidery"], True))
        defect = deal._get_production_orders().defect_ids
        self.assertEqual((defect.quantity, defect.return_workorder_id.name), (3, "Sewing"))
        self.assertTrue(self._read(deal, 'is_production_late'))

    def test_goods_wait_for_the_customer_and_logistics(self):
        deal = self._ref('deal_market')
        order = deal._get_production_orders()
        self.assertEqual((order.state, order.move_finished_ids.quantity), ('done', 20))
        self.assertEqual(
            deal.order_ids.message_ids.filtered(lambda message: message.message_type == 'auto_comment').partner_ids,
            self._ref('partner_cafe'))
        self.assertEqual(
            (order.activity_ids.summary, order.activity_ids.user_id),
            ("Send the coffee to the customer", self._ref('user_logistics')))

    def test_what_is_sold_and_made_has_earned_something(self):
        deal = self._ref('deal_market')
        margin = deal.deal_margin
        spent = sum(deal._get_production_orders().cost_line_ids.mapped('amount'))
        self.assertFalse(margin['is_estimate'])
        self.assertAlmostEqual(margin['revenue'], sum(deal.order_ids.mapped('amount_untaxed')))
        self.assertAlmostEqual(margin['cost'], spent)
        self.assertAlmostEqual(margin['profit'], margin['revenue'] - spent)
        self.assertGreater(margin['profit'], 0)

    # ------------------------------------------------------------
    # Flyers
    # ------------------------------------------------------------

    def _read_print_orders(self):
        self.env.flush_all()
        self.env.invalidate_all()
        return [
            (order.state, order.product_qty, order.workorder_ids.mapped('stage_status'),
             [(move.product_id, move.product_uom_qty, move.quantity) for move in order.move_raw_ids.sorted('id')])
            for order in self.print_orders]

    def _aggregate_what_is_suggested(self):
        dialogs = self.env['mrp.production.aggregate'].with_user(self.supervisor)
        suggestions = dialogs.browse(dialogs.action_open(dialogs.env['mrp.production'])['res_id']).group_ids
        flyers = suggestions.filtered(lambda group: group.production_ids == self.print_orders)
        self.assertEqual((flyers.quantity, flyers.order_count), (250, 5))
        flyers.action_choose()
        return self.env['mrp.production'].browse(flyers.dialog_id.action_aggregate()['res_id'])

    def test_five_deals_are_accepted_and_wait_for_the_press(self):
        self.assertEqual(self.print_deals.stage_id, self.accepted)
        self.assertEqual(self.print_orders.mapped('product_qty'), [100, 50, 50, 30, 20])
        self.assertEqual(set(self.print_orders.mapped('state')), {'confirmed'})
        for deal in self.print_deals:
            self.assertEqual(self._read(deal, 'production_progress'), "Printing · 0 of 3")

    def test_the_five_become_one_batch_and_are_five_again(self):
        before = self._read_print_orders()
        batch = self._aggregate_what_is_suggested()
        plates = batch.move_raw_ids.filtered(lambda move: move.product_id == self._ref('product_plates'))
        self.assertEqual((batch.product_qty, plates.product_uom_qty), (250, 1))
        self.assertEqual(
            [self._read(deal, 'production_block')['orders'][0]['quantity'] for deal in self.print_deals],
            [100, 50, 50, 30, 20])
        self.assertEqual(self.print_deals.stage_id, self.accepted)
        batch.with_user(self.supervisor).dissolve()
        self.assertEqual(self._read_print_orders(), before)
        self.assertEqual(self.print_deals.stage_id, self.accepted)

    def test_the_batch_moves_all_five_deals(self):
        batch = self._aggregate_what_is_suggested()
        self._work(*batch.workorder_ids.with_user(self.supervisor))
        self.assertEqual(batch.state, 'done')
        self.assertEqual(self.print_deals.stage_id, self.ready)
