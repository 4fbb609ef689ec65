from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .test_cost_ledger import CostCommon

MODULE = 'mrp_production_stage'


@tagged('post_install', '-at_install')
class TestCostPrivacy(CostCommon):
    """What production costs, and what an hour of a person costs, is for the group Production Costs alone."""

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

    def test_the_curious_have_all_other_groups(self):
        self.assertTrue(self.curious.has_group('mrp_production_stage.group_manager'))
        self.assertTrue(self.curious.has_group('base.group_system'))
        self.assertFalse(self.curious.has_group('mrp_production_stage.group_cost'))
        self.assertGreater(len(self.secrets), 8)

    def _our_fields(self):
        """Yield each model, as the curious see it, with the fields that this module brings."""
        env = self.env(user=self.curious)
        for name in sorted(env.registry):
            model = env[name]
            if (model._abstract and not model._table_query) or model._transient:
                continue
            fields = [field for field in model._fields.values() if MODULE in (field._modules or ())]
            if fields:
                yield model, fields

    def test_money_is_neither_read_nor_searched_nor_grouped_nor_exported(self):
        hidden = 0
        for model, fields in self._our_fields():
            for field in fields:
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
        for model, fields in self._our_fields():
            if not model.has_access('read'):
                continue
            names = [field.name for field in fields if field.name in model.fields_get() and field.type != 'binary']
            for values in model.search([], limit=200).read(names):
                for name, value in values.items():
                    self.assertFalse(self._find_secrets(value), f"{model._name}.{name} tells: {value}")
        for message in self.order.message_ids:
            self.assertFalse(self._find_secrets(message.body))
            self.assertFalse(message.sudo().tracking_value_ids.filtered(
                lambda value: value.new_value_float in self.secrets))

    def _find_secrets(self, value):
        """Return the secrets a value holds, be it a number, a text or made of such."""
        if isinstance(value, dict):
            value = [*value.keys(), *value.values()]
        if isinstance(value, (list, tuple)):
            return [secret for part in value for secret in self._find_secrets(part)]
        if isinstance(value, float):
            return [secret for secret in self.secrets if abs(secret - value) < 0.005]
        text = str(value).replace(',', '')
        return [secret for secret in self.secrets if secret > 20 and f"{secret:.2f}" in text]

    def test_an_operator_reads_no_rate_of_a_work_center(self):
        stage = self.order.workorder_ids[0].with_user(self.operator_user)
        self.assertNotIn('costs_hour', stage.fields_get())
        with self.assertRaises(AccessError):
            stage.read(['costs_hour'])
