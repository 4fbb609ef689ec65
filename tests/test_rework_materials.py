from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .test_sub_batches import SubBatchCommon


class ReworkCommon(SubBatchCommon):

    def _materials(self, order):
        """What the summary says of each material: norm, reserved, consumed, remaining."""
        names = ('norm', 'reserved', 'consumed', 'remaining')
        return {
            line.product_id.name: tuple(round(line[name], 3) for name in names) for line in self._lines(order)}

    def _lines(self, order):
        self.env.flush_all()
        lines = self.env['mrp.production.material']
        lines.invalidate_model()
        return lines.search([('production_id', '=', order.id)])

    def _free(self, product):
        self.env.invalidate_all()
        quants = self.env['stock.quant'].search(
            [('product_id', '=', product.id), ('location_id', '=', self.stock_location.id)])
        return sum(quants.mapped('quantity')), sum(quants.mapped('reserved_quantity'))


@tagged('post_install', '-at_install')
class TestReworkMaterials(ReworkCommon):
    """Materials follow the units: those that are lost, come back, or leave as an order of their own."""

    # ------------------------------------------------------------
    # Split
    # ------------------------------------------------------------

    def test_a_part_takes_its_share_of_what_is_not_used(self):
        child = self._crack()
        self.assertEqual(self._materials(self.order), {
            "Blank": (40, 0, 40, 0), "Glue": (3.4, 3.4, 0, 3.4), "Dowel": (68, 68, 0, 68), "Oil": (1.7, 1.7, 0, 1.7)})
        self.assertEqual(self._materials(child), {
            "Glue": (0.6, 0.6, 0, 0.6), "Dowel": (12, 12, 0, 12), "Oil": (0.3, 0.3, 0, 0.3)})
        self.assertEqual([order.reservation_state for order in (self.order, child)], ['assigned', 'assigned'])
        self.assertEqual(self._free(self.glue), (50, 4), "reserved once")
        self.assertEqual(self.order.workorder_ids.mapped('qty_supplied'), [34, 34, 0, 0])
        self.assertEqual(child.workorder_ids.mapped('qty_supplied'), [6, 0, 0, 0])

    def test_what_was_used_is_not_taken_again(self):
        child = self._crack()
        blanks = self._qty(self.blank)
        self._work(*child.workorder_ids, self.assembly, self.finishing)
        self.assertEqual(self._qty(self.blank), blanks)
        self.assertEqual(self._qty(self.panel), 40)
        self.assertEqual((self._qty(self.glue), self._qty(self.dowel), self._qty(self.oil)), (46, 920, 18))
        self.assertEqual(self._free(self.glue), (46, 0))

    def test_rework_that_takes_its_norm_again(self):
        self.sawing.rework_consumes = True
        child = self._crack()
        self.assertEqual(self._materials(child)["Blank"], (6, 6, 0, 6))
        self.assertEqual(self._materials(self.order)["Blank"], (40, 0, 40, 0))
        blanks = self._qty(self.blank)
        child.workorder_ids[0].stage_start()
        self.assertEqual(blanks - self._qty(self.blank), 6)
        used = child.move_raw_ids.filtered(lambda move: move.state == 'done')
        self.assertEqual((used.rework_cycle, self.order.move_raw_ids.filtered(
            lambda move: move.state == 'done').rework_cycle), (2, 1))
        child.workorder_ids[0].stage_cancel_start()
        self.assertEqual(self._qty(self.blank), blanks)
        child.workorder_ids[0].stage_start()
        self.assertEqual(blanks - self._qty(self.blank), 6)

    def test_a_cancelled_start_of_rework_takes_nothing_for_nothing(self):
        """What these units were supplied with in their first cycle is still with them."""
        child = self._crack()
        blanks = self._qty(self.blank)
        sawing = child.workorder_ids[0]
        sawing.stage_start()
        sawing.stage_cancel_start()
        self.assertEqual(sawing.qty_supplied, 6)
        sawing.stage_start()
        self.assertEqual(self._qty(self.blank), blanks)

    def test_a_shortage_is_shared_in_favour_of_those_who_go_on(self):
        order = self._order_panels(600)
        self.assertEqual(self._materials(order)["Glue"][:2], (60, 46))
        sawing, planing, *_others = order.workorder_ids
        sawing.stage_start()
        sawing.stage_finish()
        child = self._split_off(planing, sawing, 200)
        self.assertEqual(self._materials(order)["Glue"][:2], (40, 40))
        self.assertEqual(self._materials(child)["Glue"][:2], (20, 6))
        self.assertEqual(self._free(self.glue), (50, 50))
        child._compute_has_shortage()
        self.assertTrue(child.has_shortage)

    def test_partly_supplied_stages(self):
        """Of ten, four are through Assembly; of the six there three come back: they were not supplied there."""
        order = self._order_panels(10)
        sawing, planing, assembly, _finishing = order.workorder_ids
        self._work(sawing, planing)
        self._work(assembly, qty=4)
        child = self._split_off(assembly, planing, 3)
        self.assertEqual(self._materials(order)["Dowel"], (14, 6, 8, 6))
        self.assertEqual(self._materials(child)["Dowel"], (6, 6, 0, 6))
        self._work(assembly)
        self.assertEqual(self._materials(order)["Dowel"], (14, 0, 14, 0))
        self._work(*child.workorder_ids[1:])
        self.assertEqual(self._materials(child)["Dowel"], (6, 0, 6, 0))

    def test_a_stage_that_takes_part_later_asks_for_the_units_there_are(self):
        finishing = self.joinery_template.operation_ids[3]
        finishing.write({'is_optional': True, 'activation': 'manual'})
        order = self._order_panels(10)
        sawing, planing, assembly, finishing = order.workorder_ids
        self._work(sawing)
        child = self._split_off(planing, sawing, 4)
        self._report(planing, 'write_off', 1)
        self.assertFalse(self.oil in (order | child).move_raw_ids.filtered(
            lambda move: move.state != 'cancel').product_id)
        for stage in finishing, child.workorder_ids[3]:
            stage.stage_activate()
        self.assertEqual(self._materials(order)["Oil"], (0.25, 0.25, 0, 0.25))
        self.assertEqual(self._materials(child)["Oil"], (0.2, 0.2, 0, 0.2))
        self._work(planing, assembly, finishing, *child.workorder_ids)
        self.assertEqual((self._qty(self.panel), self._qty(self.oil)), (9, 19.55))

    def test_an_update_of_the_bom_asks_for_the_units_there_are(self):
        self._work(self.sawing)
        self._report(self.planing, 'write_off', 10)
        self.joinery_template.bom_line_ids[2].product_qty = 3
        self.order.action_update_bom()
        self.assertEqual(self._materials(self.order)["Dowel"], (90, 90, 0, 90))
        self.assertEqual(self._materials(self.order)["Blank"], (40, 0, 40, 0))
        self._work(*self.order.workorder_ids[1:])
        self.assertEqual(self._qty(self.dowel), 1000 - 90)

    def test_what_is_on_its_way_is_for_both(self):
        """In two steps: what is being fetched for the whole is fetched once, and reserved for each when it is there."""
        self.stock_location.warehouse_id.manufacture_steps = 'pbm'
        order = self._order_panels(10)
        picking = order.picking_ids
        child = self._split_off(order.workorder_ids[0], order.workorder_ids[0], 4)
        self.assertEqual(child.picking_ids, picking)
        glue = picking.move_ids.filtered(lambda move: move.product_id == self.glue)
        self.assertEqual((glue.product_uom_qty, len(picking.move_ids)), (1, 4))
        self.assertEqual((order | child).move_raw_ids.mapped('state'), ['waiting'] * 8)
        picking.action_assign()
        picking.button_validate()
        self.assertEqual(self._materials(order)["Glue"], (0.6, 0.6, 0, 0.6))
        self.assertEqual(self._materials(child)["Glue"], (0.4, 0.4, 0, 0.4))
        self._work(*child.workorder_ids, *order.workorder_ids)
        self.assertEqual((self._qty(self.panel), self._qty(self.glue), self._qty(self.blank)), (10, 49, 190))

    def test_a_loss_is_not_fetched(self):
        self.stock_location.warehouse_id.manufacture_steps = 'pbm'
        order = self._order_panels(10)
        self._report(order.workorder_ids[0], 'write_off', 4)
        glue = order.picking_ids.move_ids.filtered(
            lambda move: move.product_id == self.glue and move.state != 'cancel')
        self.assertEqual(sum(glue.mapped('product_uom_qty')), 0.6)

    def test_what_is_delivered_waits_for_both(self):
        """A delivery that is made to order takes what each of them gives."""
        mto = self.env.ref('stock.route_warehouse0_mto')
        mto.active = True
        self.panel.route_ids = mto | self.stock_location.warehouse_id.manufacture_pull_id.route_id
        delivery = self.env['stock.picking'].create({
            'picking_type_id': self.stock_location.warehouse_id.out_type_id.id,
            'location_id': self.stock_location.id,
            'location_dest_id': self.env.ref('stock.stock_location_customers').id,
            'move_ids': [Command.create({
                'product_id': self.panel.id, 'product_uom_qty': 10, 'product_uom': self.unit.id,
                'procure_method': 'make_to_order', 'location_id': self.stock_location.id,
                'location_dest_id': self.env.ref('stock.stock_location_customers').id})],
        })
        delivery.action_confirm()
        order = delivery.move_ids.move_orig_ids.production_id
        self._work(order.workorder_ids[0])
        child = self._split_off(order.workorder_ids[1], order.workorder_ids[0], 4)
        self.assertEqual(delivery.move_ids.move_orig_ids.production_id, order | child)
        self._work(*order.workorder_ids[1:])
        self.assertEqual((delivery.move_ids.quantity, delivery.move_ids.state), (6, 'partially_available'))
        self._work(*child.workorder_ids)
        self.assertEqual((delivery.move_ids.quantity, delivery.move_ids.state), (10, 'assigned'))

    def test_materials_to_pick_are_shared(self):
        wood = self.env['product.template'].create({
            'name': "Edge", 'type': 'consu', 'is_storable': True, 'attribute_line_ids': [Command.create({
                'attribute_id': (attribute := self.env['product.attribute'].create({
                    'name': "Wood", 'value_ids': [Command.create({'name': "Oak"}), Command.create({'name': "Ash"})],
                })).id, 'value_ids': [Command.set(attribute.value_ids.ids)]})]})
        oak, ash = wood.product_variant_ids
        for variant in oak, ash:
            self._stock(variant, 100)
        assembly = self.joinery_template.operation_ids[2]
        self.joinery_template.bom_line_ids = [Command.create({
            'product_id': oak.id, 'product_qty': 2, 'operation_id': assembly.id, 'choose_variant': True})]
        order = self._order_panels(10)
        stages = order.workorder_ids
        self._work(stages[0])
        child = self._split_off(stages[1], stages[0], 4)
        self.assertEqual((order.selection_ids.product_qty, child.selection_ids.product_qty), (12, 8))
        self.assertEqual(child.selection_ids.workorder_id, child.workorder_ids[2])
        stages[2].stage_select_material(order.selection_ids.id, [{'product_id': ash.id, 'qty': 12}])
        self._work(stages[1])
        part = self._split_off(stages[2], stages[1], 2)
        self.assertEqual(part.move_raw_ids.filtered(lambda move: move.product_id == ash).product_uom_qty, 4)
        self.assertEqual(part.workorder_ids[2].selection_state, 'picked')
        self._work(*part.workorder_ids[1:], *stages[2:])
        self.assertEqual(self._qty(ash), 88)
        self._report(child.workorder_ids[0], 'write_off', 1)
        self.assertEqual(child.selection_ids.product_qty, 6)

    def test_merge_back(self):
        before = self._materials(self.order)
        self._work(self.sawing)
        self._work(self.planing, qty=34)
        self.sawing.rework_consumes = True
        child = self._split_off(self.planing, self.sawing, 6)
        self._withdraw(self.order.defect_ids)
        self.assertEqual(self._materials(self.order), before | {"Blank": (40, 0, 40, 0)})
        self.assertEqual(self.order.workorder_ids.mapped('qty_supplied'), [40, 34, 0, 0])
        self.assertFalse(any(any(line) for line in self._materials(child).values()))
        self.assertEqual(self._free(self.glue), (50, 4))
        self.assertEqual(self._free(self.blank), (160, 0))
        self._work(self.planing, self.assembly, self.finishing)
        self.assertEqual((self._qty(self.panel), self._qty(self.glue)), (40, 46))

    # ------------------------------------------------------------
    # Loss
    # ------------------------------------------------------------

    def test_a_loss_shrinks_what_is_still_asked_for(self):
        self._work(self.sawing)
        self._report(self.planing, 'write_off', 5)
        self.assertEqual(self._materials(self.order), {
            "Blank": (40, 0, 40, 0), "Glue": (3.5, 3.5, 0, 3.5), "Dowel": (70, 70, 0, 70),
            "Oil": (1.75, 1.75, 0, 1.75)})
        self.assertEqual(self._free(self.glue), (50, 3.5))
        self.assertEqual(self.order.move_finished_ids.product_uom_qty, 35)
        self._work(self.planing, self.assembly, self.finishing)
        self.assertEqual((self.order.board_status, self._qty(self.panel)), ('done', 35))
        self.assertEqual(self._qty(self.dowel), 930)

    def test_a_loss_before_its_stage_took_anything(self):
        self._report(self.sawing, 'write_off', 10)
        self.assertEqual(self._materials(self.order)["Blank"], (30, 30, 0, 30))
        self.sawing.stage_start()
        self.assertEqual(self._qty(self.blank), 170)

    def test_a_loss_of_what_has_been_supplied(self):
        self.sawing.stage_start()
        self._report(self.sawing, 'write_off', 10)
        self.assertEqual(self._materials(self.order)["Blank"], (40, 0, 40, 0))
        self.assertEqual(self.sawing.qty_supplied, 30)
        self.sawing.stage_finish()
        self.assertEqual((self.planing.qty_ready, self._qty(self.blank)), (30, 160))

    def test_a_start_is_not_cancelled_when_its_units_are_lost_or_split_off(self):
        """What was taken for them cannot come back to stock; when the report is withdrawn, it can."""
        self.sawing.stage_start()
        for decision, to in (('write_off', None), ('return', self.sawing)):
            self._report(self.sawing, decision, 10, to=to)
            with self.assertRaisesRegex(UserError, "written off or sent back"), self.env.cr.savepoint():
                self.sawing.stage_cancel_start()
            self.assertEqual((self.sawing.qty_supplied, self._qty(self.blank)), (30, 160))
            self._withdraw(self.order.defect_ids.sorted('id')[-1])
        # A time that has been costed keeps its start, too.
        self.sawing.stage_pause()
        for time in self.sawing.time_ids:
            self.sawing.stage_remove_time(time.id)
        self.sawing.stage_cancel_start()
        self.assertEqual((self.sawing.qty_supplied, self._qty(self.blank)), (0, 200))

    def test_what_an_order_takes_once_is_not_shrunk(self):
        self.joinery_template.bom_line_ids[1].norm_type = 'batch'
        self.joinery_template.bom_line_ids[1].product_qty = 2
        order = self._order_panels(10)
        sawing, planing, *_others = order.workorder_ids
        self._work(sawing)
        self._report(planing, 'write_off', 5)
        self.assertEqual(self._materials(order)["Glue"], (2, 2, 0, 2))
        self._report(planing, 'write_off', 5)
        self.assertEqual(self._materials(order)["Glue"], (0, 0, 0, 0))
        self.assertEqual(self._free(self.glue)[1], 4, "of the other order")

    def test_a_loss_is_taken_back(self):
        before = self._materials(self.order)
        self._withdraw(self._report(self.sawing, 'write_off', 10))
        self.assertEqual(self._materials(self.order), before)
        self.assertEqual(self.order.move_finished_ids.product_uom_qty, 40)
        self._withdraw(self._report(self.sawing, 'write_off', 39))
        self.assertEqual(self._materials(self.order), before)
        self._work(*self.order.workorder_ids)
        self.assertEqual((self._qty(self.panel), self._qty(self.blank), self._qty(self.glue)), (40, 160, 46))

    def test_more_units_after_a_loss(self):
        """What is ordered on top is asked for, and nothing for those that are gone."""
        self._work(self.sawing)
        self._split_off(self.planing, self.sawing, 6)
        self._report(self.planing, 'write_off', 4)
        wizard = self.env['change.production.qty'].create({'mo_id': self.order.id, 'product_qty': 44})
        wizard.change_prod_qty()
        self.assertEqual(self._materials(self.order)["Blank"], (50, 10, 40, 10))
        self.assertEqual(self._materials(self.order)["Dowel"], (80, 80, 0, 80))
        self.assertEqual(self.order.move_finished_ids.product_uom_qty, 40)

    def test_a_loss_behind_a_stage_that_has_more_to_do(self):
        """Two that are through Assembly are lost: the six that are still to come there need what they need."""
        self.joinery_template.operation_ids[2].consumption_mode = 'start'
        order = self._order_panels(10)
        sawing, planing, assembly, finishing = order.workorder_ids
        self._work(sawing)
        self._work(planing, qty=4)
        self._work(assembly, planing)
        self._report(finishing, 'write_off', 2)
        self.assertEqual(self._materials(order)["Dowel"], (20, 12, 8, 12))
        self._work(assembly, finishing)
        self.assertEqual((self._qty(self.panel), self._qty(self.dowel)), (8, 980))

    def test_a_loss_of_returned_units(self):
        """Three that were through Assembly come back and are lost: what is to be used there is for the others."""
        order = self._order_panels(10, batch_mode='whole')
        sawing, planing, assembly, finishing = order.workorder_ids
        self._work(sawing, planing)
        self._work(assembly, qty=5)
        self._report(finishing, 'return', 3, planing)
        self._report(planing, 'write_off', 3)
        self.assertEqual(self._materials(order)["Dowel"], (20, 10, 10, 10))
        self._work(assembly, finishing)
        self.assertEqual((self._qty(self.panel), self._qty(self.dowel)), (7, 980))

    # ------------------------------------------------------------
    # Return
    # ------------------------------------------------------------

    def test_a_return_takes_nothing_again(self):
        self._work(self.sawing, self.planing)
        before = self._materials(self.order)
        self._report(self.assembly, 'return', 40, self.sawing)
        self.assertEqual(self._materials(self.order), before)
        self._work(self.sawing, self.planing)
        self.assertEqual(self._qty(self.blank), 160)

    def test_a_return_to_a_stage_that_takes_its_norm_again(self):
        self.order.action_cancel()
        self.order = self._order_panels(batch_mode='whole')
        self.sawing, self.planing, self.assembly, self.finishing = self.order.workorder_ids
        self.sawing.rework_consumes = True
        self._work(self.sawing, self.planing)
        returned = self._report(self.assembly, 'return', 7, self.sawing)
        self.assertEqual(self._materials(self.order)["Blank"], (47, 7, 40, 7))
        self._withdraw(returned)
        self.assertEqual(self._materials(self.order)["Blank"], (40, 0, 40, 0))
        self.assertEqual(self.sawing.qty_supplied, 40)
        self._report(self.assembly, 'return', 7, self.sawing)
        self._work(self.sawing)
        self.assertEqual(self._materials(self.order)["Blank"], (47, 0, 47, 0))
        self._work(self.planing)
        self._report(self.assembly, 'return', 2, self.sawing)
        self._work(self.sawing)
        self.assertEqual(self._qty(self.blank), 200 - 49)
        self._work(self.planing, self.assembly, self.finishing)
        self.assertEqual(self._qty(self.panel), 40)
