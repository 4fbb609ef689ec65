from lxml import etree
from psycopg2.errors import CheckViolation

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger
from odoo.tools.safe_eval import safe_eval

from ..models.sales.mrp_bom import CRM_STAGE_FIELDS, ORDER_CRM_STAGE_FIELDS
from .common import StageCommon

TEMPLATE_FORM = 'mrp_production_stage.mrp_bom_view_form_template'
STAGE_FORM = 'mrp_production_stage.mrp_routing_workcenter_view_form_stage'


@tagged('post_install', '-at_install')
class TestTemplatePolicies(StageCommon):
    """What a template decides for its orders, and what orders keep of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.statuses = cls.env['crm.stage'].create([{'name': name} for name in CRM_STAGE_FIELDS])
        cls.manager_user = new_test_user(cls.env, login='stage_manager', groups='mrp_production_stage.group_manager')

    def test_a_template_is_careful_unless_told_otherwise(self):
        self.assertEqual(
            (self.template.batch_mode, self.template.shortage_policy, self.template.defect_cost_policy),
            ('whole', 'warn', 'included'))
        self.assertFalse(self.template.start_on_sale_confirm)

    def test_the_manager_writes_them_in_the_form(self):
        with Form(self.template.with_user(self.manager_user), view=TEMPLATE_FORM) as form:
            form.batch_mode = 'split'
            form.shortage_policy = 'block'
            form.defect_cost_policy = 'separate'
            form.start_on_sale_confirm = True
            for name, status in zip(CRM_STAGE_FIELDS, self.statuses):
                form[name] = status
        self.assertEqual(
            (self.template.batch_mode, self.template.shortage_policy, self.template.defect_cost_policy),
            ('split', 'block', 'separate'))
        self.assertTrue(self.template.start_on_sale_confirm)
        self.assertEqual(
            [self.template[name] for name in CRM_STAGE_FIELDS], list(self.statuses))

    def test_people_without_sales_rights_read_them(self):
        self.template.update(dict(zip(CRM_STAGE_FIELDS, self.statuses)))
        for user in (self.supervisor_user, self.manager_user):
            with self.subTest(user=user.login):
                self.assertFalse(user.has_group('sales_team.group_sale_salesman'))
                self.env.flush_all()
                self.env.invalidate_all()
                form = Form(self.template.with_user(user), view=TEMPLATE_FORM)
                self.assertEqual(form.crm_stage_rework_id.display_name, 'crm_stage_rework_id')
                order = self._create_order(5)
                form = Form(order.with_user(user), view='mrp_production_stage.mrp_production_view_form_stages')
                self.assertEqual(form.batch_mode, 'whole')

    def test_the_order_keeps_what_its_template_said(self):
        self.template.write({
            'batch_mode': 'unit', 'defect_cost_policy': 'separate', **dict(zip(CRM_STAGE_FIELDS, self.statuses.ids))})
        order = self._create_order(20)
        kept = ['batch_mode', 'defect_cost_policy', *ORDER_CRM_STAGE_FIELDS]
        before = {name: order[name] for name in kept}
        self.assertEqual(before, {name: self.template[name] for name in kept})
        self.template.write({
            'batch_mode': 'whole', 'defect_cost_policy': 'included', **dict.fromkeys(CRM_STAGE_FIELDS, False)})
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual({name: order[name] for name in kept}, before)
        later = self._create_order(20)
        self.assertEqual((later.batch_mode, later.defect_cost_policy), ('whole', 'included'))
        self.assertFalse(any(later[name] for name in ORDER_CRM_STAGE_FIELDS))

    def test_only_what_orders_keep_makes_a_new_version(self):
        version = self.template.version
        # Changes of one transaction make one version.
        self.env.cr.postcommit.clear()
        self.template.write({'crm_stage_start_id': self.statuses[0].id, 'start_on_sale_confirm': True})
        self.assertEqual(self.template.version, version)
        self.template.crm_stage_done_id = self.statuses[1]
        self.assertEqual(self.template.version, version + 1)

    def test_a_plain_order_keeps_nothing_of_it(self):
        self.template.write({'use_stages': False, **dict(zip(CRM_STAGE_FIELDS, self.statuses.ids))})
        order = self._create_order(20)
        self.assertFalse(any(order[name] for name in ('batch_mode', 'defect_cost_policy', *ORDER_CRM_STAGE_FIELDS)))

    def test_an_order_is_made_in_any_batch_mode(self):
        for mode in ('whole', 'unit', 'split'):
            answer = self.env['mrp.production'].production_create(self.coffee.id, 5, batch_mode=mode)
            order = self.env['mrp.production'].browse(answer['production_id'])
            self.assertEqual((order.batch_mode, order.state), (mode, 'confirmed'))
        with self.assertRaisesRegex(UserError, "pieces is not a batch mode"):
            self.env['mrp.production'].production_create(self.coffee.id, 5, batch_mode='pieces')

    def test_a_deleted_status_is_told_to_templates_that_used_it(self):
        start, done = self.statuses[0], self.statuses[1]
        self.template.write({
            'crm_stage_start_id': start.id, 'crm_stage_done_id': start.id, 'crm_stage_rework_id': done.id})
        archived = self._create_coffee_template(self._create_product("Decaf", self.unit))
        archived.write({'crm_stage_cancel_id': start.id, 'active': False})
        order = self._create_order(5)
        messages = self.template.message_ids
        start.with_user(new_test_user(self.env, login='stage_seller', groups='sales_team.group_sale_manager')).unlink()
        self.env.invalidate_all()
        self.assertFalse(self.template.crm_stage_start_id | self.template.crm_stage_done_id | order.crm_stage_done_id)
        self.assertEqual(self.template.crm_stage_rework_id, done)
        (message,) = self.template.message_ids - messages
        self.assertIn("Order at Status, Production Done", message.body)
        self.assertIn("crm_stage_start_id", message.body)
        self.assertIn("Production Cancelled", archived.message_ids[0].body)

    # ------------------------------------------------------------
    # Rework
    # ------------------------------------------------------------

    def test_the_order_keeps_the_limit_of_rework_and_who_decides_beyond(self):
        roasting = self.template.operation_ids[0]
        with Form(roasting, view=STAGE_FORM) as form:
            form.rework_limit = 2
            form.escalation_user_id = self.supervisor_user
            form.rework_consumes = True
        order = self._create_order(20)
        roasting.write({'rework_limit': 5, 'escalation_user_id': self.operator_user.id, 'rework_consumes': False})
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(
            [order.workorder_ids[0][name] for name in ('rework_limit', 'escalation_user_id', 'rework_consumes')],
            [2, self.supervisor_user, True])
        self.assertEqual(order.workorder_ids[1].rework_limit, 0)

    def test_only_people_of_the_company_decide(self):
        portal = new_test_user(self.env, login='stage_portal', name="Petra", groups='base.group_portal')
        with self.assertRaisesRegex(ValidationError, "Petra is a portal user and cannot decide about Roasting"):
            self.template.operation_ids[0].escalation_user_id = portal
        elsewhere = self.env['res.company'].create({'name': "Elsewhere"})
        stranger = new_test_user(
            self.env, login='stage_stranger', groups='base.group_user', company_id=elsewhere.id,
            company_ids=[Command.set(elsewhere.ids)])
        self.template.company_id = self.company
        with self.assertRaisesRegex(UserError, "company"):
            self.template.operation_ids[0].escalation_user_id = stranger

    # ------------------------------------------------------------
    # Bad input
    # ------------------------------------------------------------

    def test_what_a_stage_refuses(self):
        """Each is refused by the database with a sentence of ours."""
        operation = self.template.operation_ids[0]
        for vals, constraint, sentence in (
            ({'rework_limit': -1}, 'rework_limit_positive', "The rework limit of a stage cannot be negative"),
            ({'time_cycle_manual': -1}, 'time_cycle_manual_positive', "The planned duration of a stage cannot be neg"),
            ({'wait_after': -0.5}, 'wait_after_positive', "The wait after a stage cannot be negative"),
            ({'is_optional': True, 'activation': False}, 'activation_known', "Say when an optional stage is done"),
            ({'performer_type': 'subcontractor'}, 'performer_partner_known', "Name the subcontractor"),
        ):
            with (self.subTest(vals=vals), mute_logger('odoo.sql_db'),
                  self.assertRaises(CheckViolation) as refusal, self.env.cr.savepoint()):
                operation.write(vals)
                self.env.flush_all()
            self.assertEqual(refusal.exception.diag.constraint_name, f'mrp_routing_workcenter_{constraint}')
            self.assertIn(sentence, self.env['mrp.routing.workcenter']._sql_error_to_message(refusal.exception))

    def test_an_optional_stage_is_done_by_hand_unless_told_otherwise(self):
        operation = self.template.operation_ids[0]
        operation.is_optional = True
        self.assertEqual(operation.activation, 'manual')
        with self.assertRaisesRegex(ValidationError, "name the products that ask for it"):
            operation.activation = 'upsell'
        with self.assertRaisesRegex(ValidationError, "name their values in Apply on Variants"):
            operation.activation = 'attribute'

    def test_stages_do_not_wait_for_themselves(self):
        self.template.allow_operation_dependencies = True
        roasting, grinding, packing = self.template.operation_ids
        grinding.blocked_by_operation_ids = roasting
        packing.blocked_by_operation_ids = grinding
        self.assertEqual(self._create_order(1).workorder_ids[2].blocked_by_workorder_ids.name, "Grinding")
        with self.assertRaisesRegex(ValidationError, "A stage would wait for itself: see what blocks Roasting"):
            roasting.blocked_by_operation_ids = packing
        with self.assertRaisesRegex(ValidationError, "see what blocks Grinding"):
            grinding.blocked_by_operation_ids = grinding


@tagged('post_install', '-at_install')
class TestTemplatesMenu(StageCommon):
    """Templates are found by what they are made of and by whom."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.beans.default_code = 'GB-1'
        cls.category.name = "Hot drinks"
        cls.taster = cls.env['mrp.role'].create({'name': "Taster"})
        cls.laundry = cls.env['res.partner'].create({'name': "Sack Laundry"})
        roasting, grinding, packing = cls.template.operation_ids
        roasting.write({'performer_type': 'employee', 'performer_employee_id': cls.helper.id})
        grinding.write({'performer_type': 'role', 'performer_role_id': cls.taster.id})
        packing.write({
            'performer_type': 'subcontractor', 'performer_partner_id': cls.laundry.id, 'is_optional': True,
            'workcenter_id': cls.env['mrp.workcenter'].create({'name': "Machine seven"}).id})
        cls.other = cls.env['mrp.bom'].create({
            'product_tmpl_id': cls.env['product.template'].create({'name': "Oak shelf", 'is_storable': True}).id,
            'use_stages': True,
            'operation_ids': [Command.create({'name': "Sawing"})],
            'bom_line_ids': [Command.create({'product_id': cls._create_product("Oak board", cls.unit).id})],
        })
        cls.supervisor_user.group_ids |= cls.env.ref('mrp.group_mrp_routings')
        cls.action = cls.env.ref('mrp_production_stage.mrp_bom_action_template')
        cls.menu = cls.env['mrp.bom'].with_user(cls.supervisor_user)
        views = cls.menu.get_views([(cls.action.search_view_id.id, 'search'), (False, 'list')])['views']
        cls.search_view = etree.fromstring(views['search']['arch'])

    def _find(self, label, text):
        """What typing the text and choosing the label finds among the templates of this test."""
        node, = self.search_view.xpath(f"//field[@string='{label}' or not(@string) and @name='{label}']")
        if node.get('filter_domain'):
            domain = safe_eval(node.get('filter_domain'), {'self': text})
        else:
            domain = [(node.get('name'), node.get('operator', 'ilike'), text)]
        found = self.menu.search([*safe_eval(self.action.domain), ('use_stages', '=', True), *domain])
        return found & (self.template | self.other)

    def test_search(self):
        self.env.invalidate_all()
        for label, text in (
            ('product_tmpl_id', "Arabica"), ('product_categ_id', "Hot drinks"), ("Material", "Green b"),
            ("Material", "GB-1"), ("Stage", "grind"), ("Role", "Tast"), ("Work Center", "seven"),
            ("Performer", "Hugo"), ("Performer", "Taster"), ("Performer", "Sack"),
        ):
            with self.subTest(label=label, text=text):
                self.assertEqual(self._find(label, text), self.template)
        self.assertEqual(self._find("Material", "oak"), self.other)
        self.assertFalse(self._find("Role", "Sack"))

    def test_filters(self):
        domains = {
            node.get('name'): safe_eval(node.get('domain'))
            for node in self.search_view.iter('filter') if node.get('domain')}
        self.other.active = False
        everything = self.menu.with_context(active_test=False)
        for name, expected in (
            ('use_stages', self.template | self.other), ('subcontracted', self.template),
            ('optional', self.template), ('archived', self.other), ('plain', self.menu.browse()),
        ):
            with self.subTest(filter=name):
                self.assertEqual(everything.search(domains[name]) & (self.template | self.other), expected)

    def test_groups(self):
        for node in self.search_view.xpath("//filter[@context]"):
            field = safe_eval(node.get('context'))['group_by']
            self.assertTrue(self.menu.fields_get([field])[field]['groupable'], field)
        groups = self.menu.formatted_read_group(
            [('id', 'in', (self.template | self.other).ids)], ['product_categ_id'], ['__count'])
        self.assertIn((self.category.id, 1), [
            (group['product_categ_id'] and group['product_categ_id'][0], group['__count']) for group in groups])
