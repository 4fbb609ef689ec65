from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import StageCommon


@tagged('post_install', '-at_install')
class TestNativeButtons(StageCommon):
    """Odoo's own buttons on our orders end at the door; on plain orders nothing changes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template.operation_ids.wait_after = 0
        cls.order = cls._create_order(20)
        cls.roasting, cls.grinding, cls.packing = cls.order.workorder_ids

    def test_start_pause_start_finish(self):
        self.roasting.button_start()
        self.assertEqual((self.roasting.state, self.roasting.stage_status), ('progress', 'progress'))
        self.roasting.button_pending()
        self.assertEqual((self.roasting.state, self.roasting.stage_status), ('progress', 'paused'))
        self.roasting.button_start()
        self.roasting.button_finish()
        self.assertEqual((self.roasting.state, self.roasting.stage_status), ('done', 'done'))
        events = self.order.event_ids.sorted('id')
        self.assertEqual(events.mapped('kind'), ['start', 'pause', 'resume', 'finish'])
        self.assertEqual(set(events.mapped('source')), {'office'})
        self.assertAlmostEqual(self._qty(self.beans), 94.8)
        self.assertEqual(self.order.qty_producing, 0, "core would have prepared all 20 for closing")

    def test_finish_without_start(self):
        self.roasting.button_finish()
        self.assertEqual(self.order.event_ids.sorted('id').mapped('kind'), ['start', 'finish'])
        with self.assertRaisesRegex(UserError, "waits for Grinding"):
            self.packing.button_finish()

    def test_mark_done_asks_for_the_stages_first(self):
        with self.assertRaisesRegex(UserError, "Finish its stages first: Roasting, Grinding, Packing"):
            self.order.button_mark_done()
        self.order.workorder_ids.button_finish()
        self.assertEqual(self.order.state, 'done')
        self.assertEqual(self._qty(self.coffee), 20)

    def test_drop_down_of_states(self):
        self.roasting.set_state('progress')
        self.assertEqual(self.roasting.stage_status, 'progress')
        self.roasting.set_state('done')
        self.assertEqual(self.roasting.stage_status, 'done')
        with self.assertRaisesRegex(UserError, "its own acts"):
            self.grinding.set_state('cancel')

    def test_a_stage_is_not_cancelled_alone(self):
        with self.assertRaisesRegex(UserError, "Cancel its order"):
            self.roasting.action_cancel()

    def test_time_is_not_typed_in(self):
        self.roasting.button_start()
        with self.assertRaisesRegex(UserError, "measured by its clock"):
            self.roasting.duration = 60

    def test_time_is_not_added_by_hand(self):
        time = self.env['mrp.workcenter.productivity'].with_user(self.supervisor_user)
        vals = {
            'workcenter_id': self.roasting.workcenter_id.id, 'loss_id': self.env.ref('mrp.block_reason7').id,
            'date_start': '2026-03-02 06:00:00', 'date_end': '2026-03-02 07:00:00'}
        with self.assertRaisesRegex(UserError, "Roasting is measured by its clock"):
            time.create(vals | {'workorder_id': self.roasting.id})
        with self.assertRaisesRegex(UserError, "Roasting is measured by its clock"):
            time.with_context(default_workorder_id=self.roasting.id).create(vals)
        self.assertFalse(self.roasting.time_ids)
        self.assertTrue(time.create(vals), "a work center may be busy otherwise")

    def test_a_blocked_work_center_pauses_its_stages(self):
        """Longer than planned, whose clock core would cut in two."""
        self.roasting.duration_expected = 10
        with freeze_time("2026-03-02 06:00:00"):
            self.roasting.with_user(self.operator_user).stage_start()
            self.roasting.with_user(self.helper_user).stage_resume()
        with freeze_time("2026-03-02 07:00:00"):
            self.env['mrp.workcenter.productivity'].with_user(self.supervisor_user).create({
                'workcenter_id': self.roasting.workcenter_id.id, 'loss_id': self.env.ref('mrp.block_reason0').id,
            }).button_block()
        self.assertEqual(self.roasting.stage_status, 'paused')
        self.assertEqual(self.roasting.time_ids.mapped('duration'), [60.0, 60.0])
        pause = self.order.event_ids.sorted('id')[-1]
        self.assertEqual((pause.kind, pause.note), ('pause', "Sam has blocked the work center."))

    def test_serial_numbers_are_given_before_closing(self):
        product = self._create_product("Roaster", self.unit, tracking='serial')
        template = self._create_coffee_template(product)
        template.operation_ids.wait_after = 0
        order = self._create_order(2, product=product)
        order.workorder_ids.button_finish()
        self.assertEqual(order.state, 'to_close')
        order.lot_producing_ids = self.env['stock.lot'].create([
            {'name': f"R-{number}", 'product_id': product.id} for number in (1, 2)])
        order.button_mark_done()
        self.assertEqual(order.state, 'done')
        self.assertEqual(order.move_finished_ids.move_line_ids.lot_id.mapped('name'), ["R-1", "R-2"])

    def test_plain_order_in_full(self):
        self.template.use_stages = False
        order = self._create_order(10)
        order.workorder_ids[0].button_start()
        order.workorder_ids[0].button_pending()
        order.workorder_ids[0].button_start()
        order.workorder_ids[0].button_finish()
        order.qty_producing = 10
        order.button_mark_done()
        self.assertEqual(order.state, 'done')
        self.assertFalse(order.event_ids)
        self.assertFalse(order.board_status)
        self.assertEqual(self._qty(self.coffee), 10)

    def test_planning_and_unplanning(self):
        self.order.button_plan()
        self.assertTrue(all(self.order.workorder_ids.mapped('date_start')))
        self.order.button_unplan()
        self.order.button_plan()
        self.order.workorder_ids.button_finish()
        self.assertEqual(self.order.state, 'done')
