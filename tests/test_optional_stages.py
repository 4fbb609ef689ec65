from datetime import datetime

from freezegun import freeze_time

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common import StageCommon


@tagged('post_install', '-at_install')
class TestOptionalStages(StageCommon):
    """Stages that only some orders need: asked for by a sale, a variant or a supervisor."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gift_wrap = cls._create_product("Gift wrapping", cls.unit)
        cls.ribbon = cls._create_product("Ribbon", cls.unit, cost=0.5)
        cls._stock(cls.ribbon, 100)
        cls.template.operation_ids[0].wait_after = 0
        # Wrapping comes between Grinding and Packing.
        cls.template.operation_ids[2].sequence = 4
        cls.wrapping = cls.env['mrp.routing.workcenter'].create({
            'name': "Wrapping", 'bom_id': cls.template.id, 'sequence': 3, 'is_optional': True,
            'activation': 'upsell', 'upsell_product_ids': [Command.set(cls.gift_wrap.ids)]})
        cls.template.bom_line_ids = [Command.create({
            'product_id': cls.ribbon.id, 'product_qty': 1, 'operation_id': cls.wrapping.id})]
        # Read again in the order of their sequence.
        cls.template.invalidate_recordset(['operation_ids'])
        cls.customer = cls.env['res.partner'].create({'name': "Café Anna"})

    def _run(self, *stages):
        for stage in stages:
            stage.stage_start()
            stage.stage_finish()

    def _sell(self, *products):
        """A confirmed sale, and the production order made for its first line."""
        sale = self.env['sale.order'].create({
            'partner_id': self.customer.id,
            'order_line': [Command.create({'product_id': product.id, 'product_uom_qty': 20}) for product in products],
        })
        sale.action_confirm()
        return sale, self._create_order(20, sale_line_id=sale.order_line[0].id)

    def _ribbon_line(self, order):
        return [
            (line['norm'], line['reserved'], line['consumed'], line['remaining'])
            for line in order.material_summary() if line['product_id'] == self.ribbon.id]

    def test_without_the_upsell_the_stage_is_transparent(self):
        _sale, order = self._sell(self.coffee)
        roasting, grinding, wrapping, packing = order.workorder_ids
        self.assertEqual(wrapping.stage_status, 'skipped')
        self.assertEqual((order.stages_total, order.stages_done), (3, 0))
        self.assertEqual(packing.blocked_by_workorder_ids, grinding)
        self.assertEqual(self._ribbon_line(order), [(0, 0, 0, 0)])
        with self.assertRaisesRegex(UserError, "is skipped"):
            wrapping.stage_start()
        self._run(roasting, grinding, packing)
        self.assertEqual(order.state, 'done')
        self.assertEqual(self._qty(self.ribbon), 100)

    def test_with_the_upsell_the_stage_is_done(self):
        _sale, order = self._sell(self.coffee, self.gift_wrap)
        self.assertEqual(order.workorder_ids.mapped('stage_status'), ['ready'] + ['waiting'] * 3)
        self.assertEqual(order.stages_total, 4)
        self.assertEqual(self._ribbon_line(order), [(20, 20, 0, 20)])
        self._run(*order.workorder_ids)
        self.assertEqual(order.state, 'done')
        self.assertEqual(self._qty(self.ribbon), 80)

    def test_upsell_added_and_removed_while_the_order_runs(self):
        sales_user = new_test_user(self.env, login='stage_seller', groups='sales_team.group_sale_salesman_all_leads')
        sale, order = self._sell(self.coffee)
        roasting, grinding, wrapping, packing = order.workorder_ids
        self._run(roasting)
        line = self.env['sale.order.line'].with_user(sales_user).create(
            {'order_id': sale.id, 'product_id': self.gift_wrap.id, 'product_uom_qty': 20})
        self.assertEqual(wrapping.stage_status, 'waiting')
        self.assertEqual(packing.blocked_by_workorder_ids, wrapping)
        self.assertEqual(wrapping.event_ids.mapped(lambda event: (event.kind, event.source)), [('activate', 'trigger')])
        self.assertEqual(self._ribbon_line(order), [(20, 20, 0, 20)])
        line.product_uom_qty = 0
        self.assertEqual(wrapping.stage_status, 'skipped')
        self.assertEqual(self._ribbon_line(order), [(0, 0, 0, 0)])
        line.product_uom_qty = 20
        self.assertEqual(self._ribbon_line(order), [(20, 20, 0, 20)])
        self._run(grinding)
        self.assertEqual((wrapping.stage_status, packing.stage_status), ('ready', 'waiting'))
        self.assertEqual(order._replay_events()[grinding.id]['qty_produced'], 20)
        self._run(wrapping, packing)
        self.assertEqual(order.state, 'done')
        self.assertEqual(self._qty(self.ribbon), 80)

    def test_upsell_that_comes_too_late_is_told_to_sales(self):
        sale, order = self._sell(self.coffee)
        roasting, grinding, wrapping, packing = order.workorder_ids
        self._run(roasting, grinding)
        packing.stage_start()
        sale.order_line = [Command.create({'product_id': self.gift_wrap.id, 'product_uom_qty': 20})]
        self.assertEqual(wrapping.stage_status, 'skipped')
        self.assertIn("too late for Wrapping", sale.message_ids[0].body)
        self.assertIn("Packing has already begun", sale.message_ids[0].body)

    def test_upsell_removed_after_its_stage_began_is_told_to_sales(self):
        sale, order = self._sell(self.coffee, self.gift_wrap)
        roasting, grinding, wrapping, _packing = order.workorder_ids
        self._run(roasting, grinding)
        wrapping.stage_start()
        sale.order_line[1].product_uom_qty = 0
        self.assertEqual(wrapping.stage_status, 'progress')
        self.assertIn("cannot be skipped", sale.message_ids[0].body)

    def test_by_hand(self):
        self.wrapping.activation = 'manual'
        order = self._create_order(20)
        wrapping = order.workorder_ids[2]
        self.assertEqual(wrapping.stage_status, 'skipped')
        with self.assertRaisesRegex(UserError, "not optional"):
            order.workorder_ids[0].with_user(self.supervisor_user).stage_skip()
        wrapping.with_user(self.supervisor_user).stage_activate(note="A present")
        self.assertEqual(wrapping.stage_status, 'waiting')
        with self.assertRaisesRegex(UserError, "already part"):
            wrapping.stage_activate()
        with self.assertRaisesRegex(UserError, "Only a supervisor"):
            self._as(wrapping, self.operator_user).stage_skip()
        wrapping.stage_skip()
        with self.assertRaisesRegex(UserError, "is skipped"):
            wrapping.stage_skip()

    def test_an_activated_stage_waits_as_its_successor_did(self):
        self.wrapping.activation = 'manual'
        self.template.operation_ids[1].wait_after = 5
        with freeze_time("2026-03-02 06:00:00"):
            order = self._create_order(20)
            roasting, grinding, wrapping, packing = order.workorder_ids
            self._run(roasting, grinding)
            self.assertEqual(packing.available_from, datetime(2026, 3, 2, 11))
            wrapping.stage_activate()
            self.assertEqual(wrapping.available_from, datetime(2026, 3, 2, 11))
            with self.assertRaisesRegex(UserError, "available from"):
                wrapping.stage_start()

    def test_by_variant(self):
        beans, fine = self._create_variants("Coffee", "Grind", "Beans", "Fine")
        template = self._create_coffee_template(beans)
        fine_value = fine.product_template_attribute_value_ids
        template.operation_ids[1].write({
            'is_optional': True, 'activation': 'attribute',
            'bom_product_template_attribute_value_ids': [Command.set(fine_value.ids)]})
        self.assertEqual(self._create_order(2, product=beans).workorder_ids.mapped('name'), ["Roasting", "Packing"])
        order = self._create_order(2, product=fine)
        self.assertEqual(order.workorder_ids.mapped('name'), ["Roasting", "Grinding", "Packing"])
        self.assertEqual(order.workorder_ids.mapped('stage_status'), ['ready', 'waiting', 'waiting'])

    def test_an_optional_stage_has_a_condition(self):
        with self.assertRaisesRegex(ValidationError, "name the products"):
            self.wrapping.upsell_product_ids = False
        with self.assertRaisesRegex(ValidationError, "name their values"):
            self.wrapping.activation = 'attribute'
        self.wrapping.is_optional = False
        self.assertFalse(self.wrapping.activation)

    def test_parallel_and_skipped(self):
        """A, B in parallel with A, C: with B skipped, C follows A."""
        self.wrapping.write({'activation': 'manual', 'is_parallel': True})
        order = self._create_order(20)
        roasting, grinding, wrapping, packing = order.workorder_ids
        self.assertEqual(packing.blocked_by_workorder_ids, grinding)
        self._run(roasting, grinding)
        self.assertEqual(packing.qty_ready, 20)
        wrapping.stage_activate()
        self.assertEqual((wrapping.qty_ready, packing.qty_ready), (20, 0))
        self.assertEqual(packing.blocked_by_workorder_ids, grinding | wrapping)
