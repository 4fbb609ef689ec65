from datetime import timedelta

from odoo.fields import Command
from odoo.tests import tagged

from .early_consumption_common import EarlyConsumptionCommon


@tagged('post_install', '-at_install')
class TestEarlyConsumptionStock(EarlyConsumptionCommon):
    """What a stage uses, more than the norm too, is no business of the reservations and dates of the rest."""

    def test_overuse_shows_and_leaves_other_reservations_alone(self):
        other = self._create_order(20)
        order = self._create_order(20)
        self._run(order.workorder_ids[0])
        self._run(order.workorder_ids[1])
        self._run(order.workorder_ids[2], materials=[{'product_id': self.bag.id, 'qty': 25}])
        line = next(line for line in order.material_summary() if line['product_id'] == self.bag.id)
        self.assertEqual((line['norm'], line['consumed'], line['overconsumption']), (20, 25, 5))
        self.assertEqual(self._raw(other, self.bag).quantity, 20)
        self.assertEqual(order.qty_produced, 20)

    def test_what_a_stage_has_moved_keeps_its_date(self):
        """Core moves the dates of all moves with those of their order; stock is valued by them, first in, first out."""
        order = self._create_order(20)
        roasting = order.workorder_ids[0]
        roasting.stage_start()
        roasting.stage_record_output([{'product_id': self.coffee.id, 'qty': 1}])
        moved = (order.move_raw_ids | order.move_finished_ids).filtered(lambda move: move.state == 'done')
        self.assertEqual(moved.product_id, self.beans | self.coffee)
        dates = moved.mapped('date')
        order.with_context(force_date=True).write({
            'date_start': order.date_start + timedelta(days=1),
            'date_finished': order.date_finished + timedelta(days=3)})
        self.assertEqual(moved.mapped('date'), dates)
        self.assertEqual(self._raw(order, self.bag).date, order.date_start)

    def test_starting_reserves_nothing_that_is_not_there(self):
        """Stock 3, needed 10: core would reserve 10 at the start. Here only what is used moves."""
        scarce = self._create_product("Scarce", self.unit)
        self._stock(scarce, 3)
        self.template.bom_line_ids = [Command.create({
            'product_id': scarce.id, 'product_qty': 1, 'operation_id': self.template.operation_ids[2].id})]
        order = self._create_order(10)
        self.assertEqual(
            order._get_shortage(),
            [{'product_id': scarce.id, 'workorder_id': order.workorder_ids[2].id, 'shortage': 7}])
        answer = order.workorder_ids[0].stage_start()
        self.assertEqual(answer['shortage'][0]['shortage'], 7)
        self.assertEqual(self._raw(order, scarce).quantity, 3)
        quant = self.env['stock.quant'].search([
            ('product_id', '=', scarce.id), ('location_id', '=', self.stock_location.id)])
        self.assertEqual(sum(quant.mapped('reserved_quantity')), 3)
        line = next(line for line in order.material_summary() if line['product_id'] == scarce.id)
        self.assertEqual((line['norm'], line['reserved'], line['shortage']), (10, 3, 7))
        self.assertTrue(order.has_shortage)
