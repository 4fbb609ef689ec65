from lxml import html

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .test_cost_ledger import CostCommon

REPORT = 'mrp_production_stage.report_cost_sheet'


@tagged('post_install', '-at_install')
class TestCostSheet(CostCommon, HttpCase):
    """The print of what orders cost: for people who see costs, through no door for others."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.supervisor_user.group_ids = [Command.link(cls.env.ref('mrp_production_stage.group_cost').id)]
        cls.order = cls._create_order(20)
        cls._run_coffee(cls.order)
        cls.manager_user = cls._create_person("Mona", 'group_manager')[1]

    def _print(self, orders, user=None):
        """Return the print as a tree."""
        report = self.env['ir.actions.report'].with_user(user or self.supervisor_user)
        content, kind = report._render_qweb_html(REPORT, orders.ids)
        self.assertEqual(kind, 'html')
        return html.fromstring(content)

    def _get_text(self, node):
        return " ".join(node.text_content().split()).replace("$ ", "$").replace("\ufeff", "")

    def _read_table(self, tree, name):
        return [
            [self._get_text(cell) for cell in row.xpath('./td')]
            for row in tree.xpath(f'//table[@name="{name}"]/tbody/tr')]

    def test_what_is_on_it(self):
        tree = self._print(self.order)
        self.assertIn(self.order.name, tree.text_content())
        categories = {row[0]: row[1:] for row in self._read_table(tree, 'categories')}
        self.assertEqual(categories["Material"], ["$56.20", "$56.67", "$0.47"])
        self.assertEqual(categories["Cost"][1], "$78.17")
        self.assertEqual(categories["Per Unit"][1], "$3.91")
        stages = self._read_table(tree, 'stages')
        self.assertEqual([(row[0], row[2]) for row in stages], [
            ("Roasting", "$57.30"), ("Grinding", "$3.00"), ("Packing", "$17.87")])
        materials = {row[0]: row[1:] for row in self._read_table(tree, 'materials')}
        self.assertEqual(materials["Green beans"], ["5.20", "5.20", "kg", "9.00", "$46.80"])
        self.assertEqual(materials["Bag"], ["20.00", "21.00", "Units", "0.30", "$6.30"])

    def test_a_rate_below_a_cent(self):
        """A thousand labels at 0.004."""
        self.label.standard_price = 0.004
        order = self._create_order(20)
        self._run_stage(order.workorder_ids[0], self.operator_user, 15)
        self._run_stage(
            order.workorder_ids[1], self.helper_user, 20, materials=[{'product_id': self.label.id, 'qty': 1000}])
        self.env.invalidate_all()
        line = order.cost_line_ids.filtered(lambda line: line.product_id == self.label)
        self.assertEqual((line.quantity, line.rate, line.amount), (1000.0, 0.004, 4.0))
        materials = {row[0]: row[1:] for row in self._read_table(self._print(order), 'materials')}
        self.assertEqual(materials["Label"][-2:], ["0.004", "$4.00"])
        self.assertEqual(materials["Green beans"][-2:], ["9.00", "$46.80"])

    def test_several_orders_are_one_print(self):
        draft = self._create_order(5, confirm=False)
        tree = self._print(self.order | draft)
        self.assertEqual(len(tree.xpath("//div[contains(@class, 'article')]")), 1)
        self.assertEqual(len(tree.xpath("//table[@name='categories']")), 2)
        self.assertIn("Draft: expected cost", tree.text_content())

    def test_units_and_losses(self):
        self.template.batch_mode = 'unit'
        order = self._create_order(3, defect_cost_policy='separate')
        roasting, grinding, _packing = order.workorder_ids
        for _unit in range(3):
            self._run_stage(roasting, self.operator_user, 15)
        reason = self.env['mrp.defect.reason'].create({'name': "Scorched", 'code': "SCORCH"})
        grinding.with_user(self.supervisor_user).stage_report_defect(reason.id, 'write_off', units=[2])
        tree = self._print(order)
        self.assertEqual(
            [row[-1] for row in self._read_table(tree, 'units')], ["$12.84", "$0.00", "$12.84"])
        # 2.34 of beans, 3.00 and 7.50 for 15 minutes
        self.assertIn("a loss of its own: $12.84", self._get_text(tree))
        self.assertEqual(self._read_table(tree, 'materials')[-1][-1], "$-2.34")

    def test_an_order_without_stages_has_none(self):
        plain = self._create_order(1, product=self._create_product("Plain", self.unit))
        with self.assertRaisesRegex(UserError, "has no cost sheet"):
            self._print(plain)
        self.assertNotIn(plain, plain.filtered_domain([('use_stages', '=', True)]))

    def test_others_are_refused_at_every_door(self):
        for user in (self.operator_user, self.manager_user):
            for render in ('_render_qweb_html', '_render_qweb_pdf'):
                with self.subTest(user=user.name, render=render), self.assertRaises(AccessError):
                    getattr(self.env['ir.actions.report'].with_user(user), render)(REPORT, self.order.ids)
            with self.assertRaises(AccessError):
                self.order.with_user(user)._prepare_cost_sheets()
        bindings = self.env['ir.actions.actions'].with_user(self.manager_user).get_bindings('mrp.production')
        self.assertNotIn(REPORT, [report.get('report_name') for report in bindings.get('report', ())])

    def test_the_controller(self):
        address = f'/report/html/{REPORT}/{self.order.id}'
        self.authenticate(self.manager_user.login, self.manager_user.login)
        answer = self.url_open(address)
        self.assertNotEqual(answer.status_code, 200)
        self.assertNotIn("78.17", answer.text)
        self.authenticate(self.supervisor_user.login, self.supervisor_user.login)
        self.assertIn("78.17", self.url_open(address).text)
