from datetime import datetime

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import BakeryCommon


@tagged('post_install', '-at_install')
class TestShortage(BakeryCommon):
    """Flour for 20 loaves, and more wanted: the order is made and says what it lacks."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_warehouse = cls.env['stock.warehouse'].create({'name': "Mill", 'code': 'MILL'})
        cls.shelf = cls.env['stock.location'].create(
            {'name': "Back room", 'location_id': cls.warehouse.view_location_id.id})
        for location, quantity in ((cls.other_warehouse.lot_stock_id, 7), (cls.shelf, 4)):
            cls.env['stock.quant']._update_available_quantity(cls.flour, location, quantity)

    def _fetch_from_mill(self, product, quantity, date):
        """A transfer between warehouses that is planned and not reserved."""
        transfer = self.env['stock.picking'].create({
            'picking_type_id': self.warehouse.int_type_id.id,
            'location_id': self.other_warehouse.lot_stock_id.id, 'location_dest_id': self.stock_location.id,
            'move_ids': [Command.create({
                'product_id': product.id, 'product_uom_qty': quantity, 'product_uom': product.uom_id.id,
                'location_id': self.other_warehouse.lot_stock_id.id, 'location_dest_id': self.stock_location.id})],
        })
        transfer.action_confirm()
        transfer.do_unreserve()
        transfer.move_ids.date = date

    def _line(self, order):
        lines = order.material_shortage()
        self.assertEqual(len(lines), 1)
        return lines[0]

    def test_list_says_what_lacks_where_else_it_is_and_what_comes(self):
        self._receive(self.flour, 30, date=datetime(2035, 5, 7, 8, 0))
        self._receive(self.flour, 5, date=datetime(2035, 5, 3, 8, 0))
        self._fetch_from_mill(self.flour, 1, date=datetime(2035, 5, 2, 8, 0))
        # Nobody has decided yet that this is made.
        self._create_order(50, product=self.flour, confirm=False)
        order = self._order_bread(60)
        self.assertEqual(order.material_shortage(), [{
            'product_id': self.flour.id, 'workorder_id': order.workorder_ids[0].id,
            'norm': 30, 'available': 10, 'shortage': 20, 'ordered': 0,
            'elsewhere': [
                {'location_id': self.other_warehouse.lot_stock_id.id, 'name': "MILL/Stock", 'quantity': 7},
                {'location_id': self.shelf.id, 'name': "WH/Back room", 'quantity': 4}],
            'incoming': 36, 'incoming_date': '2035-05-02 08:00:00',
        }])
        # What has just come is free until somebody reserves it.
        self.env['stock.quant']._update_available_quantity(self.flour, self.stock_location, 3)
        self.assertEqual((self._line(order)['available'], self._line(order)['shortage']), (13, 20))
        self.env['stock.quant']._update_available_quantity(self.flour, self.stock_location, -3)
        # What another one has reserved is neither available nor elsewhere.
        other = self._order_bread(2)
        self.assertEqual((self._line(other)['available'], self._line(other)['shortage']), (0, 1))

    def test_norms_of_one_material_are_one_line(self):
        self.bread_template.bom_line_ids = [Command.create({
            'product_id': self.flour.id, 'product_qty': 0.1, 'operation_id': self.bread_template.operation_ids[0].id})]
        line = self._line(self._order_bread(60))
        self.assertEqual((line['norm'], line['available'], line['shortage']), (36, 10, 26))

    def test_units_are_those_of_the_product(self):
        line = self.bread_template.bom_line_ids.filtered(lambda line: line.product_id == self.flour)
        line.write({'product_uom_id': self.env.ref('uom.product_uom_gram').id, 'product_qty': 500})
        line = self._line(self._order_bread(60))
        self.assertEqual((line['norm'], line['available'], line['shortage']), (30, 10, 20))

    def test_many_orders_take_as_many_queries_as_one(self):
        orders = self.env['mrp.production'].union(*(self._order_bread(60) for _number in range(12)))
        orders[:1]._get_shortage_lists()
        counts = []
        for some in (orders[:1], orders):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            lists = some._get_shortage_lists()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual([len(lines) for lines in lists.values()], [1] * 12)
        self.assertEqual(counts[0], counts[1])

    def test_answer_of_the_call_and_chatter(self):
        answer = self.env['mrp.production'].with_user(self.supervisor_user).production_create(self.bread.id, 60)
        order = self.env['mrp.production'].browse(answer['production_id'])
        self.assertEqual(answer['shortage'], order.material_shortage())
        self.assertEqual(order.state, 'confirmed')
        self.assertIn("Flour 20.00 kg", order.message_ids.mapped('body')[0])
        self.assertEqual(
            order.workorder_ids[0].stage_hold(self.env['mrp.hold.reason'].search([], limit=1).id)['shortage'],
            [{'product_id': self.flour.id, 'workorder_id': order.workorder_ids[0].id, 'shortage': 20}])

    def test_form_opens_the_list_at_confirmation(self):
        order = self._order_bread(60, confirm=False).with_user(self.supervisor_user)
        action = order.action_confirm_stages()
        self.assertEqual((action['res_model'], action['target']), ('mrp.shortage', 'new'))
        dialog = Form(self.env['mrp.shortage'].with_user(self.supervisor_user).with_context(**action['context']))
        self.assertEqual(len(dialog.line_ids), 1)
        line = dialog.save().line_ids
        self.assertEqual(
            (line.product_id, line.workorder_id, line.norm, line.available, line.shortage, line.elsewhere),
            (self.flour, order.workorder_ids[0], 30, 10, 20, "MILL/Stock: 7.00\nWH/Back room: 4.00"))
        self.assertTrue(order.has_shortage)
        # Nothing opens where nothing lacks.
        self._stock(self.flour, 500)
        self.assertIs(self._order_bread(2, confirm=False).action_confirm_stages(), True)

    def test_a_receipt_ends_the_shortage(self):
        order = self._order_bread(60)
        self._receive(self.flour, 15, validate=True)
        self.assertEqual((self._line(order)['available'], self._line(order)['shortage']), (25, 5))
        self.assertTrue(order.has_shortage)
        self._receive(self.flour, 15, validate=True)
        order.invalidate_recordset()
        self.assertEqual((order.material_shortage(), order.has_shortage), ([], False))
        self.assertEqual(order.move_raw_ids.filtered(lambda move: move.product_id == self.flour).quantity, 30)

    def test_list_follows_the_order(self):
        order = self._order_bread(60)
        change = self.env['change.production.qty'].create({'mo_id': order.id, 'product_qty': 80})
        change.change_prod_qty()
        self.assertEqual((self._line(order)['norm'], self._line(order)['shortage']), (40, 30))
        change = self.env['change.production.qty'].create({'mo_id': order.id, 'product_qty': 20})
        change.change_prod_qty()
        self.assertEqual(order.material_shortage(), [])
        order = self._order_bread(4)
        self.assertEqual(self._line(order)['shortage'], 2)
        order.action_cancel()
        self.assertEqual(order.material_shortage(), [])

    def test_list_follows_optional_stages(self):
        self.bread_template.operation_ids[0].write({'is_optional': True, 'activation': 'manual'})
        order = self._order_bread(60)
        self.assertEqual(order.material_shortage(), [])
        order.workorder_ids[0].stage_activate()
        self.assertEqual(self._line(order)['shortage'], 20)
        order.workorder_ids[0].stage_skip()
        self.assertEqual(order.material_shortage(), [])

    def test_what_is_picked_for_the_workshop_is_not_missing(self):
        self.warehouse.manufacture_steps = 'pbm'
        order = self._order_bread(60)
        self.assertEqual(
            [(line['available'], line['shortage'], line['ordered']) for line in order.material_shortage()],
            [(10, 20, 20)])
        self.assertTrue(order.has_shortage)
        # It is looked for where it is picked, not at the workshop.
        self.env['stock.quant']._update_available_quantity(self.flour, self.stock_location, 3)
        line = self._line(order)
        self.assertEqual(
            (line['available'], [place['name'] for place in line['elsewhere']]), (13, ["MILL/Stock", "WH/Back room"]))
        self.env['stock.quant']._update_available_quantity(self.flour, self.stock_location, -3)
        order.action_cancel()
        order = self._order_bread(20)
        self.assertEqual((order.material_shortage(), order.has_shortage), ([], False))

    def test_start_takes_no_reservation_beyond_what_is_there(self):
        """An order that uses more than it has reserved takes it from the one that had: Odoo gives it up."""
        first, second = self._order_bread(16), self._order_bread(8)
        second.workorder_ids[0].stage_start()
        quant = self.env['stock.quant'].search([
            ('product_id', '=', self.flour.id), ('location_id', '=', self.stock_location.id)])
        self.assertEqual((quant.quantity, quant.reserved_quantity), (6, 6))
        self.assertEqual(self._line(first)['shortage'], 2)


@tagged('post_install', '-at_install')
class TestShortageBlocks(BakeryCommon):
    """No order without its materials."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bread_template.shortage_policy = 'block'
        cls.productions = cls.env['mrp.production'].with_user(cls.supervisor_user)

    def test_no_order_is_made_and_the_list_is_the_error(self):
        self._receive(self.flour, 30, date=datetime(2035, 5, 7, 8, 0))
        shelf = self.env['stock.location'].create(
            {'name': "Back room", 'location_id': self.warehouse.view_location_id.id})
        self.env['stock.quant']._update_available_quantity(self.flour, shelf, 4)
        count = self.productions.search_count([])
        with self.assertRaises(UserError) as caught:
            self.productions.production_create(self.bread.id, 60)
        self.assertEqual(str(caught.exception).splitlines(), [
            "60.00 Units of Bread cannot be ordered: materials are short.",
            ("Flour: 30.00 kg needed, 10.00 kg available, 20.00 kg missing. Elsewhere: WH/Back room 4.00 kg. "
             "Incoming: 30.00 kg, from 05/07/2035."),
            "Get what is missing first, or order less."])
        self.assertEqual(self.productions.search_count([]), count)
        self.assertEqual(self.productions.production_create(self.bread.id, 20)['shortage'], [])

    def test_form_leaves_the_draft_a_draft(self):
        order = self._order_bread(60, confirm=False).with_user(self.supervisor_user)
        for confirm in (order.action_confirm_stages, order.action_confirm):
            with self.assertRaisesRegex(UserError, "Flour: 30.00 kg needed, 10.00 kg available, 20.00 kg missing"):
                confirm()
        self.assertEqual((order.state, order.move_raw_ids.mapped('quantity')), ('draft', [0, 0]))
        self._stock(self.flour, 30)
        order.action_confirm_stages()
        self.assertEqual((order.state, order.move_raw_ids.mapped('quantity')), ('confirmed', [30, 60]))

    def test_policy_is_the_one_the_order_was_made_with(self):
        order = self._order_bread(60, confirm=False)
        self.bread_template.shortage_policy = 'warn'
        self.assertEqual(order.shortage_policy, 'block')
        with self.assertRaises(UserError):
            order.action_confirm()
        warned = self._order_bread(60)
        self.assertEqual((warned.shortage_policy, warned.state), ('warn', 'confirmed'))

    def test_batch_is_confirmed_as_a_whole_or_not_at_all(self):
        """Each alone finds its 6 kg; together they do not."""
        orders = self.env['mrp.production'].union(*(self._order_bread(12, confirm=False) for _number in range(2)))
        with self.assertRaisesRegex(UserError, "Flour: 6.00 kg needed, 4.00 kg available, 2.00 kg missing"):
            orders.action_confirm()
        self.assertEqual(orders.mapped('state'), ['draft', 'draft'])
        orders[0].action_confirm()
        with self.assertRaises(UserError):
            orders[1].action_confirm()

    def test_optional_stages_need_nothing_yet(self):
        self.bread_template.operation_ids[0].write({'is_optional': True, 'activation': 'manual'})
        self.assertEqual(self._order_bread(60).state, 'confirmed')

    def test_materials_brought_to_the_workshop_first(self):
        self.warehouse.manufacture_steps = 'pbm'
        with self.assertRaisesRegex(UserError, "20.00 kg missing"):
            self._order_bread(60)
        self.assertEqual(self._order_bread(20).state, 'confirmed')

    def _sell_to_order(self, quantity):
        """Odoo's own make-to-order: a delivery that asks for bread."""
        route = self.env.ref('stock.route_warehouse0_mto')
        route.active = True
        self.bread.route_ids = [Command.set((route | self.warehouse.manufacture_pull_id.route_id).ids)]
        customers = self.env.ref('stock.stock_location_customers')
        delivery = self.env['stock.picking'].create({
            'picking_type_id': self.warehouse.out_type_id.id,
            'location_id': self.stock_location.id, 'location_dest_id': customers.id,
            'move_ids': [Command.create({
                'product_id': self.bread.id, 'product_uom_qty': quantity, 'product_uom': self.unit.id,
                'location_id': self.stock_location.id, 'location_dest_id': customers.id,
                'procure_method': 'make_to_order'})],
        })
        delivery.action_confirm()
        return self.env['mrp.production'].search([('product_id', '=', self.bread.id)], order='id desc', limit=1)

    def test_what_is_made_to_order_waits_as_a_draft(self):
        order = self._sell_to_order(60)
        self.assertEqual((order.state, order.product_qty, order.use_stages), ('draft', 60, True))
        self.assertEqual(order.activity_ids.mapped('summary'), ["Materials are short"])
        self.assertIn("20.00 kg missing", order.activity_ids.note)
        self._stock(self.flour, 30)
        order.action_confirm()
        self.assertEqual((order.state, len(order.activity_ids)), ('confirmed', 0))
        self.assertTrue(order.move_dest_ids, "the delivery waits for it")

    def test_what_is_made_to_order_with_its_materials_is_confirmed(self):
        order = self._sell_to_order(20)
        self.assertEqual((order.state, len(order.activity_ids)), ('confirmed', 0))

    def test_reordering_rules_go_on(self):
        self.bread.route_ids = [Command.set(self.warehouse.manufacture_pull_id.route_id.ids)]
        self.coffee.route_ids = self.bread.route_ids
        rules = self.env['stock.warehouse.orderpoint'].create([
            {'product_id': product.id, 'location_id': self.stock_location.id, 'product_min_qty': 60,
             'product_max_qty': 60} for product in (self.bread, self.coffee)])
        for _run in range(2):
            rules._procure_orderpoint_confirm(company_id=self.company, raise_user_error=False)
        bread, coffee = (
            self.env['mrp.production'].search([('orderpoint_id', '=', rule.id)]) for rule in rules)
        self.assertEqual((bread.state, bread.product_qty, coffee.state), ('draft', 60, 'confirmed'))
        self.assertEqual(len(bread.activity_ids), 1)
