from datetime import datetime

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .update_bom_common import UpdateBomCommon


@tagged('post_install', '-at_install')
class TestUpdateBomBegun(UpdateBomCommon):
    """Odoo's Update BoM on orders that run: what has begun stays, the rest follows the template."""

    def test_what_has_begun_stays_with_its_materials(self):
        order = self._create_order(20)
        roasting = order.workorder_ids[0]
        self._run(roasting)
        before = self._describe(order)
        self.roasting.write({'name': "Burning", 'wait_after': 9, 'performer_type': 'employee',
                             'performer_employee_id': self.operator.id})
        self.beans_line.product_qty = 3
        self.grinding.name = "Milling"
        self.bag_line.write({'product_qty': 2, 'operation_id': self.grinding.id})
        self.template.auto_close = False
        self.template.operation_ids = [Command.create({
            'name': "Tasting", 'sequence': 9, 'stage_material_ids': [Command.create({'product_id': self.tape.id})]})]
        order.action_update_bom()
        after = self._describe(order)
        self.assertEqual(after['stages'][0], before['stages'][0])
        self.assertEqual(
            [move for move in after['moves'] if move[0] == "Roasting"],
            [move for move in before['moves'] if move[0] == "Roasting"])
        self.assertEqual(
            [(stage['name'], stage['stage_status'], stage['after']) for stage in after['stages']],
            [("Roasting", 'done', []), ("Milling", 'ready', ["Roasting"]), ("Packing", 'waiting', ["Milling"]),
             ("Tasting", 'waiting', ["Packing"])])
        self.assertEqual(
            [move[:5] for move in after['moves']],
            [("Milling", "Bag", 40, 40, 40), ("Packing", "Label", 20, 20, 20), ("Packing", "Valve", 20, 20, 20),
             ("Roasting", "Green beans", 5.2, 5.2, 5.2), ("Tasting", "Tape", 20, 20, 20)])
        self.assertTrue(order.auto_close, "the order has begun")
        self.assertEqual((order.template_version, order.is_template_outdated), (self.template.version, False))
        self._run(*order.workorder_ids[1:])
        self.assertEqual(order.state, 'done')
        self.assertEqual(order._replay_events()[roasting.id]['qty_produced'], 20)

    def test_materials_that_move_between_begun_and_open_stages_stay(self):
        order = self._create_order(20)
        order.workorder_ids[0].stage_start()
        self.beans_line.operation_id = self.packing
        self.bag_line.operation_id = self.roasting
        self.template.bom_line_ids = [Command.create({'product_id': self.tape.id, 'operation_id': self.roasting.id})]
        order.action_update_bom()
        self.assertEqual(
            {(move.product_id, move.workorder_id.name, move.state) for move in order.move_raw_ids},
            {(self.beans, "Roasting", 'done'), (self.bag, "Packing", 'assigned'), (self.label, "Packing", 'assigned'),
             (self.valve, "Packing", 'assigned')})

    def test_extra_material_of_a_begun_stage_stands_for_nothing(self):
        order = self._create_order(20)
        roasting = order.workorder_ids[0]
        roasting.stage_start()
        roasting.stage_finish(materials=[{'product_id': self.tape.id, 'qty': 1}])
        self.template.bom_line_ids = [Command.create({'product_id': self.tape.id, 'operation_id': self.packing.id})]
        order.action_update_bom()
        self.assertEqual(
            order.move_raw_ids.filtered(lambda move: move.product_id == self.tape).mapped('product_uom_qty'), [0, 20])

    def test_a_partly_done_stage_has_begun(self):
        order = self._create_order(20)
        roasting, grinding, packing = order.workorder_ids
        self._run(roasting)
        grinding.stage_start()
        grinding.stage_finish(qty=5)
        packing.stage_start()
        packing.stage_finish(qty=2)
        self.bag_line.product_qty = 2
        self.packing.name = "Filling"
        self.template.operation_ids = [Command.create({'name': "Tasting", 'sequence': 9})]
        order.action_update_bom()
        self.assertEqual(order.workorder_ids.mapped('name'), ["Roasting", "Grinding", "Packing", "Tasting"])
        bags = order.move_raw_ids.filtered(lambda move: move.product_id == self.bag)
        self.assertEqual(sum(bags.mapped('norm_qty')), 20)
        self.assertEqual(order.workorder_ids[3].qty_ready, 2)

    def test_a_stage_cannot_come_before_one_that_has_begun(self):
        order = self._create_order(20)
        order.workorder_ids[0].stage_start()
        self.template.operation_ids = [Command.create({'name': "Sorting", 'sequence': 0})]
        before = self._describe(order)
        with self.assertRaisesRegex(UserError, "Roasting has begun, and Sorting would have to come before it"), \
                self.env.cr.savepoint():
            order.action_update_bom()
        self.assertEqual(self._describe(order), before)

    def test_a_removed_stage_that_has_begun_keeps_its_place(self):
        order = self._create_order(20)
        self._run(*order.workorder_ids[:2])
        self.grinding.unlink()
        self.packing.name = "Filling"
        order.action_update_bom()
        self.assertEqual(order.workorder_ids.mapped('name'), ["Roasting", "Grinding", "Filling"])
        self.assertEqual(order.workorder_ids.mapped('stage_status'), ['done', 'done', 'ready'])

    def test_a_wait_that_runs_goes_on(self):
        self.roasting.wait_after = 12
        with freeze_time("2026-03-02 06:00:00"):
            order = self._create_order(20)
            self._run(order.workorder_ids[0])
            self.template.operation_ids = [
                Command.delete(self.grinding.id), Command.create({'name': "Sieving", 'sequence': 2})]
            order.action_update_bom()
            sieving = order.workorder_ids[1]
            self.assertEqual(
                (sieving.name, sieving.stage_status, sieving.available_from),
                ("Sieving", 'waiting', datetime(2026, 3, 2, 18)))
            with self.assertRaisesRegex(UserError, "available from"):
                sieving.stage_start()
