from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import BakeryCommon


@tagged('post_install', '-at_install')
class TestShortageProcurement(BakeryCommon):
    """Procure Missing: 20 kg of flour are ordered once, and again only when they do not come any more."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._route_from_mill(cls.flour)
        cls.order = cls._order_bread(60).with_user(cls.supervisor_user)

    def _incoming(self):
        return self.env['stock.move'].search([
            ('product_id', '=', self.flour.id), ('location_dest_id', '=', self.stock_location.id),
            ('state', 'not in', ('done', 'cancel'))])

    def test_second_click_orders_nothing(self):
        self.assertEqual(self.order.procure_missing(), [{
            'product_id': self.flour.id, 'qty': 20, 'message': "20.00 kg of Flour ordered."}])
        self.assertEqual(self._incoming().product_qty, 20)
        line = self.order.material_shortage()[0]
        self.assertEqual((line['shortage'], line['ordered'], line['incoming']), (20, 20, 20))
        self.assertEqual(self.order.procure_missing(), [])
        self.assertEqual(self._incoming().product_qty, 20)

    def test_button_tells_what_was_ordered_with_a_link(self):
        dialog = self.env['mrp.shortage'].with_user(self.supervisor_user).create({'production_id': self.order.id})
        self.assertTrue(dialog.can_procure)
        params = dialog.action_procure()['params']
        receipt = self._incoming().picking_id
        self.assertEqual((params['type'], params['message']), ('success', "20.00 kg of Flour ordered. %s"))
        self.assertEqual(params['links'], [{
            'label': receipt.name, 'url': f'/odoo/stock.picking/{receipt.id}'}])
        self.assertIn(receipt.name, self.order.message_ids[0].body)
        dialog = self.env['mrp.shortage'].with_user(self.supervisor_user).create({'production_id': self.order.id})
        self.assertFalse(dialog.can_procure)
        params = dialog.action_procure()['params']
        self.assertEqual((params['message'], params['links']),
                         ("Nothing is left to order: what is missing is on its way.", []))

    def test_it_arrives_and_more_is_needed(self):
        self.order.procure_missing()
        receipt = self._incoming().picking_id
        receipt.move_ids.write({'quantity': 20, 'picked': True})
        receipt.button_validate()
        self.assertEqual(self.order.material_shortage(), [])
        self.env['change.production.qty'].create({'mo_id': self.order.id, 'product_qty': 70}).change_prod_qty()
        self.assertEqual([outcome['qty'] for outcome in self.order.procure_missing()], [5])

    def test_what_was_cancelled_is_ordered_again(self):
        self.order.procure_missing()
        self._incoming().picking_id.action_cancel()
        self.assertEqual(self.order.material_shortage()[0]['ordered'], 0)
        self.assertEqual([outcome['qty'] for outcome in self.order.procure_missing()], [20])

    def test_orders_do_not_count_what_comes_for_others(self):
        other = self._order_bread(8)
        self.order.procure_missing()
        self.assertEqual(other.material_shortage()[0]['ordered'], 0)
        self.assertEqual([outcome['qty'] for outcome in other.procure_missing()], [4])
        self.assertEqual(self.order.procure_missing(), [])
        self.assertEqual(sum(self._incoming().mapped('product_qty')), 24)

    def test_partly_used_materials_are_not_ordered_again(self):
        """A stage that takes its material at completion uses part of it; what was ordered for the rest still counts."""
        self.bread_template.operation_ids[0].consumption_mode = 'finish'
        self.order.action_cancel()
        order = self._order_bread(60)
        order.procure_missing()
        stage = order.workorder_ids[0]
        stage.stage_start()
        stage.stage_finish(qty=20)
        line = order.material_shortage()[0]
        self.assertEqual((line['norm'], line['shortage'], line['ordered']), (20, 20, 20))
        self.assertEqual(order.procure_missing(), [])

    def test_what_nobody_can_supply_is_said_and_the_rest_is_ordered(self):
        salt = self._create_product("Salt", self.kg)
        self.bread_template.bom_line_ids = [Command.create({
            'product_id': salt.id, 'product_qty': 0.1, 'operation_id': self.bread_template.operation_ids[0].id})]
        order = self._order_bread(10)
        outcomes = {outcome['product_id']: outcome for outcome in order.procure_missing()}
        self.assertEqual((outcomes[self.flour.id]['qty'], outcomes[salt.id]['qty']), (5, 0))
        self.assertRegex(outcomes[salt.id]['message'], "No rule has been found to replenish \"Salt\"")
        self.assertIn("Salt", order.message_ids[0].body)
        params = order.action_procure_missing()['params']
        self.assertEqual(params['type'], 'warning')
        self.assertNotIn("Flour", params['message'])

    def test_what_is_made_here_becomes_an_order(self):
        """The order for it is counted while it is a draft, too."""
        manufacture = self.warehouse.manufacture_pull_id.route_id
        grain = self._create_product("Grain", self.kg)
        self.flour.route_ids = manufacture
        template = self.env['mrp.bom'].create({
            'product_tmpl_id': self.flour.product_tmpl_id.id, 'product_uom_id': self.kg.id, 'use_stages': True,
            'shortage_policy': 'block',
            'operation_ids': [Command.create({'name': "Milling"})]})
        template.bom_line_ids = [Command.create({
            'product_id': grain.id, 'product_qty': 1, 'operation_id': template.operation_ids.id})]
        params = self.order.action_procure_missing()['params']
        milling = self.env['mrp.production'].search([('product_id', '=', self.flour.id)])
        self.assertEqual((milling.product_qty, milling.state), (20, 'draft'))
        self.assertEqual(params['links'][0]['url'], f'/odoo/mrp.production/{milling.id}')
        self.assertEqual(self.order.procure_missing(), [])

    def test_who_and_when(self):
        with self.assertRaises(AccessError):
            self.order.with_user(self.operator_user).procure_missing()
        sales = self.env['res.users'].create({
            'name': "Sue", 'login': 'stage_sue', 'group_ids': [Command.set([
                self.env.ref('sales_team.group_sale_salesman').id, self.env.ref('mrp.group_mrp_user').id])]})
        with self.assertRaisesRegex(AccessError, "supervisor"):
            self.order.with_user(sales).procure_missing()
        self.order.action_cancel()
        with self.assertRaisesRegex(UserError, "is not running"):
            self.order.procure_missing()
        self.assertFalse(self._incoming())
