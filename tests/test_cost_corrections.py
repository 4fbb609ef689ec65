from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .perpetual import PerpetualValuation
from .test_cost_ledger import CostCommon


class CorrectionCommon(PerpetualValuation, CostCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_perpetual(cls.category)
        cls.order = cls._create_order(20)
        cls.roasting, cls.grinding, cls.packing = cls.order.workorder_ids

    def _get_used(self, product):
        return self.order.move_raw_ids.filtered(lambda move: move.product_id == product and move.state == 'done')


@tagged('post_install', '-at_install')
class TestMaterialsChangedByHand(CorrectionCommon):
    """In Odoo's own form of an order that runs, people of production may change what has been used: 5.2 kg of beans for
    46.80 were 4 kg for 36.00."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._run_stage(cls.roasting, cls.operator_user, 15)

    def _change_beans(self, quantity):
        with Form(self.order.with_user(self.supervisor_user), 'mrp.mrp_production_form_view') as form:
            for number, move in enumerate(self.order.move_raw_ids):
                if move.product_id == self.beans:
                    with form.move_raw_ids.edit(number) as line:
                        line.quantity = quantity
        self.env.flush_all()
        self.env.invalidate_all()

    def test_the_cost_follows(self):
        self._change_beans(4)
        self.assertEqual((self.order.cost_material, self.roasting.cost_material), (36.0, 36.0))
        correction = self.order.cost_line_ids.sorted('id')[-1]
        self.assertEqual(
            (round(correction.quantity, 2), correction.rate, correction.amount, correction.product_id),
            (-1.2, 9.0, -10.8, self.beans))
        self.assertEqual(self._get_balances('stock', 'production'), (-36.0, 36.0))
        self._change_beans(6)
        self.assertEqual(self.order.cost_material, 54.0)
        self.assertEqual(self._get_balances('stock', 'production'), (-54.0, 54.0))

    def test_the_goods_are_received_at_the_corrected_cost(self):
        self._change_beans(4)
        self._run_stage(self.grinding, self.helper_user, 20)
        self._run_stage(self.packing, self.operator_user, 40)
        # 36.00 + 20 x 0.47 + 14.00 + 7.50
        self.assertEqual(self.order.cost_total, 66.9)
        self.assertAlmostEqual(self.order.move_finished_ids.value, 66.9)
        self._assert_settled(self.order)

    def test_an_order_that_runs_no_more_costs_what_it_cost(self):
        self.order.action_cancel()
        with self.assertRaisesRegex(UserError, "is cancelled: what it used is in the books"):
            self._get_used(self.beans).with_user(self.supervisor_user).move_line_ids.quantity = 4
        other = self._create_order(20)
        self._run_coffee(other)
        beans = other.move_raw_ids.filtered(lambda move: move.product_id == self.beans)
        with self.assertRaisesRegex(UserError, "is closed: what it used is in the cost of its goods"):
            beans.with_user(self.supervisor_user).move_line_ids.quantity = 4

    def test_what_is_added_when_all_stages_are_done(self):
        """3 kg of beans for 27.00, forgotten until the order waits to be closed."""
        self.order.auto_close = False
        self._run_stage(self.grinding, self.helper_user, 20)
        self._run_stage(self.packing, self.operator_user, 40)
        self.assertEqual((self.order.state, self.order.cost_total), ('to_close', 77.7))
        order = self.order.with_user(self.supervisor_user)
        with Form(order, 'mrp.mrp_production_form_view') as form, form.move_raw_ids.new() as line:
            line.product_id = self.beans
            line.product_uom_qty = line.quantity = 3
            line.picked = True
        with freeze_time(self.now):
            order.button_mark_done()
        self.env.invalidate_all()
        self.assertEqual((self.order.cost_total, self.packing.cost_material), (104.7, 36.4))
        self.assertAlmostEqual(self.order.move_finished_ids.value, 104.7)
        self._assert_settled(self.order)

    def test_what_lost_units_took_along_stays_with_them(self):
        reason = self.env['mrp.defect.reason'].create({'name': "Scorched", 'code': "SCORCH"})
        self.order.defect_cost_policy = 'separate'
        self.grinding.stage_report_defect(reason.id, 'write_off', qty=15)
        # A quarter of 46.80, 3.00 and 7.50 is left
        self.assertAlmostEqual(self.order.cost_total, 14.32)
        with self.assertRaisesRegex(UserError, "less than nothing"):
            self._get_used(self.beans).with_user(self.supervisor_user).move_line_ids.quantity = 1

    def test_a_finish_that_says_less_was_used(self):
        """Three quarters of what the start took are lost; the others cannot give back more than they bear."""
        reason = self.env['mrp.defect.reason'].create({'name': "Scorched", 'code': "SCORCH"})
        order = self._create_order(20, defect_cost_policy='separate')
        roasting = order.workorder_ids[0]
        with freeze_time(self.now):
            roasting.with_user(self.operator_user).stage_start()
            roasting.with_user(self.supervisor_user).stage_report_defect(reason.id, 'write_off', qty=15)
            beans = order.move_raw_ids.filtered(lambda move: move.product_id == self.beans)
            with self.assertRaisesRegex(UserError, "less than nothing"), self.cr.savepoint():
                roasting.with_user(self.operator_user).stage_finish(materials=[{'move_id': beans.id, 'qty': 1}])
            self.env.invalidate_all()
            roasting.with_user(self.operator_user).stage_finish(materials=[{'move_id': beans.id, 'qty': 5}])
        # A quarter of 46.80 less 0.2 kg
        self.assertEqual(order.cost_material, 9.9)


@tagged('post_install', '-at_install')
class TestMaterialsOfACancelledOrder(CorrectionCommon):
    """What comes back of a cancelled order: 5.2 kg of beans for 20 bags, less those of five that are an order of their
    own, 1.3 kg for 11.70."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template.batch_mode = 'split'
        cls.order = cls._create_order(20)
        cls.roasting, cls.grinding, cls.packing = cls.order.workorder_ids
        cls._run_stage(cls.roasting, cls.operator_user, 15)
        reason = cls.env['mrp.defect.reason'].create({'name': "Scorched", 'code': "SCORCH"})
        cls.grinding.stage_report_defect(reason.id, 'return', qty=5, return_to=cls.roasting.id)
        cls.part = cls.order.child_batch_ids

    def _return(self, quantity):
        self.order.return_materials([{'move_id': self._get_used(self.beans).id, 'qty': quantity}])

    def test_what_went_along_with_a_part_does_not_come_back(self):
        self.order.action_cancel()
        wizard = Form(self.env['mrp.material.return'].with_context(default_production_id=self.order.id)).save()
        self.assertEqual(wizard.line_ids.mapped('qty'), [3.9])
        with self.assertRaisesRegex(UserError, r"4\.00 kg of Green beans cannot come back: 3\.90 kg were used"):
            self._return(4)
        self._return(2)
        with self.assertRaisesRegex(UserError, "cannot come back"):
            self._return(2)
        self._return(1.9)
        self.assertEqual((self.order.cost_material, self.part.cost_material), (0.0, 11.7))
        self._finish_part()
        self.assertEqual(self._get_balance('production'), 0.0)

    def _finish_part(self):
        with freeze_time(self.now):
            for stage in self.part.workorder_ids:
                if stage.stage_status != 'done':
                    stage.stage_start()
                    stage.stage_finish()
        self.assertEqual(self.part.state, 'done')

    def test_all_comes_back_once_the_part_is_cancelled_too(self):
        self.part.action_cancel()
        self.order.action_cancel()
        self._return(5.2)
        self.assertEqual(self.order.cost_material + self.part.cost_material, 0.0)
        self.assertEqual(self._get_balances('stock', 'production'), (0.0, 0.0))

    def test_stock_is_valued_by_its_own_company(self):
        """Whoever works for two companies returns them while the other one is active."""
        other = self.env['res.company'].create({'name': "Other"})
        self.env.user.company_ids = [Command.link(other.id)]
        self.part.action_cancel()
        self.order.action_cancel()
        self.order = self.order.with_context(allowed_company_ids=(other | self.company).ids)
        self._return(5.2)
        self.assertEqual(self._get_balances('stock', 'production', 'expense'), (0.0, 0.0, 0.0))
