from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .demand_change_common import ChangeCommon


@tagged('post_install', '-at_install')
class TestChangesAfter(ChangeCommon):
    """Something has begun: a supervisor decides."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order.user_id = cls.supervisor_user

    def test_nothing_changes_by_itself_and_one_is_asked_once(self):
        self._roast()
        for quantity in (15, 10):
            self._sell_now(quantity)
            self.assertEqual(self._get_demands(), [(20, 20, 'progress')])
        question = self._get_questions()
        self.assertEqual(question.user_id, self.supervisor_user)
        for thread in (self.sale_order, self.deal):
            told = thread.message_ids.filtered(lambda message: "Sam is asked" in (message.body or ""))
            self.assertEqual(len(told), 1, "sales know, and are told once")
        for fact in ("Café Central", self.sale_order.name, "wants 10.00 Units", "instead of 20.00",
                     "Roasting: 20.00 of 20.00 passed", "Green beans 5.20 kg"):
            self.assertIn(fact, question.note)
        self.assertNotIn(self.company.currency_id.symbol, question.note, "activities are read by many")
        self._sell_now(20)
        self.assertFalse(self._get_questions())

    def test_who_is_asked_when_nobody_is_responsible(self):
        self.order.user_id = False
        self.roasting.stage_start()
        self._sell_now(10)
        user = self._get_questions().user_id
        self.assertTrue(user.has_group('mrp_production_stage.group_supervisor'))

    def test_who_is_asked_when_the_responsible_has_left(self):
        self.roasting.stage_start()
        company = self.env['res.company'].create({'name': "Another Roastery"})
        leave = (
            lambda user: user.write({'company_ids': company.ids, 'company_id': company.id}),
            lambda user: user.write({'active': False}))
        for place, leaves in enumerate(leave):
            user = new_test_user(
                self.env, login=f'stage_leaver_{place}', groups='mrp_production_stage.group_supervisor')
            order = self._get_orders(self._sell())
            order.user_id = user
            order.workorder_ids[0].stage_start()
            leaves(user)
            self._sell_now(10, order.demand_ids.sale_line_id)
            asked = self._get_questions(order).user_id
            self.assertTrue(asked.active and asked != user)
            self.assertTrue(asked.has_group('mrp_production_stage.group_supervisor'))

    def test_reduce(self):
        self.roasting.with_user(self.operator_user).stage_start()
        self._sell_now(10)
        self._decide(less_decision='reduce')
        self.assertEqual(self._get_demands(), [(10, 10, 'progress')])
        self.assertFalse(self._get_questions())
        for thread in (self.sale_order, self.deal):
            self.assertIn("makes 10.00 Units, instead of 20.00", thread.message_ids[0].body)
        self._run(self.order)
        self.assertEqual(self._qty(self.coffee), 10)

    def test_reduce_as_far_as_possible(self):
        self.template.batch_mode = 'split'
        self.order.batch_mode = 'split'
        self._roast(qty=14)
        self._sell_now(10)
        with self.assertRaisesRegex(UserError, "cannot go below"):
            self._decide(less_decision='reduce', new_qty=13)
        self._decide(less_decision='reduce')
        self.assertEqual(self._get_demands(), [(10, 14, 'progress')], "four are made for stock")

    def test_reduce_below_what_is_wanted(self):
        self.roasting.stage_start()
        self._sell_now(10)
        with self.assertRaisesRegex(UserError, "customers who want 10.00 Units"):
            self._decide(less_decision='reduce', new_qty=9)
        self.assertEqual(self._get_demands(), [(20, 20, 'progress')])

    def test_reduce_to_more(self):
        self.roasting.stage_start()
        self._sell_now(10)
        with self.assertRaisesRegex(UserError, "makes 20.00 Units: enter less"):
            self._decide(less_decision='reduce', new_qty=25)
        self.assertEqual(self._get_demands(), [(20, 20, 'progress')])

    def test_lost_units_are_not_reduced_to(self):
        self._roast()
        reason = self.env['mrp.defect.reason'].create({'name': "Burnt", 'code': "BURNT"})
        self.grinding.with_user(self.supervisor_user).stage_report_defect(reason.id, 'write_off', qty=5)
        with self.assertRaisesRegex(UserError, "20.00 Units of .* cannot go below"):
            self.order._change_quantity(16)

    def test_keep_for_stock(self):
        self._roast()
        self._sell_now(10)
        self._decide(less_decision='stock')
        self.assertEqual(self._get_demands(), [(10, 20, 'progress')])
        self.assertIn("made for stock", self.sale_order.message_ids[0].body)
        self._sell_now(16)
        self.assertEqual(self._get_demands(), [(16, 20, 'progress')], "what is made for nobody goes to who wants it")
        self.assertFalse(self._get_questions())

    def test_what_is_kept_for_stock_is_nothing_a_deal_waits_for(self):
        self.ground_template.start_on_sale_confirm = True
        deal = self._create_deal()
        lines = self._sell(deal, products=self.coffee | self.ground).order_line
        wanted, dropped = (line.demand_ids.production_id for line in lines)
        self._run(wanted)
        dropped.workorder_ids[0].with_user(self.operator_user).stage_start()
        self._sell_now(0, lines[1])
        self.assertEqual(deal.stage_id, self.new)
        self._decide(dropped, less_decision='stock')
        self.assertFalse(dropped.demand_ids)
        self.assertEqual((dropped.state, deal.stage_id), ('progress', self.ready))

    def test_reduced_to_what_has_passed(self):
        self.template.batch_mode = 'split'
        for auto_close, state in ((True, 'done'), (False, 'to_close')):
            self.template.auto_close = auto_close
            deal = self._create_deal()
            line = self._sell(deal).order_line
            order = line.demand_ids.production_id
            for stage in order.workorder_ids.with_user(self.operator_user):
                stage.stage_start()
                stage.stage_finish(qty=12)
            self._sell_now(12, line)
            self.assertEqual((order.state, deal.stage_id), ('progress', self.new))
            self._decide(order, less_decision='reduce')
            self.assertEqual((self._get_demands(line), deal.stage_id), ([(12, 12, state)], self.ready))
            self.assertFalse(self._get_questions(order))

    def test_cancel(self):
        self._roast()
        self._sell_now(0)
        self.assertEqual(self.order.state, 'progress')
        self._decide(less_decision='cancel')
        self.assertEqual(self._get_demands(), [(20, 20, 'cancel')])
        self.assertEqual(self.deal.stage_id, self.called_off)
        self.assertFalse(self._get_questions())

    def test_the_sale_is_cancelled_and_confirmed_again(self):
        self._roast()
        sale_order = self.sale_order.with_user(self.seller)
        sale_order._action_cancel()
        self.assertIn("wants 0.00 Units", self._get_questions().note)
        sale_order.action_draft()
        sale_order.action_confirm()
        self.assertFalse(self._get_questions())
        self.assertEqual(self._get_demands(), [(20, 20, 'progress')])

    def test_the_line_is_removed(self):
        self._roast()
        sale_order = self.sale_order.with_user(self.seller)
        sale_order._action_cancel()
        sale_order.action_draft()
        sale_order.order_line.unlink()
        self.env.invalidate_all()
        self.assertTrue(self._get_questions())
        self.assertFalse(self.order.demand_ids)
        self._decide(less_decision='stock')
        self.assertFalse(self._get_questions())
        self.assertEqual((self.order.state, self.order.product_qty), ('progress', 20))

    def test_a_deal_waits_for_nothing_that_is_removed(self):
        for remove in (lambda sale: sale.order_line.unlink(), lambda sale: sale.unlink()):
            deal = self._create_deal()
            made, removed = (self._sell(deal) for _i in range(2))
            self._run(self._get_orders(made))
            running = self._get_orders(removed)
            running.workorder_ids[0].with_user(self.operator_user).stage_start()
            removed._action_cancel()
            removed.action_draft()
            self.assertEqual(deal.stage_id, self.new)
            remove(removed)
            self.assertEqual((running.state, deal.stage_id), ('progress', self.ready))

    def test_a_second_order(self):
        self._roast()
        self._sell_now(30)
        self.assertEqual(self._get_demands(), [(20, 20, 'progress')])
        with self.assertRaisesRegex(UserError, "passed a stage already"):
            self.order.with_user(self.supervisor_user)._decide_changes(more='raise')
        self._decide(more_decision='second')
        self.assertEqual(self._get_demands(), [(20, 20, 'progress'), (10, 10, 'confirmed')])
        self.assertFalse(self._get_questions())

    def test_raise(self):
        self.roasting.with_user(self.operator_user).stage_start()
        self._sell_now(30)
        self._decide(more_decision='raise')
        self.assertEqual(self._get_demands(), [(30, 30, 'progress')])
        self._run(self.order)
        self.assertEqual((self.order.state, self._qty(self.coffee)), ('done', 30))
        self.assertAlmostEqual(100 - self._qty(self.beans), 7.8)

    def test_leave_it(self):
        self._roast()
        self._sell_now(30)
        self._decide(more_decision='none')
        self.assertEqual(self._get_demands(), [(20, 20, 'progress')])
        self.assertFalse(self._get_questions())
        self.assertIn("stays as it is", self.sale_order.message_ids[0].body)

    def test_sales_make_the_rest_themselves(self):
        self._roast()
        self._sell_now(30)
        self.sale_order.with_user(self.seller).action_produce()
        self.assertEqual(self._get_demands(), [(20, 20, 'progress'), (10, 10, 'confirmed')])
        self.assertFalse(self._get_questions())

    def test_sales_are_told_while_they_change_it(self):
        def warn(quantity):
            return self.line.with_user(self.seller).onchange(
                {'product_uom_qty': quantity}, ['product_uom_qty'], {'product_uom_qty': {}}).get('warning') or {}

        self.assertNotIn(self.order.name, warn(10).get('message', ""))
        self._roast()
        self.assertIn(self.order.name, warn(10)['message'])
        self.assertEqual(warn(10)['type'], 'notification', "it blocks nobody")

    def test_closed_orders_ask_nothing(self):
        self._roast()
        self._sell_now(10)
        self._run(self.order)
        self.assertEqual(self.order.state, 'done')
        self.assertFalse(self._get_questions())
        self._sell_now(8)
        self.assertEqual(self._get_demands(), [(20, 20, 'done')])

    def test_a_stale_dialog(self):
        self._roast()
        self._sell_now(10)
        action = self.order.with_user(self.supervisor_user).action_open_demand_change()
        form = Form(self.env(user=self.supervisor_user)[action['res_model']].with_context(**action['context']))
        form.less_decision = 'stock'
        dialog = form.save()
        self._sell_now(12)
        with self.assertRaisesRegex(UserError, "changed again"):
            dialog.action_decide()
        self.assertEqual(self._get_demands(), [(20, 20, 'progress')])

    def test_the_order_is_closed_before_it_is_decided(self):
        self._roast()
        self._sell_now(10)
        order = self.order.with_user(self.supervisor_user)
        dialog = self.env['mrp.demand.change'].with_user(self.supervisor_user).create(
            {'production_id': self.order.id, 'less_decision': 'stock'})
        self._run(self.order)
        self.env.invalidate_all()
        for decide in (order.action_open_demand_change, dialog.action_decide):
            with self.assertRaisesRegex(UserError, "is closed: there is nothing to decide"):
                decide()
        late = self.env['mrp.demand.change'].with_user(self.supervisor_user).create({'production_id': self.order.id})
        self.assertEqual((late.less_qty, late.more_qty), (0, 0))
        self.assertEqual(self._get_demands(), [(20, 20, 'done')])

    def test_who_may_decide_and_who_sees_money(self):
        self._roast()
        self._sell_now(10)
        for user in (self.operator_user, self.seller):
            with self.assertRaises(AccessError):
                self._decide(user=user, less_decision='stock')
        dialogs = self.env['mrp.demand.change']
        self.assertNotIn('spent', dialogs.with_user(self.supervisor_user).fields_get())
        self.supervisor_user.group_ids += self.env.ref('mrp_production_stage.group_cost')
        dialog = dialogs.with_user(self.supervisor_user).create({'production_id': self.order.id})
        self.assertEqual(dialog.spent, self.order.cost_total)
        self.assertGreaterEqual(dialog.spent, 41.6, "5.2 kg of beans at 8.00")
        with self.assertRaisesRegex(UserError, "Choose"):
            dialog.action_decide()

    def test_made_unit_by_unit(self):
        self.template.batch_mode = 'unit'
        line = self._sell(quantity=6).order_line
        order = line.demand_ids.production_id
        roasting = order.workorder_ids[0].with_user(self.operator_user)
        roasting.stage_start(units=[5])
        roasting.stage_finish(units=[5])
        self._sell_now(2, line)
        self._decide(order, less_decision='reduce')
        self.assertEqual(self._get_demands(line), [(2, 2, 'progress')])
        self.assertEqual(len(order.unit_ids), 2)
