from odoo import SUPERUSER_ID
from odoo.exceptions import UserError
from odoo.tests import tagged

from .race_common import RaceCase


@tagged('post_install', '-at_install')
class TestJournalConcurrency(RaceCase):
    """Two people record the last kilogram, at stages of two orders, at the same moment."""

    @classmethod
    def _prepare(cls, env):
        material = cls._create_product(env, "Raced material")
        template = cls._create_template(env, "Raced goods", {'name': "Run", 'use_journal': True})
        orders = cls._create_orders(template, {}, {})
        orders.action_confirm()
        cls.location_id = orders[0].location_src_id.id
        env['stock.quant'].with_context(inventory_mode=True).create({
            'product_id': material.id, 'location_id': cls.location_id, 'inventory_quantity': 10,
        }).action_apply_inventory()
        orders.workorder_ids.stage_start()
        cls.order_ids, cls.stage_ids = orders.ids, orders.workorder_ids.ids
        cls.material_id = material.id

    @classmethod
    def _remove(cls, env):
        env['mrp.production'].browse(cls.order_ids).action_cancel()
        cls._archive(env)

    def test_one_gets_the_last_of_it(self):
        line = {'product_id': self.material_id, 'qty': 10}
        results = self._race(*(
            (stage_id, SUPERUSER_ID, stage_id, lambda stage: stage.stage_record_input([line]))
            for stage_id in self.stage_ids))
        refused = [result for result in results.values() if isinstance(result, UserError)]
        self.assertEqual(len(refused), 1, results)
        self.assertIn("only 0.00", str(refused[0]))
        with self._open_env() as env:
            quants = env['stock.quant'].search([
                ('product_id', '=', self.material_id), ('location_id', '=', self.location_id)])
            self.assertEqual(sum(quants.mapped('quantity')), 0)
            self.assertEqual(
                len(env['mrp.workorder.entry'].search([('workorder_id', 'in', self.stage_ids)])), 1)
