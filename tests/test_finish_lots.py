from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import StageCommon


@tagged('post_install', '-at_install')
class TestFinishLots(StageCommon):
    """Lots and serial numbers are chosen where a stage is finished, by people who see no stock."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.beans = cls._create_product("Tracked beans", cls.kg, cost=8.0, tracking='lot')
        cls.template.bom_line_ids[0].product_id = cls.beans
        cls.template.operation_ids[0].write({'consumption_mode': 'finish', 'wait_after': 0})
        cls.first, cls.second = cls.env['stock.lot'].create([
            {'name': name, 'product_id': cls.beans.id} for name in ("SACK-1", "SACK-2")])
        cls._stock(cls.beans, 3, cls.first)
        cls._stock(cls.beans, 10, cls.second)

    def _start(self, qty=20):
        order = self._create_order(qty)
        roasting = order.workorder_ids[0]
        self._as(roasting, self.operator_user).stage_start()
        self.env.invalidate_all()
        return order, roasting

    def _open(self, stage):
        action = stage.with_user(self.operator_user).action_open_stage_finish()
        return Form(
            self.env[action['res_model']].with_user(self.operator_user).with_context(**action['context']))

    def _set(self, dialog, lot_name, qty):
        number = next(
            number for number, line in enumerate(dialog.line_ids._records) if line['lot_name'] == lot_name)
        with dialog.line_ids.edit(number) as line:
            line.qty = qty

    def _name_lot(self, dialog, expected, lot_name):
        number = next(
            number for number, line in enumerate(dialog.line_ids._records) if line['lot_name'] == expected)
        with dialog.line_ids.edit(number) as line:
            line.lot_name = lot_name

    def _lines(self, dialog):
        return [(line['lot_name'], round(line['norm'], 2), round(line['qty'], 2)) for line in dialog.line_ids._records]

    def _used_lots(self, order):
        self.env.invalidate_all()
        done = order.move_raw_ids.filtered(lambda move: move.state == 'done' and move.product_id == self.beans)
        used = {}
        for line in done.move_line_ids:
            used[line.lot_id] = round(used.get(line.lot_id, 0) + line.quantity, 2)
        return used

    def test_reserved_lots_are_proposed(self):
        order, roasting = self._start()
        dialog = self._open(roasting)
        self.assertTrue(dialog.has_lots)
        self.assertEqual(self._lines(dialog), [("SACK-1", 3, 3), ("SACK-2", 2.2, 2.2)])
        dialog.qty = 10
        self.assertEqual(self._lines(dialog), [("SACK-1", 2.6, 2.6), ("SACK-2", 0, 0)])
        dialog.qty = 20
        dialog.save().action_finish()
        self.assertEqual(self._used_lots(order), {self.first: 3, self.second: 2.2})

    def test_only_some_other_lots_are_proposed(self):
        for lot in self.env['stock.lot'].create([
                {'name': f"SACK-{number}", 'product_id': self.beans.id} for number in range(3, 20)]):
            self._stock(self.beans, 1, lot)
        order, roasting = self._start()
        dialog = self._open(roasting)
        self.assertEqual(self._lines(dialog), [("SACK-1", 3, 3), ("SACK-2", 2.2, 2.2)] + [
            (f"SACK-{number}", 0, 0) for number in range(3, 8)])
        self._name_lot(dialog, "SACK-1", "SACK-19")
        self._set(dialog, "SACK-19", 1)
        dialog.save().action_finish()
        self.assertEqual(
            self._used_lots(order), {self.env['stock.lot'].search([('name', '=', "SACK-19")]): 1, self.second: 2.2})

    def test_another_lot_is_named_instead(self):
        order, roasting = self._start()
        dialog = self._open(roasting)
        self._name_lot(dialog, "SACK-1", "SACK-2")
        dialog.qty = 10
        self.assertEqual(self._lines(dialog), [("SACK-2", 2.6, 2.6), ("SACK-2", 0, 0)])
        dialog.save().action_finish()
        self.assertEqual(self._used_lots(order), {self.second: 2.6})

    def test_other_lots_are_chosen(self):
        order, roasting = self._start()
        dialog = self._open(roasting)
        self._set(dialog, "SACK-1", 0)
        self._set(dialog, "SACK-2", 5.5)
        dialog.save().action_finish()
        self.assertEqual(self._used_lots(order), {self.second: 5.5})
        line = next(line for line in order.material_summary() if line['product_id'] == self.beans.id)
        self.assertAlmostEqual(line['overconsumption'], 0.3)

    def test_part_of_the_batch_from_another_lot(self):
        order, roasting = self._start()
        dialog = self._open(roasting)
        dialog.qty = 5
        self._set(dialog, "SACK-1", 0)
        self._set(dialog, "SACK-2", 1.3)
        dialog.save().action_finish()
        self.assertEqual(self._used_lots(order), {self.second: 1.3})
        self._open(roasting).save().action_finish()
        self.assertEqual(sum(self._used_lots(order).values()), 5.2)
        lines = self.env['stock.move.line'].search([('product_id', '=', self.beans.id), ('state', '!=', 'done')])
        self.assertFalse(lines, "nothing is left reserved")
        quants = self.env['stock.quant'].search([('product_id', '=', self.beans.id)])
        self.assertFalse(sum(quants.mapped('reserved_quantity')))

    def test_lots_that_left_at_the_start(self):
        self.template.operation_ids[0].consumption_mode = 'start'
        order, roasting = self._start()
        dialog = self._open(roasting)
        self.assertEqual(self._lines(dialog), [(False, 5.2, 5.2)])
        self._set(dialog, False, 5)
        dialog.save().action_finish()
        line = next(line for line in order.material_summary() if line['product_id'] == self.beans.id)
        self.assertAlmostEqual(line['consumed'], 5)

    def test_material_that_is_added_names_its_lot(self):
        chaff = self._create_product("Wood chips", self.kg, tracking='lot')
        lot = self.env['stock.lot'].create({'name': "CHIPS", 'product_id': chaff.id})
        self._stock(chaff, 2, lot)
        order, roasting = self._start()
        for name, qty, message in (
            ("LOST", 1, "There is no lot or serial number LOST of Wood chips"),
            ("SACK-1", 1, "There is no lot or serial number SACK-1 of Wood chips"),
            ("CHIPS", 2.5, "2.50 kg of Wood chips CHIPS cannot be used: there are 2.00 kg of it"),
            ("CHIPS", 1.5, None),
        ):
            dialog = self._open(roasting)
            with dialog.line_ids.new() as line:
                line.product_id = chaff
                line.lot_name = name
                line.qty = qty
            if not message:
                dialog.save().action_finish()
                break
            with self.assertRaisesRegex(UserError, message):
                dialog.save().action_finish()
            self.assertEqual(roasting.stage_status, 'progress')
            self.assertFalse(self._used_lots(order))
        self.assertEqual(self._qty(chaff), 0.5)

    def test_a_lot_is_named_where_none_is_reserved(self):
        order, roasting = self._start(80)
        dialog = self._open(roasting)
        self.assertEqual(self._lines(dialog), [("SACK-1", 3, 3), ("SACK-2", 10, 10), (False, 7.8, 7.8)])
        with self.assertRaisesRegex(UserError, "Say of which lot or serial number Tracked beans was used"):
            dialog.save().action_finish()
        self._set(dialog, False, 0)
        dialog.save().action_finish()
        self.assertEqual(self._used_lots(order), {self.first: 3, self.second: 10})

    def test_what_is_missing_is_not_asked_for_where_less_is_finished(self):
        order, roasting = self._start(80)
        dialog = self._open(roasting)
        dialog.qty = 20
        self.assertEqual(self._lines(dialog), [("SACK-1", 3, 3), ("SACK-2", 2.2, 2.2), (False, 0, 0)])
        dialog.qty = 70
        self.assertEqual(self._lines(dialog), [("SACK-1", 3, 3), ("SACK-2", 10, 10), (False, 5.2, 5.2)])
        dialog.qty = 20
        dialog.save().action_finish()
        self.assertEqual(self._used_lots(order), {self.first: 3, self.second: 2.2})

    def test_lots_that_are_set_aside_stay_so(self):
        self._stock(self.beans, 50, self.env['stock.lot'].create({'name': "SACK-3", 'product_id': self.beans.id}))
        _order, roasting = self._start(40)
        roasting.stage_finish(qty=5)
        self.env.invalidate_all()
        open_move = roasting._get_open_materials()
        self.assertEqual(
            {line.lot_id: round(line.quantity, 2) for line in open_move.move_line_ids},
            {self.first: 1.7, self.second: 7.4})

    def test_untracked_materials_ask_for_no_lot(self):
        order, roasting = self._start()
        self._open(roasting).save().action_finish()
        grinding, packing = order.workorder_ids[1:]
        grinding.stage_start()
        grinding.stage_finish()
        self._as(packing, self.operator_user).stage_start()
        dialog = self._open(packing)
        self.assertFalse(dialog.has_lots)
        self.assertEqual(self._lines(dialog), [(False, 20, 20)] * 3)

    def test_no_more_of_a_lot_than_there_is(self):
        order, roasting = self._start()
        move = order.move_raw_ids.filtered(lambda move: move.product_id == self.beans)
        for materials in (
            [{'move_id': move.id, 'qty': 3.1, 'lot_id': self.first.id}],
            [{'move_id': move.id, 'qty': 2, 'lot_id': self.first.id},
             {'product_id': self.beans.id, 'qty': 1200, 'uom_id': self.env.ref('uom.product_uom_gram').id,
              'lot_id': self.first.id}],
        ):
            with self.assertRaisesRegex(UserError, "SACK-1 cannot be used: there are 3.00 kg"):
                roasting.stage_finish(materials=materials)
        self.assertFalse(self._used_lots(order))
        roasting.stage_finish(materials=[
            {'move_id': move.id, 'qty': 3, 'lot_id': self.first.id},
            {'move_id': move.id, 'qty': 2.4, 'lot_id': self.second.id}])
        self.assertEqual(self._used_lots(order), {self.first: 3, self.second: 2.4})

    def test_a_lot_that_lies_elsewhere(self):
        shelf = self.env['stock.location'].create({'name': "Other house", 'usage': 'internal'})
        self.env['stock.quant']._update_available_quantity(self.beans, shelf, 50, lot_id=self.first)
        _order, roasting = self._start()
        with self.assertRaisesRegex(UserError, "SACK-1 cannot be used: there are 3.00 kg"):
            roasting.stage_finish(materials=[{'product_id': self.beans.id, 'qty': 5.2, 'lot_id': self.first.id}])

    def test_serial_numbers(self):
        gauge = self._create_product("Gauge", self.unit, tracking='serial')
        serials = self.env['stock.lot'].create([
            {'name': f"G{number}", 'product_id': gauge.id} for number in range(3)])
        for serial in serials:
            self._stock(gauge, 1, serial)
        order, roasting = self._start()
        with self.assertRaisesRegex(UserError, "G0 cannot be used: there are 1.00 Units"):
            roasting.stage_finish(materials=[{'product_id': gauge.id, 'qty': 2, 'lot_id': serials[0].id}])
        with self.assertRaisesRegex(UserError, "Gauge has serial numbers and is used piece by piece"):
            roasting.stage_finish(materials=[
                {'product_id': gauge.id, 'qty': 0.5, 'lot_id': serial.id} for serial in serials[:2]])
        roasting.stage_finish(materials=[
            {'product_id': gauge.id, 'qty': 1, 'lot_id': serials[0].id},
            {'product_id': gauge.id, 'qty': 1, 'lot_id': serials[2].id}])
        used = order.move_raw_ids.filtered(lambda move: move.product_id == gauge).move_line_ids
        self.assertEqual(used.lot_id, serials[0] | serials[2])

    def test_pieces_with_serial_numbers_are_not_shared(self):
        gauge = self._create_product("Gauge", self.unit, tracking='serial')
        for number in range(3):
            self._stock(gauge, 1, self.env['stock.lot'].create({'name': f"G{number}", 'product_id': gauge.id}))
        self.template.bom_line_ids[0].write(
            {'product_id': gauge.id, 'product_qty': 2, 'norm_type': 'batch', 'product_uom_id': self.unit.id})
        order, roasting = self._start()
        for done, used in ((5, 0), (13, 1), (20, 2)):
            roasting.stage_finish(qty=done - roasting.qty_produced)
            self.env.invalidate_all()
            gauges = order.move_raw_ids.filtered(lambda move: move.product_id == gauge and move.state == 'done')
            self.assertEqual(gauges.move_line_ids.mapped('quantity'), [1] * used)
        line = next(line for line in order.material_summary() if line['product_id'] == gauge.id)
        self.assertEqual((line['norm'], line['consumed'], line['overconsumption']), (2, 2, 0))

    def test_lots_and_products_of_another_company(self):
        elsewhere = self.env['res.company'].create({'name': "Elsewhere"})
        product = self._create_product("Foreign", self.unit, company_id=elsewhere.id)
        lot = self.env['stock.lot'].create(
            {'name': "FAR", 'product_id': self.beans.id, 'company_id': elsewhere.id})
        order, roasting = self._start()
        with self.assertRaisesRegex(UserError, "kept in stock as material"):
            roasting.stage_finish(materials=[{'product_id': product.id, 'qty': 1}])
        with self.assertRaisesRegex(UserError, "lot is not one of Tracked beans"):
            roasting.stage_finish(materials=[{'product_id': self.beans.id, 'qty': 1, 'lot_id': lot.id}])
        self.assertFalse(self._used_lots(order))
        self.assertEqual(roasting.stage_status, 'progress')
