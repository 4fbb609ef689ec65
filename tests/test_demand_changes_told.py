from odoo.tests import tagged

from .demand_change_common import ChangeCommon


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
