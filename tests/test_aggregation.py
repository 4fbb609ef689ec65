from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from ..models.sales.deal_margin import load_deal_margin
from .test_deals import DealCommon

QUANTITIES = (100, 50, 50, 30, 20)


class AggregationCommon(DealCommon):
    """A print shop: to set the press up takes a plate and half an hour; a flyer takes a quarter of a sheet and half a
    minute at the press, and is cut. A hundred of them go into a bag."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.press = cls.env['mrp.workcenter'].create({'name': "Press", 'time_start': 30, 'costs_hour': 60})
        cls.paper = cls._create_product("Sheet", cls.unit, cost=0.10)
        cls.plate = cls._create_product("Plate", cls.unit, cost=7.77)
        cls.flyer = cls._create_product("Flyer", cls.unit)
        cls._stock(cls.paper, 1000)
        cls._stock(cls.plate, 20)
        cls.flyer_template = cls.env['mrp.bom'].create({
            'product_tmpl_id': cls.flyer.product_tmpl_id.id, 'use_stages': True,
            'operation_ids': [
                Command.create({
                    'name': "Printing", 'sequence': 1, 'time_cycle_manual': 0.5, 'consumption_mode': 'start',
                    'workcenter_id': cls.press.id}),
                Command.create({'name': "Cutting", 'sequence': 2, 'time_cycle_manual': 0.1}),
                Command.create({
                    'name': "Folding", 'sequence': 3, 'time_cycle_manual': 0.2, 'is_optional': True,
                    'activation': 'manual'}),
            ],
        })
        cls._set_triggers(cls.flyer_template)
        printing = cls.flyer_template.operation_ids[0]
        cls.flyer_template.bom_line_ids = [
            Command.create({'product_id': cls.paper.id, 'product_qty': 0.25, 'operation_id': printing.id}),
            Command.create({
                'product_id': cls.plate.id, 'product_qty': 1, 'norm_type': 'batch', 'operation_id': printing.id}),
            Command.create({
                'product_id': cls.bag.id, 'product_qty': 0, 'norm_type': 'formula', 'formula': 'ceil(qty / 100) / qty',
                'operation_id': cls.flyer_template.operation_ids[1].id}),
        ]

    @classmethod
    def _order_flyers(cls, qty=10, **vals):
        return cls._create_order(qty, product=cls.flyer, **vals)

    @classmethod
    def _sell_flyers(cls, quantities=QUANTITIES):
        """Return deals in production, each with an order of flyers, and these orders."""
        deals = cls.env['crm.lead'].union(*(
            cls._create_deal(name=f"Flyers {quantity}", stage_id=cls.accepted.id) for quantity in quantities))
        for deal, quantity in zip(deals, quantities):
            cls._sell(deal, quantity, cls.flyer)
        return deals, cls.env['mrp.production'].union(*(deal._get_production_orders() for deal in deals))

    def _aggregate(self, orders):
        batch = orders.with_user(self.supervisor_user).aggregate()
        self.env.flush_all()
        self.env.invalidate_all()
        return batch.sudo(False).with_env(self.env)

    def _dissolve(self, batch):
        batch.with_user(self.supervisor_user).dissolve()
        self.env.flush_all()
        self.env.invalidate_all()

    def _read_state(self, orders):
        """What must be as it was after a batch was dissolved, or after a refusal."""
        self.env.flush_all()
        self.env.invalidate_all()
        return [
            (
                order.read(['name', 'product_qty', 'date_start', 'date_finished', 'date_deadline', 'state', 'origin',
                            'board_status', 'reservation_state', 'is_planned', 'aggregated_into_id']),
                [(move.product_id, move.product_uom_qty, move.norm_qty, move.quantity, move.state, move.procure_method,
                  move.move_orig_ids) for move in order.move_raw_ids.sorted('id')],
                [(move.product_uom_qty, move.state, move.move_dest_ids) for move in order.move_finished_ids],
                [(stage.name, stage.stage_status, stage.state, stage.duration_expected, stage.leave_id.date_from,
                  stage.date_start, stage.date_finished) for stage in order.workorder_ids.sorted('id')],
                [(demand.sale_line_id, demand.quantity, demand.original_id) for demand in order.demand_ids],
                order.move_dest_ids,
            )
            for order in orders]


@tagged('post_install', '-at_install')
class TestAggregation(AggregationCommon):
    """Several small orders become one batch, and are again what they were."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.deals, cls.orders = cls._sell_flyers((20, 10))

    def test_five_orders_become_one_batch_and_five_orders_again(self):
        deals, orders = self._sell_flyers()
        orders[0].date_start -= timedelta(days=1)
        orders[0].stage_note = "Glossy"
        before = self._read_state(orders)
        batch = self._aggregate(orders)
        self.assertEqual((batch.product_qty, batch.state, batch.bom_id), (250, 'confirmed', self.flyer_template))
        self.assertEqual(batch.date_start, orders[0].date_start)
        self.assertIn("Glossy", batch.stage_note)
        self.assertEqual(batch.demand_ids.mapped('quantity'), list(QUANTITIES))
        self.assertEqual(batch._get_deals(), deals)
        self.assertEqual(
            {move.product_id: (move.product_uom_qty, move.quantity, move.norm_qty) for move in batch.move_raw_ids},
            {self.paper: (62.5, 62.5, 62.5), self.plate: (1, 1, 1), self.bag: (3, 3, 3)},
            "the plate once, the formula anew")
        self.assertEqual(batch.workorder_ids[0].duration_expected, 30 + 125)
        self.assertEqual(set(orders.mapped('state')), {'cancel'})
        self.assertEqual(orders.aggregated_into_id, batch)
        self.assertEqual(set(deals.mapped('stage_id')), {self.accepted}, "nobody has cancelled anything")
        for deal in deals:
            self.assertEqual(deal._get_production_orders(), batch)
            self.assertIn(batch.name, deal.message_ids[0].body)
        self._dissolve(batch)
        self.assertEqual(self._read_state(orders), before)
        self.assertEqual(batch.state, 'cancel')
        self.assertFalse(batch.demand_ids)
        self.assertFalse(batch.aggregated_ids)
        self.assertEqual(set(batch.move_raw_ids.mapped('quantity')), {0})
        self.assertEqual(set(deals.mapped('stage_id')), {self.accepted})

    def test_the_orders_go_on_after_their_batch_was_dissolved(self):
        first, second = self.orders
        self._dissolve(self._aggregate(self.orders))
        self._run(first)
        self.assertEqual(
            (first.state, self.deals[0].stage_id, self.deals[1].stage_id), ('done', self.ready, self.accepted))
        self.assertEqual((self._qty(self.flyer), self._qty(self.plate)), (20, 19))
        self.assertEqual(self._aggregate(second | self._order_flyers(5)).product_qty, 15)

    def test_the_batch_moves_all_its_deals(self):
        batch = self._aggregate(self.orders)
        batch.workorder_ids[0].with_user(self.operator_user).stage_start()
        for deal in self.deals:
            self.assertEqual(deal._get_production_orders().current_stage_name, "Printing")
        self._run(batch)
        self.assertEqual((batch.state, set(self.deals.mapped('stage_id'))), ('done', {self.ready}))
        self.assertEqual((self._qty(self.flyer), self._qty(self.plate)), (30, 19))

    def test_deals_share_the_cost_of_their_batch_to_the_cent(self):
        deals, orders = self._sell_flyers()
        batch = self._aggregate(orders | self._order_flyers(7))
        self._run(batch)
        currency = self.company.currency_id
        costs = [load_deal_margin(demand, currency)['cost'] for demand in batch.demand_ids]
        total = batch.cost_total
        materials = batch.cost_line_ids.filtered(lambda line: line.category == 'material')
        self.assertAlmostEqual(
            sum(materials.mapped('amount')), 257 * 0.25 * 0.10 + 7.77 + 3 * 0.30, delta=0.011,
            msg="paper, one plate, three bags")
        self.assertAlmostEqual(sum(costs) + total * 7 / 257, total, delta=0.011)
        for cost, quantity in zip(costs, QUANTITIES):
            self.assertAlmostEqual(cost, total * quantity / 257, delta=0.011)
        self.assertEqual(set(deals.mapped('production_progress')), {"Done"})

    def test_a_batch_of_deals_alone_is_paid_by_them(self):
        batch = self._aggregate(self.orders | self._sell_flyers((3,))[1])
        self._run(batch)
        costs = [load_deal_margin(demand, self.company.currency_id)['cost'] for demand in batch.demand_ids]
        self.assertEqual(self.company.currency_id.compare_amounts(sum(costs), batch.cost_total), 0)

    def test_nobody_makes_an_aggregated_order_once_more(self):
        batch = self._aggregate(self.orders)
        lines = self.deals.order_ids.order_line
        self.assertFalse(lines._get_production_needs(lines._get_production_templates()))
        with self.assertRaisesRegex(UserError, "made already"):
            self.deals[0].order_ids.with_user(self.seller).action_produce()
        batch.action_cancel()
        self.assertEqual(set(self.deals.mapped('stage_id')), {self.called_off})
        with self.assertRaisesRegex(UserError, "cancelled"):
            self._dissolve(batch)

    def test_orders_for_stock_and_of_the_same_sale_line(self):
        first = self.orders[0]
        orders = first | self._order_flyers(10) | self._order_flyers(80)
        self.env['mrp.production.demand'].create({
            'production_id': orders[1].id, 'sale_line_id': first.demand_ids.sale_line_id.id, 'quantity': 10})
        before = self._read_state(orders)
        batch = self._aggregate(orders)
        self.assertEqual(
            (batch.product_qty, batch.demand_ids.mapped('quantity'), batch.customer_names),
            (110, [20, 10], "Café Central"))
        self._dissolve(batch)
        self.assertEqual(self._read_state(orders), before)

    def test_deliveries_wait_for_the_batch(self):
        warehouse = self.stock_location.warehouse_id
        to_order = self.env.ref('stock.route_warehouse0_mto')
        to_order.active = True
        self.flyer.route_ids = [Command.set((to_order | warehouse.manufacture_pull_id.route_id).ids)]
        sale_orders = self._sell(quantity=20, products=self.flyer) | self._sell(quantity=10, products=self.flyer)
        orders = self._get_orders(sale_orders)
        self.assertEqual(len(orders), 2)
        before = self._read_state(orders)
        deliveries = sale_orders.picking_ids.move_ids
        batch = self._aggregate(orders)
        self.assertEqual(batch.move_finished_ids.move_dest_ids, deliveries)
        self.assertEqual(deliveries.move_orig_ids, batch.move_finished_ids)
        self.assertEqual(batch.move_dest_ids, deliveries)
        self.assertEqual(set(deliveries.mapped('state')), {'waiting'})
        self._dissolve(batch)
        self.assertEqual(self._read_state(orders), before)
        self.assertEqual(set(deliveries.mapped('state')), {'waiting'})
        batch = self._aggregate(orders)
        self._run(batch)
        self.assertEqual(deliveries.mapped('quantity'), [20, 10])
        self.assertEqual(set(deliveries.mapped('state')), {'assigned'})

    def test_transfers_of_materials_come_for_the_batch(self):
        self.stock_location.warehouse_id.manufacture_steps = 'pbm'
        orders = self._order_flyers(20) | self._order_flyers(10)
        pickings = orders.picking_ids
        self.assertEqual(len(pickings.move_ids), 6)
        before = self._read_state(orders)
        batch = self._aggregate(orders)
        self.assertEqual(set(pickings.move_ids.mapped('state')), {'assigned'})
        self.assertEqual(batch.move_raw_ids.move_orig_ids, pickings.move_ids)
        self.assertEqual(batch.picking_ids, pickings)
        self._dissolve(batch)
        self.assertEqual(self._read_state(orders), before)
        self.assertEqual(orders[0].picking_ids, pickings[0])
        self.assertEqual(set(pickings.move_ids.mapped('state')), {'assigned'})

    def test_goods_that_another_order_uses(self):
        warehouse = self.stock_location.warehouse_id
        to_order = self.env.ref('stock.route_warehouse0_mto')
        to_order.active = True
        self.flyer.route_ids = [Command.set((to_order | warehouse.manufacture_pull_id.route_id).ids)]
        magazine = self._create_product("Magazine with a flyer", self.unit)
        self.env['mrp.bom'].create({
            'product_tmpl_id': magazine.product_tmpl_id.id, 'use_stages': True,
            'operation_ids': [Command.create({'name': "Binding"})],
            'bom_line_ids': [Command.create({'product_id': self.flyer.id, 'product_qty': 1})],
        })
        magazines = self._create_order(20, product=magazine) | self._create_order(10, product=magazine)
        orders = magazines.move_raw_ids.move_orig_ids.production_id
        self.assertEqual(len(orders), 2)
        before = self._read_state(orders | magazines)
        batch = self._aggregate(orders)
        self.assertEqual(magazines.move_raw_ids.move_orig_ids.production_id, batch)
        self.assertEqual(batch._get_sources(), magazines)
        self._dissolve(batch)
        self.assertEqual(self._read_state(orders | magazines), before)
        self._run(self._aggregate(orders))
        self.assertEqual(magazines.move_raw_ids.mapped('quantity'), [20, 10])

    def test_planned_stages_are_planned_again(self):
        orders = self._order_flyers(20) | self._order_flyers(10)
        orders.button_plan()
        before = self._read_state(orders)
        self.assertTrue(all(orders.mapped('is_planned')))
        self._dissolve(self._aggregate(orders))
        self.assertEqual(self._read_state(orders), before)

    def test_short_materials_are_shared_as_before(self):
        self.env['stock.quant']._update_available_quantity(self.paper, self.stock_location, -985.5)
        orders = self._order_flyers(20) | self._order_flyers(20)
        before = self._read_state(orders)
        self.assertEqual(orders.move_raw_ids.filtered(lambda m: m.product_id == self.paper).mapped('quantity'), [5, 2])
        batch = self._aggregate(orders)
        self.assertEqual(batch.move_raw_ids.filtered(lambda m: m.product_id == self.paper).quantity, 7)
        self._dissolve(batch)
        self.assertEqual(self._read_state(orders), before)

    def test_what_was_reserved_by_hand(self):
        self.orders.picking_type_id.reservation_method = 'manual'
        orders = self._order_flyers(20) | self._order_flyers(10)
        orders[0].action_assign()
        before = self._read_state(orders)
        self.assertEqual(orders.mapped('reservation_state'), ['assigned', 'confirmed'])
        batch = self._aggregate(orders)
        self.assertEqual(batch.reservation_state, 'assigned')
        self._dissolve(batch)
        self.assertEqual(self._read_state(orders), before)

    def test_made_unit_by_unit(self):
        orders = self._order_flyers(2, batch_mode='unit') | self._order_flyers(3, batch_mode='unit')
        before = self._read_state(orders)
        batch = self._aggregate(orders)
        self.assertEqual((batch.batch_mode, len(batch.unit_ids)), ('unit', 5))
        self._dissolve(batch)
        self.assertEqual(self._read_state(orders), before)
        orders[0].workorder_ids[0].stage_start(units=[2])
        orders[0].workorder_ids[0].stage_finish()
        self.assertEqual(orders[0].workorder_ids[0].qty_produced, 1)

    def test_optional_stages_of_all_are_those_of_the_batch(self):
        orders = self._order_flyers(20) | self._order_flyers(10)
        folding = orders.workorder_ids.filtered(lambda stage: stage.name == "Folding")
        folding[0].stage_activate()
        with self.assertRaisesRegex(UserError, "optional stages"):
            self._aggregate(orders)
        folding[1].stage_activate()
        before = self._read_state(orders)
        batch = self._aggregate(orders)
        self.assertEqual(batch.workorder_ids.mapped('stage_status'), ['ready', 'waiting', 'waiting'])
        self._dissolve(batch)
        self.assertEqual(self._read_state(orders), before)
        others = self._order_flyers(20) | self._order_flyers(10)
        self.assertEqual(self._aggregate(others).workorder_ids[2].stage_status, 'skipped')


