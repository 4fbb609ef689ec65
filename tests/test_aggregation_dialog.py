from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.tests import Form, HttpCase, tagged

from .aggregation_common import QUANTITIES, AggregationCommon


class AggregationDialogCommon(AggregationCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.flyer_template.operation_ids[0].write(
            {'performer_type': 'employee', 'performer_employee_id': cls.operator.id})
        cls.deals, cls.orders = cls._sell_flyers()


@tagged('post_install', '-at_install')
class TestAggregationDialog(AggregationDialogCommon):
    """What a supervisor sees before several orders become one batch."""

    def _open(self, orders=None, user=None):
        dialogs = self.env['mrp.production.aggregate'].with_user(user or self.supervisor_user)
        action = dialogs.action_open(dialogs.env['mrp.production'].browse(orders.ids if orders else ()))
        return dialogs.browse(action['res_id'])

    def test_the_dialog_shows_the_batch_and_what_it_saves(self):
        dialog = self._open(self.orders)
        self.assertFalse(dialog.refusal)
        self.assertEqual((dialog.product_id, dialog.quantity, dialog.uom_id), (self.flyer, 250, self.unit))
        self.assertEqual(dialog.date_start, min(self.orders.mapped('date_start')))
        self.assertEqual(
            sorted(dialog.saving_text.splitlines()),
            ["120 minutes of Printing", "2 Units Bag", "4 Units Plate"])
        self.assertEqual(dialog.production_ids.mapped('customer_names'), ["Café Central"] * 5)
        batch = self.env['mrp.production'].browse(dialog.action_aggregate()['res_id'])
        self.assertEqual(batch.aggregated_ids, self.orders)
        asked, asks = (sum(orders.move_raw_ids.mapped('product_uom_qty')) for orders in (self.orders, batch))
        self.assertEqual(asked - asks, 6, "what was promised is what is saved")
        self.assertEqual(
            sum(self.orders.workorder_ids.mapped('duration_expected'))
            - sum(batch.workorder_ids.mapped('duration_expected')), 120)

    def test_money_is_for_those_who_see_costs(self):
        dialog = self._open(self.orders)
        with self.assertRaises(AccessError):
            dialog.read(['saved_amount'])
        self.supervisor_user.group_ids |= self.env.ref('mrp_production_stage.group_cost')
        # 4 plates, 2 bags, and two hours of Olga and of the press.
        self.assertAlmostEqual(dialog.saved_amount, 4 * 7.77 + 2 * 0.30 + 2 * (20 + 60))

    def test_an_order_is_left_out(self):
        dialog = self._open(self.orders)
        with Form(dialog) as form:
            form.production_ids.remove(id=self.orders[0].id)
            self.assertEqual(form.quantity, 150)
            self.assertIn("3 Units Plate", form.saving_text)
        self.assertEqual(dialog.production_ids, self.orders[1:])

    def test_what_cannot_be_is_said_before(self):
        dialog = self._open(self.orders[0] | self._create_order())
        self.assertIn("They differ in: product, template", dialog.refusal)
        self.assertFalse(dialog.saving_text)
        dialog = self._open(self.orders[0])
        self.assertIn("at least two", dialog.refusal)

    def test_an_older_version_of_the_template_is_told(self):
        self.flyer_template.bom_line_ids[0].product_qty = 0.3
        self.env.flush_all()
        self.env.invalidate_all()
        new = self._order_flyers(10)
        dialog = self._open(self.orders[0] | new)
        self.assertEqual((dialog.refusal, dialog.outdated_names), (False, self.orders[0].name))

    def test_orders_that_go_well_together_are_suggested(self):
        early, late = self.orders[:3], self.orders[3:]
        late.date_start = late[0].date_start + timedelta(days=10)
        others = self._create_order() | self._create_order()
        started = self._order_flyers()
        started.workorder_ids[0].stage_start()
        dialog = self._open()
        found = [group.production_ids for group in dialog.group_ids if group.product_id in (self.flyer, self.coffee)]
        self.assertEqual(found, [early, late, others])
        self.assertEqual(
            (dialog.group_ids[0].quantity, dialog.group_ids[0].order_count, dialog.group_ids[0].customer_names),
            (200, 3, "Café Central"))
        self.assertIn("2 Units Plate", dialog.group_ids[0].saving_text)
        dialog.days = 14
        dialog.action_suggest()
        self.assertEqual(dialog.group_ids[0].production_ids, self.orders)
        dialog.group_ids[0].action_choose()
        self.assertEqual(dialog.quantity, 250)

    def test_who_may(self):
        for user in (self.operator_user, self.seller):
            with self.assertRaises(AccessError):
                self._open(self.orders, user)
        dialog = self._open(self.orders)
        other = self.supervisor_user.copy({'login': "other_supervisor"})
        with self.assertRaises(AccessError):
            dialog.with_user(other).read(['quantity'])


@tagged('post_install', '-at_install')
class TestAggregationTour(AggregationDialogCommon, HttpCase):

    def test_supervisor_makes_one_batch_and_dissolves_it(self):
        before = self._read_state(self.orders)
        self.start_tour(
            '/odoo/production-orders', 'mrp_production_stage_aggregate', login=self.supervisor_user.login)
        self.assertEqual(self._read_state(self.orders), before)
        batches = self.env['mrp.production'].search([('product_id', '=', self.flyer.id)]) - self.orders
        self.assertEqual((batches.product_qty, batches.state), (250, 'cancel'))

    def test_each_deal_follows_its_part_of_the_batch(self):
        batch = self._aggregate(self.orders)
        self.assertEqual(self._read_blocks(), [("Printing", 'pending')] * 5)
        printing = batch.workorder_ids[0].with_user(self.operator_user)
        printing.stage_start()
        self.assertEqual(self._read_blocks(), [("Printing", 'progress')] * 5)
        printing.stage_finish()
        self.assertEqual(self._read_blocks(), [("Cutting", 'progress')] * 5)
        self.start_tour(
            '/odoo/action-crm.crm_lead_action_pipeline', 'mrp_production_stage_batch_deals', login=self.seller.login)

    def _read_blocks(self):
        """Where sales people read that each deal is: it must be its own quantity of one batch."""
        self.env.flush_all()
        self.env.invalidate_all()
        places = []
        for deal, quantity in zip(self.deals, QUANTITIES):
            order, = deal.with_user(self.seller).production_block['orders']
            self.assertEqual((order['quantity'], order['batch_quantity']), (quantity, 250))
            places.append((order['stage'], order['status']))
        return places
