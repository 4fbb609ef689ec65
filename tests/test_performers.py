from psycopg2 import IntegrityError
from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from ..models.template.performer import PERFORMER_FIELDS
from .common import StageCommon


@tagged('post_install', '-at_install')
class TestPerformers(StageCommon):
    """Stages for a role: who may start them, who sees them, who is suggested."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.role = cls.env['mrp.role'].create({'name': "Roaster", 'employee_ids': [Command.set(cls.operator.ids)]})
        cls.template.operation_ids[0].write({'performer_type': 'role', 'performer_role_id': cls.role.id})
        cls.order = cls._create_order(20)
        cls.roasting = cls.order.workorder_ids[0]

    def test_only_people_with_the_role_may_start(self):
        stages = self.env['mrp.workorder'].with_user(self.helper_user)
        self.assertNotIn(self.roasting, stages.search([('production_id', '=', self.order.id)]))
        with self.assertRaises(AccessError):
            self._as(self.roasting, self.helper_user).stage_start()
        self.assertIn(
            self.roasting, stages.with_user(self.operator_user).search([('production_id', '=', self.order.id)]))
        # A manufacturing user sees every stage, and still lacks the role.
        outsider = new_test_user(self.env, login='stage_outsider', groups='mrp.group_mrp_user')
        with self.assertRaisesRegex(UserError, "for people with the role Roaster"):
            self._as(self.roasting, outsider).stage_start()
        self._as(self.roasting, self.operator_user).stage_start()
        self.assertEqual(self.roasting.time_ids.employee_id, self.operator)

    def test_supervisor_may_start_and_assign_anybody(self):
        self._as(self.roasting, self.supervisor_user).stage_assign(self.helper.id)
        self.assertFalse(self.roasting.performer_role_id)
        self._as(self.roasting, self.helper_user).stage_start()

    def test_leaving_the_role_counts_at_once(self):
        """Who has a role is a fact about people, not part of an order's snapshot."""
        self.role.employee_ids = self.helper
        with self.assertRaises(AccessError):
            self._as(self.roasting, self.operator_user).stage_start()
        self._as(self.roasting, self.helper_user).stage_start()

    def test_the_order_keeps_its_role(self):
        self.template.operation_ids[0].write({'performer_type': 'at_start'})
        self.assertFalse(self.template.operation_ids[0].performer_role_id)
        self.assertEqual(self.roasting.performer_role_id, self.role)

    def test_suggestion_is_who_has_least_to_do(self):
        self.role.employee_ids = self.operator | self.helper
        self.assertEqual(self.roasting._suggest_performer(), self.operator, "nobody has work: the first")
        other = self._create_order(5).workorder_ids[0]
        other.stage_assign(self.operator.id)
        self.assertEqual(self.roasting._suggest_performer(), self.helper)
        busier = self._create_order(50).workorder_ids[0]
        busier.stage_assign(self.helper.id)
        self.assertEqual(self.roasting._suggest_performer(), self.operator)
        dialog = self.env['mrp.stage.start'].with_user(self.supervisor_user).create({'workorder_id': self.roasting.id})
        self.assertEqual(dialog.suggested_employee_id, self.operator)

    def test_a_role_must_be_named_and_should_have_people(self):
        with self.assertRaises(CheckViolation), mute_logger('odoo.sql_db'), self.env.cr.savepoint():
            self.template.operation_ids[1].performer_type = 'role'
            self.env.flush_all()
        nobody = self.env['mrp.role'].create({'name': "Taster"})
        self.template.operation_ids[1].write({'performer_type': 'role', 'performer_role_id': nobody.id})
        warning = self.template.operation_ids[1]._onchange_performer_role_id()['warning']
        self.assertIn("Taster", warning['message'])

    def test_a_used_role_is_archived_not_deleted(self):
        with self.assertRaises(IntegrityError), mute_logger('odoo.sql_db'), self.env.cr.savepoint():
            self.role.unlink()
        self.role.active = False
        self._as(self.roasting, self.operator_user).stage_start()


