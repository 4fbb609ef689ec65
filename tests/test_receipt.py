from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import StageCommon


class ReceiptCommon(StageCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.warehouse = cls.stock_location.warehouse_id
        cls.template.operation_ids.wait_after = 0
        # Clocks are real here: what time costs would depend on how busy the machine is.
        (cls.operator | cls.supervisor).hourly_cost = 0.0

    def _run_through(self, order):
        """Start and finish all stages, as an operator."""
        for stage in self._as(order.workorder_ids, self.operator_user):
            stage.stage_start()
            stage.stage_finish()

    def _at(self, product, location):
        self.env.invalidate_all()
        return product.with_context(location=location.id).qty_available

    def _transfer(self, pickings):
        """Do transfers as warehouse people do."""
        pickings.action_assign()
        pickings.move_ids.picked = True
        pickings.button_validate()
        self.assertEqual(set(pickings.mapped('state')), {'done'})


@tagged('post_install', '-at_install')
class TestReceipt(ReceiptCommon):
    """Finished goods go into stock where the order says, under lots and serial numbers where they have them."""

    def _make_tracked(self, tracking):
        self.coffee.tracking = tracking

    def _give_serials(self, order, names):
        action = order.with_user(self.supervisor_user).action_generate_serial()
        dialog = Form(self.env[action['res_model']].with_user(self.supervisor_user).with_context(**action['context']))
        dialog.serial_numbers = "\n".join(names)
        return dialog.save().action_apply()

    def test_destination_of_the_order(self):
        shelf = self.env['stock.location'].create({'name': "Shelf", 'location_id': self.stock_location.id})
        order = self._create_order(20, location_dest_id=shelf.id)
        self._run_through(order)
        self.assertEqual(order.state, 'done')
        self.assertEqual(self._at(self.coffee, shelf), 20)

    def test_lot_is_made_when_the_order_closes(self):
        self._make_tracked('lot')
        order = self._create_order(20)
        self._run_through(order)
        self.assertEqual(order.state, 'done')
        self.assertEqual(order.lot_producing_ids.product_qty, 20)
        self.assertEqual(order.move_finished_ids.lot_ids, order.lot_producing_ids)

    def test_lot_named_by_the_supervisor(self):
        self._make_tracked('lot')
        order = self._create_order(20)
        lot = self.env['stock.lot'].create({'name': "ROAST-7", 'product_id': self.coffee.id})
        view = 'mrp_production_stage.mrp_production_view_form_stages'
        with Form(order.with_user(self.supervisor_user), view) as form:
            form.lot_producing_ids.add(lot)
        self.assertEqual(order.state, 'confirmed')
        self._run_through(order)
        self.assertEqual(order.state, 'done')
        self.assertEqual(lot.product_qty, 20)

    def test_serial_number_of_one_unit(self):
        self._make_tracked('serial')
        order = self._create_order(1)
        self._run_through(order)
        self.assertEqual(order.state, 'done')
        self.assertEqual(order.lot_producing_ids.product_qty, 1)

    def test_serial_numbers_are_asked_for(self):
        """The last finish leaves the order open and says what is missing; with the numbers it closes."""
        self._make_tracked('serial')
        order = self._create_order(3)
        self.assertEqual(order.serials_missing, 3)
        self._run_through(order)
        self.assertEqual((order.state, order.board_status, order.serials_missing), ('to_close', 'partial', 3))
        self.assertEqual(self._qty(self.coffee), 0)
        self._give_serials(order, ["C-1", "C-2", "C-3"])
        self.assertEqual((order.state, order.serials_missing), ('done', 0))
        self.assertEqual(
            order.move_finished_ids.move_line_ids.sorted('id').mapped(lambda line: (line.lot_id.name, line.quantity)),
            [("C-1", 1), ("C-2", 1), ("C-3", 1)])
        self.assertEqual(self._qty(self.coffee), 3)

    def test_serial_numbers_given_before_the_last_finish(self):
        self._make_tracked('serial')
        order = self._create_order(3)
        stages = self._as(order.workorder_ids, self.operator_user)
        for stage in stages[:2]:
            stage.stage_start()
            stage.stage_finish()
        self._give_serials(order, ["C-1", "C-2", "C-3"])
        self.assertEqual(order.state, 'progress')
        stages[2].stage_start()
        self.assertEqual(stages[2].stage_finish()['order_state'], 'done')
        self.assertEqual(self._qty(self.coffee), 3)

    def test_too_few_or_too_many_serial_numbers(self):
        self._make_tracked('serial')
        order = self._create_order(3)
        self._run_through(order)
        self._give_serials(order, ["C-1", "C-2"])
        self.assertEqual((order.state, order.serials_missing), ('to_close', 1))
        with self.assertRaisesRegex(UserError, "3 serial numbers, it has 2"):
            order.button_mark_done()
        order.lot_producing_ids = [Command.create({'name': name, 'product_id': self.coffee.id}) for name in ("3", "4")]
        with self.assertRaisesRegex(UserError, "3 serial numbers, it has 4"):
            order.button_mark_done()
        self.assertEqual(self._qty(self.coffee), 0)

    def test_serial_numbers_of_other_units(self):
        """Who gives them reads it, not who finishes the last stage."""
        self._make_tracked('serial')
        done, other, order = (self._create_order(2) for _number in range(3))
        self._run_through(done)
        self._give_serials(done, ["C-1", "C-2"])
        self._give_serials(other, ["C-3", "C-4"])
        with (
            self.assertRaisesRegex(UserError, "Arabica Premium 250 g have these serial numbers: C-2, C-3. Give"),
            self.env.cr.savepoint(),
        ):
            self._give_serials(order, ["C-2", "C-3"])
        self.assertFalse(order.lot_producing_ids)
        self._give_serials(order, ["C-5", "C-6"])
        self._run_through(order)
        self.assertEqual(order.state, 'done')

    def test_serial_numbers_of_a_pack(self):
        """One dozen is twelve numbers."""
        self._make_tracked('serial')
        dozen = self.env.ref('uom.product_uom_dozen')
        order = self._create_order(1, product_uom_id=dozen.id)
        self._run_through(order)
        self.assertEqual((order.state, order.serials_missing), ('to_close', 12))

    def test_closing_by_hand_asks_for_serial_numbers(self):
        self._make_tracked('serial')
        order = self._create_order(3)
        order.auto_close = False
        self._run_through(order)
        self.assertEqual(order.button_mark_done()['res_model'], 'mrp.production.serials')
        self._give_serials(order, ["C-1", "C-2", "C-3"])
        self.assertEqual(order.state, 'to_close', "closed by a person, as its template says")
        order.button_mark_done()
        self.assertEqual(order.state, 'done')


@tagged('post_install', '-at_install')
class TestMakeToOrder(ReceiptCommon):
    """Odoo's chains from demand to order to order."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        route = cls.warehouse.mto_pull_id.route_id
        route.active = True
        cls.routes = route | cls.warehouse.manufacture_pull_id.route_id
        cls.coffee.route_ids = cls.routes

    def test_from_sale_to_delivery(self):
        sale = self.env['sale.order'].create({
            'partner_id': self.env['res.partner'].create({'name': "Café Central"}).id,
            'order_line': [Command.create({'product_id': self.coffee.id, 'product_uom_qty': 20})],
        })
        sale.action_confirm()
        order = sale.mrp_production_ids
        self.assertEqual((order.state, order.use_stages, order.product_qty), ('confirmed', True, 20))
        self.assertEqual(order.workorder_ids.mapped('stage_status'), ['ready', 'waiting', 'waiting'])
        delivery = sale.picking_ids
        self.assertEqual(delivery.state, 'waiting')
        self._run_through(order)
        self.assertEqual(order.state, 'done')
        self.assertEqual(delivery.state, 'assigned')
        self._transfer(delivery)
        self.assertEqual(sale.order_line.qty_delivered, 20)
        self.assertEqual(self._qty(self.coffee), 0)

    def _create_blend(self):
        """A blend that is made to order, in stages, and goes into the coffee instead of its beans."""
        blend = self._create_product("Blend", self.kg, route_ids=[Command.set(self.routes.ids)])
        sub_template = self.env['mrp.bom'].create({
            'product_tmpl_id': blend.product_tmpl_id.id, 'product_qty': 1, 'product_uom_id': self.kg.id,
            'use_stages': True, 'operation_ids': [Command.create({'name': "Blending"})]})
        sub_template.bom_line_ids = [Command.create({
            'product_id': self.beans.id, 'product_qty': 1.1, 'operation_id': sub_template.operation_ids.id})]
        self.template.bom_line_ids[0].product_id = blend
        return blend

    def test_sub_assembly(self):
        """A raw material is made to order by an order with stages of its own."""
        blend = self._create_blend()
        order = self._create_order(20)
        sub_order = self.env['mrp.production'].search([('product_id', '=', blend.id)])
        self.assertEqual((sub_order.state, sub_order.use_stages), ('confirmed', True))
        self.assertAlmostEqual(sub_order.product_qty, 5.2)
        self.assertEqual(order._get_children(), sub_order)
        material = order.move_raw_ids.filtered(lambda move: move.product_id == blend)
        self.assertEqual(material.state, 'waiting')
        beans = self._qty(self.beans)
        self._run_through(sub_order)
        self.assertEqual(sub_order.state, 'done')
        self.assertAlmostEqual(beans - self._qty(self.beans), 5.72)
        self.assertEqual(material.state, 'assigned')
        self._run_through(order)
        self.assertEqual(order.state, 'done')
        self.assertAlmostEqual(self._qty(blend), 0)
        self.assertAlmostEqual(order.move_finished_ids.value, 5.72 * 8 + 20 * 0.45, places=2)

    def test_sub_assembly_is_not_missing(self):
        """A template that makes no order without its materials leaves alone what is made for the order."""
        self.template.shortage_policy = 'block'
        blend = self._create_blend()
        self.assertEqual(self._create_order(20).state, 'confirmed')
        self.assertEqual(self.env['mrp.production'].search([('product_id', '=', blend.id)]).state, 'confirmed')

    def test_cancelled_start_makes_no_second_sub_assembly(self):
        blend = self._create_blend()
        order = self._create_order(20)
        sub_order = self.env['mrp.production'].search([('product_id', '=', blend.id)])
        self._run_through(sub_order)
        roasting = self._as(order.workorder_ids[0], self.operator_user)
        roasting.stage_start()
        roasting.stage_cancel_start()
        self.assertAlmostEqual(self._qty(blend), 5.2)
        self.assertEqual(self.env['mrp.production'].search([('product_id', '=', blend.id)]), sub_order)
        self._run_through(order)
        self.assertEqual(order.state, 'done')
        self.assertAlmostEqual(self._qty(blend), 0)


@tagged('post_install', '-at_install')
class TestMultiStep(ReceiptCommon):
    """Warehouses that fetch components before manufacturing, and store goods after it."""

    def _prepare_steps(self, steps):
        self.warehouse.manufacture_steps = steps
        self.pre_production = self.warehouse.pbm_loc_id

    def _get_pick(self, order):
        return order.picking_ids.filtered(lambda picking: picking.picking_type_id == self.warehouse.pbm_type_id)

    def test_two_steps(self):
        self._prepare_steps('pbm')
        order = self._create_order(20)
        self.assertEqual(order.workorder_ids.mapped('stage_status'), ['ready', 'waiting', 'waiting'])
        self.assertEqual(order.move_raw_ids.location_id, self.pre_production)
        pick = self._get_pick(order)
        self.assertEqual(len(pick.move_ids), 4)
        self._transfer(pick)
        self.assertAlmostEqual(self._at(self.beans, self.pre_production), 5.2)
        roasting = self._as(order.workorder_ids[0], self.operator_user)
        roasting.stage_start()
        self.assertAlmostEqual(self._at(self.beans, self.pre_production), 0)
        self.assertAlmostEqual(self._qty(self.beans), 94.8)
        roasting.stage_finish()
        self._run_through_rest(order)
        self.assertEqual(order.state, 'done')
        for product in (self.beans, self.bag, self.label, self.valve):
            self.assertAlmostEqual(self._at(product, self.pre_production), 0)
        self.assertEqual(self._qty(self.coffee), 20)
        self.assertAlmostEqual(order.move_finished_ids.value, 50.60)

    def _run_through_rest(self, order):
        for stage in self._as(order.workorder_ids[1:], self.operator_user):
            stage.stage_start()
            stage.stage_finish()

    def test_cancelled_start_gives_back_to_pre_production(self):
        self._prepare_steps('pbm')
        order = self._create_order(20)
        self._transfer(self._get_pick(order))
        roasting = self._as(order.workorder_ids[0], self.operator_user)
        roasting.stage_start()
        roasting.stage_cancel_start()
        self.assertAlmostEqual(self._at(self.beans, self.pre_production), 5.2)
        self.assertAlmostEqual(self._qty(self.beans), 94.8)
        self.assertEqual(self._get_pick(order).state, 'done', "nothing is fetched a second time")
        beans = order.move_raw_ids.filtered(lambda move: move.product_id == self.beans and move.state != 'done')
        self.assertEqual((beans.state, beans.quantity), ('assigned', 5.2))
        self._run_through(order)
        self.assertEqual(order.state, 'done')
        self.assertAlmostEqual(self._at(self.beans, self.pre_production), 0)

    def test_cancelled_start_before_anything_was_fetched(self):
        """It was started with what lay there: what is still to be fetched is fetched all the same."""
        self._prepare_steps('pbm')
        self.env['stock.quant']._update_available_quantity(self.beans, self.pre_production, 6)
        order = self._create_order(20)
        roasting = self._as(order.workorder_ids[0], self.operator_user)
        roasting.stage_start()
        self.assertAlmostEqual(self._at(self.beans, self.pre_production), 0.8)
        roasting.stage_cancel_start()
        pick = self._get_pick(order)
        beans = pick.move_ids.filtered(lambda move: move.product_id == self.beans)
        self.assertEqual((beans.state, beans.product_uom_qty), ('assigned', 5.2))
        self._transfer(pick)
        self._run_through(order)
        self.assertEqual(order.state, 'done')
        self.assertAlmostEqual(self._at(self.beans, self.pre_production), 6)

    def test_cancelled_start_with_part_of_the_batch(self):
        """What the start took is asked for again together with what is for the units to come, and fetched once."""
        self._prepare_steps('pbm')
        self.template.operation_ids[2].consumption_mode = 'start'
        order = self._create_order(20)
        pick = self._get_pick(order)
        self._transfer(pick)
        roasting, grinding, packing = self._as(order.workorder_ids, self.operator_user)
        roasting.stage_start()
        roasting.stage_finish()
        grinding.stage_start()
        grinding.stage_finish(qty=8)
        packing.stage_start()
        self.assertEqual(self._at(self.bag, self.pre_production), 12)
        packing.stage_cancel_start()
        self.assertEqual(self._at(self.bag, self.pre_production), 20)
        bags = order.move_raw_ids.filtered(lambda move: move.product_id == self.bag and move.state != 'done')
        self.assertEqual((bags.state, bags.product_uom_qty, bags.quantity), ('assigned', 20, 20))
        self.assertEqual(order.picking_ids, pick)
        packing.stage_start()
        packing.stage_finish()
        grinding.stage_finish()
        packing.stage_start()
        packing.stage_finish()
        self.assertEqual((order.state, self._at(self.bag, self.pre_production)), ('done', 0))

    def test_partial_finishes(self):
        """What is open after part of a batch still comes from what was fetched for it."""
        self._prepare_steps('pbm')
        order = self._create_order(20)
        self._transfer(self._get_pick(order))
        roasting, grinding, packing = self._as(order.workorder_ids, self.operator_user)
        for stage in (roasting, grinding):
            stage.stage_start()
            stage.stage_finish()
        packing.stage_start()
        packing.stage_finish(qty=8)
        self.assertEqual(self._at(self.bag, self.pre_production), 12)
        bags = order.move_raw_ids.filtered(lambda move: move.product_id == self.bag and move.state != 'done')
        self.assertEqual((bags.state, bags.quantity), ('assigned', 12))
        packing.stage_finish()
        self.assertEqual(order.state, 'done')
        self.assertEqual(self._at(self.bag, self.pre_production), 0)
        self.assertEqual(len(order.picking_ids), 1)

    def test_changed_quantity_is_fetched_too(self):
        self._prepare_steps('pbm')
        order = self._create_order(20)
        self.env['change.production.qty'].create({'mo_id': order.id, 'product_qty': 30}).change_prod_qty()
        pick = self._get_pick(order)
        beans = pick.move_ids.filtered(lambda move: move.product_id == self.beans)
        self.assertAlmostEqual(sum(beans.mapped('product_uom_qty')), 7.8)
        self._transfer(pick)
        self._run_through(order)
        self.assertEqual(order.state, 'done')
        self.assertAlmostEqual(self._at(self.beans, self.pre_production), 0)

    def test_three_steps(self):
        self._prepare_steps('pbm_sam')
        order = self._create_order(20)
        self.assertEqual(order.location_dest_id, self.warehouse.sam_loc_id)
        self._transfer(self._get_pick(order))
        self._run_through(order)
        self.assertEqual(order.state, 'done')
        self.assertEqual(self._at(self.coffee, self.warehouse.sam_loc_id), 20)
        self.assertEqual(self._qty(self.coffee), 0)
        store = order.move_finished_ids.move_dest_ids.picking_id
        self.assertEqual(store.picking_type_id, self.warehouse.sam_type_id)
        self.assertIn(store, order.picking_ids)
        self._transfer(store)
        self.assertEqual(self._qty(self.coffee), 20)
