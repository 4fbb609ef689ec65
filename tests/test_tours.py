from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .common import StageCommon
from .test_selection import SelectionCommon
from .test_variant_overrides import VariantCommon


@tagged('post_install', '-at_install')
class TestTours(StageCommon, HttpCase):
    """The app in the browser, as the people who use it."""

    def test_supervisor_makes_and_starts_an_order(self):
        self.start_tour('/odoo/production-orders', 'mrp_production_stage_order', login=self.supervisor_user.login)
        order = self.env['mrp.production'].search([('product_id', '=', self.coffee.id)])
        self.assertEqual(order.board_status, 'progress')
        self.assertEqual(order.workorder_ids.mapped('stage_status'), ['done', 'waiting', 'waiting'])
        beans = [line for line in order.material_summary() if line['product_id'] == self.beans.id]
        self.assertEqual(len(beans), 1)
        self.assertAlmostEqual(beans[0]['consumed'], 5.5)
        self.assertAlmostEqual(beans[0]['overconsumption'], 0.3)
        self.assertEqual(set(order.event_ids.mapped('employee_id')), {self.supervisor})
        self.assertEqual(set(order.event_ids.mapped('source')), {'office'})

    def test_operator_works_with_the_keyboard_alone(self):
        espresso = self._create_product("Espresso", self.unit)
        self._create_coffee_template(espresso)
        now = fields.Datetime.now()
        order = self._create_order(20, date_start=now - timedelta(hours=2))
        self._create_order(20, product=espresso, date_start=now - timedelta(hours=1))
        self.start_tour('/odoo/my-stages', 'mrp_production_stage_keyboard', login=self.operator_user.login)
        self.assertEqual(order.workorder_ids[0].qty_produced, 12)
        self.assertEqual(order.event_ids.sorted('id').mapped('kind'), ['start', 'pause', 'resume', 'finish'])

    def test_manager_builds_a_template(self):
        _employee, manager = self._create_person("Mona", 'group_manager')
        self._create_product("House Blend 500 g", self.unit)
        self.start_tour('/odoo/production-templates', 'mrp_production_stage_template', login=manager.login)
        template = self.env['mrp.bom'].search([('product_tmpl_id.name', '=', "House Blend 500 g")])
        self.assertTrue(template.use_stages)
        self.assertEqual(
            template.operation_ids.mapped(
                lambda stage: (stage.name, stage.time_cycle_manual, stage.wait_after, stage.consumption_mode)),
            [("Roasting", 15, 12, 'start'), ("Grinding", 10, 0, 'finish'), ("Packing", 20, 0, 'finish')])
        self.assertEqual(template.operation_ids.workcenter_id, self.company.stage_workcenter_id)
        self.assertEqual(
            template.bom_line_ids.mapped(lambda line: (line.product_id, line.product_qty, line.operation_id.name)),
            [(self.beans, 5.2, "Roasting"), (self.bag, 20, "Packing"), (self.label, 20, "Packing")])
        self.assertEqual(template.bom_line_ids.mapped('product_uom_id'), self.kg + self.unit)


@tagged('post_install', '-at_install')
class TestOverrideTour(VariantCommon, HttpCase):

    def test_manager_overrides_a_stage(self):
        _employee, manager = self._create_person("Mona", 'group_manager')
        self.start_tour('/odoo/production-templates', 'mrp_production_stage_override', login=manager.login)
        override = self.sewing.override_ids
        self.assertEqual(
            (override.name, override.override_type, override.base_operation_id, override.time_cycle_manual),
            ("Cutting XL", 'replace', self.cutting, 25))
        self.assertEqual(override.bom_product_template_attribute_value_ids, self.extra)


@tagged('post_install', '-at_install')
class TestPhoneTours(StageCommon, HttpCase):
    """The operator's page on a phone."""

    browser_size = '390x844'
    touch_enabled = True

    def test_operator_works_a_stage(self):
        order = self._create_order(20)
        self.start_tour('/odoo/my-stages', 'mrp_production_stage_my_stages', login=self.operator_user.login)
        roasting = order.workorder_ids[0]
        self.assertEqual(roasting.stage_status, 'done')
        events = order.event_ids.sorted('id')
        self.assertEqual(events.mapped('kind'), ['start', 'pause', 'resume', 'finish'])
        self.assertEqual(events.employee_id, self.operator)
        self.assertEqual(events[-1].note, "A little dark")
        self.assertEqual(len(roasting.time_ids), 2)

    def test_operator_answers_a_checklist(self):
        self.template.operation_ids[0].write({'photo_required': True, 'checklist_ids': [
            Command.create({'name': "Drum is clean", 'kind': 'yes_no', 'expected': 'yes', 'sequence': 1}),
            Command.create({
                'name': "Moisture", 'kind': 'number', 'unit': "%", 'limit_type': 'range', 'limit_max': 3.5,
                'sequence': 2}),
            Command.create({'name': "Beans on the tray", 'kind': 'photo', 'sequence': 3}),
        ]})
        order = self._create_order(20)
        self._as(order.workorder_ids[0], self.operator_user).stage_start()
        self.start_tour('/odoo/my-stages', 'mrp_production_stage_checklist', login=self.operator_user.login)
        self.assertEqual(order.workorder_ids[0].stage_status, 'done')
        self.assertEqual(
            order.check_answer_ids.sorted('id').mapped('answer'), ["Yes", "3.2 %", "beans.jpg"])
        self.assertEqual(order.event_ids[0].photo_ids.mapped('name'), ["roast.jpg"])


@tagged('post_install', '-at_install')
class TestSelectionTour(SelectionCommon, HttpCase):
    """On the phone of somebody who wears gloves."""

    browser_size = '390x844'
    touch_enabled = True

    def test_operator_picks_a_variant(self):
        order, cutting, _selection = self._create_sewing_order()
        self.start_tour('/odoo/my-stages', 'mrp_production_stage_selection', login=self.operator_user.login)
        self.assertEqual(self._used(order), {self.blue: 20, self.red: 10})
        self.assertEqual(cutting.stage_status, 'progress')
        self.assertEqual(order.event_ids.sorted('id').mapped('kind'), ['select', 'start'])
        self.assertEqual(order.event_ids.employee_id, self.operator)
