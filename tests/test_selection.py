from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import StageCommon


class SelectionCommon(StageCommon):
    """A sewing workshop: a dress through Cutting and Sewing. 3 m of fabric for each, in whichever of 12 colours."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Clocks are real here: what time costs would depend on how busy the machine is.
        cls.operator.hourly_cost = 0.0
        cls.metre = cls.env.ref('uom.product_uom_meter')
        cls.colour = cls.env['product.attribute'].create({
            'name': "Colour", 'value_ids': [Command.create({'name': name}) for name in (
                "Blue", "Red", "Green", "White", "Black", "Grey", "Pink", "Beige", "Brown", "Violet", "Yellow",
                "Orange")]})
        cls.fabric = cls._create_fabric("Fabric", cls.colour.value_ids)
        cls.blue, cls.red, cls.green = cls.fabric.product_variant_ids[:3]
        cls.fabric.product_variant_ids.standard_price = 4.0
        cls._stock(cls.blue, 50)
        cls._stock(cls.red, 15)
        cls.thread = cls._create_product("Thread", cls.unit, cost=1.0)
        cls._stock(cls.thread, 100)
        cls.dress = cls._create_product("Dress", cls.unit)
        cls.sewing_template = cls.env['mrp.bom'].create({
            'product_tmpl_id': cls.dress.product_tmpl_id.id,
            'use_stages': True,
            'operation_ids': [
                Command.create({'name': "Cutting", 'sequence': 1, 'consumption_mode': 'start'}),
                Command.create({'name': "Sewing", 'sequence': 2}),
            ],
        })
        cutting, sewing = cls.sewing_template.operation_ids
        cls.sewing_template.bom_line_ids = [
            Command.create({
                'product_id': cls.green.id, 'product_qty': 3, 'operation_id': cutting.id, 'choose_variant': True}),
            Command.create({'product_id': cls.thread.id, 'product_qty': 2, 'operation_id': sewing.id}),
        ]
        cls.fabric_line = cls.sewing_template.bom_line_ids[0]

    @classmethod
    def _create_fabric(cls, name, values):
        return cls.env['product.template'].create({
            'name': name, 'type': 'consu', 'is_storable': True, 'uom_id': cls.metre.id, 'categ_id': cls.category.id,
            'attribute_line_ids': [Command.create({
                'attribute_id': cls.colour.id, 'value_ids': [Command.set(values.ids)]})],
        })

    def _create_sewing_order(self, qty=10, **vals):
        order = self._create_order(qty, product=self.dress, **vals)
        return order, order.workorder_ids[0], order.selection_ids

    def _pick(self, stage, quantities, user=None, selection=None, **options):
        """Pick ``{product: quantity}`` as an operator."""
        selection = selection or stage.selection_ids[0]
        return self._as(stage, user or self.operator_user).stage_select_material(
            selection.id, [{'product_id': product.id, 'qty': qty} for product, qty in quantities.items()], **options)

    def _picked(self, order):
        self.env.invalidate_all()
        return {
            move.product_id: (move.product_uom_qty, move.quantity) for move in order.move_raw_ids
            if move.selection_id and move.state not in ('done', 'cancel')}

    def _used(self, order):
        self.env.invalidate_all()
        done = order.move_raw_ids.filtered(lambda move: move.selection_id and move.state == 'done')
        used = {}
        for move, quantity in done._get_used_quantities().items():
            used[move.product_id] = used.get(move.product_id, 0) + quantity
        return {product: quantity for product, quantity in used.items() if quantity}

    def _summary(self, order):
        return {
            line['product_id'] or line['product_tmpl_id']: line for line in order.material_summary()
            if line['product_tmpl_id'] == self.fabric.id}


@tagged('post_install', '-at_install')
class TestSelection(SelectionCommon):
    """The template names the fabric, the order awaits its colour."""

    def test_an_order_awaits_what_is_open(self):
        order, cutting, selection = self._create_sewing_order()
        self.assertEqual(order.move_raw_ids.product_id, self.thread, "nothing else moves or is reserved")
        self.assertEqual(
            (selection.product_tmpl_id, selection.product_qty, selection.product_uom, selection.workorder_id),
            (self.fabric, 30, self.metre, cutting))
        line, = self._summary(order).values()
        self.assertTrue(line['awaiting_selection'])
        self.assertEqual(
            (line['product_id'], line['workorder_id'], line['norm'], line['remaining'], line['reserved'],
             line['consumed'], line['shortage'], line['overconsumption']),
            (False, cutting.id, 30, 30, 0, 0, 0, 0))
        row = order.material_ids.filtered('selection_id')
        self.assertEqual((row.name, row.selection_status, row.uom_id), ("Fabric", 'awaiting', self.metre))
        self.assertEqual(cutting.selection_state, 'awaiting')
        self.assertIn("30 m Fabric: awaiting selection", self._as(cutting, self.operator_user).material_text)

    def test_start_says_what_to_pick(self):
        for mode in ('start', 'finish'):
            self.sewing_template.operation_ids[0].consumption_mode = mode
            order, cutting, _selection = self._create_sewing_order()
            with self.assertRaisesRegex(UserError, "Pick which Fabric: 30 m are needed at Cutting"):
                self._as(cutting, self.operator_user).stage_start()
            self.assertEqual((cutting.stage_status, order.event_ids.ids), ('ready', []))

    def test_picked_colours_are_reserved_and_consumed(self):
        order, cutting, _selection = self._create_sewing_order()
        answer = self._pick(cutting, {self.blue: 20, self.red: 10})
        self.assertEqual(answer['stage_status'], 'ready')
        self.assertEqual(self._picked(order), {self.blue: (20, 20), self.red: (10, 10)})
        self.assertEqual(cutting.selection_state, 'picked')
        event = order.event_ids
        self.assertEqual((event.kind, event.employee_id), ('select', self.operator))
        self.assertEqual(event.note, "20 m Fabric (Blue), 10 m Fabric (Red)")
        self.assertEqual(order.move_raw_ids.stage_event_id, event)
        cutting = self._as(cutting, self.operator_user)
        cutting.stage_start()
        self.assertEqual(self._used(order), {self.blue: 20, self.red: 10})
        self.assertEqual((self._qty(self.blue), self._qty(self.red)), (30, 5))
        lines = self._summary(order)
        self.assertEqual(set(lines), {self.blue.id, self.red.id})
        self.assertEqual([lines[product.id]['norm'] for product in (self.blue, self.red)], [20, 10])
        self.assertFalse(any(line['awaiting_selection'] or line['overconsumption'] for line in lines.values()))
        for stage in order.workorder_ids:
            if not stage.is_started:
                stage.stage_start()
            stage.stage_finish()
        self.assertEqual(order.state, 'done')
        self.assertAlmostEqual(order.move_finished_ids.value, 30 * 4 + 20)

    def test_consumption_at_completion(self):
        self.sewing_template.operation_ids[0].consumption_mode = 'finish'
        order, cutting, _selection = self._create_sewing_order()
        self._pick(cutting, {self.blue: 30})
        cutting.stage_start()
        self.assertFalse(self._used(order))
        cutting.stage_finish(qty=4)
        self.assertEqual((self._used(order), self._picked(order)), ({self.blue: 12}, {self.blue: (18, 18)}))
        cutting.stage_finish(materials=[{'product_id': self.blue.id, 'qty': 20}])
        self.assertEqual(self._used(order), {self.blue: 32})
        self.assertEqual(self._summary(order)[self.blue.id]['overconsumption'], 2)

    def test_repicking_replaces(self):
        order, cutting, selection = self._create_sewing_order()
        self._pick(cutting, {self.blue: 20, self.red: 10})
        self._pick(cutting, {self.green: 5, self.blue: 25})
        self.assertEqual(self._picked(order), {self.blue: (25, 25), self.green: (5, 0)})
        self.assertEqual(set(self._summary(order)), {self.blue.id, self.green.id})
        self.assertEqual(order._get_shortage(), [
            {'product_id': self.green.id, 'workorder_id': cutting.id, 'shortage': 5}])
        self.assertEqual(self.red.with_context(location=self.stock_location.id).free_qty, 15)
        cutting.stage_start()
        with self.assertRaisesRegex(UserError, "Cutting of .* has started"):
            self._pick(cutting, {self.blue: 30}, selection=selection)
        with self.assertRaisesRegex(UserError, "Cutting of .* has started"):
            self._pick(cutting, {self.blue: 30}, user=self.supervisor_user, selection=selection)

    def test_after_a_cancelled_start_others_may_be_picked(self):
        order, cutting, _selection = self._create_sewing_order()
        self._pick(cutting, {self.blue: 20, self.red: 10})
        cutting.stage_start()
        cutting.stage_cancel_start()
        self.assertEqual((self._qty(self.blue), self._qty(self.red)), (50, 15))
        self.assertEqual(self._picked(order), {self.blue: (20, 20), self.red: (10, 10)})
        self._pick(cutting, {self.blue: 30})
        self.assertEqual(self._picked(order), {self.blue: (30, 30)})
        cutting.stage_start()
        self.assertEqual(self._used(order), {self.blue: 30})
        line = self._summary(order)[self.blue.id]
        self.assertEqual((line['norm'], line['consumed'], line['overconsumption']), (30, 30, 0))

    def test_picks_add_up_to_the_norm(self):
        order, cutting, selection = self._create_sewing_order()
        for picks, message in (
            ({self.blue: 20}, "30 m of Fabric are needed at Cutting, but 20 m are picked. Only a supervisor"),
            ({self.blue: 20, self.red: 11}, "but 31 m are picked. Only a supervisor"),
        ):
            with self.assertRaisesRegex(UserError, message):
                self._pick(cutting, picks)
            with self.assertRaisesRegex(UserError, "Only a supervisor"):
                self._pick(cutting, picks, override_reason="Wide fabric")
            with self.assertRaisesRegex(UserError, "Pick what is needed, or give a reason"):
                self._pick(cutting, picks, user=self.supervisor_user)
        self.assertFalse(selection.move_ids)
        self._pick(cutting, {self.blue: 16, self.red: 8}, user=self.supervisor_user, override_reason="Wide fabric")
        self.assertIn("Wide fabric", order.event_ids.note)
        lines = self._summary(order)
        self.assertEqual(
            [(line['norm'], line['remaining']) for line in lines.values()], [(20, 16), (10, 8)], "the norm is shared")
        self._pick(cutting, {self.blue: 40}, user=self.supervisor_user, override_reason="Pattern")
        self.assertEqual(self._summary(order)[self.blue.id]['overconsumption'], 10)

    def test_bad_picks_change_nothing(self):
        order, cutting, selection = self._create_sewing_order()
        other, other_cutting, other_selection = self._create_sewing_order()
        self._pick(cutting, {self.blue: 30})
        self.green.active = False
        blue, pick = self.blue.id, cutting.stage_select_material
        for call, message in (
            (lambda: pick(selection.id, []), "Say how much"),
            (lambda: pick(selection.id, None), "Say how much"),
            (lambda: pick(selection.id, [blue]), "given as a product and its quantity"),
            (lambda: pick(selection.id, [{'qty': 30}]), "not the number of a record"),
            (lambda: pick(selection.id, [{'product_id': blue}]), "not a quantity"),
            (lambda: pick(selection.id, [{'product_id': blue, 'qty': 0}]), "greater than zero"),
            (lambda: pick(selection.id, [{'product_id': blue, 'qty': 30.01}]), "are picked"),
            (lambda: pick(selection.id, [{'product_id': blue, 'qty': 1e-5}]), "greater than zero"),
            (lambda: pick(selection.id, [{'product_id': blue, 'qty': -1}, {'product_id': blue, 'qty': 31}]), "greater"),
            (lambda: pick(selection.id, [{'product_id': blue, 'qty': float('nan')}]), "not a quantity"),
            (lambda: pick(selection.id, [{'product_id': self.thread.id, 'qty': 30}]), "not a variant of Fabric"),
            (lambda: pick(selection.id, [{'product_id': self.green.id, 'qty': 30}]), "not a variant of Fabric"),
            (lambda: pick(selection.id, [{'product_id': 99999999, 'qty': 30}]), "not a variant of Fabric"),
            (lambda: pick(other_selection.id, [{'product_id': blue, 'qty': 30}]), "not one to pick at Cutting"),
            (lambda: pick(True, [{'product_id': blue, 'qty': 30}]), "not the number of a record"),
            (lambda: order.workorder_ids[1].stage_select_material(
                selection.id, [{'product_id': blue, 'qty': 30}]), "not one to pick at Sewing"),
        ):
            with self.subTest(message=message), self.assertRaisesRegex(UserError, message):
                call()
        self.assertEqual(self._picked(order), {self.blue: (30, 30)})
        self.assertEqual(len(order.event_ids), 1)
        self.assertFalse(other.event_ids)
        self.assertEqual(other_cutting.selection_state, 'awaiting')

    def test_who_may_pick(self):
        self.sewing_template.operation_ids[0].write(
            {'performer_type': 'employee', 'performer_employee_id': self.helper.id})
        order, cutting, selection = self._create_sewing_order()
        self.env.flush_all()
        with self.assertRaises(AccessError):
            self._pick(cutting, {self.blue: 30})
        cutting.sudo().stage_assign(self.operator.id)
        self._pick(cutting, {self.blue: 30})
        self.assertEqual(self._picked(order), {self.blue: (30, 30)})
        for model in (selection, self.env['mrp.production.material']):
            with self.assertRaises(AccessError):
                model.with_user(self.operator_user).check_access('read')

    def test_same_key_twice_is_one_pick(self):
        order, cutting, _selection = self._create_sewing_order()
        first = self._pick(cutting, {self.blue: 30}, client_key='pick-1')
        again = self._pick(cutting, {self.blue: 30}, client_key='pick-1')
        self.assertEqual((again['event_id'], again['replayed']), (first['event_id'], True))
        with self.assertRaisesRegex(UserError, "already used for another act"):
            self._pick(cutting, {self.red: 30}, client_key='pick-1')
        self.assertEqual(len(order.event_ids), 1)

    def test_what_there_is_to_pick(self):
        order, cutting, selection = self._create_sewing_order()
        self._pick(cutting, {self.blue: 20, self.red: 10})
        entry, = self._as(cutting, self.operator_user).stage_selections()
        self.assertEqual(
            (entry['selection_id'], entry['name'], entry['qty'], entry['uom'], entry['is_awaiting']),
            (selection.id, "Fabric", 30, "m", False))
        self.assertEqual(len(entry['choices']), 12)
        self.assertEqual(
            [(choice['product_id'], choice['available'], choice['picked']) for choice in entry['choices'][:3]],
            [(self.blue.id, 50, 20), (self.red.id, 15, 10), (self.green.id, 0, 0)])
        self.assertFalse(order.workorder_ids[1].stage_selections())


@tagged('post_install', '-at_install')
class TestSelectionDialog(SelectionCommon):

    def _open(self, stage, user):
        action = stage.with_user(user).action_open_stage_select()
        return Form(self.env[action['res_model']].with_user(user).with_context(**action['context']))

    def _set(self, dialog, quantities):
        for number, line in enumerate(dialog.line_ids._records):
            if line['product_id'] in (product.id for product in quantities):
                with dialog.line_ids.edit(number) as edited:
                    edited.qty = quantities[edited.product_id]

    def test_operator_picks(self):
        order, cutting, _selection = self._create_sewing_order()
        self.env.flush_all()
        dialog = self._open(cutting, self.operator_user)
        lines = dialog.line_ids._records
        self.assertEqual(len(lines), 12)
        self.assertEqual(
            [lines[0][name] for name in ('name', 'material_name', 'needed', 'uom_name', 'available')],
            ["Blue", "Fabric", 30, "m", 50])
        self._set(dialog, {self.blue: 20, self.red: 10})
        self.assertFalse(dialog.needs_reason)
        dialog.save().action_select()
        self.assertEqual(self._picked(order), {self.blue: (20, 20), self.red: (10, 10)})
        self.assertEqual(order.event_ids.source, 'office')
        dialog = self._open(cutting, self.operator_user)
        self.assertEqual([line['qty'] for line in dialog.line_ids._records[:3]], [20, 10, 0])
        dialog.save().action_select()
        self.assertEqual(len(order.event_ids), 1, "nothing has changed")

    def test_supervisor_says_why(self):
        order, cutting, _selection = self._create_sewing_order()
        self.env.flush_all()
        dialog = self._open(cutting, self.supervisor_user)
        self._set(dialog, {self.blue: 25})
        self.assertTrue(dialog.needs_reason)
        dialog.override_reason = "Wide fabric"
        dialog.save().action_select()
        self.assertEqual(self._picked(order), {self.blue: (25, 25)})

    def test_nothing_picked(self):
        _order, cutting, _selection = self._create_sewing_order()
        self.env.flush_all()
        dialog = self._open(cutting, self.operator_user)
        with self.assertRaisesRegex(UserError, "Say how much"):
            dialog.save().action_select()

    def test_dialog_of_a_stage_of_somebody_else(self):
        order, cutting, selection = self._create_sewing_order()
        cutting.stage_assign(self.helper.id)
        self.env.flush_all()
        with self.assertRaises(AccessError):
            self._open(cutting, self.operator_user)
        other_order, other_cutting, _selection = self._create_sewing_order()
        self.env.flush_all()
        dialog = self.env['mrp.stage.select'].with_user(self.operator_user).create({
            'workorder_id': other_cutting.id,
            'line_ids': [Command.create({'selection_id': selection.id, 'product_id': self.blue.id, 'qty': 30})]})
        self.assertFalse(dialog.line_ids.material_name, "tells nothing of what is not of the stage")
        with self.assertRaisesRegex(UserError, "Say how much"):
            dialog.action_select()
        self.assertFalse((order | other_order).move_raw_ids.selection_id)
