import json
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .test_cost_ledger import CostCommon

MODULE = 'mrp_production_stage'


class PrivacyCommon(CostCommon):
    """An order at rates that are found wherever they show, and somebody curious with every group but Production Costs.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.operator.hourly_cost = 1237.0
        cls.helper.hourly_cost = 1511.0
        cls.roaster.costs_hour = 1723.0
        cls.order = cls._create_order(20)
        cls._run_coffee(cls.order)
        costs = cls.order.cost_breakdown()
        cls.secrets = {
            1237.0, 1511.0, costs['total'], costs['unit'], cls.order.cost_planned, *costs['by_category'].values(),
            *(stage['total'] for stage in costs['by_stage']), *cls.order.workorder_ids.mapped('cost_planned'),
            *cls.order.cost_line_ids.filtered(lambda line: line.category != 'material').mapped('amount'),
        }
        groups = cls.env['res.groups'].search([])
        costs_group = cls.env.ref(f'{MODULE}.group_cost')
        share = cls.env.ref('base.group_portal') | cls.env.ref('base.group_public')
        cls.curious = cls.env['res.users'].create({
            'name': "Curious", 'login': 'curious', 'company_ids': [Command.set(cls.env['res.company'].search([]).ids)],
            'company_id': cls.company.id,
            'group_ids': [Command.set((groups - costs_group.all_implied_by_ids - share.all_implied_by_ids).ids)],
        })
        cls.env.flush_all()

    def _find_secrets(self, value, secrets=None):
        """Return the secrets a value holds, be it a number, a text or made of such.

        :param secrets: default those of the order
        """
        secrets = self.secrets if secrets is None else secrets
        if isinstance(value, dict):
            value = [*value.keys(), *value.values()]
        if isinstance(value, (list, tuple)):
            return [secret for part in value for secret in self._find_secrets(part, secrets)]
        if isinstance(value, float):
            return [secret for secret in secrets if abs(secret - value) < 0.005]
        text = str(value).replace(',', '')
        return [secret for secret in secrets if secret > 20 and f"{secret:.2f}" in text]


@tagged('post_install', '-at_install')
class TestCostPrivacy(PrivacyCommon, HttpCase):
    """What production costs, and what an hour of a person costs, is for the group Production Costs alone."""

    def test_the_curious_have_all_other_groups(self):
        self.assertTrue(self.curious.has_group('mrp_production_stage.group_manager'))
        self.assertTrue(self.curious.has_group('base.group_system'))
        self.assertFalse(self.curious.has_group('mrp_production_stage.group_cost'))
        self.assertGreater(len(self.secrets), 8)

    def _our_fields(self, transient=False):
        """Yield each model, as the curious see it, with the fields that this module brings.

        :param bool transient: dialogs instead of models that last
        """
        env = self.env(user=self.curious)
        for name in sorted(env.registry):
            model = env[name]
            if (model._abstract and not model._table_query) or model._transient != transient:
                continue
            ours = [field for field in model._fields.values() if MODULE in (field._modules or ())]
            if ours:
                yield model, ours

    def test_money_is_neither_read_nor_searched_nor_grouped_nor_exported(self):
        hidden = 0
        for model, ours in [*self._our_fields(), *self._our_fields(transient=True)]:
            for field in ours:
                if field.type != 'monetary' and not field.name.startswith('cost_'):
                    continue
                hidden += 1
                with self.subTest(field=str(field)):
                    self._check_hidden(model, field)
        self.assertGreater(hidden, 15)

    def _check_hidden(self, model, field):
        record = model.sudo().search([], limit=1).with_env(model.env)
        visible = model.has_access('read') and field.name in model.fields_get()
        self.assertFalse(visible)
        with self.assertRaises(AccessError):
            (record or model.browse(1)).read([field.name])
        with self.assertRaises(AccessError):
            (record or model.browse(1)).export_data([field.name])
        if field.store or field.search:
            with self.assertRaises(AccessError):
                model.search([(field.name, '!=', False)])
            with self.assertRaises(AccessError):
                model.search([], order=field.name)
        if field.store:
            with self.assertRaises(AccessError):
                model.formatted_read_group([], [field.name], ['__count'])

    def test_the_ledger_is_closed(self):
        ledger = self.env['mrp.cost.line'].with_user(self.curious)
        for act in (
            lambda: ledger.search([]),
            lambda: ledger.search_count([]),
            lambda: ledger.formatted_read_group([], ['category'], ['amount:sum']),
            lambda: ledger.browse(self.order.cost_line_ids.ids).read(['category']),
            lambda: ledger.browse(self.order.cost_line_ids.ids).export_data(['rate']),
            lambda: self.order.with_user(self.curious).cost_breakdown(),
            lambda: self.order.with_user(self.curious).read(['cost_line_ids']),
            lambda: self.env['mrp.production'].with_user(self.curious).search([('cost_line_ids.amount', '>', 100)]),
            lambda: self.env['mrp.production'].with_user(self.curious).search([('workorder_ids.cost_total', '>', 1)]),
            lambda: self.order.with_user(self.curious).export_data(['workorder_ids/cost_total']),
            lambda: self.order.with_user(self.curious).web_read({'cost_stage_ids': {'fields': {'cost_total': {}}}}),
        ):
            with self.assertRaises(AccessError):
                act()

    def test_no_other_field_of_ours_and_no_message_tells(self):
        """Read whatever may be read of all we brought, and look for the figures themselves."""
        for model, ours in self._our_fields():
            if not model.has_access('read'):
                continue
            names = [field.name for field in ours if field.name in model.fields_get() and field.type != 'binary']
            for values in model.search([], limit=200).read(names):
                for name, value in values.items():
                    self.assertFalse(self._find_secrets(value), f"{model._name}.{name} tells: {value}")
        for message in self.order.message_ids:
            self.assertFalse(self._find_secrets(message.body))
            self.assertFalse(message.sudo().tracking_value_ids.filtered(
                lambda value: value.new_value_float in self.secrets))

    def test_no_dialog_tells(self):
        """Whoever may open the dialog of a template reads times and quantities there, no money."""
        preview = self.env['mrp.template.preview'].with_user(self.curious).create(
            {'bom_id': self.template.id, 'quantity': 20})
        self.assertEqual((len(preview.stage_ids), len(preview.line_ids)), (3, 4))
        for records in (preview, preview.stage_ids, preview.line_ids):
            names = list(records.fields_get())
            self.assertFalse([name for name in names if name.startswith('cost_')])
            for values in records.read(names):
                self.assertFalse(self._find_secrets(values))
        view = self.env.ref(f'{MODULE}.mrp_template_preview_view_form_cost')
        arch = preview.get_view(view.id, 'form')['arch']
        self.assertNotIn('name="cost_total"', arch)
        for action in (self.template, self.coffee):
            with self.assertRaises(AccessError):
                action.with_user(self.curious).action_open_expected_cost()

    def test_no_print_tells(self):
        """Every print of what this module works with is refused, or says nothing of it."""
        orders = self.order | self._create_order(20)
        samples = {'mrp.production': orders, 'mrp.workorder': orders.workorder_ids, 'mrp.bom': self.template}
        reports = self.env['ir.actions.report'].search([
            ('model', 'in', [model._name for model, _ours in self._our_fields() if model._name.startswith('mrp.')])])
        self.assertIn(self.env.ref(f'{MODULE}.action_report_cost_sheet'), reports)
        known = set(self.order.cost_line_ids.filtered(lambda line: line.category == 'workcenter').mapped('amount'))
        for report in reports.filtered(lambda report: report.model in samples):
            render = '_render_qweb_text' if report.report_type == 'qweb-text' else '_render_qweb_html'
            try:
                content, _kind = getattr(report.with_user(self.curious), render)(
                    report.report_name, samples[report.model].ids)
            except AccessError:
                continue
            # Odoo shows everybody in manufacturing what a template's work centers cost.
            told = set(self._find_secrets(content.decode())) - known
            self.assertFalse(told, report.report_name)
            self.assertNotEqual(report.report_name, f'{MODULE}.report_cost_sheet')

    def _call(self, key, model, method, **arguments):
        """Call a method as integrators do; return the status and the body of the answer."""
        answer = self.url_open(
            f'/json/2/{model}/{method}', data=json.dumps(arguments),
            headers={'Authorization': f'Bearer {key}', 'Content-Type': 'application/json'})
        return answer.status_code, answer.text

    def test_no_integrator_is_told(self):
        key = self.env['res.users.apikeys'].with_user(self.curious)._generate(
            'rpc', "Curious", fields.Datetime.now() + timedelta(days=1))
        ids = self.order.ids
        self.env.flush_all()
        status, text = self._call(key, 'mrp.production', 'read', ids=ids, fields=['name'])
        self.assertEqual((status, json.loads(text)[0]['name']), (200, self.order.name))
        for model, method, arguments in (
            ('mrp.production', 'read', {'ids': ids, 'fields': ['cost_total']}),
            ('mrp.production', 'cost_breakdown', {'ids': ids}),
            ('mrp.production', 'action_open_expected_cost', {'ids': ids}),
            ('mrp.production', 'export_data', {'ids': ids, 'fields_to_export': ['cost_planned']}),
            ('mrp.production', 'search_read', {'domain': [['cost_line_ids.amount', '>', 1]]}),
            ('mrp.production', '_prepare_cost_sheets', {'ids': ids}),
            ('mrp.workorder', 'formatted_read_group', {
                'domain': [], 'groupby': ['production_id'], 'aggregates': ['cost_planned:sum']}),
            ('mrp.cost.line', 'search_read', {'domain': []}),
            ('mrp.cost.line', 'web_search_read', {'domain': [], 'specification': {'amount': {}}}),
        ):
            with self.subTest(model=model, method=method):
                status, text = self._call(key, model, method, **arguments)
                self.assertEqual(status, 403, text)
                self.assertFalse(self._find_secrets(text))
        for model, records in (('mrp.production', self.order), ('mrp.workorder', self.order.workorder_ids)):
            ours = {found._name: fields_of for found, fields_of in self._our_fields()}[model]
            names = [field.name for field in ours if field.name in records.with_user(self.curious).fields_get()]
            status, text = self._call(key, model, 'read', ids=records.ids, fields=names)
            self.assertEqual(status, 200)
            self.assertFalse(self._find_secrets(text))

    def test_an_operator_reads_no_rate_of_a_work_center(self):
        stage = self.order.workorder_ids[0].with_user(self.operator_user)
        self.assertNotIn('costs_hour', stage.fields_get())
        with self.assertRaises(AccessError):
            stage.read(['costs_hour'])
