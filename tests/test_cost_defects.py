from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .perpetual import PerpetualValuation
from .test_cost_ledger import CostCommon


@tagged('post_install', '-at_install')
class TestCostOfDefects(PerpetualValuation, CostCommon):
    """40 blanks at 10.00; Sawing, Planing, Assembly with fittings at 2.00, Finishing; operators at 12.00 an hour.

    Sawing takes 80 minutes: 400.00 + 16.00. After 20 minutes of Planing, 4.00, six are cracked and go back to Sawing as
    a part of their own: each has cost 10.00 + 0.40 + 0.10, together 63.00; 357.00 stay. The 34 are done at once, with
    fittings for 68.00.

    The part is sawn again in 12 minutes, 2.40; after 6 minutes of Planing, 1.20, two of its six are given up. Each has
    cost (63.00 + 2.40 + 1.20) / 6 = 11.10. The four get fittings for 8.00.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.wood = cls._create_product("Blank wood", cls.unit, cost=10.0)
        cls.fittings = cls._create_product("Fittings", cls.unit, cost=2.0)
        cls.blank = cls._create_product("Door blank", cls.unit)
        for product in (cls.wood, cls.fittings):
            cls._stock(product, 1000)
        cls.blank_template = cls.env['mrp.bom'].create({
            'product_tmpl_id': cls.blank.product_tmpl_id.id, 'use_stages': True, 'batch_mode': 'split',
            'operation_ids': [
                Command.create({'name': "Sawing", 'sequence': 1, 'consumption_mode': 'start'}),
                Command.create({'name': "Planing", 'sequence': 2}),
                Command.create({'name': "Assembly", 'sequence': 3}),
                Command.create({'name': "Finishing", 'sequence': 4}),
            ],
        })
        cls.blank_template.operation_ids.workcenter_id.costs_hour = 0.0
        sawing, _planing, assembly, _finishing = cls.blank_template.operation_ids
        cls.blank_template.bom_line_ids = [
            Command.create({'product_id': cls.wood.id, 'product_qty': 1, 'operation_id': sawing.id}),
            Command.create({'product_id': cls.fittings.id, 'product_qty': 1, 'operation_id': assembly.id}),
        ]
        cls.reason = cls.env['mrp.defect.reason'].create({'name': "Crack", 'code': "CRACK"})

    def _at(self, minutes):
        """A moment so many minutes later; from then on that is now."""
        type(self).now += timedelta(minutes=minutes)
        return freeze_time(self.now)

    def _saw_and_crack(self, policy):
        """Return the order and its cracked part, which stands at Sawing again."""
        order = self._create_order(40, product=self.blank, defect_cost_policy=policy)
        sawing, planing, _assembly, _finishing = order.workorder_ids
        self._run_stage(sawing, self.operator_user, 80)
        with self._at(0):
            planing.with_user(self.operator_user).stage_start()
        with self._at(20):
            planing.with_user(self.operator_user).stage_report_defect(
                self.reason.id, 'return', qty=6, return_to=sawing.id)
        return order, order.child_batch_ids

    def _give_up_two(self, part):
        sawing, planing, _assembly, _finishing = part.workorder_ids
        self._run_stage(sawing, self.operator_user, 12)
        with self._at(0):
            planing.with_user(self.operator_user).stage_start()
        with self._at(6):
            planing.with_user(self.supervisor_user).stage_report_defect(self.reason.id, 'write_off', qty=2)

    def test_a_part_takes_its_share_along(self):
        order, part = self._saw_and_crack('separate')
        self.assertEqual(order.cost_breakdown()['by_category'], {'material': 340.0, 'labor': 17.0})
        self.assertEqual(part.cost_breakdown()['by_category'], {'material': 60.0, 'labor': 3.0})
        self.assertEqual((order.cost_total, part.cost_total), (357.0, 63.0))

    def _test_policy(self, policy, part_total, loss):
        order, part = self._saw_and_crack(policy)
        self._finish_all(order)
        self._give_up_two(part)
        self._finish_all(part)
        self.assertEqual((order.state, part.state), ('done', 'done'))
        self.assertEqual((order.cost_total, order.cost_unit), (425.0, 12.5))
        self.assertAlmostEqual(part.cost_total, part_total)
        self.assertEqual((part.cost_loss, order.cost_loss), (loss, 0.0))
        # 400.00 + 76.00 of material, 23.60 of labor
        self.assertAlmostEqual(order.cost_total + part.cost_total + part.cost_loss, 499.6)
        self.assertAlmostEqual(order.move_finished_ids.value, 425.0)
        self.assertAlmostEqual(part.move_finished_ids.value, part_total)
        self.assertAlmostEqual(self.blank.total_value, 425.0 + part_total)
        return part

    def test_good_units_bear_the_loss(self):
        part = self._test_policy('included', 74.6, 0.0)
        # 4 x 11.10 + 22.20 + 8.00
        self.assertEqual(part.cost_unit, 18.65)
        self.assertEqual(
            part.cost_breakdown()['by_category'], {'material': 48.0, 'labor': 4.4, 'defect': 22.2})

    def test_a_loss_of_its_own(self):
        part = self._test_policy('separate', 52.4, 22.2)
        # 4 x 11.10 + 8.00
        self.assertEqual(part.cost_unit, 13.1)
        costs = part.cost_breakdown()
        self.assertEqual(costs['by_category'], {'material': 48.0, 'labor': 4.4})
        self.assertEqual(costs['loss'], 22.2)

    def test_what_is_withdrawn_costs_as_before(self):
        order, part = self._saw_and_crack('separate')
        planing = order.workorder_ids[1]
        planing.stage_withdraw_defect(planing.defect_ids.id)
        self.assertEqual((order.cost_total, part.cost_total), (420.0, 0.0))
        planing.stage_report_defect(self.reason.id, 'write_off', qty=4)
        self.assertEqual((order.cost_total, order.cost_loss), (378.0, 42.0))
        planing.stage_withdraw_defect(planing.defect_ids.sorted('id')[-1].id)
        self.assertEqual((order.cost_total, order.cost_loss), (420.0, 0.0))

    def test_a_part_that_has_cost_something_is_not_withdrawn(self):
        order, part = self._saw_and_crack('separate')
        sawyer = self.env['res.partner'].create({'name': "Sawyer"})
        planing, sawing = order.workorder_ids[1], part.workorder_ids[0]
        owed = sawing._accrue_subcontract_cost(sawyer, 6, self.unit, 0.5)
        with self.assertRaisesRegex(UserError, "has cost something by itself"), self.env.cr.savepoint():
            planing.stage_withdraw_defect(planing.defect_ids.id)
        sawing._reverse_subcontract_cost(owed)
        planing.stage_withdraw_defect(planing.defect_ids.id)
        self.assertEqual((order.cost_total, part.cost_total), (420.0, 0.0))

    def test_a_corrected_time_changes_the_cost_of_what_remains(self):
        order, part = self._saw_and_crack('separate')
        with self._at(0):
            # 40 of the 80 minutes of sawing: 8.00 less. The six cracked ones have taken along what they have.
            time = order.workorder_ids[0].time_ids
            time.with_user(self.supervisor_user).date_end -= timedelta(minutes=40)
        self.assertEqual((order.cost_total, part.cost_total), (349.0, 63.0))
        self._finish_all(order)
        # fittings for 34
        self.assertAlmostEqual(order.move_finished_ids.value, 349.0 + 68.0)

    def _work_beside_planing(self):
        """Return an order of which the last 4 blanks have been 5 minutes at Assembly, after 20 minutes for the others.
        Nobody has planed any."""
        self.blank_template.operation_ids[2].is_parallel = True
        order = self._create_order(40, product=self.blank)
        sawing, _planing, assembly, _finishing = order.workorder_ids
        self._run_stage(sawing, self.operator_user, 80)
        with self._at(0):
            assembly.with_user(self.operator_user).stage_start()
        with self._at(20):
            assembly.with_user(self.operator_user).stage_finish(qty=36)
        return order

    def _assert_all_assembly_costed(self, orders):
        labor = orders.cost_line_ids.filtered(
            lambda line: line.category == 'labor' and line.workorder_id.name == "Assembly" and line.origin == 'use')
        self.assertAlmostEqual(sum(labor.mapped('amount')), 5.0)

    def test_work_on_what_is_lost_elsewhere_is_costed(self):
        order = self._work_beside_planing()
        with self._at(5):
            order.workorder_ids[1].stage_report_defect(self.reason.id, 'write_off', qty=4)
        self.assertEqual(order.workorder_ids[2].stage_status, 'done')
        self._assert_all_assembly_costed(order)

    def test_work_on_what_is_split_off_elsewhere_is_costed(self):
        order = self._work_beside_planing()
        sawing, planing, assembly, _finishing = order.workorder_ids
        with self._at(5):
            planing.stage_report_defect(self.reason.id, 'return', qty=4, return_to=sawing.id)
        self.assertEqual(assembly.stage_status, 'done')
        self._assert_all_assembly_costed(order | order.child_batch_ids)

    def test_with_no_unit_left_all_is_a_loss(self):
        order, _part = self._saw_and_crack('included')
        order.workorder_ids[1].stage_report_defect(self.reason.id, 'write_off', qty=34)
        self.assertEqual((order.state, order.cost_total, order.cost_loss), ('done', 0.0, 357.0))

    def _test_accounts(self, policy, method, loss):
        self.category.property_cost_method = method
        self._set_perpetual(self.category)
        order, part = self._saw_and_crack(policy)
        self._finish_all(order)
        self._give_up_two(part)
        self._finish_all(part)
        self._assert_settled(order | part)
        self.assertEqual(self._get_balances('work', 'loss'), (-23.6, loss))
        return self._get_balance('difference')

    def test_the_books_agree_with_a_loss_in_the_good_units(self):
        self.assertEqual(self._test_accounts('included', 'average', 0.0), 0.0)

    def test_the_books_agree_with_a_loss_of_its_own(self):
        self.assertEqual(self._test_accounts('separate', 'fifo', 22.2), 0.0)

    def test_the_books_agree_at_standard_price(self):
        """34 doors at 12.00 are 17.00 less than they cost, 4 are 4.40 less."""
        self.blank.standard_price = 12.0
        self.assertEqual(self._test_accounts('separate', 'standard', 22.2), 21.4)

    def test_the_books_agree_when_a_report_is_withdrawn(self):
        self._set_perpetual(self.category)
        order, part = self._saw_and_crack('separate')
        planing = order.workorder_ids[1]
        planing.stage_report_defect(self.reason.id, 'write_off', qty=4)
        planing.stage_withdraw_defect(planing.defect_ids.sorted('id')[-1].id)
        self._finish_all(order)
        self._finish_all(part)
        self._assert_settled(order | part)
        self.assertEqual(self._get_balance('loss'), 0.0)

    def test_the_books_agree_when_a_part_is_withdrawn(self):
        self._set_perpetual(self.category)
        order, part = self._saw_and_crack('separate')
        planing = order.workorder_ids[1]
        planing.stage_withdraw_defect(planing.defect_ids.id)
        self.assertEqual((part.state, self._get_balances('work', 'loss')), ('cancel', (0.0, 0.0)))
        self._finish_all(order)
        self._assert_settled(order)
        self.assertEqual(self._get_balances('work', 'loss'), (-20.0, 0.0))

    def test_the_books_agree_when_a_part_is_cancelled(self):
        self._set_perpetual(self.category)
        order, part = self._saw_and_crack('included')
        part.action_cancel()
        self._finish_all(order)
        self._assert_settled(order)
        self.assertEqual((part.cost_total, self._get_balances('work', 'loss')), (63.0, (-20.0, 63.0)))

    def test_a_part_takes_its_share_of_subcontracting_along(self):
        """80.00 are owed for sawing 40; the six that are split off take 12.00 along, and bear what is done for them
        alone."""
        self._set_perpetual(self.category)
        sawyer = self.env['res.partner'].create({'name': "Sawyer"})
        order = self._create_order(40, product=self.blank)
        sawing, planing, _assembly, _finishing = order.workorder_ids
        self._run_stage(sawing, self.operator_user, 80)
        sawing._accrue_subcontract_cost(sawyer, 40, self.unit, 2.0)
        planing.stage_report_defect(self.reason.id, 'return', qty=6, return_to=sawing.id)
        part = order.child_batch_ids
        self.assertEqual((order.cost_subcontract, part.cost_subcontract), (68.0, 12.0))
        part.workorder_ids[0]._accrue_subcontract_cost(sawyer, 6, self.unit, 0.5)
        self._finish_all(order)
        self._finish_all(part)
        self.assertEqual((order.cost_subcontract, part.cost_subcontract), (68.0, 15.0))
        self._assert_settled(order | part)
        self.assertEqual(self._get_balance('work'), -16.0 - 83.0)

    def test_with_no_unit_left_the_books_hold_a_loss(self):
        self._set_perpetual(self.category)
        order, part = self._saw_and_crack('included')
        self._finish_all(part)
        order.workorder_ids[1].stage_report_defect(self.reason.id, 'write_off', qty=34)
        self._assert_settled(order | part)
        self.assertEqual((self._get_balance('loss'), order.cost_variance), (357.0, 0.0))


@tagged('post_install', '-at_install')
class TestCostOfUnits(CostCommon):
    """An order made unit by unit knows what was spent on which unit."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template.batch_mode = 'unit'
        cls.reason = cls.env['mrp.defect.reason'].create({'name': "Scorched", 'code': "SCORCH"})

    def _get_units(self, order, category):
        lines = order.cost_line_ids.filtered(lambda line: line.category == category and line.origin == 'use')
        return {(line.unit_id.number, line.amount) for line in lines}

    def test_each_unit_bears_its_own_time(self):
        order = self._create_order(3)
        roasting = order.workorder_ids[0]
        with freeze_time(self.now):
            roasting.with_user(self.operator_user).stage_start(units=[1, 2])
            roasting.with_user(self.helper_user).stage_start(units=[3])
        with freeze_time(self.now + timedelta(hours=1)):
            roasting.with_user(self.operator_user).stage_finish(units=[1])
        # An hour at 12.00 on two units; the roaster's hour at 30.00 is half hers, of the third nothing is costed yet.
        self.assertEqual(self._get_units(order, 'labor'), {(1, 6.0), (2, 6.0)})
        self.assertEqual(self._get_units(order, 'workcenter'), {(1, 7.5), (2, 7.5)})
        with freeze_time(self.now + timedelta(hours=2)):
            roasting.with_user(self.operator_user).stage_finish(units=[2])
            roasting.with_user(self.helper_user).stage_finish(units=[3])
        # Two hours at 9.00 on the third; the roaster ran two hours in all.
        self.assertEqual(self._get_units(order, 'labor'), {(1, 6.0), (2, 6.0), (2, 12.0), (3, 18.0)})
        self.assertEqual(order.cost_workcenter, 60.0)

    def test_a_unit_lost_at_another_stage_takes_the_time_there_along(self):
        """Hugo grinds unit 2 for an hour, at 9.00; it goes back to Roasting and is written off there."""
        order = self._create_order(2, defect_cost_policy='separate')
        roasting, grinding, _packing = order.workorder_ids
        with freeze_time(self.now):
            roasting.with_user(self.operator_user).stage_start(units=[1, 2])
            roasting.with_user(self.operator_user).stage_finish()
            grinding.with_user(self.helper_user).stage_start(units=[2])
        with freeze_time(self.now + timedelta(hours=1)):
            grinding.with_user(self.supervisor_user).stage_report_defect(
                self.reason.id, 'return', units=[2], return_to=roasting.id)
            roasting.with_user(self.supervisor_user).stage_report_defect(self.reason.id, 'write_off', units=[2])
        # 0.26 kg of beans and the hour
        self.assertEqual((order.cost_loss, order.cost_total), (2.34 + 9.0, 2.34))

    def test_a_start_that_has_been_costed_is_not_cancelled(self):
        order = self._create_order(2)
        roasting = order.workorder_ids[0]
        with freeze_time(self.now):
            roasting.with_user(self.operator_user).stage_start(units=[1, 2])
        with freeze_time(self.now + timedelta(hours=1)):
            roasting.with_user(self.operator_user).stage_finish(units=[1])
            with self.assertRaisesRegex(UserError, "has been costed"), self.env.cr.savepoint():
                roasting.with_user(self.operator_user).stage_cancel_start()

    def test_a_lost_unit_takes_what_was_spent_on_it(self):
        order = self._create_order(2, defect_cost_policy='separate')
        roasting = order.workorder_ids[0]
        with freeze_time(self.now):
            roasting.with_user(self.operator_user).stage_start(units=[1])
        with freeze_time(self.now + timedelta(minutes=30)):
            roasting.with_user(self.operator_user).stage_finish()
            roasting.with_user(self.operator_user).stage_start(units=[2])
        with freeze_time(self.now + timedelta(minutes=40)):
            roasting.with_user(self.supervisor_user).stage_report_defect(self.reason.id, 'write_off', units=[2])
        # 0.26 kg of beans, 10 min at 12.00 and 30.00
        self.assertEqual(order.cost_loss, 2.34 + 2.0 + 5.0)
        self.assertEqual(order.cost_total, 2.34 + 6.0 + 15.0)
