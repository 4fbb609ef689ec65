from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .test_concurrency import RaceCase


@tagged('post_install', '-at_install')
class TestDefectConcurrency(RaceCase):
    """Two people report the same units at the same moment."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with cls._connect() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            people = cls._create_people(env)
            product = env['product.product'].create({'name': "Cabinet", 'type': 'consu', 'is_storable': True})
            template = env['mrp.bom'].create({
                'product_tmpl_id': product.product_tmpl_id.id, 'use_stages': True,
                'operation_ids': [Command.create({'name': "Sawing"}), Command.create({'name': "Assembly"})],
            })
            reason = env['mrp.defect.reason'].create({'name': "Cracked"})
            orders = env['mrp.production'].create([
                {'product_id': product.id, 'product_qty': 5, 'batch_mode': mode} for mode in ('unit', 'whole')])
            orders.action_confirm()
            env.company.defect_write_off = 'operator'
            cls.order_ids, cls.reason_id = orders.ids, reason.id
            cls.stage_ids = [order.workorder_ids[0].id for order in orders]
            cls.people = [(person.name, person.user_id.id) for person in people]
            cls.cleanup_ids = {
                'mrp.bom': template.ids, 'hr.employee': [person.id for person in people],
                'res.users': [person.user_id.id for person in people], 'product.product': product.ids,
                'mrp.defect.reason': reason.ids}
        cls.addClassCleanup(cls._clean_up)

    @classmethod
    def _clean_up(cls):
        with cls._connect() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env.company.defect_write_off = 'supervisor'
            cls._remove_orders(env, cls.order_ids)
            for model, ids in cls.cleanup_ids.items():
                env[model].browse(ids).active = False

    def _report(self, stage_id, **arguments):
        """Both write off at once; return how many did and what the others read."""
        results = self._race(*(
            (name, uid, stage_id,
             lambda stage: stage.stage_report_defect(self.reason_id, 'write_off', **arguments))
            for name, uid in self.people))
        return (
            sum(isinstance(result, dict) for result in results.values()),
            [str(result) for result in results.values() if isinstance(result, UserError)])

    def _read_lost(self, stage_id):
        with self._connect() as cr:
            stage = api.Environment(cr, SUPERUSER_ID, {})['mrp.workorder'].browse(stage_id)
            return stage.qty_lost, len(stage.defect_ids), stage.event_ids.mapped('kind')

    def test_same_units_of_one_order(self):
        done, refused = self._report(self.stage_ids[0], units=[2, 3])
        self.assertEqual((done, len(refused)), (1, 1))
        self.assertRegex(refused[0], "Unit 2 of .* has been written off")
        self.assertEqual(self._read_lost(self.stage_ids[0]), (2, 1, ['write_off']))

    def test_more_than_there_are(self):
        """3 of 5 and 3 of 5: one of them reads that only 2 are left."""
        done, refused = self._report(self.stage_ids[1], qty=3)
        self.assertEqual((done, len(refused)), (1, 1))
        self.assertRegex(refused[0], "2.00 Units are there")
        self.assertEqual(self._read_lost(self.stage_ids[1]), (3, 1, ['write_off']))
