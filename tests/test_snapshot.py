from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import StageCommon


@tagged('post_install', '-at_install')
class TestSnapshot(StageCommon):
    """What happens to the template after an order was made does not reach the order."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template.operation_ids[0].write({
            'performer_type': 'employee', 'performer_employee_id': cls.operator.id})
        cls.order = cls._create_order(20)

    def _read_order(self):
        self.env.flush_all()
        self.env.invalidate_all()
        return {
            'order': self.order.read([
                'use_stages', 'batch_mode', 'auto_close', 'template_version', 'state', 'product_qty'])[0],
            'stages': self.order.workorder_ids.read([
                'name', 'sequence', 'instruction', 'wait_after', 'consumption_mode', 'performer_type',
                'performer_employee_id', 'duration_expected', 'stage_status', 'blocked_by_workorder_ids',
                'workcenter_id']),
            'moves': self.order.move_raw_ids.read([
                'product_id', 'product_uom_qty', 'norm_qty', 'workorder_id', 'state', 'quantity']),
        }

    def _finish_order(self):
        now = datetime(2026, 3, 2, 6)
        for stage in self.order.workorder_ids:
            now += timedelta(hours=13)
            with freeze_time(now):
                stage.stage_start()
                stage.stage_finish()
        self.assertEqual(self.order.state, 'done')
        self.assertEqual(self._qty(self.coffee), 20)
        self.assertAlmostEqual(100 - self._qty(self.beans), 5.2)
        self.assertAlmostEqual(self.order.move_finished_ids.value, 50.60)

    def test_what_an_order_copies(self):
        roasting, grinding, packing = self.order.workorder_ids
        self.assertEqual(
            (roasting.wait_after, roasting.consumption_mode, roasting.performer_type, roasting.performer_employee_id),
            (12, 'start', 'employee', self.operator))
        self.assertEqual(roasting.instruction, "<p>210 °C</p>")
        self.assertEqual(roasting.duration_expected, 300)
        self.assertEqual((packing.consumption_mode, packing.performer_type), ('finish', 'at_start'))
        self.assertEqual(grinding.blocked_by_workorder_ids, roasting)

    def test_editing_the_template(self):
        before = self._read_order()
        roasting, grinding, packing = self.template.operation_ids
        roasting.write({
            'name': "Burning", 'wait_after': 99, 'consumption_mode': 'finish', 'instruction': "<p>400 °C</p>",
            'performer_type': 'at_start', 'time_cycle_manual': 77, 'sequence': 9})
        packing.sequence = 0
        self.template.write({
            'auto_close': False,
            'bom_line_ids': [
                Command.update(self.template.bom_line_ids[0].id, {'product_qty': 3}),
                Command.create({'product_id': self.bag.id, 'product_qty': 7, 'operation_id': grinding.id}),
            ],
            'operation_ids': [Command.create({'name': "Tasting"})],
        })
        self.template.use_stages = False
        self.assertEqual(self._read_order(), before)
        self._finish_order()

    def test_planning_does_not_read_the_template_again(self):
        self.order.button_plan()
        before = self._read_order()
        self.assertTrue(all(stage.leave_id for stage in self.order.workorder_ids))
        self.order.button_unplan()
        roasting, grinding, packing = self.template.operation_ids
        self.template.allow_operation_dependencies = True
        roasting.blocked_by_operation_ids = packing
        grinding.blocked_by_operation_ids = packing
        self.order.button_plan()
        self.assertEqual(self._read_order(), before)
        self.assertFalse(self.order.allow_workorder_dependencies)
        self._finish_order()

    def test_deleting_stages_and_norms(self):
        before = self._read_order()
        self.template.bom_line_ids.unlink()
        roasting, grinding, packing = self.template.operation_ids
        grinding.action_archive()
        (roasting | packing).unlink()
        self.assertEqual(self._read_order(), before)
        self.assertFalse(self.template.operation_ids)
        self.assertEqual(self.order.workorder_ids.operation_id, roasting | grinding | packing)
        self._finish_order()

    def test_deleting_a_stage_with_its_norms(self):
        before = self._read_order()
        self.template.operation_ids = [Command.delete(self.template.operation_ids[0].id)]
        self.assertEqual(self._read_order(), before)
        self.assertEqual(self.order.move_raw_ids[0].bom_line_id.operation_id, self.order.workorder_ids[0].operation_id)
        self._finish_order()

    def test_deleting_stages_while_the_order_runs(self):
        with freeze_time("2026-03-02 06:00:00"):
            self.order.workorder_ids[0].stage_start()
            self.template.operation_ids.unlink()
            self.assertEqual(self.order.workorder_ids.mapped('name'), ["Roasting", "Grinding", "Packing"])
            self.order.workorder_ids[0].stage_finish()
            self.assertEqual(self.order.workorder_ids[1].available_from, datetime(2026, 3, 2, 18))

    def test_a_bill_of_materials_becomes_a_template_later(self):
        """Orders that were plain stay plain; the next one runs through stages."""
        product = self._create_product("Decaf", self.unit)
        template = self._create_coffee_template(product)
        template.use_stages = False
        plain = self._create_order(5, product=product)
        template.use_stages = True
        self.env.invalidate_all()
        self.assertFalse(plain.use_stages)
        self.assertFalse(any(plain.workorder_ids.mapped('stage_status')))
        plain.workorder_ids[0].button_start()
        plain.workorder_ids[0].button_finish()
        self.assertEqual(plain.workorder_ids[0].state, 'done')
        self.assertFalse(plain.event_ids)
        self.assertTrue(self._create_order(5, product=product).use_stages)

    def test_a_draft_follows_its_form(self):
        """Until it is confirmed an order follows what is chosen in its form."""
        form = Form(self.env['mrp.production'], view='mrp_production_stage.mrp_production_view_form_stages')
        form.product_id = self.coffee
        self.assertEqual(form.bom_id, self.template)
        form.product_qty = 40
        order = form.save()
        self.assertTrue(order.use_stages)
        self.assertAlmostEqual(order.move_raw_ids[0].product_uom_qty, 10.4)
        with Form(order, view='mrp_production_stage.mrp_production_view_form_stages') as form:
            form.product_qty = 10
        order.action_confirm_stages()
        self.assertAlmostEqual(order.move_raw_ids[0].norm_qty, 2.6)
        self.assertEqual(order.workorder_ids.mapped('duration_expected'), [150, 100, 200])

    def test_operation_dependencies_of_odoo_are_respected(self):
        self.template.allow_operation_dependencies = True
        roasting, grinding, packing = self.template.operation_ids
        packing.blocked_by_operation_ids = roasting | grinding
        order = self._create_order(20)
        self.assertEqual(order.workorder_ids.mapped('stage_status'), ['ready', 'ready', 'waiting'])
        first, second, third = order.workorder_ids
        second.stage_start()
        second.stage_finish()
        self.assertEqual((second.stage_status, third.stage_status), ('done', 'waiting'))
        first.stage_start()
        first.stage_finish()
        self.assertEqual(third.qty_ready, 20)

    def test_a_stage_that_is_added_by_hand(self):
        """No template says anything of it: whoever is there does it; what it uses leaves stock at its completion."""
        for state in ('draft', 'confirmed'):
            with self.subTest(state):
                order = self._create_order(20, confirm=state == 'confirmed')
                stage = self.env['mrp.workorder'].create({
                    'name': "Tasting", 'production_id': order.id, 'product_uom_id': self.unit.id,
                    'workcenter_id': order.workorder_ids[0].workcenter_id.id})
                self.assertEqual(
                    (stage.performer_type, stage.consumption_mode, stage.use_journal, stage.instruction),
                    ('at_start', 'finish', False, False))
