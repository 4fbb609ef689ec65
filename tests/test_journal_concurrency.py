from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .test_concurrency import RaceCase


@tagged('post_install', '-at_install')
class TestJournalConcurrency(RaceCase):
    """Two people record the last kilogram, at stages of two orders, at the same moment."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with cls._connect() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            goods, material = env['product.product'].create([
                {'name': name, 'type': 'consu', 'is_storable': True} for name in ("Raced goods", "Raced material")])
            template = env['mrp.bom'].create({
                'product_tmpl_id': goods.product_tmpl_id.id, 'use_stages': True,
                'operation_ids': [Command.create({'name': "Run", 'use_journal': True})],
            })
            orders = env['mrp.production'].create(
                [{'product_id': goods.id, 'product_qty': 5} for _number in range(2)])
            orders.action_confirm()
            cls.location_id = orders[0].location_src_id.id
            env['stock.quant'].with_context(inventory_mode=True).create({
                'product_id': material.id, 'location_id': cls.location_id, 'inventory_quantity': 10,
            }).action_apply_inventory()
            orders.workorder_ids.stage_start()
            cls.order_ids, cls.stage_ids = orders.ids, orders.workorder_ids.ids
            cls.material_id, cls.product_ids, cls.template_id = material.id, (goods | material).ids, template.id
        cls.addClassCleanup(cls._clean_up)

    @classmethod
    def _clean_up(cls):
        with cls._connect() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env['mrp.production'].browse(cls.order_ids).action_cancel()
            env['mrp.bom'].browse(cls.template_id).active = False
            env['product.product'].browse(cls.product_ids).active = False

    def test_one_gets_the_last_of_it(self):
        line = {'product_id': self.material_id, 'qty': 10}
        results = self._race(*(
            (stage_id, SUPERUSER_ID, stage_id, lambda stage: stage.stage_record_input([line]))
            for stage_id in self.stage_ids))
        refused = [result for result in results.values() if isinstance(result, UserError)]
        self.assertEqual(len(refused), 1, results)
        self.assertIn("only 0.00", str(refused[0]))
        with self._connect() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            quants = env['stock.quant'].search([
                ('product_id', '=', self.material_id), ('location_id', '=', self.location_id)])
            self.assertEqual(sum(quants.mapped('quantity')), 0)
            self.assertEqual(
                len(env['mrp.workorder.entry'].search([('workorder_id', 'in', self.stage_ids)])), 1)