@tagged('post_install', '-at_install')
class TestAggregationChanges(AggregationCommon):
    """What customers change while their orders are one batch."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.deals, cls.orders = cls._sell_flyers((20, 10))
        cls.batch = cls.orders.aggregate()
        cls.demand = cls.batch.demand_ids[0]

    def _change(self, quantity):
        self.env['change.production.qty'].create(
            {'mo_id': self.batch.id, 'product_qty': quantity}).change_prod_qty()

    def test_a_customer_wants_less(self):
        self.deals[0].order_ids.order_line.with_user(self.seller).product_uom_qty = 12
        self.assertEqual((self.batch.product_qty, self.batch.demand_ids.mapped('quantity')), (22, [12, 10]))
        self._dissolve(self.batch)
        self.assertEqual(self.orders.mapped('product_qty'), [12, 10])
        self.assertEqual(self.orders.mapped('demand_ids.quantity'), [12, 10])
        paper = self.orders[0].move_raw_ids.filtered(lambda move: move.product_id == self.paper)
        self.assertEqual((paper.product_uom_qty, paper.quantity), (3, 3))

    def test_a_customer_wants_less_and_the_rest_is_for_stock(self):
        self.demand.quantity = 12
        self._dissolve(self.batch)
        self.assertEqual(self.orders.mapped('product_qty'), [20, 10])
        self.assertEqual(self.orders.mapped('demand_ids.quantity'), [12, 10])

    def test_a_customer_takes_what_was_for_stock(self):
        order = self._order_flyers(80)
        self._dissolve(self.batch)
        batch = self._aggregate(self.orders[0] | order)
        batch.demand_ids.quantity = 30
        self._dissolve(batch)
        self.assertEqual((self.orders[0] | order).mapped('product_qty'), [30, 70])

    def test_a_customer_wants_nothing(self):
        self.deals[0].order_ids.order_line.with_user(self.seller).product_uom_qty = 0
        self._dissolve(self.batch)
        self.assertEqual(self.orders.mapped('state'), ['cancel', 'confirmed'])
        self.assertFalse(self.orders.aggregated_into_id)

    def test_two_orders_of_one_line_in_a_batch(self):
        line = self.demand.sale_line_id
        for quantity in (5, 40):
            with self.subTest(quantity), self.env.cr.savepoint() as savepoint:
                self.batch.demand_ids[1].sale_line_id = line
                line.with_user(self.seller).product_uom_qty = 30
                self.env.flush_all()
                line.with_user(self.seller).product_uom_qty = quantity
                self.env.flush_all()
                self.env.invalidate_all()
                self.assertEqual(self.batch.product_qty, quantity)
                self.assertEqual(sum(self.batch.demand_ids.mapped('quantity')), quantity)
                savepoint.rollback()

    def test_what_a_batch_makes_for_nobody_is_given_away_once(self):
        line = self.demand.sale_line_id
        self.batch.demand_ids[1].sale_line_id = line
        line.with_user(self.seller).product_uom_qty = 30
        self._change(35)
        line.with_user(self.seller).product_uom_qty = 42
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual((self.batch.product_qty, sum(self.batch.demand_ids.mapped('quantity'))), (42, 42))

    def test_a_quantity_that_nobody_can_tell_apart(self):
        self._change(25)
        before = self._read_state(self.orders | self.batch)
        with self.assertRaisesRegex(UserError, "makes 25.00 Units, its orders add up to 30.00 Units"):
            self._dissolve(self.batch)
        self.assertEqual(self._read_state(self.orders | self.batch), before)
        self._change(30)
        self._dissolve(self.batch)

    def test_a_started_batch_is_not_dissolved(self):
        printing = self.batch.workorder_ids[0]
        printing.stage_start()
        before = self._read_state(self.orders | self.batch)
        with self.assertRaisesRegex(UserError, "has started: it can no longer be dissolved"):
            self._dissolve(self.batch)
        self.assertEqual(self._read_state(self.orders | self.batch), before)
        printing.stage_cancel_start()
        with self.assertRaisesRegex(UserError, "has started"):
            self._dissolve(self.batch)

    def test_what_only_prepares_does_not_keep_it_from_being_dissolved(self):
        self.batch.workorder_ids[0].with_user(self.supervisor_user).stage_assign(self.helper.id)
        self._dissolve(self.batch)
        self.assertEqual(set(self.orders.mapped('state')), {'confirmed'})

    def test_neither_is_deleted_merged_or_split(self):
        self.batch.action_cancel()
        for order, words in ((self.orders[0], "is made in the batch"), (self.batch, "batch of several orders")):
            with self.assertRaisesRegex(UserError, words), self.env.cr.savepoint():
                order.unlink()
        batch = self._aggregate(self._order_flyers(1) | self._order_flyers(2))
        for act in ((batch | self._order_flyers(1)).action_merge, batch.action_split):
            with self.assertRaisesRegex(UserError, "Dissolve it first"), self.env.cr.savepoint():
                act()


@tagged('post_install', '-at_install')
class TestAggregationRefusals(AggregationCommon):
    """What cannot be one batch is refused in a sentence, and nothing has changed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._order_flyers()

    def _assert_refused(self, orders, pattern, error=UserError):
        before = self._read_state(orders)
        count = self.env['mrp.production'].search_count([])
        with self.assertRaisesRegex(error, pattern), self.env.cr.savepoint():
            self._aggregate(orders)
        self.assertEqual(self._read_state(orders), before)
        self.assertEqual(self.env['mrp.production'].search_count([]), count)

    def test_one_order(self):
        self._assert_refused(self.order, "at least two")

    def test_other_templates_and_modes(self):
        order = self.order
        self._assert_refused(order | self._create_order(), "differ in: product, template")
        self._assert_refused(order | self._order_flyers(batch_mode='unit'), "differ in: batch mode")
        dozen = self.env.ref('uom.product_uom_dozen')
        self._assert_refused(order | self._order_flyers(product_uom_id=dozen.id), "differ in: unit of measure")

    def test_another_company(self):
        company = self.env['res.company'].create({'name': "Other printers"})
        self.supervisor_user.company_ids |= company
        self.env.user.company_ids |= company
        template = self.env['mrp.bom'].with_company(company).create({
            'product_tmpl_id': self.flyer.product_tmpl_id.id, 'use_stages': True, 'company_id': company.id,
            'operation_ids': [Command.create({'name': "Printing"})]})
        other = self.env['mrp.production'].with_company(company).create(
            {'product_id': self.flyer.id, 'product_qty': 5, 'bom_id': template.id, 'company_id': company.id})
        other.action_confirm()
        orders = (self.order | other).with_context(allowed_company_ids=(self.company | company).ids)
        before = orders.mapped('state')
        with self.assertRaisesRegex(UserError, "company"), self.env.cr.savepoint():
            orders.with_user(self.supervisor_user).aggregate()
        self.assertEqual(orders.mapped('state'), before)

    def test_drafts_and_closed_orders(self):
        order = self.order
        self._assert_refused(order | self._order_flyers(confirm=False), "is a draft")
        cancelled = self._order_flyers()
        cancelled.action_cancel()
        self._assert_refused(order | cancelled, "is cancelled")
        done = self._order_flyers()
        self._run(done)
        self._assert_refused(order | done, "is closed")

    def test_started_orders(self):
        order, started = self.order, self._order_flyers()
        started.workorder_ids[0].stage_start()
        self._assert_refused(order | started, "has started")
        started.workorder_ids[0].stage_cancel_start()
        self._assert_refused(order | started, "has started")

    def test_held_stages(self):
        order, held = self.order, self._order_flyers()
        held.workorder_ids[0].stage_hold(self.env.ref('mrp_production_stage.hold_reason_material').id)
        self._assert_refused(order | held, "is on hold")

    def test_parts_and_batches(self):
        order = self.order
        batch = self._aggregate(self._order_flyers() | self._order_flyers())
        self._assert_refused(order | batch, "batch of several orders already")
        self._assert_refused(order | batch.aggregated_ids[0], "part of the batch")
        part = self._order_flyers()
        part.parent_batch_id = order
        self._assert_refused(part | self._order_flyers(), "sub-batch")

    def test_materials_and_stages_of_their_own(self):
        order, other = self.order, self._order_flyers()
        other.move_raw_ids = [Command.create({
            'product_id': self.label.id, 'product_uom_qty': 1, 'product_uom': self.unit.id,
            'location_id': other.location_src_id.id, 'location_dest_id': other.production_location_id.id})]
        self._assert_refused(order | other, "uses a material that is not in its template: Label")

    def test_named_lots(self):
        self.flyer.tracking = 'lot'
        order, other = self.order, self._order_flyers()
        other.lot_producing_ids = self.env['stock.lot'].create({'product_id': self.flyer.id, 'name': "L1"})
        self._assert_refused(order | other, "lot or serial numbers")

    def test_short_materials_that_the_template_forbids(self):
        self.flyer_template.shortage_policy = 'block'
        orders = self._order_flyers(20) | self._order_flyers(10)
        self.env['stock.quant']._update_available_quantity(self.paper, self.stock_location, -996)
        self._assert_refused(orders, "materials are short")

    def test_who_may(self):
        orders = self._order_flyers() | self._order_flyers()
        mrp_user = new_test_user(self.env, login='stage_plain_mrp', groups='mrp.group_mrp_user')
        for user in (self.operator_user, self.seller, mrp_user):
            with self.assertRaises(AccessError):
                orders.with_user(user).aggregate()
        batch = self._aggregate(orders)
        for user in (self.operator_user, self.seller, mrp_user):
            with self.assertRaises(AccessError):
                batch.with_user(user).dissolve()
        self._dissolve(batch)
        self.assertEqual(set(orders.mapped('state')), {'confirmed'})
