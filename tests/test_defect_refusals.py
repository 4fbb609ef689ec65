from unittest.mock import patch

from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.order import photo as photo_module
from .defect_common import DefectCommon, JacketsAtQaCommon, JacketsByUnitCommon
from .photos import make_photo


@tagged('post_install', '-at_install')
class TestDefectRefusals(JacketsAtQaCommon):
    """What does not fit is refused with a sentence, and nothing changes."""

    def _refuse(self, pattern, *args, stage=None, user=None, **kwargs):
        stage = stage or self.qa
        self._assert_refused(
            pattern, stage.production_id, self._as(stage, user or self.operator_user).stage_report_defect,
            *args, **kwargs)

    def test_quantities(self):
        seam = self.seam.id
        self._refuse("101.00 Units cannot be defective at QA: 100.00 Units are there", seam, 'return', qty=101)
        self._refuse("must be greater than zero", seam, 'return', qty=0)
        self._refuse("must be greater than zero", seam, 'return', qty=-1)
        self._refuse("the quantity must be at least", seam, 'return', qty=0.001)
        for value in ("7", True, float('nan'), float('inf'), [7]):
            self._refuse("is not a quantity", seam, 'return', qty=value)
        self._refuse("No units are at Packing", seam, 'return', stage=self.packing)
        self._refuse("Sewing of .* is already done", seam, 'return', stage=self.sewing, user=self.supervisor_user)

    def test_quantity_that_has_gone(self):
        """What was returned or waits for a decision is not there any more."""
        self.sewing.rework_limit = 1
        self.qa.stage_report_defect(self.seam.id, 'return', qty=30, return_to=self.sewing.id)
        self._refuse("71.00 Units cannot be defective at QA: 70.00 Units are there", self.seam.id, 'return', qty=71)
        self.qa.stage_report_defect(self.seam.id, 'return', qty=20, return_to=self.sewing.id)
        self.assertEqual(self.qa.qty_held, 20)
        self._refuse("51.00 Units cannot be defective at QA: 50.00 Units are there", self.seam.id, 'return', qty=51)

    def test_stages_to_return_to(self):
        seam = self.seam.id
        self._refuse(
            "cannot return to Packing, which does not come before it. They can return to: Cutting, Sewing, QA", seam,
            'return', return_to=self.packing.id)
        other = self._order_jackets(1)
        self._refuse("is none of", seam, 'return', return_to=other.workorder_ids[0].id)
        self._refuse("is none of", seam, 'return', return_to=987654321)
        for value in ("Sewing", 0, -1, True):
            self._refuse("is not the number of a record", seam, 'return', return_to=value)
        self._refuse(
            "What is written off returns to no stage", seam, 'write_off', return_to=self.sewing.id,
            user=self.supervisor_user)

    def test_stage_that_is_skipped(self):
        self.jacket_template.operation_ids[1].is_optional = True
        order = self._order_jackets(10)
        self._pass(order.workorder_ids[0])
        self._refuse(
            "Sewing of .* is skipped: units cannot return to it", self.seam.id, 'return', stage=order.workorder_ids[2],
            return_to=order.workorder_ids[1].id)
        self._refuse(
            "Sewing of .* is skipped", self.seam.id, 'return', stage=order.workorder_ids[1], user=self.supervisor_user)

    def test_stage_of_a_parallel_branch(self):
        self.jacket_template.operation_ids[2].is_parallel = True
        order = self._order_jackets(10)
        cutting, sewing, qa, _packing = order.workorder_ids
        self._pass(cutting | sewing)
        self._refuse(
            "cannot return to Sewing, which does not come before it. They can return to: Cutting, QA", self.seam.id,
            'return', stage=qa, return_to=sewing.id)

    def test_reasons(self):
        _stranger, company = self._create_stranger()
        foreign = self.env['mrp.defect.reason'].create({'name': "Theirs", 'company_id': company.id})
        self._refuse("This defect reason does not exist", foreign.id, 'return')
        self._refuse("This defect reason does not exist", 987654321, 'return')
        for value in ("SEAM", None, False):
            self._refuse("is not the number of a record", value, 'return')
        own = self.env['mrp.defect.reason'].create({'name': "Ours", 'company_id': self.company.id})
        self._as(self.qa, self.operator_user).stage_report_defect(own.id, 'return')

    def test_decisions(self):
        for value in ('accept', 'scrap', None, 5):
            self._refuse("is no decision about defective units: say return or write_off", self.seam.id, value)

    def test_photos(self):
        self._refuse(
            "a.jpg is not a photo", self.seam.id, 'return', photos=[make_photo("a.jpg", b"<svg></svg>")])
        self._refuse("Photos are given as a list", self.seam.id, 'return', photos={'name': "a.jpg"})
        large = make_photo("wall.png", size=(8000, 8000), mode='1', file_format='PNG')
        self._refuse("has at most 50 million pixels", self.seam.id, 'return', photos=[large])
        with patch.object(photo_module, 'MAX_BYTES', 10):
            self._refuse("is too large", self.seam.id, 'return', photos=[make_photo("a.jpg")])

    def test_units_of_an_order_that_has_none(self):
        self._refuse("The units of .* have no numbers", self.seam.id, 'return', units=[1])
        self._refuse("Name the units, or say how many. Not both", self.seam.id, 'return', units=[1], qty=1)

    def test_several_stages(self):
        stages = self._as(self.cutting | self.qa, self.supervisor_user)
        for act, arguments in (
            (stages.stage_report_defect, (self.seam.id, 'return')),
            (stages.stage_decide_defect, (1, 'accept', "Fine")), (stages.stage_withdraw_defect, (1,)),
        ):
            self._assert_refused("at one stage", self.order, act, *arguments)
        self._assert_refused(
            "at one stage", self.order, self.env['mrp.workorder'].stage_report_defect, self.seam.id, 'return')

    def test_orders_that_do_not_run(self):
        draft = self._order_jackets(1, confirm=False)
        self._refuse("is a draft", self.seam.id, 'return', stage=draft.workorder_ids[0], user=self.supervisor_user)
        self.order.action_cancel()
        self._refuse("is cancelled", self.seam.id, 'return', user=self.supervisor_user)

    def test_before_what_is_logged(self):
        self.qa.stage_start()
        self._refuse("has a later act", self.seam.id, 'return', occurred_at='2020-01-01T00:00:00')

    def test_records_are_written_by_the_door_alone(self):
        defect = self.env['mrp.defect'].browse(
            self.qa.stage_report_defect(self.seam.id, 'return', qty=1)['defect_id'])
        for user in (self.operator_user, self.supervisor_user, self.manager_user):
            with self.assertRaises(AccessError):
                self.env['mrp.defect'].with_user(user).create({'production_id': self.order.id})
        for record in (defect, defect.sudo(), defect.with_user(self.manager_user)):
            with self.assertRaisesRegex(UserError, "this is a log, it cannot be changed"):
                record.write({'state': 'withdrawn'})
            with self.assertRaises(UserError):
                record.unlink()
        self.assertEqual(defect.state, 'done')


