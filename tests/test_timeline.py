from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged

from .common import PHOTO, StageCommon
from .test_journal import GemCommon


@tagged('post_install', '-at_install')
class TestTimeline(StageCommon):
    """The story of an order: what went in, what came out, who worked when, stage by stage."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template.operation_ids[1].checklist_ids = [
            Command.create({'name': "Fineness", 'kind': 'number', 'limit_min': 200, 'limit_max': 400})]

    def _roast(self, order):
        """Two people roast; one pauses for ten minutes; 5.4 kg are used instead of 5.2, 0.1 of them come back."""
        roasting = order.workorder_ids[0]
        with freeze_time("2026-03-02 06:00:00"):
            self._as(roasting, self.operator_user).stage_start()
        with freeze_time("2026-03-02 06:10:00"):
            self._as(roasting, self.helper_user).stage_resume()
        with freeze_time("2026-03-02 06:20:00"):
            self._as(roasting, self.operator_user).stage_pause(reason="Coffee break")
        with freeze_time("2026-03-02 06:30:00"):
            self._as(roasting, self.operator_user).stage_resume()
        with freeze_time("2026-03-02 06:40:00"):
            self._as(roasting, self.helper_user).stage_finish(
                materials=[{'product_id': self.beans.id, 'qty': 0.2}], note="Dark",
                photos=[PHOTO])

    def test_order_half_way(self):
        order = self._create_order(20)
        self._roast(order)
        with freeze_time("2026-03-02 07:00:00"):
            roasting, grinding, packing = order.with_user(self.supervisor_user).production_timeline()
        self.assertEqual(
            [stage['name'] for stage in (roasting, grinding, packing)], ["Roasting", "Grinding", "Packing"])
        self.assertEqual([event['kind'] for event in roasting['events']], [
            'start', 'resume', 'pause', 'resume', 'finish'])
        finish = roasting['events'][-1]
        self.assertEqual(
            (finish['kind_label'], finish['occurred_at'], finish['person'], finish['quantity'], finish['note']),
            ("Finished", '2026-03-02 06:40:00', "Hugo", 20, "Dark"))
        self.assertEqual(
            [(person['name'], person['work'], person['pause']) for person in roasting['people']],
            [("Olga", 30, 10), ("Hugo", 30, 0)])
        self.assertEqual(
            (roasting['stage_status'], roasting['status_label'], roasting['worked'], roasting['paused'],
             roasting['started_at'], roasting['finished_at'], roasting['wait_after']),
            ('done', "Done", 60, 10, '2026-03-02 06:00:00', '2026-03-02 06:40:00', 12))
        self.assertEqual([photo['name'] for photo in roasting['photos']], ["roast.jpg"])
        beans, = roasting['inputs']
        self.assertEqual((beans['product'], beans['norm'], beans['uom']), ("Green beans", 5.2, "kg"))
        self.assertAlmostEqual(beans['quantity'], 5.4)
        self.assertEqual(
            (grinding['stage_status'], grinding['available_from'], grinding['started_at'], grinding['people'],
             grinding['events'], grinding['inputs'], grinding['outputs'], grinding['losses']),
            ('waiting', '2026-03-02 18:40:00', False, [], [], [], [], []))
        self.assertEqual(
            [(line['product'], line['quantity'], line['norm']) for line in packing['inputs']],
            [("Bag", 0, 20), ("Label", 0, 20), ("Valve", 0, 20)])

    def test_who_did_what_when_and_why(self):
        """A supervisor acts for an operator and sends it later; the office, with no employee, holds and releases."""
        order = self._create_order(20)
        roasting = order.workorder_ids[0]
        reason = self.env.ref('mrp_production_stage.hold_reason_machine')
        with freeze_time("2026-03-02 06:30:00"):
            self._as(roasting, self.supervisor_user).stage_start(
                employee_id=self.operator.id, occurred_at="2026-03-02 06:00:00")
            roasting.stage_hold(reason.id, note="Belt torn")
        with freeze_time("2026-03-02 07:00:00"):
            roasting.stage_release(source='office')
        keys = ('kind', 'person', 'occurred_at', 'recorded_at', 'reason', 'note', 'source')
        office = self.env.user.name
        self.assertEqual(
            [tuple(event[key] for key in keys) for event in order.production_timeline()[0]['events']],
            [
                ('start', "Olga", '2026-03-02 06:00:00', '2026-03-02 06:30:00', False, False, 'api'),
                ('hold', office, '2026-03-02 06:30:00', '2026-03-02 06:30:00', reason.name, "Belt torn", 'api'),
                ('release', office, '2026-03-02 07:00:00', '2026-03-02 07:00:00', False, False, 'office'),
            ])

    def test_photos_of_the_stage_only(self):
        order, other = self._create_order(20), self._create_order(20)
        for stage in order.workorder_ids[:1] | other.workorder_ids[:1]:
            stage.stage_start()
            stage.stage_finish(photos=[PHOTO])
        self.env['ir.attachment'].create({
            'name': "roast.pdf", 'raw': b"%PDF-1.4", 'res_model': 'mrp.workorder', 'res_id': order.workorder_ids[0].id})
        roasting, grinding, _packing = order.production_timeline()
        self.assertEqual(([photo['name'] for photo in roasting['photos']], grinding['photos']), (["roast.jpg"], []))
        photo = self.env['ir.attachment'].browse(roasting['photos'][0]['attachment_id'])
        self.assertEqual((photo.res_model, photo.res_id), ('mrp.workorder', order.workorder_ids[0].id))

    def test_a_stage_that_waits_for_more_has_not_ended(self):
        self.template.operation_ids.wait_after = 0
        self.template.operation_ids[1].checklist_ids.unlink()
        order = self._create_order(20)
        roasting, grinding, _packing = order.workorder_ids
        roasting.stage_start()
        roasting.stage_finish(qty=8)
        with freeze_time("2026-03-02 06:00:00"):
            grinding.stage_start()
        with freeze_time("2026-03-02 06:30:00"):
            grinding.stage_finish()
        self.assertEqual(grinding.date_finished, datetime(2026, 3, 2, 6, 30))
        timeline = order.production_timeline()[1]
        self.assertEqual(
            (timeline['stage_status'], timeline['qty_produced'], timeline['started_at'], timeline['finished_at']),
            ('waiting', 8, '2026-03-02 06:00:00', False))

    def test_running_clock_and_open_pause(self):
        order = self._create_order(20)
        roasting = order.workorder_ids[0]
        with freeze_time("2026-03-02 06:00:00"):
            self._as(roasting, self.operator_user).stage_start()
            self._as(roasting, self.helper_user).stage_resume()
        with freeze_time("2026-03-02 06:05:00"):
            self._as(roasting, self.helper_user).stage_pause()
        with freeze_time("2026-03-02 06:15:00"):
            stage = order.production_timeline()[0]
            summary = {(time.employee_id.name, time.work, time.pause) for time in order.time_summary_ids}
        self.assertEqual(
            [(person['name'], person['work'], person['pause'], person['is_working']) for person in stage['people']],
            [("Olga", 15, 0, True), ("Hugo", 5, 10, False)])
        self.assertEqual(
            summary, {(person['name'], person['work'], person['pause']) for person in stage['people']})

    def test_checks_outputs_and_losses(self):
        chaff = self._create_product("Chaff", self.kg)
        self.template.byproduct_ids = [Command.create({
            'product_id': chaff.id, 'product_qty': 0.02, 'product_uom_id': self.kg.id,
            'operation_id': self.template.operation_ids[0].id})]
        order = self._create_order(20)
        fineness = order.workorder_ids[1].checklist_ids
        for stage in order.workorder_ids:
            stage.stage_start(override_reason="Test")
            checks = [{'check_id': fineness.id, 'value': 500, 'accept_reason': "For moka"}]
            stage.stage_finish(checks=checks if stage == fineness.workorder_id else None)
        self.assertEqual(order.state, 'done')
        for product, quantity in ((self.coffee, 2), (self.bag, 1)):
            self.env['stock.scrap'].create({
                'production_id': order.id, 'product_id': product.id, 'product_uom_id': self.unit.id,
                'scrap_qty': quantity}).action_validate()
        roasting, grinding, packing = order.production_timeline()
        self.assertEqual(
            [(check['name'], check['answer'], check['in_limits'], check['accept_reason'])
             for check in grinding['checks']],
            [("Fineness", "500", False, "For moka")])
        outputs = [(line['product'], line['quantity']) for stage in (roasting, grinding, packing)
                   for line in stage['outputs']]
        self.assertCountEqual(outputs, [("Chaff", 0.4), ("Arabica Premium 250 g", 20)])
        self.assertIn("Arabica Premium 250 g", [line['product'] for line in packing['outputs']])
        self.assertEqual(
            [(line['product'], line['quantity']) for line in packing['losses']],
            [("Arabica Premium 250 g", 2), ("Bag", 1)])

    def test_cancelled_start_leaves_no_input(self):
        order = self._create_order(20)
        order.workorder_ids[0].stage_start()
        beans, = order.production_timeline()[0]['inputs']
        self.assertEqual((beans['quantity'], beans['norm']), (5.2, 5.2))
        order.workorder_ids[0].stage_cancel_start()
        roasting = order.production_timeline()[0]
        beans, = roasting['inputs']
        self.assertEqual((beans['quantity'], beans['norm']), (0, 5.2))
        self.assertEqual([event['kind'] for event in roasting['events']], ['start', 'cancel_start'])
        self.assertEqual((roasting['outputs'], roasting['losses'], roasting['started_at']), ([], [], False))

    def test_queries_do_not_grow_with_the_stages(self):
        self.template.operation_ids[1].checklist_ids.unlink()
        order = self._create_order(20)
        self.template.operation_ids = [
            Command.create({'name': f"Step {number}", 'sequence': 10 + number}) for number in range(12)]
        long_order = self._create_order(20)
        for stage in order.workorder_ids | long_order.workorder_ids:
            stage.stage_start(override_reason="Test")
            stage.stage_finish(photos=[PHOTO])
        counts = []
        for one in (order, order, long_order):
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            one.production_timeline()
            counts.append(self.env.cr.sql_log_count - start)
        self.assertEqual(counts[1], counts[2])

    def test_who_may_read_it(self):
        order = self._create_order(20)
        self._roast(order)
        stock_user = new_test_user(self.env, login='stage_stock', groups='stock.group_stock_user')
        company = self.env['res.company'].create({'name': "Elsewhere"})
        stranger = new_test_user(
            self.env, login='stage_stranger', groups='mrp_production_stage.group_supervisor',
            company_id=company.id, company_ids=[Command.set(company.ids)])
        self.env.flush_all()
        self.assertEqual(len(self._as(order, stock_user).production_timeline()), 3)
        for user in (self.operator_user, stranger):
            with self.assertRaises(AccessError):
                self._as(order, user).production_timeline()


@tagged('post_install', '-at_install')
class TestTimelineJournal(GemCommon):

    def test_entries_and_reversals(self):
        order, sorting, _cutting = self._create_gems()
        sorting.stage_record_input([self._line(self.rough, 120)])
        sorting.stage_record_output([self._line(self.cuttable, 90)])
        sorting.stage_reverse_entry(self._entries(sorting, 'output').id, note="Weighed wrong")
        sorting.stage_record_output([self._line(self.low_grade, 5)])
        sorting.stage_reverse_entry(self._entries(sorting, 'output')[-1].id, note="That is scrap")
        sorting.stage_record_output([self._line(self.cuttable, 95)])
        sorting.stage_record_loss('scrap', self.rough.id, 24, scrap_product_id=self.low_grade.id)
        sorting.stage_record_loss('waste', self.rough.id, 1, note="Dust")
        first, second = order.production_timeline()
        self.assertEqual([(line['product'], line['quantity']) for line in first['inputs']], [("Rough sapphire", 120)])
        self.assertEqual(
            [(line['product'], line['quantity']) for line in first['outputs']], [("Cuttable sapphire", 95)])
        self.assertEqual(
            [(line['kind'], line['kind_label'], line['product'], line['quantity']) for line in first['losses']],
            [('scrap', "Scrap", "Low grade", 24), ('waste', "Waste", "Rough sapphire", 1)])
        self.assertEqual(
            [event['kind'] for event in first['events']],
            ['start', 'input', 'output', 'reverse', 'output', 'reverse', 'output', 'loss', 'loss'])
        self.assertEqual((second['inputs'], second['outputs'], second['losses']), ([], [], []))

    def test_lots_and_the_reason_of_a_difference(self):
        parcel = self._create_product("Parcel", self.carat, tracking='lot')
        lots = self.env['stock.lot'].create([
            {'name': name, 'product_id': parcel.id} for name in ("P-1", "P-2", "P-3")])
        for lot in lots:
            self._stock(parcel, 50, lot)
        order, sorting, _cutting = self._create_gems()
        sorting.stage_record_input([self._line(parcel, 50, lot_id=lot.id) for lot in lots[:2]])
        sorting.stage_record_loss('waste', parcel.id, 1, lot_id=lots[0].id)
        sorting.stage_finish(balance_reason="Scales drift")
        first = order.production_timeline()[0]
        self.assertEqual([(line['product'], line['lots']) for line in first['inputs']], [("Parcel", ["P-1", "P-2"])])
        self.assertEqual(
            [(event['kind'], event['balance_reason']) for event in first['events']],
            [('start', False), ('input', False), ('loss', False), ('finish', "Scales drift")])


class TimelineTourCommon(StageCommon, HttpCase):

    def _read_timeline(self):
        """Of a stage with an input over its norm, an output, a loss, an answer to a check, a note and a photo."""
        chaff = self._create_product("Chaff", self.kg)
        self.template.operation_ids[0].checklist_ids = [
            Command.create({'name': "Colour", 'kind': 'number', 'limit_max': 60, 'unit': "Agtron"})]
        order = self._create_order(20)
        roasting = self._as(order.workorder_ids[0], self.operator_user)
        roasting.stage_start(occurred_at=fields.Datetime.now() - timedelta(minutes=90))
        roasting.stage_record_output([{'product_id': chaff.id, 'qty': 0.2}])
        roasting.stage_record_loss('waste', self.beans.id, 0.1)
        roasting.stage_finish(
            note="Dark", photos=[PHOTO], materials=[{'product_id': self.beans.id, 'qty': 0.2}],
            checks=[{'check_id': order.workorder_ids[0].checklist_ids.id, 'value': 55}])
        self.start_tour(
            f'/odoo/production-orders/{order.id}', 'mrp_production_stage_timeline', login=self.supervisor_user.login)


@tagged('post_install', '-at_install')
class TestTimelineTour(TimelineTourCommon):

    def test_supervisor_reads_the_timeline(self):
        self._read_timeline()


@tagged('post_install', '-at_install')
class TestTimelinePhoneTour(TimelineTourCommon):

    browser_size = '390x844'
    touch_enabled = True

    def test_supervisor_reads_the_timeline_on_a_phone(self):
        self._read_timeline()
