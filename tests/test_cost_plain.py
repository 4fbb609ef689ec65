from datetime import timedelta

from freezegun import freeze_time

from odoo.tests import tagged

from .test_cost_ledger import CostCommon


@tagged('post_install', '-at_install')
class TestCostOfPlainOrders(CostCommon):
    """An order without stages costs what Odoo says, and the ledger knows nothing of it."""

    def test_a_plain_order(self):
        template = self.template.copy({'use_stages': False})
        order = self._create_order(20, bom_id=template.id)
        self.assertFalse(order.use_stages)
        roasting = order.workorder_ids[0]
        with freeze_time(self.now):
            roasting.button_start()
        with freeze_time(self.now + timedelta(minutes=30)):
            roasting.button_finish()
        order.qty_producing = 20
        order._set_qty_producing()
        others = order.workorder_ids - roasting
        others.workcenter_id.costs_hour = 0
        order.move_raw_ids.picked = True
        order.button_mark_done()
        self.assertEqual(order.state, 'done')
        # 46.80 + 20 x 0.47 of materials; half an hour of the roaster at 30.00, nobody's own hourly cost
        self.assertAlmostEqual(order.move_finished_ids.value, 46.8 + 9.4 + 15.0, places=2)
        self.assertFalse(order.cost_line_ids)


@tagged('post_install', '-at_install')
class TestCostCurrency(CostCommon):
    """A company whose currency has no decimals."""

    def test_yen(self):
        self.company.currency_id = self.env.ref('base.JPY')
        self.env.ref('base.JPY').active = True
        self.beans.standard_price = 901.0
        order = self._create_order(7)
        self._run_coffee(order)
        costs = order.cost_breakdown()
        self.assertEqual(costs['currency'], 'JPY')
        # 1.82 kg x 901 = 1639.82; 21 x 0.47 = 9.87 in three moves: 6.3, 1.05 and 2.52
        self.assertEqual(costs['by_category']['material'], 1640 + 6 + 1 + 3)
        self.assertEqual({amount % 1 for amount in order.cost_line_ids.mapped('amount')}, {0.0})
        self.assertAlmostEqual(order.move_finished_ids.value, costs['total'])
