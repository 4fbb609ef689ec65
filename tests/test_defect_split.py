from odoo.tests import tagged

from .defect_common import DefectCommon
from .photos import make_photo


@tagged('post_install', '-at_install')
class TestDefectSplit(DefectCommon):
    """A defect of a part of a batch makes it an order of its own; the rest goes on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._order_jackets(40, batch_mode='split')
        cls.cutting, cls.sewing, cls.qa, cls.packing = cls.order.workorder_ids
        cls._pass(cls.cutting | cls.sewing)

    def _report(self, stage, qty, to, **options):
        return self._as(stage, self.operator_user).stage_report_defect(
            self.seam.id, 'return', qty=qty, return_to=to.id, **options)

    def test_part_goes_on_as_a_sub_batch(self):
        self.qa.stage_start()
        answer = self._report(self.qa, 6, self.cutting, photos=[make_photo()])
        child = self.env['mrp.production'].browse(answer['child_batch_id'])
        self.assertEqual((answer['stage_status'], answer['qty_ready']), ('progress', 34))
        self.assertEqual((child.parent_batch_id, child.product_qty, self.order.product_qty), (self.order, 6, 34))
        self.assertEqual(
            self._statuses(child), [('ready', 6, 0), ('waiting', 0, 0), ('waiting', 0, 0), ('waiting', 0, 0)])
        defect = self.order.defect_ids
        self.assertEqual(
            (defect.child_batch_id, defect.quantity, defect.rework_cycle, defect.return_workorder_id, defect.state),
            (child, 6, 2, self.cutting, 'done'))
        self.assertEqual((defect.event_ids.kind, defect.event_ids.batch_id), ('split', child))
        self.assertEqual(
            child.workorder_ids.mapped('rework_label'),
            ["Rework, cycle 2: Crooked seam", "Rework, cycle 2: Crooked seam", False, False])
        self.assertFalse(any(self.order.workorder_ids.mapped('rework_label')))
        self._assert_replays(self.order)
        self._assert_replays(child)
        self.qa.stage_finish()
        self._pass(self.packing)
        self.assertEqual((self.order.state, self._qty(self.jacket)), ('done', 34))
        self._pass(child.workorder_ids)
        self.assertEqual((child.state, self._qty(self.jacket)), ('done', 40))

    def test_same_report_twice_is_one(self):
        first = self._report(self.qa, 6, self.cutting, client_key='split-1')
        self.assertEqual(self._report(self.qa, 6, self.cutting, client_key='split-1'), first | {'replayed': True})
        self.assertEqual(len(self.order.child_batch_ids), 1)

    def test_all_of_it_is_no_part(self):
        answer = self._report(self.qa, 40, self.sewing)
        self.assertFalse(answer['child_batch_id'])
        self.assertEqual(
            self._statuses(self.order), [('done', 0, 40), ('ready', 40, 0), ('waiting', 0, 0), ('waiting', 0, 0)])

    def test_write_off_in_the_sub_batch(self):
        answer = self._report(self.qa, 6, self.cutting)
        child = self.env['mrp.production'].browse(answer['child_batch_id'])
        self._pass(child.workorder_ids[:1])
        self._as(child.workorder_ids[1], self.supervisor_user).stage_report_defect(
            self.stain.id, 'write_off', qty=2)
        self._pass(child.workorder_ids[1:])
        self._pass(self.qa | self.packing)
        self.assertEqual((child.state, self.order.state, self._qty(self.jacket)), ('done', 'done', 38))
        self._assert_replays(child)

    def test_limit_follows_the_units(self):
        """What made a part a sub-batch counts for it, and not for those that stayed."""
        self.order.workorder_ids[2].rework_limit = 1
        answer = self._report(self.qa, 6, self.cutting)
        child = self.env['mrp.production'].browse(answer['child_batch_id'])
        self.assertFalse(self._report(self.qa, 1, self.cutting)['escalated'])
        self._pass(child.workorder_ids[:2])
        answer = self._report(child.workorder_ids[2], 2, child.workorder_ids[0])
        self.assertTrue(answer['escalated'])
        defect = child.defect_ids
        answer = self._as(child.workorder_ids[2], self.supervisor_user).stage_decide_defect(
            defect.id, 'allow', "Once more")
        grandchild = self.env['mrp.production'].browse(answer['child_batch_id'])
        self.assertEqual((grandchild.parent_batch_id, grandchild.product_qty, child.product_qty), (child, 2, 4))
        self.assertEqual((defect.child_batch_id, defect.rework_cycle), (grandchild, 3))
        self.assertEqual(defect.event_ids.sorted('id').mapped('kind'), ['escalate', 'decide', 'split'])
        for order in (self.order, child, grandchild):
            self._assert_replays(order)

    def test_withdrawal(self):
        before = self._statuses(self.order)
        answer = self._report(self.qa, 6, self.cutting)
        child = self.env['mrp.production'].browse(answer['child_batch_id'])
        self._as(self.qa, self.supervisor_user).stage_withdraw_defect(answer['defect_id'])
        self.assertEqual((self._statuses(self.order), self.order.product_qty, child.state), (before, 40, 'cancel'))
        self._assert_replays(self.order)
        self._pass(self.qa | self.packing)
        self.assertEqual((self.order.state, self._qty(self.jacket)), ('done', 40))

    def test_too_late_when_the_part_has_begun(self):
        answer = self._report(self.qa, 6, self.cutting)
        child = self.env['mrp.production'].browse(answer['child_batch_id'])
        child.workorder_ids[0].stage_start()
        self._assert_refused(
            "Cutting of .* has a later act .Started", self.order,
            self._as(self.qa, self.supervisor_user).stage_withdraw_defect, answer['defect_id'])
