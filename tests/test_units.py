from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import StageCommon


@tagged('post_install', '-at_install')
class TestNumberedUnits(StageCommon):
    """Orders made unit by unit number their units; where each is follows from what it has passed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template.batch_mode = 'unit'

    def test_units_are_numbered_and_touched_only_when_they_move(self):
        order = self._create_order(5)
        self.assertEqual(order.unit_ids.sorted('number').mapped('number'), [1, 2, 3, 4, 5])
        self.assertFalse(order.unit_ids.stage_ids)
        first = order.workorder_ids[0]
        self.assertEqual(first.qty_ready, 5)
        first.stage_start(qty=2)
        first.stage_finish(qty=2)
        self.assertEqual(first.qty_produced, 2)
        self.assertEqual(order.workorder_ids[1].qty_ready, 2)
        touched = order.unit_ids.stage_ids.filtered(lambda row: row.workorder_id == first)
        self.assertEqual(
            [(row.workorder_id, row.number, row.status) for row in touched.sorted('number')],
            [(first, 1, 'done'), (first, 2, 'done')])
        self.assertEqual(first.event_ids[0].units, [1, 2])

    def test_a_fraction_of_a_unit_is_refused(self):
        with self.assertRaisesRegex(UserError, "whole number"):
            self._create_order(2.5)
