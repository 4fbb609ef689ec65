from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .test_journal import GemCommon


@tagged('post_install', '-at_install')
class TestJournalReversal(GemCommon):
    """Mistakes are taken back by entries that show both, and what ends before its end leaves stock right."""

    def _create_sorted(self, **vals):
        order, sorting, cutting = self._create_gems(**vals)
        entry, = sorting.stage_record_input([self._line(self.rough, 120)])['entry_ids']
        return order, sorting, cutting, entry

    def _summary(self, stage):
        line, = stage.stage_summary()
        return {kind: quantity for kind, quantity in line.items() if kind not in ('uom', 'uom_id') and quantity}

    # ------------------------------------------------------------
    # Taking back
    # ------------------------------------------------------------

    def test_every_kind_is_taken_back(self):
        order, sorting, _cutting, first = self._create_sorted()
        acts = [
            ('stage_record_output', [[self._line(self.cuttable, 95)]]),
            ('stage_record_loss', ['scrap', self.rough.id, 10]),
            ('stage_record_loss', ['waste', self.rough.id, 5]),
            ('stage_record_loss', ['rejection', self.cuttable.id, 5]),
        ]
        entries = [entry for act, arguments in acts for entry in getattr(sorting, act)(*arguments)['entry_ids']]
        for entry in [*entries, first]:
            sorting.stage_reverse_entry(entry, note="Wrong scales")
        self.assertEqual(self._summary(sorting), {})
        self.assertEqual((self._qty(self.rough), self._qty(self.cuttable)), (240, 0))
        self.assertEqual(self._qty(self.rough.scrap_product_id), 0)
        self.assertEqual(self.rough.total_value, 2400)
        self.assertEqual(len(order.entry_ids), 10, "both stay")
        for entry in order.entry_ids.filtered('reversed_entry_id'):
            original = entry.reversed_entry_id
            self.assertEqual(
                (entry.kind, entry.product_id, entry.quantity), (original.kind, original.product_id, original.quantity))
            self.assertEqual(
                (entry.move_id.location_id, entry.move_id.location_dest_id),
                (original.move_id.location_dest_id, original.move_id.location_id))
            self.assertEqual((entry.move_id.state, entry.note, original.is_reversed), ('done', "Wrong scales", True))
            self.assertEqual(original.move_id.state, 'done')
        self.assertAlmostEqual(order.workorder_ids._get_value_inside(), 0)
        self._assert_quants()

    def test_an_entry_is_taken_back_once_and_by_its_stage(self):
        _order, sorting, cutting, first = self._create_sorted()
        back, = sorting.stage_reverse_entry(first)['entry_ids']
        with self.assertRaisesRegex(UserError, "already been taken back"):
            sorting.stage_reverse_entry(first)
        with self.assertRaisesRegex(UserError, "takes another entry back"):
            sorting.stage_reverse_entry(back)
        sorting.stage_finish()
        cutting.stage_start()
        with self.assertRaisesRegex(UserError, "is not one of Cutting"):
            cutting.stage_reverse_entry(first)
        with self.assertRaisesRegex(UserError, "not the number of a record"):
            cutting.stage_reverse_entry("x")

    def test_an_input_of_which_something_came_out_stays(self):
        order, sorting, _cutting, first = self._create_sorted()
        output, = sorting.stage_record_output([self._line(self.cuttable, 95)])['entry_ids']
        with self.assertRaisesRegex(UserError, "the journal leaves 25.00 ct there"):
            sorting.stage_reverse_entry(first)
        sorting.stage_reverse_entry(output)
        ring = self._create_product("Ring", self.unit)
        sorting.stage_record_output([self._line(ring, 5)])
        with self.assertRaisesRegex(UserError, "what was made of it in .* has been received"):
            sorting.stage_reverse_entry(first)
        self.assertEqual((self._qty(self.rough), order.entry_ids[0].product_id), (120, ring))

    def test_goods_that_moved_on_stay(self):
        _order, sorting, cutting, _first = self._create_sorted()
        entry, = sorting.stage_record_output([self._line(self.cuttable, 95)])['entry_ids']
        sorting.stage_finish(balance_reason="Test")
        cutting.stage_start()
        cutting.stage_record_input([self._line(self.cuttable, 10)])
        with self.assertRaisesRegex(UserError, "has moved on, and only 85.00 ct are in WH/Stock"):
            sorting.stage_reverse_entry(entry)
        self.assertEqual(self._qty(self.cuttable), 85)

    def test_a_closed_order_stays_closed(self):
        order, sorting, cutting, first = self._create_sorted()
        sorting.stage_finish(balance_reason="Test")
        cutting.stage_start()
        cutting.stage_finish()
        self.assertEqual(order.state, 'done')
        for act, arguments in (
            ('stage_reverse_entry', [first]), ('stage_record_input', [[self._line(self.rough, 1)]]),
            ('stage_record_output', [[self._line(self.cut, 1)]]), ('stage_record_loss', ['waste', self.rough.id, 1]),
        ):
            with self.assertRaisesRegex(UserError, "is closed"):
                getattr(sorting, act)(*arguments)

    def test_the_log_is_never_changed(self):
        order, *_rest = self._create_sorted()
        for entry in (order.entry_ids, order.entry_ids.sudo()):
            with self.assertRaisesRegex(UserError, "cannot be changed"):
                entry.write({'quantity': 1})
            with self.assertRaisesRegex(UserError, "cannot be deleted"):
                entry.unlink()

    # ------------------------------------------------------------
    # Cancel start, cancel, change of quantity, delete
    # ------------------------------------------------------------

    def test_a_start_with_entries_is_not_cancelled(self):
        _order, sorting, _cutting, first = self._create_sorted()
        with self.assertRaisesRegex(UserError, "has entries in its journal since it started"):
            sorting.stage_cancel_start()
        sorting.stage_reverse_entry(first)
        sorting.stage_cancel_start()
        self.assertEqual((sorting.stage_status, self._qty(self.rough)), ('ready', 240))
        with self.assertRaisesRegex(UserError, "has not been started"):
            sorting.stage_record_input([self._line(self.rough, 1)])

    def test_a_cancelled_order_keeps_what_came_out_and_returns_what_is_left(self):
        order, sorting, _cutting, _first = self._create_sorted()
        sorting.stage_record_output([self._line(self.cuttable, 80), self._line(self.cut, 10)])
        sorting.stage_record_loss('waste', self.rough.id, 5)
        order.action_cancel()
        self.assertEqual((order.state, order.board_status), ('cancel', 'cancel'))
        self.assertEqual((self._qty(self.rough), self._qty(self.cuttable), self._qty(self.cut)), (120, 80, 10))
        self.assertEqual(set(order.move_finished_ids.mapped('state')), {'done', 'cancel'})
        used = order.move_raw_ids
        action = order.action_open_material_return()
        dialog = Form(self.env[action['res_model']].with_context(**action['context']))
        self.assertEqual([(line['used'], line['qty']) for line in dialog.line_ids._records], [(120, 25)])
        with self.assertRaisesRegex(UserError, "leaves 25.00 ct there"), self.env.cr.savepoint():
            order.return_materials([{'move_id': used.id, 'qty': 26}])
        dialog.save().action_return()
        self.assertEqual((self._qty(self.rough), self._value(self.rough)), (145, 1450))
        with self.assertRaisesRegex(UserError, "is cancelled"):
            sorting.stage_record_output([self._line(self.cuttable, 1)])
        with self.assertRaisesRegex(UserError, "cannot be deleted"), self.env.cr.savepoint():
            order.unlink()
        self._assert_quants()

    def test_a_changed_quantity_leaves_the_journal_alone(self):
        order, sorting, _cutting, _first = self._create_sorted()
        sorting.stage_record_output([self._line(self.cuttable, 95)])
        wizard = Form(self.env['change.production.qty'].with_context(default_mo_id=order.id))
        wizard.product_qty = 80
        wizard.save().change_prod_qty()
        self.assertEqual(self._summary(sorting), {'input': 120, 'output': 95, 'unexplained': 25})
        self.assertEqual((self._qty(self.rough), self._qty(self.cuttable)), (120, 95))
        planned = order.move_finished_ids.filtered(lambda move: move.state != 'done')
        self.assertEqual((planned.product_id, planned.product_uom_qty), (self.cut, 80))
        copy = order.copy()
        self.assertFalse(copy.entry_ids | copy.workorder_ids.entry_ids)
        self.assertEqual(copy.move_finished_ids.product_id, self.cut)
        self.assertFalse(copy.move_raw_ids)

    # ------------------------------------------------------------
    # Unbuild and traceability
    # ------------------------------------------------------------

    def test_unbuild_undoes_the_whole_order(self):
        order, sorting, cutting, _first = self._create_sorted()
        mistake, = sorting.stage_record_output([self._line(self.cuttable, 5)])['entry_ids']
        sorting.stage_reverse_entry(mistake)
        sorting.stage_record_output([self._line(self.cuttable, 95)])
        sorting.stage_record_loss('scrap', self.rough.id, 25, scrap_product_id=self.low_grade.id)
        sorting.stage_finish()
        cutting.stage_start()
        cutting.stage_record_input([self._line(self.cuttable, 90)])
        cutting.stage_record_output([self._line(self.cut, 60)])
        cutting.stage_record_loss('waste', self.cuttable.id, 30)
        cutting.stage_finish()
        self.assertEqual(order.state, 'done')
        self.env['mrp.unbuild'].create({
            'mo_id': order.id, 'product_id': self.cut.id, 'product_qty': 30, 'product_uom_id': self.carat.id,
        }).action_unbuild()
        self.assertEqual(
            [self._qty(product) for product in (self.rough, self.cuttable, self.low_grade, self.cut)],
            [120 + 60, 5 - 2.5, 12.5, 30])
        self._assert_quants()

    def test_lots_are_followed_through_the_stages(self):
        parcel = self._create_product("Parcel", self.carat, cost=10, tracking='lot')
        sorted_parcel = self._create_product("Sorted parcel", self.carat, tracking='lot')
        gem = self._create_product("Gem", self.carat, tracking='lot')
        old, new = self.env['stock.lot'].create([
            {'name': name, 'product_id': parcel.id} for name in ("P-1", "P-2")])
        self._stock(parcel, 50, old)
        self._stock(parcel, 100, new)
        self._create_gem_template(gem)
        order = self._create_order(50, product=gem)
        sorting, cutting = order.workorder_ids
        sorting.stage_start()
        sorting.stage_record_input([self._line(parcel, 60)])
        self.assertEqual(
            {line.lot_id: line.quantity for line in order.move_raw_ids.move_line_ids}, {old: 50, new: 10})
        with self.assertRaisesRegex(UserError, "only 10.00 ct are at Rough sorting"):
            sorting.stage_record_loss('waste', parcel.id, 11, lot_id=new.id)
        sorting.stage_record_loss('waste', parcel.id, 2, lot_id=new.id)
        sorting.stage_record_loss('waste', parcel.id, 51)
        lost = [(line.lot_id.name, line.quantity) for line in order.entry_ids.move_id.move_line_ids.sorted('id')
                if line.location_dest_id.usage == 'inventory']
        self.assertEqual(lost, [("P-2", 2), ("P-1", 50), ("P-2", 1)])
        with self.assertRaisesRegex(UserError, "Sorted parcel is tracked"):
            sorting.stage_record_output([self._line(sorted_parcel, 7)])
        sorting.stage_record_output([self._line(sorted_parcel, 7, lot_name="S-1")])
        sorting.stage_finish()
        cutting.stage_start()
        cutting.stage_record_input([self._line(sorted_parcel, 7)])
        cutting.stage_record_output([self._line(gem, 3, lot_name="G-1"), self._line(gem, 4, lot_name="G-2")])
        cutting.stage_finish()
        self.assertEqual((order.state, order.qty_produced), ('done', 7))
        self.assertEqual(order.lot_producing_ids.name, "G-1", "an order knows one lot; the other is on its move")
        between = order.move_finished_ids.filtered(lambda move: move.product_id == sorted_parcel).move_line_ids
        self.assertEqual(between.consume_line_ids.lot_id, old | new)
        gems = order.move_finished_ids.filtered(lambda move: move.product_id == gem and move.quantity).move_line_ids
        self.assertEqual(gems.consume_line_ids.lot_id.mapped('name'), ["P-1", "P-2", "S-1"])
        self.env['mrp.unbuild'].create({
            'mo_id': order.id, 'product_id': gem.id, 'lot_id': gems[0].lot_id.id, 'product_qty': 3,
            'product_uom_id': self.carat.id,
        }).action_unbuild()
        self.assertAlmostEqual(self._qty(parcel), 150 - 60 + round(60 * 3 / 7, 2))
        self._assert_quants()
