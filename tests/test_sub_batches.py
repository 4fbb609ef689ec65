from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import JoineryCommon

# What a stage of a part does not have from the stage it was made of: where its units are, when and by whom it was
# worked on, how long it takes them, and what belongs to one record only.
OWN_FIELDS = {
    'id', 'create_uid', 'create_date', 'write_uid', 'write_date', 'production_id', 'barcode', 'split_from_id',
    'state', 'stage_status', 'is_started', 'qty_produced', 'qty_lost', 'qty_held', 'rework_cycle', 'qty_supplied',
    'available_from', 'hold_reason_id', 'leave_id', 'date_start', 'date_finished', 'duration', 'duration_expected',
    'duration_unit', 'duration_percent', 'costs_hour', 'qty_reported_from_previous_wo', 'production_date',
    'production_availability',
    # It is shared.
    'cost_planned', 'cost_planned_material', 'cost_planned_labor', 'cost_planned_workcenter',
    # Compared through the stages they were made of
    'blocked_by_workorder_ids', 'needed_by_workorder_ids', 'waiting_workorder_ids',
}


class SubBatchCommon(JoineryCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._order_panels()
        cls.sawing, cls.planing, cls.assembly, cls.finishing = cls.order.workorder_ids

    def _crack(self, qty=6):
        """At Planing some blanks crack; the others are through. Return the order of those that crack."""
        self._work(self.sawing)
        self._work(self.planing, qty=self.order.product_qty - qty)
        return self._split_off(self.planing, self.sawing, qty)

    def _read(self, order):
        self.env.invalidate_all()
        return [
            (stage.stage_status, stage.qty_ready, stage.qty_produced, stage.rework_cycle)
            for stage in order.workorder_ids]

    def _assert_replay(self, *orders):
        for order in orders:
            self.assertEqual(order._replay_events(), {
                stage.id: {
                    'qty_produced': stage.qty_produced, 'qty_lost': stage.qty_lost, 'qty_held': stage.qty_held,
                    'rework_cycle': stage.rework_cycle}
                for stage in order.workorder_ids})


@tagged('post_install', '-at_install')
class TestSubBatches(SubBatchCommon):
    """A part of an order goes on as an order of its own, from the stage it returns to."""

    def test_where_the_units_are(self):
        child = self._crack()
        self.assertEqual(self._read(self.order), [
            ('done', 0, 34, 1), ('done', 0, 34, 1), ('ready', 34, 0, 1), ('waiting', 0, 0, 1)])
        self.assertEqual(self._read(child), [
            ('ready', 6, 0, 2), ('waiting', 0, 0, 1), ('waiting', 0, 0, 1), ('waiting', 0, 0, 1)])
        self.assertEqual((self.order.product_qty, child.product_qty), (34, 6))
        self.assertFalse(self.planing.is_started, "nobody has work there any more")
        self.assertTrue(all(self.planing.time_ids.mapped('date_end')))
        self._assert_replay(self.order, child)
        self.assertEqual(
            child.event_ids.mapped(lambda event: (event.stage_name, event.kind, event.quantity, event.rework_cycle)),
            [("Sawing", 'begin', 0, 2)])

    def test_who_is_whose(self):
        child = self._crack()
        self.assertEqual(child.name, f"{self.order.name}-1")
        self.assertEqual((child.parent_batch_id, self.order.child_batch_ids), (self.order, child))
        self.assertEqual(child.production_group_id, self.order.production_group_id)
        self.assertEqual(child.reference_ids, self.order.reference_ids)
        self.assertEqual((self.order.board_status, self.order.state), ('partial', 'progress'))
        self.assertEqual((child.board_status, child.state), ('pending', 'confirmed'))
        split = self.planing.event_ids[0]
        self.assertEqual(
            (split.kind, split.quantity, split.batch_id, split.to_workorder_id), ('split', 6, child, self.sawing))

    def test_stages_are_copied_from_the_order_not_from_the_template(self):
        """Every stored field of a stage is compared, so that none is forgotten."""
        template = self.joinery_template
        template.operation_ids[1].write({'checklist_ids': [Command.create({'name': "Flat?"})]})
        order = self._order_panels()
        sawing, planing, *_others = order.workorder_ids
        sawing.write({
            'instruction': "<p>Slowly</p>", 'rework_limit': 3, 'rework_consumes': True,
            'escalation_user_id': self.supervisor_user.id, 'performer_type': 'employee',
            'performer_employee_id': self.helper.id, 'photo_required': False, 'use_journal': True})
        template.operation_ids.write({'instruction': "<p>Changed</p>", 'rework_limit': 9})
        template.operation_ids[2].unlink()
        version = template.version
        self._work(sawing)
        self._work(planing, qty=34, checks=[{'check_id': planing.checklist_ids.id, 'value': True}])
        child = self._split_off(planing, sawing, 6)
        names = [
            name for name, field in sawing._fields.items()
            if field.store and field.type != 'one2many' and name not in OWN_FIELDS]
        self.assertIn('rework_consumes', names)
        twins = child._get_twin_stages()
        for stage in order.workorder_ids:
            for name in names:
                self.assertEqual(twins[stage][name], stage[name], f"{name} of {stage.name}")
            self.assertEqual(
                twins[stage].blocked_by_workorder_ids,
                stage.browse(twins[blocker].id for blocker in stage.blocked_by_workorder_ids))
        self.assertEqual(twins[planing].checklist_ids.mapped('name'), ["Flat?"])
        self.assertNotEqual(twins[planing].checklist_ids, planing.checklist_ids)
        self.assertEqual((child.template_version, child.bom_id), (order.template_version, template))
        self.assertEqual(template.version, version)

    def test_planned_time_is_shared(self):
        """What is done again is planned anew; the rest of the work is planned where it will be done."""
        child = self._crack()
        self.assertEqual(self.order.workorder_ids.mapped('duration_expected'), [120, 68, 170, 136])
        self.assertEqual(child.workorder_ids.mapped('duration_expected'), [18, 12, 30, 24])

    def test_goods_are_shared(self):
        child = self._crack()
        self.assertEqual(
            [order.move_finished_ids.product_uom_qty for order in (self.order, child)], [34, 6])
        self.assertEqual(child.move_finished_ids.reference, child.name)

    def test_what_a_parallel_branch_has_done_is_brought_along(self):
        self.joinery_template.operation_ids[1].is_parallel = True
        order = self._order_panels(10)
        sawing, planing, assembly, _finishing = order.workorder_ids
        self._work(sawing, planing)
        assembly.stage_start()
        child = self._split_off(assembly, sawing, 4)
        self.assertEqual(self._read(child)[:3], [
            ('ready', 4, 0, 2), ('done', 0, 4, 1), ('waiting', 0, 0, 1)])
        self.assertEqual(child.workorder_ids[1].duration_expected, 0)
        self.assertEqual(self._read(order)[:3], [('done', 0, 6, 1), ('done', 0, 6, 1), ('progress', 6, 0, 1)])
        self._assert_replay(order, child)

    def test_a_part_is_split_again(self):
        child = self._crack()
        sawing, planing, *_others = child.workorder_ids
        self._work(sawing)
        grandchild = self._split_off(planing, planing, 2)
        self.assertEqual(grandchild.name, f"{self.order.name}-1-1")
        self.assertEqual(self._read(grandchild)[:2], [('done', 0, 2, 2), ('ready', 2, 0, 2)])
        self._assert_replay(self.order, child, grandchild)
        self._work(*child.workorder_ids[1:])
        self.assertEqual(child.board_status, 'done')
        self.assertEqual(self.order.board_status, 'partial', "a part of its part is still open")
        self._work(*grandchild.workorder_ids[1:])
        self.assertEqual(grandchild.board_status, 'done')
        self.assertEqual(self.order.board_status, 'progress')
        second = self._split_off(self.assembly, self.planing, 1)
        self.assertEqual(second.name, f"{self.order.name}-2")
        self._work(*second.workorder_ids[1:], self.assembly, self.finishing)
        self.assertEqual(self.order.board_status, 'done')
        self.assertEqual(self._qty(self.panel), 40)

    def test_an_order_that_is_cancelled_leaves_its_parts_alone(self):
        child = self._crack()
        self.order.action_cancel()
        self.assertEqual((self.order.board_status, child.board_status), ('cancel', 'pending'))
        self._work(*child.workorder_ids)
        self.assertEqual((child.board_status, self._qty(self.panel)), ('done', 6))

    def test_a_part_that_is_cancelled_holds_nothing_up(self):
        child = self._crack()
        child.action_cancel()
        self.assertEqual((self.order.board_status, child.board_status), ('progress', 'cancel'))
        self._work(self.assembly, self.finishing)
        self.assertEqual((self.order.board_status, self._qty(self.panel)), ('done', 34))

    def test_parts_follow_no_split_or_merge_of_odoo(self):
        child, other = self._crack(), self._order_panels(5)
        with self.assertRaisesRegex(UserError, "-1 has started: its batch can no longer be split"):
            child.action_split()
        with self.assertRaisesRegex(UserError, "-1 has started: it can no longer be merged"):
            (child | other).action_merge()

    def test_an_update_of_the_bom_leaves_alone_what_was_done_before(self):
        child = self._crack()
        self.joinery_template.operation_ids.write({'instruction': "<p>New</p>"})
        child.action_update_bom()
        self.assertEqual(
            [bool(stage.instruction) for stage in child.workorder_ids], [False, True, True, True])
        self.assertEqual(self._read(child)[0], ('ready', 6, 0, 2))

    def test_serial_numbers_are_shared(self):
        self.panel.tracking = 'serial'
        order = self._order_panels(5)
        order.lot_producing_ids = self.env['stock.lot'].create([
            {'name': f"P{number}", 'product_id': self.panel.id} for number in range(5)])
        self._work(*order.workorder_ids[:2])
        child = self._split_off(order.workorder_ids[2], order.workorder_ids[1], 2)
        self.assertEqual(order.lot_producing_ids.mapped('name'), ["P0", "P1", "P2"])
        self.assertEqual(child.lot_producing_ids.mapped('name'), ["P3", "P4"])
        self.assertEqual((order.serials_missing, child.serials_missing), (0, 0))

    def test_merge_back(self):
        self._work(self.sawing)
        self._work(self.planing, qty=30)
        before = self._read(self.order)
        child = self._split_off(self.planing, self.sawing, 6)
        self._withdraw(self.order.defect_ids)
        self.assertEqual((self.order.product_qty, self.order.move_finished_ids.product_uom_qty), (40, 40))
        self.assertEqual(self.order.workorder_ids.mapped('duration_expected'), [120, 80, 200, 160])
        self.assertEqual((child.board_status, child.move_finished_ids.state), ('cancel', 'cancel'))
        self.assertEqual([line[1:] for line in self._read(self.order)], [line[1:] for line in before])
        self._work(*self.order.workorder_ids[1:])
        self.assertEqual((self.order.board_status, self._qty(self.panel)), ('done', 40))

    # ------------------------------------------------------------
    # What people see
    # ------------------------------------------------------------

    def test_an_order_and_its_parts_are_shown_together(self):
        child = self._crack()
        card = self.order.read(['child_batch_text', 'child_batch_count'])[0]
        self.assertEqual(
            (card['child_batch_text'], card['child_batch_count']), (f"{child.name}: 6 Units · Sawing", 1))
        self._work(*child.workorder_ids)
        self.env.invalidate_all()
        self.assertEqual(self.order.child_batch_text, f"{child.name}: 6 Units · Done")
        self.assertEqual(child.action_open_parent_batch()['res_id'], self.order.id)
        opened = self.order.action_open_batches()
        self.assertEqual(self.env[opened['res_model']].search(opened['domain']), child)
        form = self.env['mrp.production'].get_view(
            self.env.ref('mrp_production_stage.mrp_production_view_form_stages').id, 'form')['arch']
        self.assertIn('action_open_batches', form)

    def test_cards_cost_the_same_for_any_number_of_orders(self):
        orders = self._order_panels(2) | self._order_panels(2) | self._order_panels(2)
        for order in orders:
            self._work(order.workorder_ids[0])
            self._split_off(order.workorder_ids[1], order.workorder_ids[0], 1)
        names = ['child_batch_text', 'child_batch_count', 'parent_batch_id', 'board_status']

        def count(some):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some.read(names)
            return self.env.cr.sql_log_count - before

        count(orders)
        self.assertEqual(count(orders[:1]), count(orders))

    def test_timelines_lead_to_each_other(self):
        child = self._crack()
        event = self.order.production_timeline()[1]['events'][-1]
        self.assertEqual(
            (event['kind'], event['to'], event['batch_id'], event['batch']), ('split', "Sawing", child.id, child.name))
        event, = child.production_timeline()[0]['events']
        self.assertEqual((event['kind'], event['batch_id']), ('begin', self.order.id))
