from odoo.exceptions import UserError
from odoo.tests import tagged

from .door_common import DoorCommon


@tagged('post_install', '-at_install')
class TestDoorOrders(DoorCommon):
    """Orders by one call, orders on which nobody acts, and those that are no business of ours."""

    # ------------------------------------------------------------
    # Orders that do not run
    # ------------------------------------------------------------

    def test_acts_on_orders_that_do_not_run(self):
        draft = self._create_order(5, confirm=False)
        self._assert_refused("is a draft", draft.workorder_ids[0].stage_start, order=draft)
        cancelled = self._create_order(5)
        cancelled.workorder_ids[0].stage_start()
        cancelled.action_cancel()
        for act in ('stage_start', 'stage_pause', 'stage_resume', 'stage_finish', 'stage_cancel_start'):
            self._assert_refused("is cancelled", getattr(cancelled.workorder_ids[0], act), order=cancelled)

    def test_acts_on_a_plain_order(self):
        self.template.use_stages = False
        plain = self._create_order(5)
        self.template.use_stages = True
        self.assertFalse(plain.use_stages)
        with self.assertRaisesRegex(UserError, "plain manufacturing order"):
            plain.workorder_ids[0].stage_start()

    def test_state_cannot_be_edited(self):
        for vals in ({'state': 'done'}, {'stage_status': 'done'}, {'qty_produced': 20}, {'is_started': True}):
            self._assert_refused("its own acts", self.roasting.write, vals)

    # ------------------------------------------------------------
    # Templates
    # ------------------------------------------------------------

    def test_template_without_stages_is_plain(self):
        product = self._create_product("Gift box", self.unit)
        self.env['mrp.bom'].create({'product_tmpl_id': product.product_tmpl_id.id, 'use_stages': True})
        order = self._create_order(3, product=product)
        self.assertFalse(order.use_stages)
        order.button_mark_done()
        self.assertEqual(order.state, 'done')
        self.assertFalse(order.board_status)

    def test_two_stages_of_one_name(self):
        self.template.operation_ids[2].name = "Grinding"
        order = self._create_order(3)
        self.assertEqual(order.workorder_ids.mapped('name'), ["Roasting", "Grinding", "Grinding"])
        order.workorder_ids[0].stage_start()
        order.workorder_ids[0].stage_finish()
        self.assertEqual(order.workorder_ids[1].qty_ready, 3)
        self.assertEqual(order.workorder_ids[2].qty_ready, 0)

    def test_product_without_a_template(self):
        product = self._create_product("Cup", self.unit)
        production = self.env['mrp.production'].with_user(self.supervisor_user)
        count = production.search_count([])
        with self.assertRaisesRegex(UserError, "Cup has no production template"):
            production.production_create(product.id, 5)
        for qty in (0, -1, float('nan'), None):
            with self.assertRaisesRegex(UserError, "quantity"):
                production.production_create(self.coffee.id, qty)
        self.assertEqual(production.search_count([]), count)

    def test_order_by_one_call(self):
        answer = self.env['mrp.production'].with_user(self.supervisor_user).production_create(
            self.coffee.id, 400, note="For the fair")
        order = self.env['mrp.production'].browse(answer['production_id'])
        self.assertEqual((order.state, order.product_qty, order.stage_note), ('confirmed', 400, "For the fair"))
        self.assertEqual(
            [(stage['name'], stage['stage_status']) for stage in answer['stages']],
            [("Roasting", 'ready'), ("Grinding", 'waiting'), ("Packing", 'waiting')])
        # 94.8 kg are free: 100 in stock, 5.2 reserved by the order of the set-up; 104 are needed.
        shortage = [(line['product_id'], line['workorder_id'], line['shortage']) for line in answer['shortage']]
        self.assertEqual(shortage, [(self.beans.id, answer['stages'][0]['workorder_id'], 9.2)])
        self.assertIn("Green beans 9.20 kg", order.message_ids.mapped('body')[0])
