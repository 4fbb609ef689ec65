from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import PHOTO, StageCommon


@tagged('post_install', '-at_install')
class TestDoor(StageCommon):
    """Every act: what it does, who may do it, and what it refuses without changing anything."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._create_order(20)
        cls.roasting, cls.grinding, cls.packing = cls.order.workorder_ids
        cls.reason = cls.env.ref('mrp_production_stage.hold_reason_machine')

    def _snapshot(self, order=None):
        """All that an act could change."""
        order = order or self.order
        self.env.flush_all()
        self.env.invalidate_all()
        stages = order.workorder_ids
        return {
            'stages': stages.read([
                'state', 'stage_status', 'qty_produced', 'qty_lost', 'is_started', 'available_from',
                'qty_supplied', 'performer_employee_id', 'hold_reason_id', 'date_start']),
            'order': order.read(['state', 'board_status', 'date_start', 'qty_producing']),
            'events': order.event_ids.ids,
            'times': stages.time_ids.read(['date_start', 'date_end', 'employee_id', 'is_paused']),
            'moves': self.env['stock.move'].search([
                '|', ('workorder_id', 'in', stages.ids), ('production_id', '=', order.id)]).read(
                    ['state', 'quantity', 'product_uom_qty', 'norm_qty', 'picked']),
            'attachments': self.env['ir.attachment'].search_count([('res_model', '=', 'mrp.workorder')]),
        }

    def _assert_refused(self, pattern, act, *args, order=None, error=UserError, **kwargs):
        before = self._snapshot(order)
        with self.assertRaisesRegex(error, pattern) as refusal, self.env.cr.savepoint():
            act(*args, **kwargs)
        self.assertEqual(self._snapshot(order), before)
        # A sentence for the person who reads it, translated placeholders filled in.
        self.assertRegex(str(refusal.exception), r'^[^%]+[.…]$')

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
    # Pause, resume, several operators
    # ------------------------------------------------------------

    def test_pause_and_resume(self):
        with freeze_time("2026-03-02 06:00:00"):
            stage = self._as(self.roasting, self.operator_user)
            stage.stage_start()
        with freeze_time("2026-03-02 06:10:00"):
            self.assertEqual(stage.stage_pause(reason="Lunch")['stage_status'], 'paused')
            self.assertEqual(self.roasting.state, 'progress')
        with freeze_time("2026-03-02 06:40:00"):
            self.assertEqual(stage.stage_resume()['stage_status'], 'progress')
        with freeze_time("2026-03-02 06:45:00"):
            stage.stage_finish()
        self.assertEqual(self.roasting.time_ids.sorted('id').mapped('duration'), [10, 5])
        self.assertEqual(self.roasting.duration, 15)
        self.assertEqual(self.roasting.event_ids.sorted('id')[1].note, "Lunch")
        self.env.flush_all()
        times = self.env['mrp.production.time'].search([('production_id', '=', self.order.id)])
        self.assertEqual((times.employee_id, times.work, times.pause), (self.operator, 15, 30))

    def test_several_operators_share_a_stage(self):
        with freeze_time("2026-03-02 06:00:00"):
            self._as(self.roasting, self.operator_user).stage_start()
        with freeze_time("2026-03-02 06:10:00"):
            self._as(self.roasting, self.helper_user).stage_resume()
        self.assertEqual(self.roasting.working_employee_ids, self.operator + self.helper)
        self._assert_refused("You already work", self._as(self.roasting, self.helper_user).stage_resume)
        with freeze_time("2026-03-02 06:20:00"):
            answer = self._as(self.roasting, self.operator_user).stage_pause()
            self.assertEqual(answer['stage_status'], 'progress', "Hugo still works")
        with freeze_time("2026-03-02 06:30:00"):
            self._as(self.roasting, self.helper_user).stage_finish()
        self.env.flush_all()
        times = self.env['mrp.production.time'].search([('production_id', '=', self.order.id)])
        self.assertEqual(
            {time.employee_id.name: (time.work, time.pause) for time in times},
            {"Olga": (20, 0), "Hugo": (20, 0)})
        self.assertFalse(self.roasting.time_ids.filtered(lambda time: not time.date_end))

    def test_pause_needs_a_clock(self):
        self._assert_refused("has not been started", self._as(self.roasting, self.operator_user).stage_pause)
        self._as(self.roasting, self.operator_user).stage_start()
        self._assert_refused("You do not work", self._as(self.roasting, self.helper_user).stage_pause)
        self._as(self.roasting, self.supervisor_user).stage_pause()
        self.assertEqual(self.roasting.stage_status, 'paused')
        self._assert_refused("nothing to pause", self._as(self.roasting, self.operator_user).stage_pause)

    def test_clock_survives(self):
        """The clock is a row in the database, not a state of some process."""
        with freeze_time("2026-03-02 06:00:00"):
            self._as(self.roasting, self.operator_user).stage_start()
        self.env.flush_all()
        self.env.registry.clear_all_caches()
        self.env.invalidate_all()
        with freeze_time("2026-03-03 06:00:00"):
            self._as(self.roasting, self.operator_user).stage_finish()
        self.assertEqual(self.roasting.duration, 24 * 60)

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
    # Technological wait
    # ------------------------------------------------------------

    def test_wait_ends_by_itself(self):
        with freeze_time("2026-03-02 06:00:00"):
            self.roasting.stage_start()
            self.roasting.stage_finish()
            self.assertEqual(self.grinding.stage_status, 'waiting')
            trigger = self.env['ir.cron.trigger'].search([
                ('cron_id', '=', self.env.ref('mrp_production_stage.ir_cron_end_stage_waits').id)],
                order='id desc', limit=1)
            self.assertEqual(trigger.call_at, datetime(2026, 3, 2, 18, 0))
            self._end_waits()
            self.assertEqual(self.grinding.stage_status, 'waiting')
        with freeze_time("2026-03-02 18:00:00"):
            self._end_waits()
            self.assertEqual(self.grinding.stage_status, 'ready')

    def test_wait_is_overridden_by_a_supervisor_with_a_reason(self):
        with freeze_time("2026-03-02 06:00:00"):
            self.roasting.stage_start()
            self.roasting.stage_finish()
        with freeze_time("2026-03-02 07:00:00"):
            self._assert_refused(
                "Only a supervisor", self._as(self.grinding, self.operator_user).stage_start,
                override_reason="Hurry")
            self._assert_refused("available from", self._as(self.grinding, self.supervisor_user).stage_start)
            self._as(self.grinding, self.supervisor_user).stage_start(override_reason="Sample for the customer")
        events = self.grinding.event_ids.sorted('id')
        self.assertEqual(events.mapped('kind'), ['override', 'start'])
        self.assertEqual(events[0].note, "Sample for the customer")
        self.assertEqual(events[0].user_id, self.supervisor_user)

    # ------------------------------------------------------------
    # Cancel start, hold, release, assign
    # ------------------------------------------------------------

    def test_cancel_start(self):
        beans = self._qty(self.beans)
        stage = self._as(self.roasting, self.operator_user)
        stage.stage_start()
        answer = stage.stage_cancel_start()
        self.assertEqual(answer['stage_status'], 'ready')
        self.assertFalse(self.roasting.time_ids)
        self.assertEqual(self._qty(self.beans), beans)
        self.assertEqual(self.roasting.event_ids.sorted('id').mapped('kind'), ['start', 'cancel_start'])
        self._assert_refused("has not been started", self._as(self.roasting, self.operator_user).stage_cancel_start)
        self._as(self.roasting, self.operator_user).stage_start()
        self.assertAlmostEqual(self._qty(self.beans), beans - 5.2)

    def test_cancel_start_is_too_late_after_a_finish(self):
        stage = self._as(self.roasting, self.operator_user)
        stage.stage_start()
        stage.stage_finish(qty=5)
        self._assert_refused("have been finished since", stage.stage_cancel_start)

    def test_hold_and_release(self):
        stage = self._as(self.roasting, self.operator_user)
        stage.stage_start()
        answer = stage.stage_hold(self.reason.id, note="Belt torn")
        self.assertEqual(answer['stage_status'], 'hold')
        self.assertFalse(self.roasting.time_ids.filtered(lambda time: not time.date_end))
        for act in (stage.stage_start, stage.stage_resume, stage.stage_finish, stage.stage_cancel_start):
            self._assert_refused("on hold: Machine out of order", act)
        self._assert_refused("already on hold", stage.stage_hold, self.reason.id)
        self.assertEqual(stage.stage_release(note="New belt")['stage_status'], 'paused')
        self._assert_refused("not on hold", stage.stage_release)
        self.assertEqual(stage.stage_resume()['stage_status'], 'progress')
        hold = self.roasting.event_ids.filtered(lambda event: event.kind == 'hold')
        self.assertEqual((hold.reason_id, hold.note), (self.reason, "Belt torn"))

    def test_hold_before_start(self):
        stage = self._as(self.roasting, self.operator_user)
        stage.stage_hold(self.reason.id)
        self._assert_refused("on hold", stage.stage_start)
        self.assertEqual(stage.stage_release()['stage_status'], 'ready')

    def test_hold_needs_a_known_reason(self):
        stage = self._as(self.roasting, self.operator_user)
        foreign = self.reason.create({
            'name': "Elsewhere", 'company_id': self.env['res.company'].create({'name': "Elsewhere"}).id})
        self._assert_refused("hold reason does not exist", stage.stage_hold, foreign.id)
        self._assert_refused("hold reason does not exist", stage.stage_hold, foreign.id + 1000)
        self._assert_refused("number of a record", stage.stage_hold, None)

    def test_assign(self):
        self._assert_refused(
            "Only a supervisor", self._as(self.roasting, self.operator_user).stage_assign, self.operator.id)
        self._as(self.roasting, self.supervisor_user).stage_assign(self.operator.id)
        self.assertEqual(self.roasting.performer_employee_id, self.operator)
        event = self.roasting.event_ids
        self.assertEqual((event.kind, event.note), ('assign', "Olga"))

    # ------------------------------------------------------------
    # Orders that do not run
    # ------------------------------------------------------------

    def test_acts_on_orders_that_do_not_run(self):
        draft = self._create_order(5, confirm=False)
        self._assert_refused("is a draft", draft.workorder_ids[0].stage_start, order=draft)
        cancelled = self._create_order(5)
        cancelled.workorder_ids[0].stage_start()
        cancelled.action_cancel()
        for act in ('stage_start', 'stage_pause', 'stage_resume', 'stage_finish', 'stage_cancel_start'):
            self._assert_refused("is cancelled", getattr(cancelled.workorder_ids[0], act), order=cancelled)

    def test_acts_on_a_plain_order(self):
        self.template.use_stages = False
        plain = self._create_order(5)
        self.template.use_stages = True
        self.assertFalse(plain.use_stages)
        with self.assertRaisesRegex(UserError, "plain manufacturing order"):
            plain.workorder_ids[0].stage_start()

    def test_state_cannot_be_edited(self):
        for vals in ({'state': 'done'}, {'stage_status': 'done'}, {'qty_produced': 20}, {'is_started': True}):
            self._assert_refused("its own acts", self.roasting.write, vals)

    # ------------------------------------------------------------
    # Repetition and time
    # ------------------------------------------------------------

    def test_the_same_key_twice_is_one_act(self):
        acts = [
            ('stage_start', {}), ('stage_pause', {'reason': "Tea"}), ('stage_resume', {}),
            ('stage_hold', {'reason_id': self.reason.id}), ('stage_release', {}), ('stage_resume', {}),
            ('stage_finish', {'qty': 5}), ('stage_finish', {}),
        ]
        stage = self._as(self.roasting, self.operator_user)
        for number, (act, arguments) in enumerate(acts):
            first = getattr(stage, act)(client_key=f'key-{number}', **arguments)
            after = self._snapshot()
            again = getattr(stage, act)(client_key=f'key-{number}', **arguments)
            self.assertEqual(again, first | {'replayed': True})
            self.assertEqual(self._snapshot(), after)

    def test_a_late_repetition_gets_the_first_answer(self):
        stage = self._as(self.roasting, self.operator_user)
        first = stage.stage_start(client_key='once')
        stage.stage_finish()
        self.assertEqual(stage.stage_start(client_key='once'), first | {'replayed': True})

    def test_the_same_key_for_another_act(self):
        stage = self._as(self.roasting, self.operator_user)
        stage.stage_start(client_key='once')
        self._assert_refused("already used for another act: Started of Roasting", stage.stage_pause, client_key='once')
        stage.stage_finish(qty=2, client_key='two')
        self._assert_refused("already used", stage.stage_finish, qty=3, client_key='two')
        other = self._as(self._create_order(5).workorder_ids[0], self.operator_user)
        self._assert_refused("already used", other.stage_start, client_key='once')
        self._assert_refused("text that names one act", stage.stage_finish, client_key=7)
        self._assert_refused("text that names one act", stage.stage_finish, client_key=" ")

    def test_when_it_happened(self):
        with freeze_time("2026-03-02 12:00:00"):
            stage = self._as(self.roasting, self.operator_user)
            self._assert_refused("in the future", stage.stage_start, occurred_at="2026-03-02 12:03:00")
            self._assert_refused("not a date and time", stage.stage_start, occurred_at="yesterday")
            stage.stage_start(occurred_at="2026-03-02T11:00:00+01:00")
            event = self.roasting.event_ids
            self.assertEqual(event.occurred_at, datetime(2026, 3, 2, 10, 0))
            self.assertEqual(event.recorded_at, datetime(2026, 3, 2, 12, 0))
            self.assertEqual(self.roasting.time_ids.date_start, datetime(2026, 3, 2, 10, 0))
            self._assert_refused("cannot come before it", stage.stage_finish, occurred_at="2026-03-02 09:59:00")
            stage.stage_finish(occurred_at=datetime(2026, 3, 2, 10, 30))
            self.assertEqual(self.roasting.duration, 30)
            self.assertEqual(self.grinding.available_from, datetime(2026, 3, 2, 22, 30))

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

    # ------------------------------------------------------------
    # Templates
    # ------------------------------------------------------------

    def test_template_without_stages_is_plain(self):
        product = self._create_product("Gift box", self.unit)
        self.env['mrp.bom'].create({'product_tmpl_id': product.product_tmpl_id.id, 'use_stages': True})
        order = self._create_order(3, product=product)
        self.assertFalse(order.use_stages)
        order.button_mark_done()
        self.assertEqual(order.state, 'done')
        self.assertFalse(order.board_status)

    def test_two_stages_of_one_name(self):
        self.template.operation_ids[2].name = "Grinding"
        order = self._create_order(3)
        self.assertEqual(order.workorder_ids.mapped('name'), ["Roasting", "Grinding", "Grinding"])
        order.workorder_ids[0].stage_start()
        order.workorder_ids[0].stage_finish()
        self.assertEqual(order.workorder_ids[1].qty_ready, 3)
        self.assertEqual(order.workorder_ids[2].qty_ready, 0)

    def test_product_without_a_template(self):
        product = self._create_product("Cup", self.unit)
        production = self.env['mrp.production'].with_user(self.supervisor_user)
        count = production.search_count([])
        with self.assertRaisesRegex(UserError, "Cup has no production template"):
            production.production_create(product.id, 5)
        for qty in (0, -1, float('nan'), None):
            with self.assertRaisesRegex(UserError, "quantity"):
                production.production_create(self.coffee.id, qty)
        self.assertEqual(production.search_count([]), count)

    def test_order_by_one_call(self):
        answer = self.env['mrp.production'].with_user(self.supervisor_user).production_create(
            self.coffee.id, 400, note="For the fair")
        order = self.env['mrp.production'].browse(answer['production_id'])
        self.assertEqual((order.state, order.product_qty, order.stage_note), ('confirmed', 400, "For the fair"))
        self.assertEqual(
            [(stage['name'], stage['stage_status']) for stage in answer['stages']],
            [("Roasting", 'ready'), ("Grinding", 'waiting'), ("Packing", 'waiting')])
        # 94.8 kg are free: 100 in stock, 5.2 reserved by the order of the set-up; 104 are needed.
        shortage = [(line['product_id'], line['workorder_id'], line['shortage']) for line in answer['shortage']]
        self.assertEqual(shortage, [(self.beans.id, answer['stages'][0]['workorder_id'], 9.2)])
        self.assertIn("Green beans 9.20 kg", order.message_ids.mapped('body')[0])
