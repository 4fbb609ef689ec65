from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import StageCommon


class CostCommon(StageCommon):
    """The coffee roaster on paper: 20 bags of 250 g.

    Beans 5.2 kg at 9.00, packs at 0.30, labels at 0.05, valves at 0.12; an operator at 12.00 an hour roasts for 15 and
    packs for 40 minutes, another at 9.00 grinds for 20; the roaster costs 30.00 an hour.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.beans.standard_price = 9.0
        cls.valve.standard_price = 0.12
        cls.operator.hourly_cost = 12.0
        cls.helper.hourly_cost = 9.0
        cls.roaster = cls.env['mrp.workcenter'].create({'name': "Roaster", 'costs_hour': 30.0})
        cls.template.operation_ids[0].write({'workcenter_id': cls.roaster.id, 'wait_after': 0})
        cls.now = fields.Datetime.now()

    @classmethod
    def _run_stage(cls, stage, user, minutes, **finish):
        """Start the stage, let time pass, finish it; return what the finish answered."""
        with freeze_time(cls.now):
            stage.with_user(user).stage_start()
        cls.now += timedelta(minutes=minutes)
        with freeze_time(cls.now):
            return stage.with_user(user).stage_finish(**finish)

    @classmethod
    def _finish_all(cls, order):
        """Finish what is left of the order, within no time."""
        with freeze_time(cls.now):
            for stage in order.workorder_ids:
                if stage.stage_status == 'ready':
                    stage.stage_start()
                if stage.stage_status not in ('done', 'skipped'):
                    stage.stage_finish()

    @classmethod
    def _run_coffee(cls, order):
        roasting, grinding, packing = order.workorder_ids
        cls._run_stage(roasting, cls.operator_user, 15)
        cls._run_stage(grinding, cls.helper_user, 20)
        used = [{'product_id': product.id, 'qty': 21} for product in (cls.bag, cls.label, cls.valve)]
        cls._run_stage(packing, cls.operator_user, 40, materials=used)


@tagged('post_install', '-at_install')
class TestCostLedger(CostCommon):

    # 46.80 = 5.2 kg x 9.00; 9.87 = 21 x (0.30 + 0.05 + 0.12)
    # labor 3.00 = 15 min x 12.00 / 60, 3.00 = 20 min x 9.00 / 60, 8.00 = 40 min x 12.00 / 60
    # roaster 7.50 = 15 min x 30.00 / 60
    # 46.80 + 9.87 + 14.00 + 7.50 = 78.17; one of 20 bags 3.9085
    COFFEE = {'material': 56.67, 'labor': 14.0, 'workcenter': 7.5}

    def test_coffee_by_hand(self):
        order = self._create_order(20)
        self._run_coffee(order)
        self.assertEqual(order.state, 'done')
        costs = order.cost_breakdown()
        self.assertEqual(costs['by_category'], self.COFFEE)
        self.assertEqual((costs['total'], costs['unit']), (78.17, 3.91))
        self.assertEqual([(stage['name'], stage['total']) for stage in costs['by_stage']], [
            ("Roasting", 57.30), ("Grinding", 3.0), ("Packing", 17.87)])
        self.assertAlmostEqual(order.move_finished_ids.value, 78.17)
        self.assertAlmostEqual(self.coffee.standard_price, 3.9085)

    def test_rates_are_frozen_when_a_stage_is_completed(self):
        first, second = self._create_order(20), self._create_order(20)
        self._run_coffee(first)
        self._run_stage(second.workorder_ids[0], self.operator_user, 15)
        self.operator.hourly_cost = 24.0
        self.helper.hourly_cost = 18.0
        self.roaster.costs_hour = 60.0
        (self.bag | self.label | self.valve).standard_price = 1.0
        self.assertEqual(first.cost_breakdown()['by_category'], self.COFFEE)
        self.assertAlmostEqual(first.move_finished_ids.value, 78.17)
        self._run_stage(second.workorder_ids[1], self.helper_user, 20)
        self._run_stage(second.workorder_ids[2], self.operator_user, 40)
        # Roasting at the old rates: 46.80, 3.00 and 7.50; grinding 20 min x 18.00, packing 40 min x 24.00, 60 x 1.00
        self.assertEqual(
            second.cost_breakdown()['by_category'], {'material': 106.8, 'labor': 25.0, 'workcenter': 7.5})

    def test_after_all_has_been_raised_only_new_orders_cost_more(self):
        """94.8 kg of beans at 9.00 are left; as many are bought at 13.00: they cost 11.00 on average."""
        first = self._create_order(20)
        self._run_coffee(first)
        planned = first.cost_planned
        self._buy(self.beans, 94.8, 13.0)
        self.assertAlmostEqual(self.beans.standard_price, 11.0)
        self.bag.standard_price, self.label.standard_price, self.valve.standard_price = 0.6, 0.1, 0.24
        self.operator.hourly_cost, self.helper.hourly_cost, self.roaster.costs_hour = 24.0, 18.0, 60.0
        second = self._create_order(20)
        self._run_coffee(second)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(first.cost_breakdown()['by_category'], self.COFFEE)
        self.assertEqual((first.cost_planned, first.move_finished_ids.value), (planned, 78.17))
        # 76.94 = 5.2 kg x 11.00 + 21 x (0.60 + 0.10 + 0.24); 28.00 = 15 and 40 min x 24.00, 20 min x 18.00;
        # 15.00 = 15 min x 60.00; in all 119.94
        self.assertEqual(
            second.cost_breakdown()['by_category'], {'material': 76.94, 'labor': 28.0, 'workcenter': 15.0})
        self.assertEqual(second.move_finished_ids.value, 119.94)
        self.assertAlmostEqual(self.coffee.total_value, 78.17 + 119.94)

    def _buy(self, product, quantity, price):
        move = self.env['stock.move'].create({
            'product_id': product.id, 'product_uom_qty': quantity, 'product_uom': product.uom_id.id,
            'location_id': self.env.ref('stock.stock_location_suppliers').id,
            'location_dest_id': self.stock_location.id})
        with freeze_time(self.now):
            move._action_confirm()
            move.write({'quantity': quantity, 'picked': True})
            move._action_done()
            move.value_manual = quantity * price

    def test_one_operator_at_three_stages_shares_the_hour(self):
        self.operator.hourly_cost = 30.0
        stages = self.env['mrp.workorder'].union(*(self._create_order(1).workorder_ids[0] for _i in range(3)))
        stages.workcenter_id.costs_hour = 0
        with freeze_time(self.now):
            stages.with_user(self.operator_user).stage_start()
        with freeze_time(self.now + timedelta(hours=1)):
            stages.with_user(self.operator_user).stage_finish()
        lines = stages.production_id.cost_line_ids.filtered(lambda line: line.category == 'labor')
        self.assertEqual(lines.mapped('amount'), [10.0, 10.0, 10.0])

    def test_stages_finished_one_after_the_other_share_what_they_had_in_common(self):
        """An hour on both, then half an hour on the second alone: 30 and 60 minutes."""
        self.operator.hourly_cost = 60.0
        first, second = (self._create_order(1).workorder_ids[0] for _i in range(2))
        first.workcenter_id.costs_hour = 0
        with freeze_time(self.now):
            (first | second).with_user(self.operator_user).stage_start()
        with freeze_time(self.now + timedelta(hours=1)):
            first.with_user(self.operator_user).stage_finish()
        with freeze_time(self.now + timedelta(hours=1.5)):
            second.with_user(self.operator_user).stage_finish()
        for stage, amount in ((first, 30.0), (second, 60.0)):
            self.assertEqual(stage.production_id.cost_breakdown()['by_category']['labor'], amount)

    def test_two_operators_on_one_stage_cost_two(self):
        stage = self._create_order(1).workorder_ids[0]
        with freeze_time(self.now):
            stage.with_user(self.operator_user).stage_start()
            stage.with_user(self.helper_user).stage_resume()
        with freeze_time(self.now + timedelta(hours=1)):
            stage.with_user(self.operator_user).stage_finish()
        costs = stage.production_id.cost_breakdown()['by_category']
        # 12.00 and 9.00; the roaster ran one hour
        self.assertEqual((costs['labor'], costs['workcenter']), (21.0, 30.0))

    def test_a_partial_finish_costs_the_time_since_the_last_one(self):
        order = self._create_order(20)
        roasting = order.workorder_ids[0]
        self._run_stage(roasting, self.operator_user, 15, qty=5)
        self.operator.hourly_cost = 24.0
        with freeze_time(self.now + timedelta(minutes=30)):
            roasting.with_user(self.operator_user).stage_finish()
        labor = order.cost_line_ids.filtered(lambda line: line.category == 'labor')
        # 15 min x 12.00 and 30 min x 24.00
        self.assertEqual(labor.mapped('amount'), [3.0, 12.0])

    def test_a_cancelled_start_costs_nothing(self):
        order = self._create_order(20)
        roasting = order.workorder_ids[0]
        roasting.stage_start()
        self.assertEqual(order.cost_breakdown()['total'], 46.8)
        roasting.stage_cancel_start()
        self.assertEqual(order.cost_breakdown()['total'], 0.0)
        self.assertEqual(order.cost_line_ids.mapped('amount'), [46.8, -46.8])

    def test_materials_that_come_back_from_a_cancelled_order_are_no_cost(self):
        order = self._create_order(20)
        with freeze_time(self.now):
            order.workorder_ids[0].stage_start()
            order.action_cancel()
        beans = order.move_raw_ids.filtered(lambda move: move.product_id == self.beans and move.state == 'done')
        order.return_materials([{'move_id': beans.id, 'qty': 5.2}])
        self.assertEqual(order.cost_breakdown()['total'], 0.0)

    def test_what_is_costed_is_not_changed(self):
        order = self._create_order(20)
        self._run_coffee(order)
        line = order.cost_line_ids[0]
        with self.assertRaisesRegex(UserError, "log"):
            line.amount = 1.0
        with self.assertRaisesRegex(UserError, "log"):
            line.unlink()

    def test_only_people_with_costs_see_them(self):
        order = self._create_order(20)
        self._run_coffee(order)
        for user in (self.operator_user, self.supervisor_user):
            with self.assertRaises(AccessError):
                order.with_user(user).cost_breakdown()
            with self.assertRaises(AccessError):
                self.env['mrp.cost.line'].with_user(user).search([])
        with self.assertRaises(AccessError):
            order.with_user(self.supervisor_user).read(['cost_total'])
        self.supervisor_user.group_ids = [Command.link(self.env.ref('mrp_production_stage.group_cost').id)]
        self.assertEqual(order.with_user(self.supervisor_user).cost_breakdown()['total'], 78.17)
        self.assertEqual(order.with_user(self.supervisor_user).cost_total, 78.17)

    def test_the_costs_tab(self):
        order = self._create_order(20)
        # 46.80 + 20 x 0.47 of material, and the planned time of each stage at today's rates
        planned = 46.8 + 20 * 0.47 + sum(
            stage.duration_expected / 60 * (rate + stage.workcenter_id.costs_hour)
            for stage, rate in order.workorder_ids._get_planned_hourly_costs().items())
        self.assertAlmostEqual(order.cost_planned, planned, places=2)
        self._run_coffee(order)
        self.assertAlmostEqual(order.cost_planned, planned, places=2)
        self.assertEqual(
            (order.cost_material, order.cost_labor, order.cost_workcenter, order.cost_total), (56.67, 14.0, 7.5, 78.17))
        self.assertEqual(order.cost_stage_ids.mapped('cost_total'), [57.30, 3.0, 17.87])
        action = order.workorder_ids[0].action_open_cost_lines()
        lines = self.env['mrp.cost.line'].search(action['domain'])
        self.assertAlmostEqual(sum(lines.mapped('amount')), 57.30)
