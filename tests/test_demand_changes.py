from odoo.exceptions import UserError
from odoo.tests import tagged

from .demand_change_common import ChangeCommon


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
