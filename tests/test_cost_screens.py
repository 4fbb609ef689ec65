from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import JoineryCommon
from .test_cost_ledger import CostCommon

PLAN = ('cost_planned_material', 'cost_planned_labor', 'cost_planned_workcenter')


class PlanCommon(CostCommon):
    """The coffee roaster again: at 12.00 an hour roasting and packing, at 9.00 grinding; the roaster at 30.00.

    Of 20 bags, beans cost 5.2 kg x 9.00 = 46.80; bags, labels and valves 20 x (0.30 + 0.05 + 0.12) = 9.40. Planned are
    300 minutes of roasting: 60.00 and 150.00 for the roaster; 200 of grinding: 30.00; 400 of packing: 80.00.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        roasting, grinding, packing = cls.template.operation_ids
        (roasting | packing).write({'performer_type': 'employee', 'performer_employee_id': cls.operator.id})
        grinding.write({'performer_type': 'employee', 'performer_employee_id': cls.helper.id})
        cls.supervisor_user.group_ids = [Command.link(cls.env.ref('mrp_production_stage.group_cost').id)]

    def _get_plan(self, order):
        return [tuple(stage[name] for name in PLAN) for stage in order.workorder_ids]

    def _expect(self, template, quantity, **vals):
        """What the dialog of a template says, to someone who sees costs."""
        action = template.with_user(self.supervisor_user).action_open_expected_cost()
        return self.env['mrp.template.preview'].with_user(self.supervisor_user).with_context(
            **action['context']).create({'quantity': quantity, **vals})


@tagged('post_install', '-at_install')
class TestCostPlan(PlanCommon):

    COFFEE = [(46.8, 60.0, 150.0), (0.0, 30.0, 0.0), (9.4, 80.0, 0.0)]

    def test_planned_by_category(self):
        order = self._create_order(20)
        self.assertEqual(self._get_plan(order), self.COFFEE)
        self.assertEqual(order.workorder_ids.mapped('cost_planned'), [256.8, 30.0, 89.4])
        self.assertEqual([order[name] for name in PLAN], [56.2, 170.0, 150.0])
        self.assertEqual((order.cost_planned, order.cost_planned_unit), (376.2, 18.81))

    def test_a_plan_is_kept(self):
        order = self._create_order(20)
        self.operator.hourly_cost = 24.0
        self.beans.standard_price = 10.0
        self.assertEqual(self._get_plan(order), self.COFFEE)
        self.assertEqual(self._get_plan(self._create_order(20))[0], (52.0, 120.0, 150.0))

    def test_a_draft_is_expected_at_todays_rates(self):
        order = self._create_order(20, confirm=False)
        self.assertEqual((order.cost_planned, order.cost_planned_unit), (376.2, 18.81))
        self.operator.hourly_cost = 24.0
        order.invalidate_recordset()
        self.assertEqual(order.cost_planned, 516.2)
        order.action_confirm()
        self.assertEqual(order.cost_planned, 516.2)

    def test_a_new_order_in_its_form(self):
        form = Form(
            self.env['mrp.production'].with_user(self.supervisor_user),
            self.env.ref('mrp_production_stage.mrp_production_view_form_stages'))
        form.product_id = self.coffee
        form.product_qty = 20
        self.assertEqual(form.cost_planned, 376.2)
        form.product_qty = 40
        self.assertEqual(form.cost_planned, 752.4)
        order = form.save()
        self.assertEqual(order.cost_planned, 752.4)

    def test_another_quantity_is_planned_anew(self):
        order = self._create_order(20)
        self.operator.hourly_cost = 24.0
        self.env['change.production.qty'].create({'mo_id': order.id, 'product_qty': 40}).change_prod_qty()
        self.assertEqual(self._get_plan(order), [(93.6, 240.0, 300.0), (0.0, 60.0, 0.0), (18.8, 320.0, 0.0)])

    def test_optional_stages_are_planned_when_they_take_part(self):
        grinding = self.template.operation_ids[1]
        grinding.write({'is_optional': True, 'activation': 'manual'})
        self.template.bom_line_ids.filtered(lambda line: line.product_id == self.label).operation_id = grinding
        draft = self._create_order(20, confirm=False)
        self.assertEqual(draft.cost_planned, 345.2)
        draft.action_confirm()
        skipped = (0.0, 0.0, 0.0)
        self.assertEqual((draft.cost_planned, self._get_plan(draft)[1]), (345.2, skipped))
        stage = draft.workorder_ids[1]
        stage.with_user(self.supervisor_user).stage_activate()
        self.assertEqual(self._get_plan(draft)[1], (1.0, 30.0, 0.0))
        stage.with_user(self.supervisor_user).stage_skip()
        self.assertEqual(self._get_plan(draft)[1], skipped)

    def test_what_follows_the_template_is_planned_anew(self):
        order = self._create_order(20)
        order.workorder_ids[0].stage_start()
        self.template.operation_ids.time_cycle_manual = 30
        self.operator.hourly_cost = 24.0
        order.action_update_bom()
        self.assertEqual(self._get_plan(order), [self.COFFEE[0], (0.0, 90.0, 0.0), (9.4, 240.0, 0.0)])

    def test_parts_of_a_batch_that_has_not_begun(self):
        order = self._create_order(20)
        order._split_productions({order: [5, 15]})
        parts = order.production_group_id.production_ids
        self.assertEqual(parts.mapped('cost_planned'), [94.05, 282.15])

    def test_actual_beside_planned(self):
        order = self._create_order(20)
        self._run_coffee(order)
        # 5.2 kg of beans as planned, 21 instead of 20 packs: 0.47; 75 of 900 minutes
        self.assertEqual(order.cost_difference_material, 0.47)
        self.assertEqual(order.cost_difference_labor, 14.0 - 170.0)
        self.assertEqual(order.cost_difference_workcenter, 7.5 - 150.0)
        self.assertEqual(order.cost_difference, 78.17 - 376.2)
        self.assertAlmostEqual(order.cost_difference_unit, 3.91 - 18.81)
        self.assertEqual(order.workorder_ids.mapped('cost_difference'), [-199.5, -27.0, -71.53])

    def test_a_stage_that_runs_has_no_difference_yet(self):
        order = self._create_order(20)
        order.workorder_ids[0].stage_start()
        self.assertEqual((order.workorder_ids[0].cost_total, order.workorder_ids[0].cost_difference), (46.8, 0.0))

    # ------------------------------------------------------------
    # Behind the figures
    # ------------------------------------------------------------

    def _sum_lines(self, record, figure):
        action = record.with_context(cost_figure=figure).action_open_cost_lines()
        return action['name'], self.env['mrp.cost.line'].search(action['domain']).mapped('amount')

    def test_each_figure_opens_its_lines(self):
        order = self._create_order(20)
        self._run_coffee(order)
        for figure, title, amount in (
            ('material', "Material", 56.67), ('labor', "Labor", 14.0), ('workcenter', "Work Center", 7.5),
            ('total', "Cost", 78.17), ('rework', "Spent on Rework", 0.0), ('loss', "Separate Loss", 0.0),
            (None, "All Costs", 78.17),
        ):
            name, amounts = self._sum_lines(order, figure)
            self.assertEqual((name, round(sum(amounts), 2)), (f"{title}: {order.name}", amount))
        name, amounts = self._sum_lines(order.workorder_ids[0], 'labor')
        self.assertEqual(amounts, [3.0])

    def test_rework_is_visible_apart(self):
        order = self._create_order(20)
        roasting, grinding, _packing = order.workorder_ids
        reason = self.env['mrp.defect.reason'].create({'name': "Pale", 'code': "PALE"})
        self._run_stage(roasting, self.operator_user, 15)
        grinding.with_user(self.supervisor_user).stage_report_defect(reason.id, 'return', return_to=roasting.id)
        self._run_stage(roasting, self.operator_user, 10)
        # 10 minutes at 12.00 and 30.00 an hour
        self.assertEqual((order.cost_rework, roasting.cost_rework, grinding.cost_rework), (7.0, 7.0, 0.0))
        self.assertEqual(order.cost_total, 57.3 + 7.0)
        _name, amounts = self._sum_lines(order, 'rework')
        self.assertEqual(sorted(amounts), [2.0, 5.0])

    # ------------------------------------------------------------
    # What will it cost
    # ------------------------------------------------------------

    def _assert_expected(self, dialog, order):
        """The dialog says what an order made right then is planned to cost, stage by stage."""
        self.assertEqual(
            tuple(dialog[name] for name in (
                'cost_material', 'cost_labor', 'cost_workcenter', 'cost_total', 'cost_unit')),
            (*(order[name] for name in PLAN), order.cost_planned, order.cost_planned_unit))
        self.assertEqual(
            {stage.operation_id: stage.cost_planned for stage in order.workorder_ids if stage.cost_planned},
            {line.operation_id: line.cost_total for line in dialog.stage_ids if line.cost_total})
        self.assertAlmostEqual(sum(dialog.line_ids.mapped('cost_total')), order.cost_planned_material, places=2)

    def test_expected_is_what_is_planned(self):
        for quantity in (1, 20, 33):
            self._assert_expected(self._expect(self.template, quantity), self._create_order(quantity))

    def test_expected_without_what_by_products_bear(self):
        self.template.byproduct_ids = [
            Command.create({'product_id': self.label.id, 'product_qty': 1, 'cost_share': 20})]
        dialog, order = self._expect(self.template, 20), self._create_order(20)
        self._assert_expected(dialog, order)
        self.assertEqual((dialog.cost_total, dialog.cost_unit), (376.2, 15.05))

    def test_expected_of_norms_of_all_kinds(self):
        """Norms per order are taken once, formulas read the variant, optional stages are not counted."""
        small, large = self._create_variants("Blend", "Weight", "0.5 kg", "2 kg")
        roasting, grinding, packing = (
            Command.create({'name': name, 'sequence': place, 'time_cycle_manual': 7, 'workcenter_id': self.roaster.id})
            for place, name in enumerate(("Roasting", "Grinding", "Packing")))
        template = self.env['mrp.bom'].create({
            'product_tmpl_id': small.product_tmpl_id.id, 'use_stages': True,
            'operation_ids': [roasting, grinding, packing]})
        roasting, grinding, packing = template.operation_ids
        grinding.is_optional = True
        template.bom_line_ids = [
            Command.create({
                'product_id': self.beans.id, 'norm_type': 'formula', 'formula': 'weight * 1.2',
                'operation_id': roasting.id}),
            Command.create({
                'product_id': self.valve.id, 'norm_type': 'batch', 'product_qty': 3, 'operation_id': packing.id}),
            Command.create({'product_id': self.label.id, 'product_qty': 2, 'operation_id': grinding.id}),
            # Without a stage: at the last one
            Command.create({'product_id': self.bag.id, 'product_qty': 1}),
        ]
        for variant, beans in ((small, 0.6), (large, 2.4)):
            dialog = self._expect(template, 10, product_id=variant.id)
            order = self._create_order(10, product=variant)
            self._assert_expected(dialog, order)
            self.assertEqual(order.cost_planned_material, round(10 * beans * 9.0 + 3 * 0.12 + 10 * 0.3, 2))

    def test_an_open_variant_costs_what_variants_do_on_average(self):
        red, blue = self._create_variants("Label", "Colour", "Red", "Blue")
        red.standard_price, blue.standard_price = 1.0, 2.0
        self.template.bom_line_ids = [Command.create({
            'product_id': red.id, 'product_qty': 1, 'choose_variant': True,
            'operation_id': self.template.operation_ids[2].id})]
        dialog, order = self._expect(self.template, 20), self._create_order(20)
        self._assert_expected(dialog, order)
        self.assertEqual(order.cost_planned_material, 56.2 + 30.0)

    def test_a_formula_that_fails_is_said(self):
        self.template.bom_line_ids[0].write({'norm_type': 'formula', 'formula': '10 - qty'})
        dialog = self._expect(self.template, 20)
        self.assertTrue(dialog.problem)
        self.assertEqual(dialog.cost_total, 0.0)

    def test_the_dialog_follows_what_is_typed(self):
        context = self.template.action_open_expected_cost()['context']
        form = Form(
            self.env['mrp.template.preview'].with_user(self.supervisor_user).with_context(**context),
            'mrp_production_stage.mrp_template_preview_view_form_cost')
        form.quantity = 20
        self.assertEqual((form.cost_total, form.cost_unit), (376.2, 18.81))

    def test_from_the_product_and_from_a_draft(self):
        action = self.coffee.product_tmpl_id.action_open_expected_cost()
        self.assertEqual(action['context']['default_bom_id'], self.template.id)
        self.assertEqual(action['context']['default_product_id'], self.coffee.id)
        draft = self._create_order(20, confirm=False)
        self.assertEqual(draft.action_open_expected_cost()['context']['default_quantity'], 20)
        self.assertTrue(self.coffee.product_tmpl_id.has_stage_template)
        self.assertFalse(self.beans.product_tmpl_id.has_stage_template)
        self.assertFalse(self.coffee.product_tmpl_id.with_user(self.operator_user).has_stage_template)

    def test_the_dialog_tells_nothing_to_others(self):
        supervisor = self.supervisor_user
        supervisor.group_ids = [Command.unlink(self.env.ref('mrp_production_stage.group_cost').id)]
        preview = self.env['mrp.template.preview'].with_user(supervisor).create(
            {'bom_id': self.template.id, 'quantity': 20})
        self.assertEqual(len(preview.stage_ids), 3)
        for record, name in (
            (preview, 'cost_total'), (preview.stage_ids[0], 'cost_total'), (preview.line_ids[0], 'cost_price'),
        ):
            with self.assertRaises(AccessError):
                record.read([name])


@tagged('post_install', '-at_install')
class TestCostPlanOfParts(JoineryCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._order_panels()

    def test_a_part_takes_its_share_of_the_plan_and_gives_it_back(self):
        order = self.order
        planned = [tuple(stage[name] for name in PLAN) for stage in order.workorder_ids]
        total = order.cost_planned
        self.assertGreater(total, 240.0)
        sawing, planing, *_others = order.workorder_ids
        self._work(sawing)
        self.blank.standard_price = 60.0
        part = self._split_off(planing, sawing, 6)
        self.assertAlmostEqual(order.cost_planned + part.cost_planned, total)
        # 40 blanks at 6.00
        self.assertEqual((order.cost_planned_material, part.cost_planned_material), (
            34 * (6.0 + 0.5 + 0.2 + 1.0), 6 * (6.0 + 0.5 + 0.2 + 1.0)))
        self.assertEqual(part.workorder_ids[0].cost_planned_material, 36.0)
        self._withdraw(order.defect_ids)
        self.assertEqual([tuple(stage[name] for name in PLAN) for stage in order.workorder_ids], planned)
        self.assertEqual(part.cost_planned, 0.0)


@tagged('post_install', '-at_install')
class TestCostPerUnit(CostCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template.batch_mode = 'unit'
        cls.reason = cls.env['mrp.defect.reason'].create({'name': "Scorched", 'code': "SCORCH"})

    def test_units_cost_together_what_their_order_does(self):
        order = self._create_order(3)
        roasting, _grinding, _packing = order.workorder_ids
        self._run_stage(roasting, self.operator_user, 15, units=[1])
        self._run_stage(roasting, self.operator_user, 30, units=[2])
        self.assertAlmostEqual(sum(order.cost_unit_ids.mapped('cost_total')), order.cost_total)
        # 15 and 30 minutes at 12.00 and 30.00
        first, second, third = order.cost_unit_ids
        self.assertEqual([unit.number for unit in (first, second, third)], [1, 2, 3])
        self.assertEqual((first.cost_labor, first.cost_workcenter), (3.0, 7.5))
        self.assertEqual((second.cost_labor, second.cost_workcenter), (6.0, 15.0))
        self.assertEqual((third.cost_labor, third.cost_workcenter), (0.0, 0.0))
        self.assertEqual(round(first.cost_material, 2), 2.34)
        action = second.action_open_cost_lines()
        self.assertEqual(action['name'], f"All Costs: unit 2 of {order.name}")
        self.assertEqual(sum(self.env['mrp.cost.line'].search(action['domain']).mapped('amount')), 21.0)

    def test_a_lost_unit_costs_nothing_any_more(self):
        order = self._create_order(3, defect_cost_policy='included')
        roasting, grinding, _packing = order.workorder_ids
        for _unit in range(3):
            self._run_stage(roasting, self.operator_user, 15)
        grinding.with_user(self.supervisor_user).stage_report_defect(self.reason.id, 'write_off', units=[2])
        first, second, third = order.cost_unit_ids
        self.assertEqual(second.cost_total, 0.0)
        # What was spent on it is borne by the others: 2.34 of beans, 3.00 and 7.50 for its 15 minutes
        self.assertEqual((first.cost_defect, third.cost_defect), (6.42, 6.42))
        self.assertAlmostEqual(first.cost_total + third.cost_total, order.cost_total)

    def test_rework_of_one_unit_is_not_that_of_another(self):
        order = self._create_order(2)
        roasting, grinding, _packing = order.workorder_ids
        self._run_stage(roasting, self.operator_user, 15)
        grinding.with_user(self.supervisor_user).stage_report_defect(
            self.reason.id, 'return', units=[1], return_to=roasting.id)
        with freeze_time(self.now):
            roasting.with_user(self.operator_user).stage_start(units=[2])
        with freeze_time(self.now + timedelta(minutes=15)):
            roasting.with_user(self.operator_user).stage_finish(units=[2])
        self.assertEqual(order.cost_rework, 0.0)
        with freeze_time(self.now + timedelta(minutes=20)):
            roasting.with_user(self.operator_user).stage_start(units=[1])
        with freeze_time(self.now + timedelta(minutes=30)):
            roasting.with_user(self.operator_user).stage_finish(units=[1])
        # 10 minutes at 12.00 and 30.00
        self.assertEqual((order.cost_rework, order.cost_unit_ids.mapped('cost_rework')), (7.0, [7.0, 0.0]))
