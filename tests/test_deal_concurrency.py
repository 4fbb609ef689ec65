from odoo import SUPERUSER_ID
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..models.sales.mrp_production_changes import DEMAND_CHANGE
from .race_common import RaceCase

THREADS = 8


@tagged('post_install', '-at_install')
class TestDealConcurrency(RaceCase):
    """Eight people at once, and still one order for one need."""

    @classmethod
    def _prepare(cls, env):
        status, done = env['crm.stage'].create([
            {'name': "Accepted, all at once"}, {'name': "Done, all at once", 'sequence': 1000}])
        template = cls._create_template(
            env, "Wanted by all", "Run", crm_stage_start_id=status.id, crm_stage_done_id=done.id)
        product = template.product_tmpl_id.product_variant_id
        customer = env['res.partner'].create({'name': "Impatient"})
        deals = env['crm.lead'].create([
            {'name': "Race", 'type': 'opportunity', 'partner_id': customer.id} for _number in range(4)])
        sale_orders = env['sale.order'].create([
            {
                'partner_id': customer.id, 'opportunity_id': deal.id,
                'order_line': [Command.create({'product_id': product.id, 'product_uom_qty': 5})] * lines,
            }
            for deal, lines in zip(deals, (1, 1, 1, 2), strict=True)])
        sale_orders.action_confirm()
        sale_orders[2:].action_produce()
        cls.deal_ids, cls.sale_order_ids = deals.ids, sale_orders.ids
        cls.status_id, cls.done_id = status.id, done.id
        cls._archive_later(deals, customer)

    @classmethod
    def _remove(cls, env):
        sale_orders = env['sale.order'].browse(cls.sale_order_ids)
        cls._remove_orders(env, sale_orders.order_line.demand_ids.production_id.ids)
        sale_orders._action_cancel()
        cls._archive(env)
        env['crm.lead'].browse(cls.deal_ids).stage_id = False
        env['crm.stage'].browse((cls.status_id, cls.done_id)).unlink()

    def _check_one_order(self, sale_order_id):
        with self._open_env() as env:
            lines = env['sale.order'].browse(sale_order_id).order_line
            self.assertEqual(lines.demand_ids.mapped('quantity'), [5])
            self.assertEqual(len(lines.demand_ids.production_id), 1)

    def test_a_status_set_ten_times_by_eight_at_once(self):
        def set_status(deal):
            for _time in range(10):
                deal.stage_id = self.status_id
                deal.env.flush_all()
            return True

        results = self._race(*(
            (number, SUPERUSER_ID, self.deal_ids[0], set_status) for number in range(THREADS)), model='crm.lead')
        self.assertEqual(results, dict.fromkeys(range(THREADS), True))
        self._check_one_order(self.sale_order_ids[0])

    def test_the_button_pressed_by_eight_at_once(self):
        """No two of them change the same record of sales: the lines' lock alone keeps them apart."""
        results = self._race(*(
            (number, SUPERUSER_ID, self.sale_order_ids[1], lambda sale_order: sale_order.action_produce())
            for number in range(THREADS)), model='sale.order')
        refused = [result for result in results.values() if isinstance(result, UserError)]
        self.assertEqual(len(refused), THREADS - 1, results)
        self.assertIn("made already", str(refused[0]))
        self._check_one_order(self.sale_order_ids[1])

    def test_a_sale_lowered_while_its_order_is_started(self):
        """Either the order has followed before its start, or a supervisor is asked: nothing in between."""
        def lower(line):
            line.product_uom_qty = 2
            line.env.flush_all()

        def start(line):
            line.demand_ids.production_id.workorder_ids.stage_start()
            line.env.flush_all()

        with self._open_env() as env:
            line_id = env['sale.order'].browse(self.sale_order_ids[2]).order_line.id
        results = self._race(*(
            (act.__name__ + str(number), SUPERUSER_ID, line_id, act) for number in range(3) for act in (lower, start)
        ), model='sale.order.line')
        self.assertEqual([results[f'lower{number}'] for number in range(3)], [None] * 3, results)
        with self._open_env() as env:
            line = env['sale.order.line'].browse(line_id)
            order = line.demand_ids.production_id
            asked = len(order.activity_search([DEMAND_CHANGE]))
            self.assertIn((line.demand_ids.quantity, order.product_qty, asked), ((2, 2, 0), (5, 5, 1)))
            self.assertEqual((line.product_uom_qty, order.workorder_ids.stage_status), (2, 'progress'))

    def test_the_last_two_orders_of_a_deal_finished_at_once(self):
        """Each sees the other still running unless it waits for it."""
        with self._open_env() as env:
            orders = env['sale.order'].browse(self.sale_order_ids[3]).order_line.demand_ids.production_id
            # What they receive into stock would keep them apart.
            orders.auto_close = False
            orders.workorder_ids.stage_start()
            stage_ids = orders.workorder_ids.ids
        self.assertEqual(len(stage_ids), 2)
        results = self._race(*(
            (stage_id, SUPERUSER_ID, stage_id, lambda stage: stage.stage_finish()['stage_status'])
            for stage_id in stage_ids))
        self.assertEqual(results, dict.fromkeys(stage_ids, 'done'))
        with self._open_env() as env:
            status = env['crm.lead'].browse(self.deal_ids[3]).stage_id
            # Closed orders may stay, those to close could not be removed.
            env['mrp.workorder'].browse(stage_ids).production_id.button_mark_done()
        self.assertEqual(status.id, self.done_id)
