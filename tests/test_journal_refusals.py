from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .test_journal import GemCommon


@tagged('post_install', '-at_install')
class TestJournalRefusals(GemCommon):
    """Bad input gets a clear error, and nothing moves."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order, cls.sorting, cls.cutting = cls._create_gems()
        cls.sorting.stage_record_input([{'product_id': cls.rough.id, 'qty': 100}])

    def _refused(self, message, act, *arguments, stage=None, error=UserError, **options):
        """Assert that an act is refused with a message, and that it has moved nothing."""
        moves = self.env['stock.move'].search_count([])
        entries = self.env['mrp.workorder.entry'].search_count([])
        with self.assertRaisesRegex(error, message):
            getattr(stage or self.sorting, act)(*arguments, **options)
        self.assertEqual(self.env['stock.move'].search_count([]), moves)
        self.assertEqual(self.env['mrp.workorder.entry'].search_count([]), entries)

    def test_quantities(self):
        for quantity in (float('nan'), float('inf'), 0, -1, None, "5", True):
            with self.subTest(quantity=quantity):
                for act in ('stage_record_input', 'stage_record_output'):
                    self._refused("quantity", act, [self._line(self.rough, quantity)])
                self._refused("quantity", 'stage_record_loss', 'waste', self.rough.id, quantity)
        self._refused("0.005 is finer than ct", 'stage_record_input', [self._line(self.rough, 0.005)])
        self._refused("too little", 'stage_record_input', [self._line(self.beans, 1, uom_id=self.carat.id)])

    def test_lines(self):
        for lines in ([], None, "x", [None], [{'qty': 1}], [{'product_id': "x", 'qty': 1}],
                      [{'product_id': self.rough.id, 'product': {'name': "x", 'uom_id': self.carat.id}, 'qty': 1}]):
            with self.subTest(lines=lines):
                self._refused("entry|record", 'stage_record_output', lines)
        self._refused("A new product", 'stage_record_output', [{'product': {'name': "x"}, 'qty': 1}])
        self._refused(
            "does not exist", 'stage_record_output', [{'product': {'name': "x", 'uom_id': 999999}, 'qty': 1}])
        self._refused("stolen is not a kind of loss", 'stage_record_loss', 'stolen', self.rough.id, 1)

    def test_reason_for_what_is_unexplained(self):
        """It is a text, and given to a finish."""
        for reason in (5, ["Dust"], "Du\0st"):
            with self.subTest(reason=reason):
                self._refused("is not a text", 'stage_finish', balance_reason=reason)
        self._refused("takes no balance_reason", 'stage_pause', balance_reason="Dust")
        self._refused("takes no speed", 'stage_finish', balance_reason="Dust", speed=5)
        self.sorting.stage_record_loss('waste', self.rough.id, 10)
        for nothing in (None, ""):
            self._refused("90 ct are unexplained", 'stage_finish', balance_reason=nothing)
        self.sorting.stage_finish(balance_reason=" Dust ")
        self.assertEqual(self.order.event_ids[0].balance_reason, "Dust")

    def test_products_units_and_lots(self):
        service = self.env['product.product'].create({'name': "Advice", 'type': 'service'})
        kit = self._create_product("Kit", self.unit)
        self.env['mrp.bom'].create({
            'product_tmpl_id': kit.product_tmpl_id.id, 'type': 'phantom',
            'bom_line_ids': [Command.create({'product_id': self.bag.id, 'product_qty': 1})]})
        tracked = self._create_product("Tracked", self.carat, tracking='lot')
        serial = self._create_product("Serial", self.unit, tracking='serial')
        lot = self.env['stock.lot'].create({'name': "L", 'product_id': tracked.id})
        for act in ('stage_record_input', 'stage_record_output'):
            self._refused("kept in stock", act, [self._line(service, 1)])
            self._refused("Kit is a kit", act, [self._line(kit, 1)])
            self._refused("does not convert", act, [self._line(self.rough, 1, uom_id=self.unit.id)])
            self._refused("not one of Rough", act, [self._line(self.rough, 1, lot_id=lot.id)])
            self._refused("each entry is of one piece", act, [self._line(serial, 2)])
        self._refused("Tracked is tracked", 'stage_record_output', [self._line(tracked, 1)])
        self._refused("kept in stock", 'stage_record_output', [{'product_id': 99999999, 'qty': 1}])
        self._refused(
            "cannot be received as Bag", 'stage_record_loss', 'scrap', self.rough.id, 1, scrap_product_id=self.bag.id)

    def test_more_than_on_hand(self):
        self._refused("only 140.00 ct are on hand", 'stage_record_input', [self._line(self.rough, 141)])
        self._refused(
            "only 140.00 ct are on hand", 'stage_record_input',
            [self._line(self.rough, 100), self._line(self.rough, 41)])
        tracked = self._create_product("Tracked", self.carat, tracking='lot')
        lots = self.env['stock.lot'].create([{'name': name, 'product_id': tracked.id} for name in "AB"])
        for lot in lots:
            self._stock(tracked, 10, lot)
        self._refused(
            "of Tracked A are asked for", 'stage_record_input', [self._line(tracked, 11, lot_id=lots[0].id)])
        self._refused("only 20.00 ct", 'stage_record_input', [self._line(tracked, 21)])

    def test_more_than_is_at_the_stage(self):
        self._refused("100.00 ct are there", 'stage_record_output', [self._line(self.cuttable, 100.01)])
        self._refused(
            "100.00 ct are there", 'stage_record_output', [self._line(self.cuttable, 60), self._line(self.cut, 41)])
        for kind in ('waste', 'rejection', 'scrap'):
            self._refused("100.00 ct are there", 'stage_record_loss', kind, self.rough.id, 101)
        self.sorting.stage_record_output([self._line(self.cuttable, 99)])
        self._refused("1.00 ct are there", 'stage_record_loss', 'waste', self.cuttable.id, 1.01)

    def test_something_out_of_nothing(self):
        order = self._create_gems()[0]
        self._refused(
            "Nothing has been put into Rough sorting", 'stage_record_output', [self._line(self.cut, 1)],
            stage=order.workorder_ids[0])

    def test_stages_that_are_not_open(self):
        for act, arguments in (
            ('stage_record_input', [[self._line(self.rough, 1)]]),
            ('stage_record_output', [[self._line(self.cut, 1)]]),
            ('stage_record_loss', ['waste', self.rough.id, 1]),
        ):
            self._refused("Cutting of .* has not been started", act, *arguments, stage=self.cutting)
        self.sorting.stage_hold(self.env.ref('mrp_production_stage.hold_reason_decision').id)
        self._refused("is on hold", 'stage_record_input', [self._line(self.rough, 1)])
        draft = self._create_order(50, product=self.cut, confirm=False)
        self._refused("is a draft", 'stage_record_input', [self._line(self.rough, 1)], stage=draft.workorder_ids[0])
        self.gem_template.use_stages = False
        plain = self._create_order(50, product=self.cut)
        self._refused("plain", 'stage_record_input', [self._line(self.rough, 1)], stage=plain.workorder_ids[0])

    def test_a_forgotten_entry_of_a_done_stage(self):
        self.sorting.stage_finish(balance_reason="Test")
        self.sorting.stage_record_output([self._line(self.cuttable, 95)])
        self.assertEqual(self._qty(self.cuttable), 95)

    # ------------------------------------------------------------
    # People
    # ------------------------------------------------------------

    def test_operators_write_the_journals_of_their_own_stages(self):
        order = self._create_order(50, product=self.cut)
        sorting = self._as(order.workorder_ids[0], self.operator_user)
        sorting.stage_start()
        sorting.stage_record_input([self._line(self.rough, 20)])
        sorting.stage_record_output([self._line(self.cuttable, 9)])
        entry, = sorting.stage_record_loss('scrap', self.rough.id, 11)['entry_ids']
        sorting.stage_reverse_entry(entry)
        self.assertEqual(self._entries(sorting).mapped('kind'), ['input', 'output', 'scrap', 'scrap'])
        self.assertEqual(sorting.stage_summary()[0]['unexplained'], 11)
        self.assertTrue(sorting.entry_ids.read(['note', 'employee_id', 'lot_name', 'is_reversed', 'stage_name']))
        self._refused(
            "You do not work on", 'stage_record_input', [self._line(self.rough, 1)],
            stage=self._as(sorting, self.helper_user))
        self._as(sorting, self.supervisor_user).stage_assign(self.operator.id)
        helpers = self._as(order.entry_ids, self.helper_user)
        self.assertFalse(helpers.search([('production_id', '=', order.id)]))
        for user in (self.operator_user, self.supervisor_user):
            with self.assertRaises(UserError):
                self._as(order.entry_ids, user).write({'quantity': 1})
            with self.assertRaises(AccessError):
                self.env['mrp.workorder.entry'].with_user(user).create({})

    def test_sales_and_other_companies_see_nothing(self):
        sales = new_test_user(self.env, login='journal_sales', groups='sales_team.group_sale_salesman')
        with self.assertRaises(AccessError):
            self._as(self.sorting, sales).stage_record_input([self._line(self.rough, 1)])
        company = self.env['res.company'].create({'name': "Elsewhere"})
        stranger = new_test_user(
            self.env, login='journal_stranger', groups='mrp_production_stage.group_supervisor',
            company_id=company.id, company_ids=[(6, 0, company.ids)])
        self.assertFalse(self.env['mrp.workorder.entry'].with_user(stranger).search([]))
        for act, arguments in (('stage_summary', []), ('stage_reverse_entry', self.sorting.entry_ids.ids)):
            with self.assertRaises(AccessError):
                getattr(self._as(self.sorting, stranger), act)(*arguments)
