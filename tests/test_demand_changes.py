from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ..models.sales.mrp_production_changes import DEMAND_CHANGE
from .test_deals import DealCommon


class ChangeCommon(DealCommon):
    """Coffee that was sold, and is in production."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template.start_on_sale_confirm = True
        cls.deal = cls._create_deal()
        cls.sale_order = cls._sell(cls.deal)
        cls.line = cls.sale_order.order_line
        cls.order = cls.line.demand_ids.production_id
        cls.roasting, cls.grinding, cls.packing = cls.order.workorder_ids

    def _sell_now(self, quantity, line=None):
        """Change a sale line as its sales person does."""
        (line or self.line).with_user(self.seller).product_uom_qty = quantity
        self.env.flush_all()
        self.env.invalidate_all()

    def _roast(self, **finish):
        self.roasting.with_user(self.operator_user).stage_start()
        self.roasting.with_user(self.operator_user).stage_finish(**finish)

    def _get_demands(self, line=None):
        """Return, per order of a line, how much of it is for the line, how much it makes, and its state."""
        return [
            (demand.quantity, demand.production_id.product_qty, demand.production_id.state)
            for demand in (line or self.line).demand_ids.sorted('id')]

    def _get_questions(self, order=None):
        return (order or self.order).activity_search([DEMAND_CHANGE])

    def _decide(self, order=None, user=None, **vals):
        """Decide as a supervisor does."""
        order = (order or self.order).with_user(user or self.supervisor_user)
        action = order.action_open_demand_change()
        form = Form(self.env(user=order.env.user)[action['res_model']].with_context(**action['context']))
        for name, value in vals.items():
            form[name] = value
        form.save().action_decide()
        self.env.flush_all()
        self.env.invalidate_all()


@tagged('post_install', '-at_install')
class TestChangesBefore(ChangeCommon):
    """Nothing has begun: production follows by itself."""

    def test_half_of_it_is_cancelled(self):
        self._sell_now(10)
        self.assertEqual(self._get_demands(), [(10, 10, 'confirmed')])
        beans = self.order.move_raw_ids.filtered(lambda move: move.product_id == self.beans)
        self.assertAlmostEqual(beans.product_uom_qty, 2.6)
        self.assertEqual(self.order.move_finished_ids.product_uom_qty, 10)
        self.assertFalse(self._get_questions())
        for thread in (self.order, self.sale_order, self.deal):
            message = thread.message_ids.filtered(lambda message: "wants 10.00 Units" in (message.body or ""))
            self.assertEqual(len(message), 1, thread)
            self.assertEqual(message.author_id, self.seller.partner_id)
            self.assertIn("instead of 20.00", message.body)

    def test_more_of_it(self):
        self._sell_now(30)
        self.assertEqual(self._get_demands(), [(30, 30, 'confirmed')])
        self._sell_now(30)
        self.assertEqual(self._get_demands(), [(30, 30, 'confirmed')])
        self._run(self.order)
        self.assertEqual((self.order.state, self._qty(self.coffee)), ('done', 30))

    def test_in_another_unit(self):
        self.line.with_user(self.seller).write({'product_uom_id': self.env.ref('uom.product_uom_dozen').id})
        self.assertEqual(self._get_demands(), [(240, 240, 'confirmed')])
        self._sell_now(2)
        self.assertEqual(self._get_demands(), [(24, 24, 'confirmed')])

    def test_none_of_it(self):
        self._sell_now(0)
        self.assertEqual(self._get_demands(), [(20, 20, 'cancel')])
        self.assertEqual(self.deal.stage_id, self.called_off)
        self.assertTrue(self.sale_order.message_ids.filtered(lambda message: "is cancelled" in (message.body or "")))
        self._sell_now(5)
        self.sale_order.with_user(self.seller).action_produce()
        self.assertEqual(self._get_demands(), [(20, 20, 'cancel'), (5, 5, 'confirmed')])

    def test_the_sale_is_cancelled_and_confirmed_again(self):
        sale_order = self.sale_order.with_user(self.seller)
        sale_order._action_cancel()
        self.assertEqual(self._get_demands(), [(20, 20, 'cancel')])
        sale_order.action_draft()
        self._sell_now(12)
        sale_order.action_confirm()
        self.assertEqual(self._get_demands(), [(20, 20, 'cancel'), (12, 12, 'confirmed')])

    def test_an_order_for_two_lines(self):
        other = self._sell(quantity=5).order_line
        other.demand_ids.production_id.action_cancel()
        other.demand_ids.unlink()
        self.order._change_quantity(25)
        self.env['mrp.production.demand'].create(
            {'production_id': self.order.id, 'sale_line_id': other.id, 'quantity': 5})
        self._sell_now(8)
        self.assertEqual((self._get_demands(), self._get_demands(other)), (
            [(8, 13, 'confirmed')], [(5, 13, 'confirmed')]))
        self._sell_now(0)
        self.assertEqual((self._get_demands(), self._get_demands(other)), ([], [(5, 5, 'confirmed')]))
        self._sell_now(0, other)
        self.assertEqual(self._get_demands(other), [(5, 5, 'cancel')])

    def test_two_orders_for_one_line(self):
        first = self.order
        self._roast()
        self._sell_now(30)
        self._decide(more_decision='second')
        second = self.line.demand_ids.production_id - first
        self._sell_now(24)
        self.assertEqual((first.product_qty, second.product_qty, second.state), (20, 4, 'confirmed'))
        self._sell_now(18)
        self.assertEqual((first.product_qty, second.state), (20, 'cancel'))
        self.assertIn("wants 18.00 Units", self._get_questions(first).note)

    def test_goods_delivered_from_stock_are_not_made(self):
        sale_order = self._sell(quantity=20, products=self.ground)
        self._stock(self.ground, 8)
        line = sale_order.order_line
        delivery = sale_order.picking_ids
        delivery.move_ids.quantity = 8
        delivery.move_ids.picked = True
        delivery.with_context(skip_backorder=True, picking_ids_not_to_backorder=False).button_validate()
        self.assertEqual(line.qty_delivered, 8)
        sale_order.with_user(self.seller).action_produce()
        self.assertEqual(self._get_demands(line), [(12, 12, 'confirmed')])
        with self.assertRaisesRegex(UserError, "made already"):
            sale_order.with_user(self.seller).action_produce()
        self.assertFalse(sale_order.can_produce)
        self._sell_now(15, line)
        self.assertEqual(self._get_demands(line), [(7, 7, 'confirmed')])

    def test_materials_that_are_short_never_stop_a_sale(self):
        self.order.shortage_policy = 'block'
        self._sell_now(10_000)
        self.assertEqual(self.line.product_uom_qty, 10_000)
        self.assertEqual(self._get_demands(), [(20, 20, 'confirmed')])
        told = self.sale_order.message_ids.filtered(lambda message: "does not follow" in (message.body or ""))
        self.assertIn("Green beans", told.body)
        self.assertIn("wants 10,000.00 Units", self._get_questions().note)
        self._sell_now(20)
        self.assertFalse(self._get_questions())

    def test_a_unit_that_does_not_convert_never_stops_a_sale(self):
        self.line.with_user(self.seller).write({'product_uom_id': self.kg.id})
        self.assertEqual(self._get_demands(), [(20, 20, 'confirmed')])
        self.assertIn("one cannot be converted into the other", self.sale_order.message_ids[0].body)

    def test_products_without_a_template_are_left_alone(self):
        line = self._sell(products=self.beans).order_line
        self._sell_now(5, line)
        self.assertFalse(line.demand_ids)

    def test_reconfirmed_without_a_change_nothing_is_written(self):
        messages = self.order.message_ids
        self.line._update_production()
        self.line._update_production()
        self.assertEqual(self.order.message_ids, messages)


@tagged('post_install', '-at_install')
class TestChangesMadeToOrder(ChangeCommon):
    """A rule of stock raises its orders by itself, and lowers none."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        warehouse = cls.stock_location.warehouse_id
        to_order = cls.env.ref('stock.route_warehouse0_mto')
        to_order.active = True
        cls.ground.route_ids = [Command.set((to_order | warehouse.manufacture_pull_id.route_id).ids)]
        cls.made_sale = cls._sell(products=cls.ground)
        cls.made_line = cls.made_sale.order_line

    def test_up_and_down(self):
        for quantity in (25, 12, 30):
            self._sell_now(quantity, self.made_line)
            self.assertEqual(self._get_demands(self.made_line), [(quantity, quantity, 'confirmed')])
            delivery = self.made_sale.picking_ids.move_ids.filtered(lambda move: move.state != 'cancel')
            self.assertEqual(sum(delivery.mapped('product_uom_qty')), quantity)
            order = self.made_line.demand_ids.production_id
            receipt = order.move_finished_ids.filtered(lambda move: move.state != 'cancel')
            self.assertEqual(sum(receipt.mapped('product_uom_qty')), quantity)
        self._run(order)
        self.assertEqual(set(delivery.mapped('state')), {'assigned'})

    def test_cancelled(self):
        self.made_sale.with_user(self.seller)._action_cancel()
        self.assertEqual(self._get_demands(self.made_line), [(20, 20, 'cancel')])
        self.assertFalse(self.made_line.demand_ids.production_id.activity_ids)

    def test_down_while_it_runs(self):
        order = self.made_line.demand_ids.production_id
        order.workorder_ids[0].with_user(self.operator_user).stage_start()
        self._sell_now(12, self.made_line)
        self.assertEqual(self._get_demands(self.made_line), [(20, 20, 'progress')])
        self.assertEqual(order.activity_ids, self._get_questions(order))
        self._decide(order, less_decision='reduce')
        self.assertEqual(self._get_demands(self.made_line), [(12, 12, 'progress')])
        self._run(order)
        delivery = self.made_sale.picking_ids.move_ids.filtered(lambda move: move.state != 'cancel')
        self.assertEqual((delivery.mapped('product_uom_qty'), delivery.mapped('state')), ([12], ['assigned']))

    def test_up_while_it_runs(self):
        order = self.made_line.demand_ids.production_id
        order.workorder_ids[0].with_user(self.operator_user).stage_start()
        self._sell_now(26, self.made_line)
        self.assertEqual(
            self._get_demands(self.made_line), [(20, 20, 'progress'), (6, 6, 'confirmed')], "by the rule's own order")
        self.assertFalse(self._get_questions(order))


