from odoo.tests import tagged

from .defect_common import JacketsAtQaCommon, JacketsByUnitCommon
from .photos import make_photo, read_picture


@tagged('post_install', '-at_install')
class TestDefects(JacketsAtQaCommon):
    """Defects of orders that are made as a whole: returned, and written off."""

    def _report(self, stage, *args, user=None, **kwargs):
        return self._as(stage, user or self.operator_user).stage_report_defect(*args, **kwargs)

    def test_hundred_jackets(self):
        """7 of 100 go from QA back to Sewing: the batch waits, 7 are asked for, then QA goes on with 100."""
        self.qa.stage_start()
        answer = self._report(self.qa, self.seam.id, 'return', qty=7, return_to=self.sewing.id, note="Left sleeve")
        self.assertEqual(
            {name: answer[name] for name in ('stage_status', 'qty_ready', 'escalated', 'child_batch_id', 'message')},
            {'stage_status': 'waiting', 'qty_ready': 0, 'escalated': False, 'child_batch_id': False, 'message': False})
        self.assertEqual(
            self._statuses(self.order),
            [('done', 0, 100), ('ready', 7, 93), ('waiting', 0, 0), ('waiting', 0, 0)])
        self.assertFalse(self.qa.is_started)
        self.assertFalse(self.qa.time_ids.filtered(lambda time: not time.date_end), "nobody works on what has gone")
        self.assertEqual(self.order.board_status, 'progress')
        self._assert_refused(
            "QA of .* waits for Sewing", self.order, self._as(self.qa, self.operator_user).stage_start)
        sewing = self._as(self.sewing, self.operator_user)
        self.assertEqual(sewing.stage_start()['qty_ready'], 7)
        self._assert_refused("7.00 Units are ready there", self.order, sewing.stage_finish, qty=8)
        self.assertEqual(sewing.stage_finish()['rework_cycle'], 2)
        self.assertEqual(
            self._statuses(self.order),
            [('done', 0, 100), ('done', 0, 100), ('ready', 100, 0), ('waiting', 0, 0)])
        self._pass(self.qa | self.packing)
        self.assertEqual((self.order.state, self.order.qty_produced), ('done', 100))
        self.assertEqual(self._qty(self.jacket), 100)
        self._assert_replays(self.order)

    def test_what_is_written_down(self):
        answer = self._report(
            self.qa, self.seam.id, 'return', qty=7, return_to=self.sewing.id, note="Left sleeve",
            photos=[make_photo("sleeve.png", size=(2000, 100), file_format='PNG')])
        defect = self.env['mrp.defect'].browse(answer['defect_id'])
        self.assertEqual(
            (defect.production_id, defect.workorder_id, defect.stage_name, defect.product_id, defect.reason_id,
             defect.quantity, defect.decision, defect.return_workorder_id, defect.return_stage_name,
             defect.rework_cycle, defect.state, defect.note, defect.employee_id, defect.user_id),
            (self.order, self.qa, "QA", self.jacket, self.seam, 7, 'return', self.sewing, "Sewing", 2, 'done',
             "Left sleeve", self.operator, self.operator_user))
        self.assertEqual(defect.display_name, f"Crooked seam: QA of {self.order.name}")
        self.assertEqual(defect.photo_ids.name, "sleeve.jpg")
        self.assertEqual(read_picture(defect.photo_ids.raw).size, (1920, 96))
        event = defect.event_ids
        self.assertEqual(
            (event.kind, event.workorder_id, event.to_workorder_id, event.quantity, event.defect_reason_id,
             event.photo_ids),
            ('return', self.qa, self.sewing, 7, self.seam, defect.photo_ids))
        timeline = self.order.production_timeline()[2]
        self.assertEqual(timeline['events'][-1]['reason'], "Crooked seam")
        self.assertEqual(timeline['photos'][0]['name'], "sleeve.jpg")

    def test_rework_is_seen_wherever_the_stage_is(self):
        self._report(self.qa, self.seam.id, 'return', qty=7, return_to=self.cutting.id)
        self.env.invalidate_all()
        self.assertEqual(
            self.order.workorder_ids.mapped('rework_label'),
            ["Rework, cycle 2: Crooked seam", "Rework, cycle 2: Crooked seam", False, False])
        self._pass(self.cutting)
        self.assertFalse(self.cutting.rework_label)
        self._pass(self.sewing)
        self._report(self.qa, self.stain.id, 'return', qty=1, return_to=self.sewing.id)
        self.env.invalidate_all()
        self.assertEqual(self._as(self.sewing, self.operator_user).rework_label, "Rework, cycle 3: Stain")
        self.assertFalse(self.cutting.rework_label)

    def test_time_and_acts_of_rework_are_tagged(self):
        self._report(self.qa, self.seam.id, 'return', qty=7, return_to=self.sewing.id)
        self._pass(self.sewing)
        self.assertEqual(self.sewing.time_ids.sorted('id').mapped('rework_cycle'), [1, 2])
        self.assertEqual(
            self.sewing.event_ids.sorted('id').mapped(lambda event: (event.kind, event.rework_cycle)),
            [('start', 1), ('finish', 1), ('start', 2), ('finish', 2)])

    def test_back_to_the_same_stage(self):
        """Without a stage to return to, units are begun anew where they are."""
        self.qa.stage_start()
        answer = self._report(self.qa, self.seam.id, 'return')
        self.assertEqual(
            (answer['stage_status'], answer['qty_ready'], answer['rework_cycle']), ('ready', 100, 2))
        self.assertFalse(self.qa.time_ids.filtered(lambda time: not time.date_end))
        self.assertEqual(self.order.defect_ids.return_workorder_id, self.qa)
        self._pass(self.qa)
        self.assertEqual(self.qa.time_ids.sorted('id').mapped('rework_cycle'), [1, 2])
        self._assert_replays(self.order)

    def test_report_where_the_batch_waits(self):
        """More of what has come may be found defective while the others are reworked."""
        self._report(self.qa, self.seam.id, 'return', qty=7, return_to=self.sewing.id)
        self._report(self.qa, self.stain.id, 'return', qty=3, return_to=self.cutting.id)
        self.assertEqual(
            self._statuses(self.order),
            [('ready', 3, 97), ('waiting', 0, 90), ('waiting', 0, 0), ('waiting', 0, 0)])
        self._pass(self.cutting | self.sewing | self.qa | self.packing)
        self.assertEqual(self.order.state, 'done')
        self._assert_replays(self.order)

    def test_write_off(self):
        self.qa.stage_start()
        answer = self._report(self.qa, self.stain.id, 'write_off', qty=8, user=self.supervisor_user)
        self.assertEqual((answer['stage_status'], answer['qty_ready']), ('progress', 92))
        self.assertEqual(self.qa.qty_lost, 8)
        self.assertEqual(
            self._statuses(self.order),
            [('done', 0, 92), ('done', 0, 92), ('progress', 92, 0), ('waiting', 0, 0)])
        self._assert_replays(self.order)
        self.qa.stage_finish()
        self._pass(self.packing)
        self.assertEqual((self.order.state, self.order.qty_produced), ('done', 92))
        self.assertEqual(self._qty(self.jacket), 92)
        self._assert_replays(self.order)

    def test_write_off_of_the_last_that_were_missing_closes_the_order(self):
        self._pass(self.qa)
        self.packing.stage_start()
        self.packing.stage_finish(qty=95)
        self._report(self.packing, self.stain.id, 'write_off', user=self.supervisor_user)
        self.assertEqual((self.order.state, self._qty(self.jacket)), ('done', 95))
        self.assertFalse(self.packing.is_started)

    def test_write_off_of_everything(self):
        self.qa.stage_start()
        answer = self._report(self.qa, self.stain.id, 'write_off', user=self.supervisor_user)
        self.assertEqual(answer['order_state'], 'done')
        self.assertEqual((self.order.state, self.order.board_status), ('done', 'done'))
        self.assertEqual((self.order.qty_produced, self._qty(self.jacket)), (0, 0))
        self.assertFalse(self.order.move_finished_ids.move_line_ids)
        self.assertEqual(set(self.order.move_finished_ids.mapped('state')), {'done'})
        self.assertFalse(self.order.backorder_ids if 'backorder_ids' in self.order._fields else False)
        # Whatever makes core look at the order again.
        self.env.add_to_compute(self.order._fields['state'], self.order)
        self.assertEqual(self.order.state, 'done')
        self._assert_replays(self.order)

    def test_write_off_of_everything_with_numbers(self):
        """Nothing is made: no lot, no serial number."""
        for tracking in ('lot', 'serial'):
            for qty in (1, 3):
                self.jacket.tracking = tracking
                order = self._order_jackets(qty)
                self._report(order.workorder_ids[0], self.stain.id, 'write_off', user=self.supervisor_user)
                with self.subTest(tracking=tracking, qty=qty):
                    self.assertEqual((order.state, order.qty_produced), ('done', 0))
                    self.assertFalse(order.lot_producing_ids)
                self.jacket.tracking = 'none'

    def test_write_off_of_everything_where_orders_are_closed_by_hand(self):
        self.jacket_template.auto_close = False
        order = self._order_jackets(10)
        self._report(order.workorder_ids[0], self.stain.id, 'write_off', user=self.supervisor_user)
        self.assertEqual(order.state, 'to_close')
        self.assertEqual(order.stages_done, order.stages_total)
        order.with_user(self.supervisor_user).button_mark_done()
        self.assertEqual((order.state, self._qty(self.jacket)), ('done', 0))

    def test_same_report_twice_is_one(self):
        arguments = {'qty': 7, 'return_to': self.sewing.id, 'client_key': 'defect-1', 'photos': [make_photo()]}
        first = self._report(self.qa, self.seam.id, 'return', **arguments)
        before = self._read_order(self.order)
        self.assertEqual(
            self._report(self.qa, self.seam.id, 'return', **arguments), first | {'replayed': True})
        self.assertEqual(self._read_order(self.order), before)
        for other in ({'qty': 6}, {'return_to': self.cutting.id}, {'photos': []}):
            self._assert_refused(
                "already used for another act", self.order, self._report, self.qa, self.seam.id, 'return',
                **arguments | other)

    def test_queries_do_not_grow_with_orders_or_defects(self):
        def count():
            order = self._order_jackets(100)
            self._pass(order.workorder_ids[:2])
            qa, sewing = order.workorder_ids[2], order.workorder_ids[1]
            stage = self._as(qa, self.operator_user)
            before = self.env.cr.sql_log_count
            stage.stage_report_defect(self.seam.id, 'return', qty=1, return_to=sewing.id)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before
        count()
        few = count()
        for _number in range(5):
            self._report(self.qa, self.seam.id, 'return', qty=1, return_to=self.sewing.id)
        self.assertLessEqual(count(), few)