@tagged('post_install', '-at_install')
class TestDefectRefusalsOfUnits(JacketsByUnitCommon):
    """The same for units with numbers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._finish_units(cls.qa, [1])

    def _refuse(self, pattern, **kwargs):
        self._assert_refused(
            pattern, self.order, self._as(self.qa, self.operator_user).stage_report_defect, self.seam.id, 'return',
            **kwargs)

    def test_units_that_are_not_there(self):
        self._refuse("has no unit 13. Its units are 1–12", units=[2, 13])
        self._refuse("Unit 1 has already passed QA", units=[1, 2])
        self._refuse("Unit 9 is not at QA of .* yet. It is at Sewing", units=[9])
        self.qa.stage_report_defect(self.stain.id, 'write_off', units=[3])
        self._refuse("Unit 3 of .* has been written off", units=[3])
        self.qa.stage_report_defect(self.seam.id, 'return', units=[2], return_to=self.sewing.id)
        self._refuse("Unit 2 is not at QA of .* yet. It is at Sewing", units=[2])

    def test_what_is_no_list_of_units(self):
        self._refuse("Unit 2 is named twice", units=[2, 2])
        for value in ([], "2", 2, {}):
            self._refuse("Units are named by a list of their numbers", units=value)
        for value in ([2.5], ["2"], [True], [0], [-1], [None]):
            self._refuse("is not the number of a unit", units=value)

    def test_quantities(self):
        """Which units are defective has to be said."""
        self._refuse("is made unit by unit: give the numbers of the units at QA", qty=2)
        self._refuse("is made unit by unit: give the numbers of the units at QA", qty=1.5)
        self._refuse("8.00 Units cannot be defective at QA: 7.00 Units are there", qty=8)
        self.qa.stage_report_defect(self.seam.id, 'return', qty=7)
        self.assertEqual(self.order.defect_ids.units, list(range(2, 9)))


@tagged('post_install', '-at_install')
class TestDefectReasons(DefectCommon):
    """The dictionary of reasons."""

    def _create(self, **vals):
        return self.env['mrp.defect.reason'].with_user(self.manager_user).create({'name': "Torn", **vals})

    def test_codes(self):
        """A code means one reason in a company."""
        company = self.env['res.company'].create({'name': "Elsewhere"})
        self._create()
        self._create()
        own = self._create(code="TORN", company_id=self.company.id)
        with self.assertRaisesRegex(ValidationError, "The code TORN is that of"), self.env.cr.savepoint():
            self._create(code="TORN")
        self.env['mrp.defect.reason'].create({'name': "Torn", 'code': "TORN", 'company_id': company.id})
        with self.assertRaisesRegex(ValidationError, "of the reason Crooked seam already"), self.env.cr.savepoint():
            own.code = "SEAM"
        own.active = False
        with mute_logger('odoo.sql_db'), self.assertRaises(UniqueViolation):
            self._create(code="TORN", company_id=self.company.id)

    def test_used_reasons_stay(self):
        self._create().unlink()
        order = self._order_jackets(1)
        order.workorder_ids[0].stage_report_defect(self.seam.id, 'return')
        with self.assertRaisesRegex(ValidationError, "Archive it instead"):
            self.seam.with_user(self.manager_user).unlink()
        self.seam.with_user(self.manager_user).active = False
        self.assertEqual(order.defect_ids.reason_id, self.seam)

    def test_rights(self):
        for user in (self.operator_user, self.supervisor_user):
            reasons = self.env['mrp.defect.reason'].with_user(user)
            self.assertIn(self.seam.with_user(user), reasons.search([]))
            with self.assertRaises(AccessError):
                reasons.create({'name': "Torn"})
            with self.assertRaises(AccessError):
                self.seam.with_user(user).name = "Torn"
        stranger, company = self._create_stranger()
        theirs = self.env['mrp.defect.reason'].create({'name': "Theirs", 'company_id': company.id})
        reasons = self.env['mrp.defect.reason'].with_user(stranger).search([])
        self.assertIn(theirs.with_user(stranger), reasons)
        self.assertNotIn(theirs, self.env['mrp.defect.reason'].with_user(self.operator_user).search([]))

    def test_translations(self):
        self.env['res.lang']._activate_lang('fr_FR')
        self.seam.with_context(lang='fr_FR').name = "Couture de travers"
        self.assertEqual(self.seam.name, "Crooked seam")

    def test_settings(self):
        """Who may write off is a setting of the company."""
        settings = self.env['res.config.settings'].create({'defect_write_off': 'operator'})
        settings.execute()
        self.assertEqual(self.company.defect_write_off, 'operator')
        order = self._order_jackets(9)
        stage = order.workorder_ids[0]

        def write_off(user):
            return self._as(stage, user).stage_report_defect(self.stain.id, 'write_off', qty=1)

        write_off(self.operator_user)
        self.company.defect_write_off = 'supervisor'
        self._assert_refused("Only a supervisor may write off", order, write_off, self.operator_user)
        write_off(self.supervisor_user)
        self.company.defect_write_off = 'manager'
        for user in (self.operator_user, self.supervisor_user):
            self._assert_refused("Only a production manager may write off", order, write_off, user)
        write_off(self.manager_user)
        self.assertEqual(stage.qty_lost, 3)


@tagged('post_install', '-at_install')
class TestDefectRights(DefectCommon):
    """Who may report, and who sees what was reported."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._order_jackets(10)
        cls.cutting, cls.sewing, cls.qa, cls.packing = cls.order.workorder_ids
        cls._pass(cls.cutting)

    def _report(self, user):
        return self._as(self.sewing, user).stage_report_defect(
            self.seam.id, 'return', qty=1, photos=[make_photo()])

    def test_whoever_may_work_the_stage_may_report(self):
        for user in (self.operator_user, self.helper_user, self.supervisor_user, self.manager_user):
            self._report(user)
        self.sewing.stage_assign(self.helper.id)
        with self.assertRaises(AccessError):
            self._report(self.operator_user)
        self._report(self.helper_user)
        role = self.env['mrp.role'].create({'name': "Tailors", 'employee_ids': [Command.set(self.operator.ids)]})
        self.sewing._write_stage(
            {'performer_type': 'role', 'performer_role_id': role.id, 'performer_employee_id': False})
        # They worked here, so they still see it.
        self.env['mrp.workcenter.productivity']._open_clocks([{
            'workorder_id': self.sewing.id, 'workcenter_id': self.sewing.workcenter_id.id,
            'employee_id': self.helper.id, 'user_id': self.helper_user.id, 'date_end': '2030-01-01',
            'date_start': '2030-01-01', 'loss_id': self.env.ref('mrp.block_reason7').id}])
        self._assert_refused("is for people with the role Tailors", self.order, self._report, self.helper_user)
        self._report(self.operator_user)

    def test_nobody_else_reports(self):
        stranger, _company = self._create_stranger()
        sales = self.env['res.users'].create({
            'name': "Sally", 'login': 'stage_sally',
            'group_ids': [Command.set(self.env.ref('sales_team.group_sale_salesman').ids)]})
        for user in (stranger, sales):
            with self.assertRaises(AccessError):
                self._report(user)
        defect = self.env['mrp.defect'].browse(self._report(self.operator_user)['defect_id'])
        for user in (stranger, sales):
            defects = self.env['mrp.defect'].with_user(user)
            with self.assertRaises(AccessError):
                defect.with_user(user).check_access('read')
            if user == sales:
                with self.assertRaises(AccessError):
                    defects.search([])
            else:
                self.assertFalse(defects.search([]))
            with self.assertRaises(AccessError):
                self._as(self.sewing, user).stage_withdraw_defect(defect.id)
            with self.assertRaises(AccessError):
                self._as(self.sewing, user).stage_decide_defect(defect.id, 'accept', "Fine")

    def test_operators_see_the_defects_of_their_stages(self):
        defect = self.env['mrp.defect'].browse(self._report(self.operator_user)['defect_id'])
        for user in (self.operator_user, self.helper_user, self.supervisor_user):
            seen = self._as(defect, user)
            self.assertEqual(seen.search([('production_id', '=', self.order.id)]), seen)
            self.assertEqual(seen.photo_ids.name, "photo.jpg")
            self.assertTrue(seen.photo_ids.raw)
            self.assertTrue(seen.photo_image)
            self.assertTrue(seen.display_name)
        self.sewing.stage_assign(self.operator.id)
        self.assertFalse(self._as(defect, self.helper_user).search([('production_id', '=', self.order.id)]))
        with self.assertRaises(AccessError):
            self._as(defect, self.helper_user).photo_ids.read(['raw'])
