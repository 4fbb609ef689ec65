from odoo import SUPERUSER_ID
from odoo.exceptions import UserError
from odoo.tests import tagged

from .race_common import RaceCase


@tagged('post_install', '-at_install')
class TestAggregationConcurrency(RaceCase):
    """Two supervisors make a batch of the same orders at once: one does."""

    @classmethod
    def _prepare(cls, env):
        template = cls._create_template(env, "Printed by two", "Run")
        orders = cls._create_orders(template, *({'product_qty': quantity} for quantity in (1, 2, 4, 8, 16)))
        orders.action_confirm()
        cls.order_ids, cls.template_id = orders.ids, template.id

    @classmethod
    def _remove(cls, env):
        orders = env['mrp.production'].search([('bom_id', '=', cls.template_id)])
        orders.write({'aggregated_into_id': False})
        cls._remove_orders(env, orders.ids)
        cls._archive(env)

    def _aggregate(self, *places):
        ids = [self.order_ids[place] for place in places]
        return lambda order: order.browse(ids).aggregate().product_qty

    def _run(self, **acts):
        return self._race(
            *((name, SUPERUSER_ID, self.order_ids[0], act) for name, act in acts.items()), model='mrp.production')

    def test_two_batches_of_one_order(self):
        results = self._run(one=self._aggregate(0, 1), other=self._aggregate(1, 2))
        made = [result for result in results.values() if not isinstance(result, UserError)]
        self.assertIn(made, ([3], [6]), results)
        with self._open_env() as env:
            orders = env['mrp.production'].browse(self.order_ids[:3])
            batch = orders.aggregated_into_id
            self.assertEqual((len(batch), sum(batch.aggregated_ids.mapped('product_qty'))), (1, made[0]))
            batch.dissolve()
            self.assertEqual(set(orders.mapped('state')), {'confirmed'})

    def test_a_batch_of_an_order_that_starts(self):
        order_id = self.order_ids[4]

        def start(order):
            order.browse(order_id).workorder_ids.stage_start()
            return "started"

        results = self._run(batch=self._aggregate(3, 4), start=start)
        with self._open_env() as env:
            order = env['mrp.production'].browse(order_id)
            if results['start'] == "started":
                self.assertIn("has started", str(results['batch']))
                self.assertEqual((order.state, bool(order.aggregated_into_id)), ('progress', False))
            else:
                self.assertEqual(results['batch'], 24)
                self.assertIn("is cancelled", str(results['start']))
                self.assertEqual(order.state, 'cancel')
