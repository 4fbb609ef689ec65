from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import PHOTO
from .door_common import DoorCommon


@tagged('post_install', '-at_install')
class TestDoor(DoorCommon):
    """Starting and finishing: what it does, who may do it, and what it refuses without changing anything."""

    # ------------------------------------------------------------
    # Start
    # ------------------------------------------------------------

    def test_start_opens_a_clock_and_logs(self):
        stage = self._as(self.roasting, self.operator_user)
        answer = stage.stage_start(source='phone')
        self.assertEqual(
            {key: answer[key] for key in ('workorder_id', 'stage_status', 'qty_ready', 'qty_produced', 'replayed')},
            {'workorder_id': self.roasting.id, 'stage_status': 'progress', 'qty_ready': 20, 'qty_produced': 0,
             'replayed': False})
        time = self.roasting.time_ids
        self.assertEqual((time.employee_id, time.user_id, time.date_end), (self.operator, self.operator_user, False))
        event = self.roasting.event_ids
        self.assertEqual(answer['event_id'], event.id)
        self.assertEqual(
            (event.kind, event.source, event.employee_id, event.user_id),
            ('start', 'phone', self.operator, self.operator_user))
        self.assertEqual(self.order.board_status, 'progress')
        self.assertEqual(self.order.current_workorder_id, self.roasting)
        self.assertEqual(self.order.state, 'progress')

    def test_start_twice_names_who_did(self):
        self._as(self.roasting, self.operator_user).stage_start()
        self._assert_refused("Olga works on it", self._as(self.roasting, self.helper_user).stage_start)

    def test_start_refuses_a_waiting_stage_and_names_what_it_waits_for(self):
        self._assert_refused("waits for Roasting", self._as(self.grinding, self.operator_user).stage_start)
        self._assert_refused("waits for Grinding", self._as(self.packing, self.operator_user).stage_start)

    def test_start_refuses_a_done_stage(self):
        self.roasting.stage_start()
        self.roasting.stage_finish()
        self._assert_refused("already done", self._as(self.roasting, self.supervisor_user).stage_start)

    def test_start_refuses_another_persons_stage(self):
        self._as(self.roasting, self.supervisor_user).stage_assign(self.helper.id)
        with self.assertRaises(AccessError):
            self._as(self.roasting, self.operator_user).stage_start()
        self._as(self.roasting, self.helper_user).stage_start()

    def test_supervisor_starts_for_an_operator(self):
        self._as(self.roasting, self.supervisor_user).stage_start(employee_id=self.operator.id)
        self.assertEqual(self.roasting.time_ids.employee_id, self.operator)
        self.assertEqual(self.roasting.event_ids.employee_id, self.operator)
        self.assertEqual(self.roasting.event_ids.user_id, self.supervisor_user)

    def test_operator_acts_only_for_themselves(self):
        stage = self._as(self.roasting, self.operator_user)
        self._assert_refused("only for yourself", stage.stage_start, employee_id=self.helper.id)

    def test_unknown_employee(self):
        stage = self._as(self.roasting, self.supervisor_user)
        missing = self.env['hr.employee'].search([], order='id desc', limit=1).id + 1000
        for employee_id in (missing, -1, "7", True):
            self._assert_refused("employee|number of a record", stage.stage_start, employee_id=employee_id)
        foreign = self.env['hr.employee'].create({
            'name': "Elsewhere", 'company_id': self.env['res.company'].create({'name': "Elsewhere"}).id})
        self._assert_refused("does not work in the company", stage.stage_start, employee_id=foreign.id)
        self.helper.active = False
        self._assert_refused("does not work in the company", stage.stage_start, employee_id=self.helper.id)

    def test_blocked_work_center(self):
        self.env['mrp.workcenter.productivity'].create({
            'workcenter_id': self.roasting.workcenter_id.id,
            'loss_id': self.env.ref('mrp.block_reason0').id,
        })
        self._assert_refused("blocked", self._as(self.roasting, self.operator_user).stage_start)

    # ------------------------------------------------------------
    # Finish
    # ------------------------------------------------------------

    def test_finish_part_by_part(self):
        stage = self._as(self.roasting, self.operator_user)
        stage.stage_start()
        answer = stage.stage_finish(qty=8)
        self.assertEqual((answer['stage_status'], answer['qty_produced'], answer['qty_ready']), ('progress', 8, 12))
        self.assertEqual(self.grinding.qty_ready, 8)
        answer = stage.stage_finish(qty=12)
        self.assertEqual((answer['stage_status'], answer['qty_produced'], answer['qty_ready']), ('done', 20, 0))

    def test_finish_refuses_wrong_quantities(self):
        stage = self._as(self.roasting, self.operator_user)
        stage.stage_start()
        self._assert_refused("20.00 Units are ready", stage.stage_finish, qty=20.01)
        for qty in (0, -1, float('nan'), float('inf'), -float('inf'), True, "5", [5]):
            self._assert_refused("quantity", stage.stage_finish, qty=qty)
        self._assert_refused("at least", stage.stage_finish, qty=0.001)

    def test_finish_refuses_wrong_materials(self):
        self.roasting.stage_start()
        self.roasting.stage_finish()
        with freeze_time(datetime.now() + timedelta(hours=13)):
            self.grinding.stage_start()
            self.grinding.stage_finish()
            stage = self._as(self.packing, self.operator_user)
            stage.stage_start()
            bag_move = self.packing.move_raw_ids.filtered(lambda move: move.product_id == self.bag)
            foreign_move = self._create_order(5).move_raw_ids[0]
            lot = self.env['stock.lot'].create({'name': "L1", 'product_id': self.beans.id})
            service = self.env['product.product'].create({'name': "Advice", 'type': 'service'})
            for pattern, line in (
                ("not one of Packing", {'move_id': foreign_move.id, 'qty': 1}),
                ("quantity", {'move_id': bag_move.id, 'qty': float('nan')}),
                ("greater than zero", {'move_id': bag_move.id, 'qty': -1}),
                ("quantity", {'move_id': bag_move.id}),
                ("does not convert", {'product_id': self.bag.id, 'qty': 1, 'uom_id': self.kg.id}),
                ("lot is not one of", {'product_id': self.bag.id, 'qty': 1, 'lot_id': lot.id}),
                ("kept in stock", {'product_id': service.id, 'qty': 1}),
                ("number of a record", {'qty': 1}),
                ("given as a move or a product", "bags"),
            ):
                with self.subTest(line=line):
                    self._assert_refused(pattern, stage.stage_finish, materials=[line])
            self._assert_refused("not a photo", stage.stage_finish, photos=[{'name': "a.png", 'data': "bm90"}])
            self._assert_refused("have no numbers", stage.stage_finish, units=[1])
            self._assert_refused("no checklist", stage.stage_finish, checks=[{'check_id': 1, 'value': True}])

    def test_finish_is_for_who_works_there(self):
        self._as(self.roasting, self.operator_user).stage_start()
        self._assert_refused("You do not work on Roasting", self._as(self.roasting, self.helper_user).stage_finish)
        self._as(self.roasting, self.supervisor_user).stage_finish()

    def test_finish_keeps_photos(self):
        stage = self._as(self.roasting, self.operator_user)
        stage.stage_start()
        for _repetition in range(2):
            stage.stage_finish(photos=[PHOTO], client_key='photo-1')
        attachment = self.env['ir.attachment'].search(
            [('res_model', '=', 'mrp.workorder'), ('res_id', '=', self.roasting.id)])
        self.assertEqual((attachment.name, attachment.mimetype), ("roast.jpg", 'image/jpeg'))

    # ------------------------------------------------------------
    # Several stages at once
    # ------------------------------------------------------------

    def test_several_stages_in_one_call(self):
        orders = self.order | self._create_order(10) | self._create_order(4)
        stages = orders.workorder_ids.filtered(lambda stage: stage.name == "Roasting")
        answers = self._as(stages, self.operator_user).stage_start()
        self.assertEqual([answer['workorder_id'] for answer in answers], stages.ids)
        self.assertEqual(set(stages.mapped('stage_status')), {'progress'})
        self.assertEqual(len(stages.event_ids), 3)
        self._assert_refused("one act on one stage", self._as(stages, self.operator_user).stage_finish, client_key='k')
        self._as(stages, self.operator_user).stage_finish()
        self.assertEqual(set(stages.mapped('stage_status')), {'done'})

    def test_arguments_that_no_act_takes(self):
        for names in (['speed'], ['speed', 'color']):
            with self.subTest(names), self.assertRaisesRegex(UserError, f"takes no {', '.join(names)}"):
                self.roasting.stage_start(**dict.fromkeys(names, 1))
        self.assertEqual((self.roasting.stage_status, len(self.order.event_ids)), ('ready', 0))

    def test_one_wrong_stage_stops_all(self):
        other = self._create_order(10)
        stages = self.roasting | other.workorder_ids[1]
        self._assert_refused("waits for Roasting", self._as(stages, self.operator_user).stage_start)