@tagged('post_install', '-at_install')
class TestDefectsOfUnits(JacketsByUnitCommon):
    """Defects of orders that are made unit by unit: the units are named, the others go on."""

    def _report(self, *args, user=None, stage=None, **kwargs):
        return self._as(stage or self.qa, user or self.operator_user).stage_report_defect(*args, **kwargs)

    def _rows(self, stage):
        return {row.number: (row.status, row.rework_cycle, row.rework_label) for row in self.env[
            'mrp.workorder.unit'].search([('workorder_id', '=', stage.id)])}

    def test_return(self):
        answer = self._report(self.seam.id, 'return', units=[5, 3], return_to=self.sewing.id)
        defect = self.env['mrp.defect'].browse(answer['defect_id'])
        self.assertEqual(
            (defect.units, defect.units_text, defect.quantity, defect.rework_cycle), ([3, 5], "3, 5", 2, 2))
        self.assertEqual(defect.event_ids.units, [3, 5])
        self.assertEqual(
            self._statuses(self.order),
            [('done', 0, 12), ('ready', 6, 6), ('ready', 6, 0), ('waiting', 0, 0)])
        rows = self._rows(self.sewing)
        self.assertEqual(rows[5], ('ready', 2, "Rework, cycle 2: Crooked seam"))
        self.assertEqual(rows[4], ('done', 1, False))

    def test_write_off(self):
        self._report(self.stain.id, 'write_off', units=[5], user=self.supervisor_user)
        self.assertEqual(self.qa.qty_lost, 1)
        self.assertEqual(self._rows(self.qa), {5: ('lost', 1, False)})
        self.assertEqual(
            self._statuses(self.order), [('done', 0, 11), ('ready', 4, 7), ('ready', 7, 0), ('waiting', 0, 0)])
        self._assert_refused(
            "Unit 5 of .* has been written off", self.order, self._report, self.seam.id, 'return', units=[5])

    def test_nobody_works_on_what_is_written_off(self):
        """The clock stops with the last unit in hand; with one left, it runs for that one alone."""
        operator, helper = (self._as(self.qa, user) for user in (self.operator_user, self.helper_user))
        operator.stage_start(units=[1, 2])
        helper.stage_start(units=[3, 4])
        self._report(self.stain.id, 'write_off', units=[1, 2, 3], user=self.supervisor_user)
        running = self.qa.time_ids.filtered(lambda time: not time.date_end)
        self.assertEqual((running.user_id, running.unit_ids.mapped('number')), (self.helper_user, [4]))

    def test_all_that_are_there(self):
        self._report(self.seam.id, 'return', return_to=self.sewing.id)
        self.assertEqual(self.order.defect_ids.units, list(range(1, 9)))

    def test_limit_counts_each_unit(self):
        """Unit 5 comes back twice; the third time it is held, and so is what is reported with it."""
        self.sewing.rework_limit = 2
        for _cycle in range(2):
            self.assertFalse(
                self._report(self.seam.id, 'return', units=[5], return_to=self.sewing.id)['escalated'])
            self._finish_units(self.sewing, [5])
        self.assertFalse(self._report(self.seam.id, 'return', units=[6], return_to=self.sewing.id)['escalated'])
        answer = self._report(self.seam.id, 'return', units=[4, 5], return_to=self.sewing.id)
        self.assertTrue(answer['escalated'])
        rows = self._rows(self.qa)
        self.assertEqual((rows[4][0], rows[5][0], self.qa.qty_held, self.qa.qty_ready), ('hold', 'hold', 2, 5))
        self._assert_refused(
            "Unit 5 of .* waits at QA for a decision", self.order, self._report, self.seam.id, 'return',
            units=[5])
        self._as(self.qa, self.supervisor_user).stage_decide_defect(answer['defect_id'], 'accept', "Good enough")
        self.assertEqual((self.qa.qty_held, self.qa.qty_ready), (0, 7))
        self.assertEqual(self._rows(self.qa)[5][0], 'ready')

    def test_withdrawal(self):
        before = self._rows(self.sewing), self._statuses(self.order)
        for decision, arguments in (
            ('return', {'return_to': self.sewing.id}), ('return', {}), ('write_off', {}),
        ):
            defect_id = self._report(
                self.seam.id, decision, units=[2, 5], user=self.supervisor_user, **arguments)['defect_id']
            with self.subTest(decision, **arguments):
                self._as(self.qa, self.supervisor_user).stage_withdraw_defect(defect_id)
                self.assertEqual((self._rows(self.sewing), self._statuses(self.order)), before)
                self.assertNotIn('lost', [status for status, *_rest in self._rows(self.qa).values()])
                self._assert_replays(self.order)
