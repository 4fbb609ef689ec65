from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import StageCommon


class GemCommon(StageCommon):
    """A gem cutter: 120 ct of rough at 10.00 a carat go through Rough sorting and Cutting; nobody knows before how many
    carats come out."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.carat = cls.env['uom.uom'].create({
            'name': "ct", 'relative_factor': 0.2, 'relative_uom_id': cls.env.ref('uom.product_uom_gram').id})
        cls.rough = cls._create_product("Rough sapphire", cls.carat, cost=10.0)
        cls.cuttable = cls._create_product("Cuttable sapphire", cls.carat)
        cls.low_grade = cls._create_product("Low grade", cls.carat)
        cls.cut = cls._create_product("Cut sapphire", cls.carat)
        cls._stock(cls.rough, 240)
        cls.gem_template = cls._create_gem_template(cls.cut)

    @classmethod
    def _create_gem_template(cls, product, **vals):
        return cls.env['mrp.bom'].create({
            'product_tmpl_id': product.product_tmpl_id.id,
            'product_qty': 1.0,
            'product_uom_id': product.uom_id.id,
            'use_stages': True,
            'operation_ids': [
                Command.create({'name': name, 'sequence': number, 'use_journal': True})
                for number, name in enumerate(("Rough sorting", "Cutting"))
            ],
            **vals,
        })

    @classmethod
    def _create_gems(cls, **vals):
        order = cls._create_order(50, product=cls.cut, **vals)
        order.workorder_ids[0].stage_start()
        return order, *order.workorder_ids

    def _line(self, product, qty, **vals):
        return {'product_id': product.id, 'qty': qty, **vals}

    def _entries(self, stage, kind=None):
        return stage.entry_ids.filtered(lambda entry: not kind or entry.kind == kind).sorted('id')

    def _value(self, product):
        self.env.invalidate_all()
        return product.total_value

    def _assert_quants(self):
        """Stock is what its moves say: per product, place and lot the quants are the sum of the done moves."""
        self.env.flush_all()
        self.env.cr.execute("""
            WITH sums AS (
                SELECT product_id, location_id, lot_id, SUM(qty) AS qty FROM (
                    SELECT product_id, location_dest_id AS location_id, lot_id, quantity_product_uom AS qty
                      FROM stock_move_line WHERE state = 'done'
                     UNION ALL
                    SELECT product_id, location_id, lot_id, -quantity_product_uom
                      FROM stock_move_line WHERE state = 'done'
                ) lines GROUP BY product_id, location_id, lot_id
            ), stock AS (
                SELECT product_id, location_id, lot_id, SUM(quantity) AS qty FROM stock_quant
                 GROUP BY product_id, location_id, lot_id
            )
            SELECT p.default_code, COALESCE(s.qty, 0), COALESCE(q.qty, 0)
              FROM sums s FULL JOIN stock q ON q.product_id = s.product_id AND q.location_id = s.location_id
               AND q.lot_id IS NOT DISTINCT FROM s.lot_id
              JOIN product_product p ON p.id = COALESCE(s.product_id, q.product_id)
              JOIN product_template t ON t.id = p.product_tmpl_id AND t.is_storable
             WHERE ABS(COALESCE(s.qty, 0) - COALESCE(q.qty, 0)) > 0.0001 AND t.create_uid = %s
        """, [self.env.uid])
        self.assertFalse(self.env.cr.fetchall())


@tagged('post_install', '-at_install')
class TestJournal(GemCommon):
    """What goes in, what comes out and what is lost, where only the floor knows it."""

    # ------------------------------------------------------------
    # Gems
    # ------------------------------------------------------------

    def test_gems(self):
        order, sorting, cutting = self._create_gems()

        sorting.stage_record_input([self._line(self.rough, 120)])
        self.assertEqual((self._qty(self.rough), self._value(self.rough)), (120, 1200))
        sorting.stage_record_output([self._line(self.cuttable, 95)])
        self.assertEqual((self._qty(self.cuttable), self._value(self.cuttable)), (95, 950))
        sorting.stage_record_loss('scrap', self.rough.id, 25, scrap_product_id=self.low_grade.id, note="Milky")
        self.assertEqual((self._qty(self.low_grade), self._value(self.low_grade)), (25, 250))
        self.assertEqual(sorting.stage_summary(), [{
            'uom': "ct", 'uom_id': self.carat.id,
            'input': 120, 'output': 95, 'waste': 0, 'rejection': 0, 'scrap': 25, 'unexplained': 0}])
        sorting.stage_finish()

        cutting.stage_start()
        cutting.stage_record_input([self._line(self.cuttable, 95)])
        self.assertEqual((self._qty(self.cuttable), self._value(self.cuttable)), (0, 0))
        cutting.stage_record_output([self._line(self.cut, 52)])
        self.assertEqual((self._qty(self.cut), self._value(self.cut)), (52, 520))
        cutting.stage_record_loss('waste', self.cuttable.id, 41.5)
        cutting.stage_record_loss('rejection', self.cut.id, 1.2, note="Crack")
        summary = cutting.stage_summary()
        self.assertEqual(summary, [{
            'uom': "ct", 'uom_id': self.carat.id,
            'input': 95, 'output': 52, 'waste': 41.5, 'rejection': 1.2, 'scrap': 0, 'unexplained': 0.3}])
        for line in summary:
            self.assertAlmostEqual(line['input'], sum(
                line[kind] for kind in ('output', 'waste', 'rejection', 'scrap', 'unexplained')), places=6)
        with self.assertRaisesRegex(UserError, "0.30 ct are unexplained at Cutting"):
            cutting.stage_finish()
        cutting.stage_finish(balance_reason="Dust in the filter")
        self.assertEqual(cutting.event_ids[0].balance_reason, "Dust in the filter")

        self.assertEqual((order.state, order.qty_produced), ('done', 52))
        self.assertEqual(self._qty(self.cut), 52, "received once")
        self.assertAlmostEqual(self._value(self.cut), 950, msg="the good stones bear what was lost")
        self.assertAlmostEqual(
            sum(self._value(product) for product in (self.rough, self.cuttable, self.low_grade, self.cut)), 2400)
        self._assert_quants()
        scrapped = self.env['stock.move'].search([
            ('workorder_id', '=', cutting.id), ('location_dest_id.usage', '=', 'inventory')])
        self.assertEqual(sorted(scrapped.mapped('quantity')), [1.2, 41.5])
        self.assertEqual(scrapped.location_id.usage, 'production')
        self.assertEqual(set(scrapped.mapped('reference')), {order.name})

    def test_every_entry_is_a_done_move_of_its_order_and_stage(self):
        order, sorting, _cutting = self._create_gems()
        first = sorting.stage_record_input([self._line(self.rough, 100), self._line(self.rough, 20)])
        sorting.stage_record_output([self._line(self.cuttable, 95)], note="Good ones")
        sorting.stage_record_loss('waste', self.rough.id, 1)
        entries = order.entry_ids.sorted('id')
        self.assertEqual(first['entry_ids'], entries[:2].ids)
        self.assertEqual(entries.mapped('kind'), ['input', 'input', 'output', 'waste'])
        self.assertEqual(entries.event_id.sorted('id').mapped('kind'), ['input', 'output', 'loss'])
        self.assertEqual(entries[2].note, "Good ones")
        for entry in entries:
            self.assertEqual(
                (entry.move_id.state, entry.move_id.workorder_id, entry.move_id.stage_event_id, entry.move_id.quantity),
                ('done', sorting, entry.event_id, entry.quantity))
        self.assertEqual(len(entries.move_id), 4)
        material = next(line for line in order.material_summary() if line['product_id'] == self.rough.id)
        self.assertEqual(
            (material['norm'], material['consumed'], material['overconsumption']), (0, 120, 0),
            "where only the floor knows what goes in, there is no norm to be over")

    def test_the_same_key_twice_is_one_entry(self):
        _order, sorting, _cutting = self._create_gems()
        lines = [self._line(self.rough, 120)]
        first = sorting.stage_record_input(lines, client_key='scales/1')
        again = sorting.stage_record_input(lines, client_key='scales/1')
        self.assertTrue(again['replayed'])
        self.assertEqual(again['entry_ids'], first['entry_ids'])
        self.assertEqual(self._qty(self.rough), 120)
        with self.assertRaisesRegex(UserError, "already used"):
            sorting.stage_record_input([self._line(self.rough, 1)], client_key='scales/1')

    # ------------------------------------------------------------
    # Scrap, and products that do not exist yet
    # ------------------------------------------------------------

    def _create_sorted(self, **vals):
        order, sorting, cutting = self._create_gems(**vals)
        sorting.stage_record_input([self._line(self.rough, 120)])
        return order, sorting, cutting

    def test_scrap_product_is_the_one_of_the_template_then_of_the_product_then_made_once(self):
        _order, sorting, _cutting = self._create_sorted()
        for number in (1, 2):
            sorting.stage_record_loss('scrap', self.rough.id, 5)
            made = self.rough.scrap_product_id
            self.assertEqual((made.name, made.uom_id), ("Scrap of Rough sapphire", self.carat))
            self.assertEqual(made.categ_id, self.env.ref('mrp_production_stage.product_category_scrap'))
            self.assertEqual((self._qty(made), self._value(made)), (5 * number, 50 * number))
        self.rough.product_tmpl_id.scrap_product_id = self.low_grade
        sorting.stage_record_loss('scrap', self.rough.id, 5)
        self.assertEqual(self._qty(self.low_grade), 5)
        sorting.stage_record_loss('scrap', self.low_grade.id, 2)
        self.assertEqual(self._qty(self.low_grade), 7, "what is scrap already stays what it is")
        dust = self._create_product("Dust", self.carat)
        self.gem_template.scrap_product_id = dust
        sorting.stage_record_loss('scrap', self.rough.id, 5)
        self.assertEqual(self._qty(self.low_grade), 12, "a running order keeps what its template said")
        _order, sorting, _cutting = self._create_sorted()
        sorting.stage_record_loss('scrap', self.rough.id, 5)
        self.assertEqual(self._qty(dust), 5)

    def test_scrap_with_a_cost_takes_no_more_than_that(self):
        self.low_grade.standard_price = 2
        order, sorting, _cutting = self._create_sorted()
        sorting.stage_record_loss('scrap', self.rough.id, 25, scrap_product_id=self.low_grade.id)
        self.assertEqual(self._value(self.low_grade), 50)
        sorting.stage_record_output([self._line(self.cuttable, 95)])
        self.assertEqual(self._value(self.cuttable), 1150)
        self.assertAlmostEqual(order.workorder_ids._get_value_inside(), 0)

    def test_an_output_that_does_not_exist_yet(self):
        _order, sorting, _cutting = self._create_sorted()
        star = {'name': "Star sapphire", 'uom_id': self.carat.id, 'category_id': self.category.id}
        lines = [{'product': star, 'qty': 3}, {'product': star, 'qty': 2}]
        with self.assertRaisesRegex(AccessError, "may not make new products"):
            self._as(sorting, self.supervisor_user).stage_record_output(lines)
        self.supervisor_user.group_ids += self.env.ref('product.group_product_manager')
        self._as(sorting, self.supervisor_user).stage_record_output(lines)
        product = self.env['product.product'].search([('name', '=', "Star sapphire")])
        self.assertEqual(
            (len(product), product.uom_id, product.categ_id, product.is_storable), (1, self.carat, self.category, True))
        self.assertEqual((self._qty(product), self._value(product)), (5, 50))

    # ------------------------------------------------------------
    # Value
    # ------------------------------------------------------------

    def test_what_becomes_something_else_takes_its_cost_as_far_as_there_is_value(self):
        """Pieces out of carats: 12 rings at 30.00 are 360 of the 1200 that went in; the next take what is left."""
        ring = self._create_product("Ring", self.unit, cost=30)
        chain = self._create_product("Chain", self.unit)
        _order, sorting, _cutting = self._create_sorted()
        sorting.stage_record_output([self._line(ring, 1, uom_id=self.env.ref('uom.product_uom_dozen').id)])
        self.assertEqual(self._value(ring), 360)
        sorting.stage_record_output([self._line(chain, 2)])
        self.assertEqual(self._value(chain), 840)
        sorting.stage_record_output([self._line(chain, 2)])
        self.assertEqual(self._value(chain), 840, "nothing is left, and nothing comes from nothing")
        self.assertEqual([(line['uom'], line['unexplained']) for line in sorting.stage_summary()], [
            ("ct", 120), ("Dozens", -1 - 4 / 12)])
        self.assertFalse(sorting._get_differences(), "carats are not missing where rings came out")

    def test_labor_reaches_what_the_stages_received(self):
        """The work center's hour costs 60; half an hour of Cutting makes the stones 30 dearer when the order closes."""
        self.gem_template.operation_ids.workcenter_id.costs_hour = 60
        with freeze_time(fields.Datetime.now()) as clock:
            order, sorting, cutting = self._create_sorted()
            sorting.stage_finish(balance_reason="Test")
            cutting.stage_start()
            cutting.stage_record_output([self._line(self.cut, 50), self._line(self.cut, 70)])
            self.assertEqual(self._value(self.cut), 1200)
            clock.tick(timedelta(minutes=30))
            cutting.stage_finish(balance_reason="Test")
        self.assertEqual((order.state, order.qty_produced), ('done', 120))
        self.assertEqual(sorted(order.move_finished_ids.filtered('quantity').mapped('value')), [512.5, 717.5])
        self.assertAlmostEqual(self._value(self.cut), 1230)

    def test_perpetual_valuation_follows_the_settled_cost(self):
        """The stones are posted at 520.00 when they come out, and at the rest of the 1200.00 when the order closes."""
        valuation, production = self.env['account.account'].create([
            {'name': name, 'code': code, 'account_type': 'asset_current'}
            for name, code in (("Gems", 'GEM001'), ("Gems in work", 'GEM002'))])
        self.company.account_stock_journal_id = self.env['account.journal'].create(
            {'name': "Gem stock", 'code': 'GEMST', 'type': 'general'})
        self.category.write({
            'property_valuation': 'real_time', 'property_stock_valuation_account_id': valuation.id})
        self.rough.property_stock_production.valuation_account_id = production
        _order, sorting, cutting = self._create_sorted()
        sorting.stage_finish(balance_reason="Test")
        cutting.stage_start()
        cutting.stage_record_output([self._line(self.cut, 52)])
        cutting.stage_finish(balance_reason="Test")
        lines = self.env['account.move.line'].search(
            [('account_id', '=', production.id), ('parent_state', '=', 'posted')])
        self.assertEqual(sorted(lines.mapped('balance')), [-680, -520, 1200])
        self.assertEqual(self._value(self.cut), 1200)

    def test_byproducts_keep_their_share(self):
        chips = self._create_product("Chips", self.carat)
        self.gem_template.byproduct_ids = [Command.create({
            'product_id': chips.id, 'product_qty': 0.1, 'product_uom_id': self.carat.id, 'cost_share': 10})]
        order, sorting, cutting = self._create_sorted()
        sorting.stage_finish(balance_reason="Test")
        cutting.stage_start()
        cutting.stage_record_output([self._line(self.cut, 100)])
        cutting.stage_finish(balance_reason="Test")
        self.assertEqual((order.state, self._qty(chips)), ('done', 10))
        self.assertEqual((self._value(chips), self._value(self.cut)), (120, 1080))

    def test_goods_are_received_at_closing_where_the_journal_has_none(self):
        """What the journal took out does not count twice: 50 ct planned, made of what stayed in production."""
        order, sorting, cutting = self._create_sorted()
        sorting.stage_record_loss('scrap', self.rough.id, 20, scrap_product_id=self.low_grade.id)
        entry = sorting.stage_record_output([self._line(self.cut, 10)])['entry_ids']
        sorting.stage_reverse_entry(*entry)
        sorting.stage_finish(balance_reason="Test")
        cutting.stage_start()
        cutting.stage_finish()
        self.assertEqual((order.state, order.qty_produced, self._qty(self.cut)), ('done', 50, 50))
        received = order.move_finished_ids.filtered(lambda move: move.quantity == 50)
        self.assertAlmostEqual(received.value, 1000)
        self._assert_quants()

    # ------------------------------------------------------------
    # Losses before and after
    # ------------------------------------------------------------

    def _start_packing(self):
        """Return an order of coffee, and its stage that has been started but has used nothing yet."""
        order = self._create_order(20)
        roasting, grinding, packing = order.workorder_ids
        for stage in (roasting, grinding):
            stage.stage_start(override_reason="Test")
            stage.stage_finish()
        packing.stage_start()
        return order, packing

    def test_what_the_norm_has_yet_to_take_is_lost_from_stock(self):
        """A bag tears before Packing has taken any: it leaves stock, and the norm still asks for 20."""
        _order, packing = self._start_packing()
        packing.stage_record_loss('waste', self.bag.id, 1)
        move = packing.entry_ids.move_id
        self.assertEqual((move.location_id, move.location_dest_id.usage), (self.stock_location, 'inventory'))
        self.assertTrue(packing.entry_ids.from_stock)
        self.assertEqual(self._qty(self.bag), 499)
        packing.stage_record_loss('scrap', self.label.id, 2)
        self.assertEqual((self._qty(self.label), self._qty(self.label.scrap_product_id)), (498, 2))
        packing.stage_finish()
        self.assertEqual((self._qty(self.bag), self._qty(self.label)), (479, 480))
        self.assertAlmostEqual(self._value(self.coffee), 50.60 - 2 * 0.05)
        self._assert_quants()

    def test_what_was_loaded_at_the_start_is_lost_from_production(self):
        order = self._create_order(20)
        roasting = order.workorder_ids[0]
        roasting.stage_start()
        roasting.stage_record_loss('waste', self.beans.id, 0.2)
        self.assertEqual(roasting.entry_ids.move_id.location_id.usage, 'production')
        self.assertAlmostEqual(self._qty(self.beans), 94.8)
        with self.assertRaisesRegex(UserError, "5.00 kg are there"):
            roasting.stage_record_loss('waste', self.beans.id, 5.1)

    # ------------------------------------------------------------
    # Beside norms
    # ------------------------------------------------------------

    def test_an_input_is_what_the_norm_asks_for(self):
        """12 of 20 bags recorded while packing are 12 of the norm's 20."""
        order, packing = self._start_packing()
        entry, = packing.stage_record_input([self._line(self.bag, 1, uom_id=self.env.ref('uom.product_uom_dozen').id)])[
            'entry_ids']
        bags = next(line for line in order.material_summary() if line['product_id'] == self.bag.id)
        self.assertEqual((bags['norm'], bags['consumed'], bags['remaining'], bags['reserved']), (20, 12, 8, 8))
        packing.stage_reverse_entry(entry)
        bags = next(line for line in order.material_summary() if line['product_id'] == self.bag.id)
        self.assertEqual((bags['norm'], bags['consumed'], bags['remaining']), (20, 0, 20))
        packing.stage_record_input([self._line(self.bag, 22)])
        packing.stage_finish()
        bags = next(line for line in order.material_summary() if line['product_id'] == self.bag.id)
        self.assertEqual((bags['norm'], bags['consumed'], bags['overconsumption']), (20, 22, 2))
        self.assertEqual(self._qty(self.bag), 478)
        self.assertEqual(order.state, 'done')

    def test_norms_count_in_the_balance(self):
        """5.2 kg of beans by norm at the start: 4.4 kg came out."""
        self.template.operation_ids[0].use_journal = True
        roasted = self._create_product("Roasted beans", self.kg)
        order = self._create_order(20)
        roasting = order.workorder_ids[0]
        roasting.stage_start()
        roasting.stage_record_output([self._line(roasted, 4.4)])
        summary, = roasting.stage_summary()
        self.assertEqual((summary['input'], summary['output'], summary['unexplained']), (5.2, 4.4, 0.8))
        with self.assertRaisesRegex(UserError, "0.80 kg are unexplained"), self.env.cr.savepoint():
            roasting.stage_finish()
        with self.assertRaisesRegex(UserError, "1.00 kg are unexplained"), self.env.cr.savepoint():
            roasting.stage_finish(materials=[{'move_id': order.move_raw_ids.filtered(
                lambda move: move.product_id == self.beans).id, 'qty': 5.4}])
        roasting.stage_record_loss('waste', self.beans.id, 0.8)
        roasting.stage_finish()

    def test_tolerance(self):
        self.gem_template.operation_ids[0].balance_tolerance = 1
        _order, sorting, _cutting = self._create_sorted()
        sorting.stage_record_output([self._line(self.cuttable, 118)])
        with self.assertRaisesRegex(UserError, "2 ct are unexplained"), self.env.cr.savepoint():
            sorting.stage_finish()
        sorting.stage_finish(qty=20)
        sorting.stage_record_loss('waste', self.rough.id, 0.8)
        sorting.stage_finish()
        self.assertEqual(sorting.stage_status, 'done')
