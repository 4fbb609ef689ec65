from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .unit_common import UnitCommon


@tagged('post_install', '-at_install')
class TestUnitOrders(UnitCommon):
    """An order's numbered units follow its batch mode and quantity, and may have serial numbers."""

    def _numbers(self, order=None):
        return sorted((order or self.order).unit_ids.mapped('number'))

    def _change_quantity(self, quantity):
        self.env['change.production.qty'].create(
            {'mo_id': self.order.id, 'product_qty': quantity}).change_prod_qty()

    # ------------------------------------------------------------
    # Batch mode and quantity
    # ------------------------------------------------------------

    def test_batch_mode_changes_until_the_first_stage_starts(self):
        self.order.batch_mode = 'whole'
        self.assertFalse(self.order.unit_ids)
        self.order.batch_mode = 'unit'
        self.assertEqual(self._numbers(), list(range(1, 13)))
        self.cutting.stage_start()
        with self.assertRaisesRegex(UserError, "has started"):
            self.order.batch_mode = 'split'
        self.assertEqual(self.order.batch_mode, 'unit')

    def test_batch_mode_of_a_fraction_stays(self):
        self.template.batch_mode = 'whole'
        order = self._create_order(2.5, product=self.wardrobe)
        with self.assertRaisesRegex(UserError, "whole number, not 2.5"):
            order.batch_mode = 'unit'
        self.assertFalse(order.unit_ids)

    def test_quantity_adds_and_takes_away_untouched_units(self):
        self._change_quantity(14)
        self.assertEqual(self._numbers(), list(range(1, 15)))
        self._by_olga(self.cutting).stage_start(units=[14, 2])
        self._change_quantity(11)
        self.assertEqual(self._numbers(), [*range(1, 11), 14])
        self.assertEqual(self.cutting.qty_ready, 11)
        self._assert_refused("2 units of .* have been worked on", self._change_quantity, 1)
        self._assert_refused("whole number", self._change_quantity, 4.5)
        self._change_quantity(12)
        self.assertEqual(self._numbers(), [*range(1, 11), 14, 15])

    def test_orders_split_by_odoo_have_units_of_their_own(self):
        parts = self.order._split_productions({self.order: [8, 4]})
        self.assertEqual([self._numbers(part) for part in parts], [list(range(1, 9)), [1, 2, 3, 4]])

    def test_cancelled_order_puts_units_down(self):
        self._by_olga(self.cutting).stage_start(qty=2)
        self.order.action_cancel()
        self.assertFalse(self.cutting._search_in_hand())

    # ------------------------------------------------------------
    # Serial numbers
    # ------------------------------------------------------------

    @classmethod
    def _create_serial_order(cls, qty):
        cls.wardrobe.tracking = 'serial'
        return cls._create_order(qty, product=cls.wardrobe)

    def _give_serials(self, order, names):
        wizard = self.env['mrp.production.serials'].create({'production_id': order.id})
        wizard.serial_numbers = "\n".join(names)
        wizard.action_apply()

    def _serials(self, order):
        return {unit.number: unit.lot_id.name for unit in order.unit_ids if unit.lot_id}

    def test_serials_are_given_before_the_first_stage_and_received(self):
        order = self._create_serial_order(3)
        self._give_serials(order, ["W-3", "W-1", "W-2"])
        self.assertEqual(self._serials(order), {1: "W-3", 2: "W-1", 3: "W-2"})
        self.assertEqual(order.state, 'confirmed')
        self._pass_all(order)
        self.assertEqual(order.state, 'done')
        self.assertEqual(
            sorted(order.move_finished_ids.move_line_ids.lot_id.mapped('name')), ["W-1", "W-2", "W-3"])

    def test_a_unit_keeps_its_serial_when_others_get_theirs(self):
        order = self._create_serial_order(3)
        plate = self.env['stock.lot'].create({'name': "PLATE", 'product_id': self.wardrobe.id})
        unit = self._as(order.unit_ids.filtered(lambda unit: unit.number == 2), self.supervisor_user)
        unit.lot_id = plate
        self.assertEqual(order.lot_producing_ids, plate)
        self._give_serials(order, ["A", "B", "PLATE"])
        self.assertEqual(self._serials(order), {1: "A", 2: "PLATE", 3: "B"})
        self._give_serials(order, ["B", "C"])
        self.assertEqual(self._serials(order), {1: "C", 3: "B"})

    def test_an_order_waits_for_serials_it_lacks(self):
        order = self._create_serial_order(2)
        self._give_serials(order, ["A"])
        self._pass_all(order)
        self.assertEqual((order.board_status, order.serials_missing), ('partial', 1))
        self._give_serials(order, ["A", "B"])
        self.assertEqual(order.state, 'done')

    def test_units_of_an_untracked_product_take_no_serials(self):
        lot = self.env['stock.lot'].create({'name': "A", 'product_id': self._create_serial_product().id})
        with self.assertRaisesRegex(UserError, "not tracked"):
            self._as(self.order.unit_ids[0], self.supervisor_user).lot_id = lot

    def _create_serial_product(self):
        return self._create_product("Clock", self.unit, tracking='serial')

    def test_of_a_unit_only_its_serial_can_be_changed(self):
        order = self._create_serial_order(2)
        lot = self.env['stock.lot'].create({'name': "A", 'product_id': self.wardrobe.id})
        units = self._as(order.unit_ids, self.supervisor_user).sorted('number')
        with self.assertRaisesRegex(UserError, "only its serial number"):
            units[0].number = 7
        units[0].lot_id = lot
        self.assertEqual(self._serials(order), {1: "A"})
        self._pass_all(order, [1])
        self._pass_all(order, [2])
        units[1].lot_id = self.env['stock.lot'].create({'name': "B", 'product_id': self.wardrobe.id})
        order.button_mark_done()
        with self.assertRaisesRegex(UserError, "is closed"):
            units[0].lot_id = False

    def _pass_all(self, order, units=None):
        for stage in order.workorder_ids:
            stage.stage_start(units=units, qty=None if units else order.product_qty)
            stage.stage_finish()

    # ------------------------------------------------------------
    # Cards and grid
    # ------------------------------------------------------------

    def test_card_says_how_many_of_how_many(self):
        self._by_olga(self.cutting).stage_start(qty=9)
        self._by_olga(self.cutting).stage_finish(qty=8)
        self._by_hugo(self.cutting).stage_start(units=[11, 12])
        card = self._by_olga(self.cutting)
        self.assertEqual(
            (card.progress_text, card.own_units, card.own_unit_status, card.others_units, card.units_free),
            ("8 of 12", "9", 'progress', "Hugo: 11–12", 1))
        self._by_olga(self.cutting).stage_pause()
        self.assertEqual(self._by_olga(self.cutting).own_unit_status, 'paused')
        self.assertFalse(self._as(self.assembly, self.helper_user).own_units)

    def test_grid_tells_where_every_unit_is(self):
        self._by_olga(self.cutting).stage_start(qty=4)
        self._by_olga(self.cutting).stage_finish(units=[1, 2, 4])
        self._by_hugo(self.assembly).stage_start(units=[2])
        grid = self._as(self.order, self.supervisor_user).production_units()
        self.assertEqual(grid['units'], [[1, 12]])
        self.assertEqual(
            [(stage['name'], stage['passed'], stage['ready']) for stage in grid['stages']],
            [("Cutting", [[1, 2], [4, 4]], [[3, 3], [5, 12]]), ("Assembly", [], [[1, 2], [4, 4]]), ("Packing", [], [])])
        self.assertEqual(
            [(cell['workorder_id'], cell['number'], cell['status'], cell['person']) for cell in grid['cells']],
            [(self.cutting.id, 3, 'progress', "Olga"), (self.assembly.id, 2, 'progress', "Hugo")])

    def test_a_unit_says_where_it_is(self):
        self._by_olga(self.cutting).stage_start(qty=1)
        self._by_olga(self.cutting).stage_finish()
        self.assertEqual(
            [unit.place for unit in self.order.unit_ids.sorted('number')[:2]], ["Assembly", "Cutting"])

    # ------------------------------------------------------------
    # Dialogs
    # ------------------------------------------------------------

    def test_finish_dialog_offers_own_units(self):
        self._by_olga(self.cutting).stage_start(qty=3)
        self._by_hugo(self.cutting).stage_start()
        dialog = Form(self._by_olga(self.cutting).env['mrp.stage.finish'].with_context(
            default_workorder_id=self.cutting.id))
        self.assertEqual([line['number'] for line in dialog.unit_line_ids._records], [1, 2, 3])
        with dialog.unit_line_ids.edit(1) as line:
            line.is_chosen = False
        self.assertEqual(dialog.qty, 2)
        dialog.save().action_finish()
        self.assertEqual(self.cutting.event_ids[0].units, [1, 3])

    def test_units_dialog_acts_on_the_units_it_names(self):
        dialog = self._by_olga(self.cutting).env['mrp.stage.units'].create(
            {'workorder_id': self.cutting.id, 'numbers': "2, 5-6"})
        dialog.action_start()
        self.assertEqual(sorted(self._in_hand(self.cutting)), [2, 5, 6])
        dialog.numbers = "5–6"
        dialog.action_pause()
        dialog.numbers = "6"
        dialog.action_resume()
        dialog.action_cancel_start()
        self.assertEqual(
            {row.number: row.status for row in self.cutting._search_in_hand()}, {2: 'progress', 5: 'paused'})
        for text in ("two", "3-", "7-5", "1-999999", " "):
            dialog.numbers = text
            with self.assertRaisesRegex(UserError, "does not name units|Name the units"):
                dialog.action_start()

    def test_materials_in_the_dialog_are_those_of_units_not_supplied(self):
        self._by_olga(self.cutting).stage_start(qty=2)
        self._by_olga(self.cutting).stage_finish()
        self._by_olga(self.assembly).stage_start(qty=2)
        dialog = Form(self._by_olga(self.assembly).env['mrp.stage.finish'].with_context(
            default_workorder_id=self.assembly.id))
        self.assertEqual([line['qty'] for line in dialog.line_ids._records], [4])
        with dialog.unit_line_ids.edit(0) as line:
            line.is_chosen = False
        self.assertEqual([line['qty'] for line in dialog.line_ids._records], [2])
