from odoo.tests import new_test_user, tagged

from .common import StageCommon


@tagged('post_install', '-at_install')
class TestWarehousePeople(StageCommon):
    """Who works in the warehouse, with no rights in manufacturing, sees what stages do in Odoo's own stock screens."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stock_user = new_test_user(cls.env, login='stage_warehouse', groups='stock.group_stock_user')
        cls.template.operation_ids.wait_after = 0
        cls.beans.tracking = cls.coffee.tracking = 'lot'
        quants = cls.env['stock.quant'].search(
            [('product_id', '=', cls.beans.id), ('location_id', '=', cls.stock_location.id)])
        quants.with_context(inventory_mode=True).inventory_quantity = 0
        quants.action_apply_inventory()
        cls.sack = cls.env['stock.lot'].create({'name': "SACK-1", 'product_id': cls.beans.id})
        cls._stock(cls.beans, 10, cls.sack)

    def _see(self, records):
        return self._as(records, self.stock_user)

    def _see_lots_below(self, order):
        """Unfold the order's line of what it made in the traceability report: of which lots it was made."""
        self.env.flush_all()
        report = self.env['stock.traceability.report'].with_user(self.stock_user)
        line, = [
            line for line in report.get_main_lines({'active_id': order.lot_producing_ids.id, 'model': 'stock.lot'})
            if line['columns'][0] == order.name]
        self.assertTrue(line['unfoldable'])
        below = report.get_lines(
            line['id'], model_name=line['model'], model_id=line['model_id'], level=line['level'] + 30)
        return {column for below_line in below for column in below_line['columns'] if str(column).startswith("SACK")}

    def _see_demands(self, product):
        """What the forecast report says will leave, and for which document."""
        self.env.flush_all()
        report = self.env['stock.forecasted_product_product'].with_user(self.stock_user)
        return [
            (line['document_out']['name'], line['quantity'])
            for line in report.get_report_values(product.ids)['docs']['lines'] if line['document_out']]

    def _finish(self, order):
        for stage in self._as(order.workorder_ids, self.operator_user).filtered(lambda stage: stage.state != 'done'):
            if not stage.sudo().is_started:
                stage.stage_start()
            stage.stage_finish()

    def test_moves(self):
        order = self._create_order(20)
        self._as(order.workorder_ids[0], self.operator_user).stage_start()
        self._as(order.workorder_ids[0], self.operator_user).stage_cancel_start()
        self._finish(order)
        self.env.flush_all()
        lines = self.env['stock.move.line'].with_user(self.stock_user).search(
            [('reference', '=', order.name), ('state', '=', 'done')])
        seen = [(line.product_id, line.location_id.usage, line.location_dest_id.usage, line.quantity)
                for line in lines if line.product_id in self.beans | self.coffee]
        self.assertCountEqual(seen, [
            (self.beans, 'internal', 'production', 5.2), (self.beans, 'production', 'internal', 5.2),
            (self.beans, 'internal', 'production', 5.2), (self.coffee, 'production', 'internal', 20)])
        moves = self._see(lines.move_id)
        arch = self.env['stock.move.line'].with_user(self.stock_user).get_view(view_type='list')['arch']
        self.assertIn('reference', arch)
        self.assertEqual(set(moves.mapped('reference')), {order.name})
        self.assertTrue(moves.web_read({'reference': {}, 'product_id': {}, 'quantity': {}, 'state': {}}))

    def test_traceability(self):
        order = self._create_order(20)
        self._finish(order)
        self.env.flush_all()
        report = self.env['stock.traceability.report'].with_user(self.stock_user)
        consumed = report.get_main_lines({'active_id': self.sack.id, 'model': 'stock.lot'})
        self.assertIn(order.name, [line['columns'][0] for line in consumed])
        self.assertEqual(self._see_lots_below(order), {"SACK-1"})

    def test_traceability_of_what_came_back(self):
        """Beans of the wrong sack went back: the coffee is made of the other one."""
        right = self.env['stock.lot'].create({'name': "SACK-2", 'product_id': self.beans.id})
        order = self._create_order(20)
        roasting = order.workorder_ids[0]
        self._as(roasting, self.operator_user).stage_start()
        self._stock(self.beans, 10, right)
        taken = roasting.move_raw_ids.filtered(lambda move: move.state == 'done')
        roasting.stage_finish(materials=[
            {'move_id': taken.id, 'qty': 0}, {'product_id': self.beans.id, 'qty': 5.2, 'lot_id': right.id}])
        self._finish(order)
        self.assertEqual(self._see_lots_below(order), {"SACK-2"})

    def test_forecast(self):
        def forecast(product):
            product = self._see(product)
            return product.qty_available, product.virtual_available, product.incoming_qty, product.outgoing_qty

        self.assertEqual(forecast(self.beans), (10, 10, 0, 0))
        order = self._create_order(20)
        self.assertEqual(forecast(self.beans), (10, 4.8, 0, 5.2))
        self.assertEqual(self._see_demands(self.beans), [(order.name, 5.2)])
        self.assertEqual(forecast(self.coffee), (0, 20, 20, 0))
        self._as(order.workorder_ids[0], self.operator_user).stage_start()
        self.assertEqual(forecast(self.beans), (4.8, 4.8, 0, 0))
        self.assertEqual(self._see_demands(self.beans), [], "it is used: nothing is to come")
        self.assertEqual(forecast(self.coffee), (0, 20, 20, 0))
        self._finish(order)
        self.assertEqual(forecast(self.beans), (4.8, 4.8, 0, 0))
        self.assertEqual(forecast(self.coffee), (20, 20, 0, 0))
