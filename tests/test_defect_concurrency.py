from odoo.exceptions import UserError
from odoo.tests import tagged

from .race_common import RaceCase


@tagged('post_install', '-at_install')
class TestDefectConcurrency(RaceCase):
    """Two people report the same units at the same moment."""

    @classmethod
    def _prepare(cls, env):
        cls.people = cls._create_people(env)
        template = cls._create_template(env, "Cabinet", "Sawing", "Assembly")
        reason = env['mrp.defect.reason'].create({'name': "Cracked"})
        cls._archive_later(reason)
        orders = cls._create_orders(template, {'batch_mode': 'unit'}, {'batch_mode': 'whole'})
        orders.action_confirm()
        env.company.defect_write_off = 'operator'
        cls.order_ids, cls.reason_id = orders.ids, reason.id
        cls.stage_ids = [order.workorder_ids[0].id for order in orders]

    @classmethod
    def _remove(cls, env):
        env.company.defect_write_off = 'supervisor'
        super()._remove(env)

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
        with self._open_env() as env:
            stage = env['mrp.workorder'].browse(stage_id)
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