@tagged('post_install', '-at_install')
class TestChangesTold(ChangeCommon):
    """Customers who do not want it any more are not told that it is ready."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env['mrp.stage.trigger'].create({
            'operation_id': cls.packing.operation_id.id,
            'mail_template_id': cls.env.ref('mrp_production_stage.mail_template_ready_to_ship').id})
        cls.sales = [cls._sell() for _place in range(3)]
        cls.lines = [sale.order_line for sale in cls.sales]
        cls.orders = [line.demand_ids.production_id for line in cls.lines]

    def _get_told(self):
        return [
            len(sale.message_ids.filtered(lambda message: message.message_type == 'auto_comment'))
            for sale in self.sales]

    def test_one_of_a_batch(self):
        batch = self.env['mrp.production'].union(*self.orders).with_user(self.supervisor_user).aggregate()
        self._sell_now(0, self.lines[1])
        self._run(batch)
        self.assertEqual(self._get_told(), [1, 0, 1])

    def test_one_of_a_batch_about_whom_nobody_has_decided(self):
        batch = self.env['mrp.production'].union(*self.orders).with_user(self.supervisor_user).aggregate()
        batch.workorder_ids[0].with_user(self.operator_user).stage_start()
        self._sell_now(0, self.lines[1])
        self._run(batch)
        self.assertEqual(self._get_told(), [1, 0, 1])

    def test_kept_for_stock(self):
        for order in self.orders:
            order.workorder_ids[0].with_user(self.operator_user).stage_start()
        self._sell_now(0, self.lines[0])
        self._decide(self.orders[0], less_decision='stock')
        # What it wants is made by another order.
        self._sell_now(10, self.lines[1])
        self._decide(self.orders[1], less_decision='stock')
        self._sell_now(30, self.lines[1])
        self._decide(self.orders[1], more_decision='second')
        second = self.lines[1].demand_ids.production_id - self.orders[1]
        second.workorder_ids[0].with_user(self.operator_user).stage_start()
        self._sell_now(20, self.lines[1])
        self._decide(second, less_decision='stock')
        self._run(second)
        self.assertEqual(self._get_told(), [0, 0, 0])
        for order in self.orders:
            self._run(order)
        self.assertEqual(self._get_told(), [0, 1, 1])


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
