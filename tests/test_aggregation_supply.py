from odoo.fields import Command
from odoo.tests import tagged

from .aggregation_common import AggregationCommon


@tagged('post_install', '-at_install')
class TestAggregationSupply(AggregationCommon):
    """What comes to a batch, what it keeps for itself, and what waits for it: as before once it is dissolved."""

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

    def test_short_materials_are_shared_as_before(self):
        self.env['stock.quant']._update_available_quantity(self.paper, self.stock_location, -993)
        orders = self._order_flyers(20) | self._order_flyers(20)
        before = self._read_state(orders)
        self.assertEqual(orders.move_raw_ids.filtered(lambda m: m.product_id == self.paper).mapped('quantity'), [5, 2])
        batch = self._aggregate(orders)
        self.assertEqual(batch.move_raw_ids.filtered(lambda m: m.product_id == self.paper).quantity, 7)
        self._dissolve(batch)
        self.assertEqual(self._read_state(orders), before)

    def test_what_was_reserved_by_hand(self):
        self.stock_location.warehouse_id.manu_type_id.reservation_method = 'manual'
        orders = self._order_flyers(20) | self._order_flyers(10)
        orders[0].action_assign()
        before = self._read_state(orders)
        self.assertEqual(orders.mapped('reservation_state'), ['assigned', 'confirmed'])
        batch = self._aggregate(orders)
        self.assertEqual(batch.reservation_state, 'assigned')
        self._dissolve(batch)
        self.assertEqual(self._read_state(orders), before)
