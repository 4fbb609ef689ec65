from odoo.exceptions import AccessError, UserError
from odoo.service.model import get_public_method
from odoo.tests import new_test_user, tagged

from .common import StageCommon


@tagged('post_install', '-at_install')
class TestRights(StageCommon):
    """Who sees and may do what, each tested as that person."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._create_order(20)
        cls.roasting, cls.grinding, cls.packing = cls.order.workorder_ids
        cls.sales_user = new_test_user(cls.env, login='stage_sales', groups='sales_team.group_sale_salesman')
        cls.manager_user = new_test_user(cls.env, login='stage_manager', groups='mrp_production_stage.group_manager')
        cls.mrp_user = new_test_user(cls.env, login='stage_mrp', groups='mrp.group_mrp_user')

    def test_operator_sees_open_and_own_stages_only(self):
        stages = self.env['mrp.workorder'].with_user(self.operator_user)
        domain = [('production_id', '=', self.order.id)]
        self.assertEqual(stages.search(domain), self.order.workorder_ids)
        self._as(self.grinding, self.supervisor_user).stage_assign(self.helper.id)
        self.env.invalidate_all()
        self.assertEqual(stages.search(domain), self.roasting | self.packing)
        self._as(self.roasting, self.helper_user).stage_start()
        self._as(self.roasting, self.helper_user).stage_finish()
        self.env.invalidate_all()
        self.assertEqual(stages.search(domain), self.packing, "a done stage of somebody else")
        self.assertIn(self.roasting, self.env['mrp.workorder'].with_user(self.helper_user).search(domain))

    def test_operator_sees_nothing_else_of_manufacturing(self):
        self.template.use_stages = False
        plain = self._create_order(5)
        self.assertFalse(self.env['mrp.workorder'].with_user(self.operator_user).search(
            [('production_id', '=', plain.id)]))
        for record in (self.order, self.template, self.template.operation_ids, self.order.move_raw_ids,
                       self.roasting.workcenter_id, self.env['mrp.production.material'],
                       self.env['mrp.production.time'], self.env['mrp.workorder.event']):
            with self.subTest(model=record._name), self.assertRaises(AccessError):
                record.with_user(self.operator_user).check_access('read')

    def test_operator_writes_nothing_directly(self):
        for vals in ({'name': "Mine"}, {'performer_employee_id': self.operator.id}, {'instruction': "x"}):
            with self.assertRaises(AccessError):
                self._as(self.roasting, self.operator_user).write(vals)
        with self.assertRaises(AccessError):
            self._as(self.roasting, self.operator_user).unlink()
        with self.assertRaises(AccessError):
            self.env['mrp.workcenter.productivity'].with_user(self.operator_user).create({
                'workorder_id': self.roasting.id, 'workcenter_id': self.roasting.workcenter_id.id,
                'loss_id': self.env.ref('mrp.block_reason7').id})

    def test_operator_dialogs(self):
        finish = self.env['mrp.stage.finish'].with_user(self.operator_user)
        self._as(self.roasting, self.operator_user).stage_start()
        dialog = finish.create({'workorder_id': self.roasting.id, 'qty': 20})
        with self.assertRaises(AccessError):
            dialog.with_user(self.helper_user).action_finish()
        dialog.action_finish()
        self.assertEqual(self.roasting.stage_status, 'done')
        hold = self.env['mrp.stage.hold'].with_user(self.operator_user).create({
            'workorder_id': self.packing.id,
            'reason_id': self.env.ref('mrp_production_stage.hold_reason_decision').id})
        hold.action_hold()
        self.assertEqual(self.packing.stage_status, 'hold')
        with self.assertRaises(AccessError):
            self.env['mrp.stage.start'].with_user(self.operator_user).create({'workorder_id': self.grinding.id})

    def test_finish_dialog_shows_what_is_expected(self):
        self._as(self.roasting, self.operator_user).stage_start()
        values = self.env['mrp.stage.finish'].with_user(self.operator_user).with_context(
            default_workorder_id=self.roasting.id).default_get(['workorder_id', 'qty', 'line_ids'])
        self.assertEqual(values['qty'], 20)
        self.assertEqual(
            [(vals['product_id'], vals['norm'], vals['qty']) for _command, _id, vals in values['line_ids']],
            [(self.beans.id, 5.2, 5.2)])

    def test_events_are_written_by_the_door_only(self):
        self.roasting.stage_start()
        event = self.roasting.event_ids
        for user in (self.operator_user, self.supervisor_user, self.manager_user):
            events = self.env['mrp.workorder.event'].with_user(user)
            with self.assertRaises(AccessError):
                events.create({'workorder_id': self.roasting.id, 'kind': 'finish'})
        for record in (event.with_user(self.manager_user), event, event.sudo()):
            with self.assertRaises(UserError):
                record.write({'kind': 'finish'})
            with self.assertRaises(UserError):
                record.unlink()
        self.assertTrue(event.exists())
        self.assertEqual(event.kind, 'start')

    def test_supervisor_makes_orders_and_manager_makes_templates(self):
        production = self.env['mrp.production'].with_user(self.supervisor_user)
        order = production.browse(production.production_create(self.coffee.id, 3)['production_id'])
        self.assertEqual(order.state, 'confirmed')
        order.workorder_ids[0].stage_start()
        order.action_cancel()
        with self.assertRaises(AccessError):
            self.template.with_user(self.supervisor_user).write({'auto_close': False})
        self.template.with_user(self.manager_user).write({'auto_close': False})
        self.env['mrp.hold.reason'].with_user(self.manager_user).create({'name': "Power cut"})
        with self.assertRaises(AccessError):
            self.env['mrp.hold.reason'].with_user(self.supervisor_user).create({'name': "Power cut"})

    def test_manufacturing_user_keeps_what_they_had(self):
        self.template.use_stages = False
        plain = self._create_order(5)
        stages = self.env['mrp.workorder'].with_user(self.mrp_user)
        self.assertEqual(
            stages.search([('production_id', 'in', (plain | self.order).ids)]),
            (plain | self.order).workorder_ids)
        plain.workorder_ids[0].with_user(self.mrp_user).button_start()
        self.assertEqual(plain.workorder_ids[0].state, 'progress')

    def test_sales_sees_no_stage(self):
        for act in ('stage_start', 'stage_finish', 'stage_release'):
            with self.assertRaises(AccessError):
                getattr(self._as(self.roasting, self.sales_user), act)()
        self.assertFalse(self.roasting.event_ids)

    def test_sales_takes_no_materials_back(self):
        self.roasting.stage_start()
        self.order.action_cancel()
        used = self.order.move_raw_ids.filtered(lambda move: move.state == 'done')
        with self.assertRaises(AccessError):
            self._as(self.order, self.sales_user).return_materials([{'move_id': used.id, 'qty': 1}])
        self._as(self.order, self.supervisor_user).return_materials([{'move_id': used.id, 'qty': 1}])

    def test_finish_dialog_tells_nothing_of_other_stages(self):
        self._as(self.grinding, self.supervisor_user).stage_assign(self.helper.id)
        with self.assertRaises(AccessError):
            self.env['mrp.stage.finish'].with_user(self.operator_user).with_context(
                default_workorder_id=self.grinding.id).default_get(['workorder_id', 'line_ids'])
        with self.assertRaises(AccessError):
            dialog = self.env['mrp.stage.finish'].with_user(self.operator_user).new({'workorder_id': self.grinding.id})
            self.assertFalse(dialog.order_name)

    def test_other_company(self):
        company = self.env['res.company'].create({'name': "Elsewhere"})
        self.assertTrue(company.stage_workcenter_id)
        stranger = new_test_user(
            self.env, login='stage_stranger', groups='mrp_production_stage.group_supervisor',
            company_id=company.id, company_ids=[(6, 0, company.ids)])
        self.roasting.stage_start()
        self.env.flush_all()
        for model in ('mrp.workorder', 'mrp.workorder.event', 'mrp.production.material', 'mrp.production.time'):
            with self.subTest(model=model):
                self.assertFalse(self.env[model].with_user(stranger).search([]))
        with self.assertRaises(AccessError):
            self._as(self.roasting, stranger).stage_finish()
        with self.assertRaises(AccessError):
            self._as(self.order, stranger).material_summary()

    def test_private_methods_stay_private(self):
        """Nothing of the door but its public acts can be called from outside."""
        for name in ('_act', '_perform_stage_act', '_write_stage'):
            with self.assertRaises(AccessError):
                get_public_method(self.env['mrp.workorder'], name)