@tagged('post_install', '-at_install')
class TestSubcontractors(StageCommon):
    """Stages that a partner does: supervisors act for them, nobody else does."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls.env['res.partner'].create({'name': "Grinders & Co"})
        cls.template.operation_ids[0].write({
            'performer_type': 'subcontractor', 'performer_partner_id': cls.partner.id})
        cls.order = cls._create_order(20)
        cls.roasting, cls.grinding = cls.order.workorder_ids[:2]

    def test_the_order_keeps_its_subcontractor(self):
        operation = self.template.operation_ids[0]
        self.assertEqual((operation.performer_name, self.roasting.performer_name), ("Grinders & Co",) * 2)
        operation.performer_type = 'at_start'
        self.assertFalse(operation.performer_partner_id)
        self.assertFalse(operation.performer_name)
        self.assertEqual(self.roasting.performer_partner_id, self.partner)
        self.assertEqual(self.roasting.performer_type, 'subcontractor')

    def test_one_performer_is_named_whatever_the_type(self):
        operation = self.template.operation_ids[1]
        role = self.env['mrp.role'].create({'name': "Grinder"})
        for vals, name in (
            ({'performer_type': 'employee', 'performer_employee_id': self.helper.id}, "Hugo"),
            ({'performer_type': 'role', 'performer_role_id': role.id}, "Grinder"),
            ({'performer_type': 'subcontractor', 'performer_partner_id': self.partner.id}, "Grinders & Co"),
        ):
            operation.write(vals)
            self.assertEqual(operation.performer_name, name)
            named = [operation[field] for field in PERFORMER_FIELDS.values() if operation[field]]
            self.assertEqual(len(named), 1, "the one before is not named any more")

    def test_operators_do_not_see_it_and_others_read_whose_it_is(self):
        stages = self.env['mrp.workorder'].with_user(self.operator_user)
        self.assertEqual(
            stages.search([('production_id', '=', self.order.id)]), self.order.workorder_ids - self.roasting)
        with self.assertRaises(AccessError):
            self._as(self.roasting, self.operator_user).stage_start()
        outsider = new_test_user(self.env, login='stage_outsider', groups='mrp.group_mrp_user')
        for act in ('stage_start', 'stage_release'):
            with self.assertRaisesRegex(UserError, "done by the subcontractor Grinders & Co"):
                getattr(self._as(self.roasting, outsider), act)()
        self.assertFalse(self.order.event_ids)

    def test_a_supervisor_acts_for_them_or_takes_it_back(self):
        self.assertFalse(self.roasting._suggest_performer())
        dialog = Form(self.env['mrp.stage.start'].with_user(self.supervisor_user).with_context(
            default_workorder_id=self.roasting.id))
        self.assertEqual(dialog.performer_partner_id, self.partner)
        self.assertFalse(dialog.suggested_employee_id)
        self.assertFalse(dialog.employee_id)
        dialog.save().action_start()
        self.assertEqual(self.roasting.stage_status, 'progress')
        other = self._create_order(5).workorder_ids[0]
        self._as(other, self.supervisor_user).stage_assign(self.helper.id)
        self.assertFalse(other.performer_partner_id)
        self.assertEqual(other.performer_name, "Hugo")
        self._as(other, self.helper_user).stage_start()

    def test_a_subcontractor_must_be_named_and_stays(self):
        for operation in (self.template.operation_ids[1], self.template.operation_ids[0]):
            with self.assertRaises(CheckViolation), mute_logger('odoo.sql_db'), self.env.cr.savepoint():
                operation.write({'performer_type': 'subcontractor', 'performer_partner_id': False})
                self.env.flush_all()
        with self.assertRaises(IntegrityError), mute_logger('odoo.sql_db'), self.env.cr.savepoint():
            self.partner.unlink()
        with self.assertRaisesRegex(UserError, "belongs to another company|Incompatible companies"):
            self.template.company_id = self.company
            self.partner.company_id = self.env['res.company'].create({'name': "Elsewhere"})
            self.template.operation_ids[1].write({
                'performer_type': 'subcontractor', 'performer_partner_id': self.partner.id})

    def test_a_technologist_names_one_in_the_form(self):
        operation = self.template.operation_ids[1]
        with Form(operation, view='mrp_production_stage.mrp_routing_workcenter_view_form_stage') as form:
            form.performer_type = 'subcontractor'
            form.performer_partner_id = self.partner
        self.assertEqual(operation.performer_name, "Grinders & Co")


@tagged('post_install', '-at_install')
class TestParallel(StageCommon):
    """A, B in parallel with A, then C."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template.operation_ids.wait_after = 0
        cls.template.operation_ids[1].is_parallel = True
        cls.order = cls._create_order(20)
        cls.first, cls.beside, cls.last = cls.order.workorder_ids

    def test_the_stage_after_a_group_waits_for_all_of_it(self):
        self.assertEqual(self.order.workorder_ids.mapped('stage_status'), ['ready', 'ready', 'waiting'])
        self.assertFalse(self.beside.blocked_by_workorder_ids)
        self.assertEqual(self.last.blocked_by_workorder_ids, self.first | self.beside)
        with self.assertRaisesRegex(UserError, "waits for Roasting, Grinding"):
            self.last.stage_start()
        self.beside.stage_start()
        self.beside.stage_finish()
        self.assertEqual(self.last.stage_status, 'waiting')
        with self.assertRaisesRegex(UserError, "waits for Roasting[.]"):
            self.last.stage_start()
        self.first.stage_start()
        self.first.stage_finish(qty=5)
        self.assertEqual((self.last.stage_status, self.last.qty_ready), ('ready', 5))
        self.first.stage_finish()
        self.last.stage_start()
        self.last.stage_finish()
        self.assertEqual(self.order.state, 'done')

    def test_both_waits_count(self):
        self.template.operation_ids[0].wait_after = 1
        self.template.operation_ids[1].wait_after = 3
        order = self._create_order(2)
        first, beside, last = order.workorder_ids
        for stage in (beside, first):
            stage.stage_start()
            stage.stage_finish()
        self.assertEqual(round((last.available_from - beside.date_finished).total_seconds() / 3600), 3)

    def test_planning_knows_the_group(self):
        self.order.button_plan()
        self.assertGreaterEqual(self.last.date_start, max(self.first.date_finished, self.beside.date_finished))

    def test_the_order_keeps_its_group(self):
        self.template.operation_ids[1].is_parallel = False
        self.assertEqual(self.order.workorder_ids.mapped('stage_status'), ['ready', 'ready', 'waiting'])
        self.order.workorder_ids = [Command.update(self.last.id, {'instruction': "<p>Slowly</p>"})]
        self.assertEqual(self.last.blocked_by_workorder_ids, self.first | self.beside)
