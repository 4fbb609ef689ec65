
from odoo.exceptions import UserError
from odoo.tests import tagged

from .perpetual import PerpetualValuation
from .test_cost_ledger import CostCommon


@tagged('post_install', '-at_install')
class TestCostOfSubcontracting(PerpetualValuation, CostCommon):
    """A mill grinds 5.2 kg at 1.25 a kilogram: 6.50."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mill = cls.env['res.partner'].create({'name': "The mill"})
        cls.reason = cls.env['mrp.defect.reason'].create({'name': "Scorched", 'code': "SCORCH"})

    def _accrue(self, order, **values):
        return order.workorder_ids[1]._accrue_subcontract_cost(
            self.mill, **{'quantity': 5.2, 'uom': self.kg, 'rate': 1.25} | values)

    def test_what_is_payable_is_a_cost_of_the_stage(self):
        self._set_perpetual(self.category)
        order = self._create_order(20)
        line = self._accrue(order)
        self.assertEqual(
            (line.category, line.quantity, line.uom_id, line.rate, line.amount, line.partner_id, line.workorder_id),
            ('subcontract', 5.2, self.kg, 1.25, 6.5, self.mill, order.workorder_ids[1]))
        self._run_coffee(order)
        self.assertEqual((order.cost_subcontract, order.cost_total), (6.5, 78.17 + 6.5))
        self.assertAlmostEqual(order.move_finished_ids.value, 84.67)
        self._assert_settled(order)
        self.assertEqual(self._get_balance('work'), -21.5 - 6.5)

    def test_it_is_taken_back_by_a_contrary_line(self):
        self._set_perpetual(self.category)
        order = self._create_order(20)
        line = self._accrue(order)
        with self.assertRaisesRegex(UserError, "log"):
            line.amount = 1.0
        back = order.workorder_ids[1]._reverse_subcontract_cost(line)
        self.assertEqual((back.quantity, back.rate, back.amount, back.partner_id), (-5.2, 1.25, -6.5, self.mill))
        self._run_coffee(order)
        self.assertEqual((order.cost_subcontract, order.cost_total), (0.0, 78.17))
        self._assert_settled(order)
        self.assertEqual(self._get_balance('work'), -21.5)

    def test_lost_units_take_their_share_and_later_ones_bear_what_comes_later(self):
        """A quarter of 20 bags is lost after 6.50, of a separate loss; what is accepted then is of the 15 alone."""
        self._set_perpetual(self.category)
        order = self._create_order(20, defect_cost_policy='separate')
        roasting, grinding, packing = order.workorder_ids
        self._run_stage(roasting, self.operator_user, 15)
        first = self._accrue(order)
        self._run_stage(grinding, self.helper_user, 20)
        packing.stage_report_defect(self.reason.id, 'write_off', qty=5)
        self.assertEqual(order.cost_subcontract, 4.87)
        self._accrue(order, quantity=2)
        self.assertEqual(order.cost_subcontract, 7.37)
        grinding._reverse_subcontract_cost(first)
        self.assertEqual(order.cost_subcontract, 0.87)
        spent = order.cost_line_ids.filtered(lambda line: line.origin == 'use')
        self._finish_all(order)
        self.assertAlmostEqual(order.cost_total + order.cost_loss, sum(
            (spent | order.cost_line_ids.filtered(lambda line: line.origin == 'use')).mapped('amount')))
        self._assert_settled(order)
        self.assertEqual(self._get_balance('loss'), order.cost_loss)

    def test_what_lost_units_took_along_is_not_taken_back_from_the_others(self):
        """Of 100.00 for 20 bags 15 took 75.00 along; the other five have cost 1.50 in labor besides."""
        order = self._create_order(20, defect_cost_policy='separate')
        roasting, grinding, packing = order.workorder_ids
        roasting.workcenter_id.costs_hour = 0
        self.beans.standard_price = 0
        self._run_stage(roasting, self.operator_user, 15)
        line = self._accrue(order, quantity=1, rate=100.0)
        self._run_stage(grinding, self.helper_user, 20)
        packing.stage_report_defect(self.reason.id, 'write_off', qty=15)
        self.assertEqual((order.cost_total, order.cost_loss), (26.5, 79.5))
        with self.assertRaisesRegex(UserError, "would cost less than nothing"), self.cr.savepoint():
            grinding._reverse_subcontract_cost(line)
        self.assertEqual((order.cost_total, order.cost_subcontract), (26.5, 25.0))

    def test_units_share_to_the_cent(self):
        self.template.batch_mode = 'unit'
        order = self._create_order(3)
        lines = self._accrue(order, quantity=1, rate=10.0, units=order.unit_ids)
        self.assertEqual(sorted(lines.mapped('amount')), [3.33, 3.33, 3.34])
        self.assertEqual(lines.unit_id, order.unit_ids)

    def test_a_closed_order_costs_what_it_has_cost(self):
        order = self._create_order(20)
        line = self._accrue(order)
        self._run_coffee(order)
        with self.assertRaisesRegex(UserError, "is closed: what The mill did at Grinding"):
            self._accrue(order)
        with self.assertRaisesRegex(UserError, "is closed"):
            order.workorder_ids[1]._reverse_subcontract_cost(line)
        cancelled = self._create_order(20)
        cancelled.action_cancel()
        with self.assertRaisesRegex(UserError, "is cancelled"):
            self._accrue(cancelled)
