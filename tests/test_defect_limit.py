from odoo.tests import tagged

from .defect_common import DefectCommon


@tagged('post_install', '-at_install')
class TestDefectLimit(DefectCommon):
    """Beyond the rework limit of a stage units wait, and somebody decides."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lead, cls.lead_user = cls._create_person("Lena", 'group_supervisor')
        cls.jacket_template.operation_ids[1].write({'rework_limit': 1, 'escalation_user_id': cls.lead_user.id})
        cls.order = cls._order_jackets(100)
        cls.cutting, cls.sewing, cls.qa, cls.packing = cls.order.workorder_ids
        cls._pass(cls.cutting | cls.sewing)

    def _return(self, qty=7, to=None, **options):
        return self._as(self.qa, self.operator_user).stage_report_defect(
            self.seam.id, 'return', qty=qty, return_to=(to or self.sewing).id, **options)

    def _escalate(self):
        """Units of the second cycle come back again, which the limit of 1 does not allow."""
        self._return()
        self._pass(self.sewing)
        self.qa.stage_start()
        answer = self._return(client_key='third-time', note="Again")
        return self.env['mrp.defect'].browse(answer['defect_id']), answer

    def _decide(self, defect, decision, user=None, reason="Looked at it", stage=None):
        return self._as(stage or self.qa, user or self.supervisor_user).stage_decide_defect(
            defect.id, decision, reason)

    def test_units_wait_and_somebody_is_asked(self):
        defect, answer = self._escalate()
        self.assertEqual(
            {name: answer[name] for name in ('escalated', 'stage_status', 'qty_ready', 'rework_cycle')},
            {'escalated': True, 'stage_status': 'waiting', 'qty_ready': 0, 'rework_cycle': 1})
        self.assertEqual(
            answer['message'],
            "The rework limit of Sewing, 1, is reached. The units wait at QA until Lena decides.")
        self.assertEqual(
            (defect.state, defect.decision, defect.limit_workorder_id, defect.escalation_user_id, defect.quantity),
            ('escalated', 'return', self.sewing, self.lead_user, 7))
        self.assertEqual((self.qa.qty_held, self.sewing.qty_produced), (7, 100))
        self.assertFalse(self.qa.is_started)
        activity = defect.activity_ids
        self.assertEqual((activity.user_id, activity.res_model), (self.lead_user, 'mrp.defect'))
        self.assertIn("Crooked seam: QA of", activity.summary)
        self.assertEqual(defect.event_ids.kind, 'escalate')
        self.assertTrue(self._as(self.qa, self.lead_user).may_decide)
        self.assertFalse(self._as(self.qa, self.operator_user).may_decide)
        self.assertEqual(self._return(client_key='third-time', note="Again"), answer | {'replayed': True})
        self._assert_replays(self.order)
        self._assert_refused("QA of .* waits", self.order, self._as(self.qa, self.operator_user).stage_start)

    def test_nobody_is_asked_about_a_cancelled_order(self):
        defect, _answer = self._escalate()
        self.order.action_cancel()
        self.assertEqual((defect.state, defect.verdict, defect.activity_ids.ids), ('done', False, []))
        self.assertEqual(defect.verdict_reason, "The order has been cancelled.")

    def test_one_more_cycle(self):
        defect, _answer = self._escalate()
        answer = self._decide(defect, 'allow', reason="Once more")
        self.assertEqual((answer['escalated'], answer['stage_status']), (False, 'waiting'))
        self.assertEqual(
            (defect.state, defect.verdict, defect.verdict_user_id, defect.verdict_reason, defect.decision,
             defect.rework_cycle),
            ('done', 'allow', self.supervisor_user, "Once more", 'return', 3))
        self.assertEqual(
            self._statuses(self.order),
            [('done', 0, 100), ('ready', 7, 93), ('waiting', 0, 0), ('waiting', 0, 0)])
        self.assertEqual(defect.event_ids.sorted('id').mapped('kind'), ['escalate', 'decide', 'return'])
        self.assertEqual(defect.event_ids.sorted('id').mapped('note'), ["Again", "Once more", "Once more"])
        self.assertFalse(defect.activity_ids)
        self._assert_replays(self.order)
        self._pass(self.sewing | self.qa | self.packing)
        self.assertEqual(self.order.state, 'done')

    def test_accept_as_is(self):
        defect, _answer = self._escalate()
        answer = self._decide(defect, 'accept', user=self.lead_user)
        self.assertEqual((answer['stage_status'], answer['qty_ready']), ('ready', 100))
        self.assertEqual((defect.state, defect.verdict, defect.decision), ('done', 'accept', 'accept'))
        self.assertEqual(self.qa.qty_held, 0)
        self._assert_replays(self.order)
        self._pass(self.qa | self.packing)
        self.assertEqual((self.order.state, self._qty(self.jacket)), ('done', 100))

    def test_write_off(self):
        defect, _answer = self._escalate()
        self._decide(defect, 'write_off')
        self.assertEqual((defect.state, defect.verdict, defect.decision), ('done', 'write_off', 'write_off'))
        self.assertEqual((self.qa.qty_lost, self.qa.qty_held, self.qa.qty_ready), (7, 0, 93))
        self.assertEqual(defect.event_ids.sorted('id').mapped('kind'), ['escalate', 'decide', 'write_off'])
        self._assert_replays(self.order)

    def test_write_off_of_all_that_is_left_closes_the_order(self):
        self._return()
        self._pass(self.sewing)
        defect = self.env['mrp.defect'].browse(self._return(qty=100)['defect_id'])
        self.assertEqual(defect.state, 'escalated')
        answer = self._decide(defect, 'write_off')
        self.assertEqual((answer['order_state'], self.order.state), ('done', 'done'))

    def test_limit_of_the_stage_that_sends_back(self):
        order = self._order_jackets(10)
        order.workorder_ids[2].rework_limit = 1
        cutting, sewing, qa, _packing = order.workorder_ids
        self._pass(cutting | sewing)
        order.user_id = self.supervisor_user
        for escalated in (False, True):
            answer = self._as(qa, self.operator_user).stage_report_defect(
                self.seam.id, 'return', qty=1, return_to=cutting.id)
            self.assertEqual(answer['escalated'], escalated)
            if not escalated:
                self._pass(cutting | sewing)
        defect = order.defect_ids[0]
        self.assertEqual((defect.limit_workorder_id, defect.escalation_user_id), (qa, self.supervisor_user))

    def test_no_limit(self):
        self.sewing.rework_limit = 0
        for _cycle in range(4):
            self.assertFalse(self._return()['escalated'])
            self._pass(self.sewing)
        self.assertEqual(self.sewing.rework_cycle, 5)

    def test_withdrawn_reports_do_not_count(self):
        self.qa.rework_limit = 1
        for _time in range(2):
            answer = self._return(to=self.cutting)
            self.assertFalse(answer['escalated'])
            self._as(self.qa, self.supervisor_user).stage_withdraw_defect(answer['defect_id'])

    def test_who_is_asked(self):
        """Whom the stage names, unless they left or may not see it; then whoever leads the order; else nobody."""
        self.lead_user.active = False
        self.order.user_id = self.supervisor_user
        defect, answer = self._escalate()
        self.assertEqual(defect.escalation_user_id, self.supervisor_user)
        self.assertEqual(defect.activity_ids.user_id, self.supervisor_user)
        self._decide(defect, 'accept')
        self.order.user_id = False
        answer = self._return()
        self.assertTrue(answer['escalated'])
        self.assertIn("until a supervisor decides", answer['message'])
        second = self.env['mrp.defect'].browse(answer['defect_id'])
        self.assertFalse(second.escalation_user_id)
        self.assertFalse(second.activity_ids)
        self._decide(second, 'accept')
        self.lead_user.active = True
        self.sewing.escalation_user_id = self.env['res.users'].create(
            {'name': "Sales", 'login': 'stage_sales_lead', 'group_ids': [
                (6, 0, self.env.ref('sales_team.group_sale_salesman').ids)]})
        answer = self._return()
        self.assertFalse(self.env['mrp.defect'].browse(answer['defect_id']).escalation_user_id)

    def test_who_decides(self):
        defect, _answer = self._escalate()
        self._assert_refused(
            "Only a supervisor may decide", self.order, self._decide, defect, 'accept', user=self.operator_user)
        self.company.defect_write_off = 'manager'
        self._assert_refused(
            "Only a production manager may write off", self.order, self._decide, defect, 'write_off')
        # Whoever was asked may, even without being a supervisor.
        self.lead_user.group_ids = self.env.ref('mrp_production_stage.group_operator')
        self._decide(defect, 'accept', user=self.lead_user)
        self._assert_refused("Lena has decided about", self.order, self._decide, defect, 'accept')

    def test_what_is_no_decision(self):
        defect, _answer = self._escalate()
        for pattern, arguments in (
            ("maybe is no decision", (defect.id, 'maybe', "x")),
            ("return is no decision", (defect.id, 'return', "x")),
            ("Say why you decide so", (defect.id, 'accept', "  ")),
            ("5 is not a text", (defect.id, 'accept', 5)),
            ("not the number of a record", ('x', 'accept', "x")),
            ("is none of QA", (987654321, 'accept', "x")),
        ):
            self._assert_refused(
                pattern, self.order, self._as(self.qa, self.supervisor_user).stage_decide_defect, *arguments)
        self._assert_refused("is none of Sewing", self.order, self._decide, defect, 'accept', stage=self.sewing)
        first = self.order.defect_ids - defect
        self._assert_refused("does not wait for a decision", self.order, self._decide, first, 'accept')
