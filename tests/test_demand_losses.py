from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .demand_change_common import ChangeCommon


class LossCommon(ChangeCommon):
    """Coffee that was sold, and of which some is burnt."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.burnt = cls.env['mrp.defect.reason'].create({'name': "Burnt", 'code': "BURNT"})

    def _lose(self, quantity, order=None):
        """Lose units of an order at its first stage, and take the rest through the others."""
        order = order or self.order
        roasting = order.workorder_ids[0]
        roasting.with_user(self.operator_user).stage_start()
        roasting.with_user(self.supervisor_user).stage_report_defect(self.burnt.id, 'write_off', qty=quantity)
        self._run(order)
        self.env.flush_all()
        self.env.invalidate_all()

    def _produce(self, sale_order=None):
        (sale_order or self.sale_order).with_user(self.seller).action_produce()


@tagged('post_install', '-at_install')
class TestDemandLosses(LossCommon):
    """What was lost is wanted again."""

    def test_what_was_lost_is_made_again_once(self):
        self._lose(5)
        self.assertEqual((self.order.state, self.order.qty_produced), ('done', 15))
        self.assertTrue(self.sale_order.can_produce)
        self._produce()
        self.assertEqual(self._get_demands(), [(20, 20, 'done'), (5, 5, 'confirmed')])
        with self.assertRaisesRegex(UserError, "made already"):
            self._produce()
        second = self.line.demand_ids.production_id - self.order
        self.line._update_production()
        self.assertEqual((second.state, second.product_qty), ('confirmed', 5), "nothing has changed")
        self._lose(2, second)
        self._produce()
        self.assertEqual(self._get_demands()[2:], [(2, 2, 'confirmed')], "lost once more")
        self._sell_now(18)
        self.assertEqual(self._get_demands()[1:], [(5, 5, 'done'), (2, 2, 'cancel')], "no more is wanted")

    def test_the_status_makes_it_again(self):
        self.template.start_on_sale_confirm = False
        self._lose(5)
        self._move(self.deal, self.new)
        self._move(self.deal, self.accepted)
        self.assertEqual(self._get_demands(), [(20, 20, 'done'), (5, 5, 'confirmed')])

    def test_a_deal_is_not_done_while_units_are_missing(self):
        self._lose(5)
        self.assertEqual(self.deal.stage_id, self.defect)
        for thread in (self.deal, self.sale_order):
            told = thread.message_ids.filtered(lambda message: "are missing for" in (message.body or ""))
            self.assertEqual(len(told), 1)
            self.assertIn(f"5.00 Units of {self.coffee.name} are missing for {self.sale_order.name}", told.body)
        self._produce()
        self._run(self.line.demand_ids.production_id - self.order)
        self.assertEqual(self.deal.stage_id, self.ready)

    def test_a_deal_is_done_when_the_customer_takes_less(self):
        self._lose(5)
        self._sell_now(17)
        self.assertEqual(self.deal.stage_id, self.defect)
        self._sell_now(15)
        self.assertEqual(self.deal.stage_id, self.ready)
        self._sell_now(20)
        self._move(self.deal, self.new)
        self._sell_now(19)
        self.assertEqual(self.deal.stage_id, self.new, "a person has moved it, and units are missing")

    def test_a_deal_is_done_without_a_sale_that_is_cancelled(self):
        other = self._sell(self.deal)
        self._run(self._get_orders(other))
        self._lose(5)
        self.assertEqual(self.deal.stage_id, self.defect)
        self.sale_order.with_user(self.seller)._action_cancel()
        self.assertEqual(self.deal.stage_id, self.ready)

    def test_a_deal_whose_order_is_to_be_closed_by_hand(self):
        self.template.auto_close = False
        deal = self._create_deal()
        line = self._sell(deal).order_line
        order = line.demand_ids.production_id
        self._lose(5, order)
        self.assertEqual((order.state, deal.stage_id), ('to_close', self.defect))
        self.assertEqual(self._get_demands(line), [(20, 20, 'to_close')])
        order.button_mark_done()
        self.assertEqual((order.state, deal.stage_id), ('done', self.defect))
        self._produce(line.order_id)
        self.assertEqual(self._get_demands(line), [(20, 20, 'done'), (5, 5, 'confirmed')])

    def test_all_is_lost(self):
        self.roasting.with_user(self.operator_user).stage_start()
        self.roasting.with_user(self.supervisor_user).stage_report_defect(self.burnt.id, 'write_off')
        self.assertEqual((self.order.state, self.deal.stage_id), ('done', self.defect))
        self._produce()
        self.assertEqual(self._get_demands(), [(20, 20, 'done'), (20, 20, 'confirmed')])

    def test_what_was_kept_for_stock_is_lost_first(self):
        self._roast()
        self._sell_now(14)
        self._decide(less_decision='stock')
        self.grinding.with_user(self.operator_user).stage_start()
        self.grinding.with_user(self.supervisor_user).stage_report_defect(self.burnt.id, 'write_off', qty=8)
        self._run(self.order)
        self.env.invalidate_all()
        self._produce()
        self.assertEqual(self._get_demands(), [(14, 20, 'done'), (2, 2, 'confirmed')])

    def test_a_part_loses_some(self):
        self.order.batch_mode = 'split'
        self._roast()
        self.grinding.with_user(self.operator_user).stage_report_defect(
            self.burnt.id, 'return', qty=6, return_to=self.roasting.id)
        part = self.order.child_batch_ids
        self._run(self.order)
        with self.assertRaisesRegex(UserError, "made already"):
            self._produce()
        self._lose(4, part)
        self.assertEqual((self.order.state, part.state, self.deal.stage_id), ('done', 'done', self.new))
        self._produce()
        self.assertEqual(self._get_demands(), [(20, 14, 'done'), (4, 4, 'confirmed')])

    def test_what_is_left_of_a_batch_is_for_whom_ordered_first(self):
        other = self._sell(quantity=10)
        batch = (self.order | self._get_orders(other)).with_user(self.supervisor_user).aggregate().sudo(False)
        self._lose(4, batch.with_env(self.env))
        with self.assertRaisesRegex(UserError, "made already"):
            self._produce()
        self._produce(other)
        self.assertEqual(self._get_demands(other.order_line), [(10, 30, 'done'), (4, 4, 'confirmed')])
        self.assertEqual(self.deal.stage_id, self.ready, "the first has got all it wants")

    def test_what_has_been_delivered_instead_is_not_missing(self):
        self._lose(5)
        self._stock(self.coffee, 3)
        delivery = self.sale_order.picking_ids
        delivery.move_ids.quantity = 18
        delivery.move_ids.picked = True
        delivery.with_context(skip_backorder=True, picking_ids_not_to_backorder=False).button_validate()
        self._produce()
        self.assertEqual(self._get_demands(), [(20, 20, 'done'), (2, 2, 'confirmed')])

    def test_what_a_rule_had_made(self):
        """A rule of make-to-order makes nothing again. What was lost is made for the same delivery."""
        to_order = self.env.ref('stock.route_warehouse0_mto')
        to_order.active = True
        routes = to_order | self.stock_location.warehouse_id.manufacture_pull_id.route_id
        self.ground.route_ids = [Command.set(routes.ids)]
        sale_order = self._sell(products=self.ground)
        order = self._get_orders(sale_order)
        self._lose(5, order)
        self._produce(sale_order)
        second = self._get_orders(sale_order) - order
        self.assertEqual(self._get_demands(sale_order.order_line), [(20, 20, 'done'), (5, 5, 'confirmed')])
        delivery = sale_order.picking_ids.move_ids
        self.assertEqual(delivery.quantity, 15)
        self._run(second)
        delivery._action_assign()
        self.assertEqual((delivery.quantity, delivery.state), (20, 'assigned'))
