from odoo.tests import HttpCase, tagged

from .defect_common import DefectCommon


@tagged('post_install', '-at_install')
class TestDefectPhoneTours(DefectCommon, HttpCase):
    """An operator reports a defect with a photo, on the phone, in each batch mode."""

    browser_size = '390x844'
    touch_enabled = True

    def _report(self, order, tour):
        self.start_tour('/odoo/my-stages', tour, login=self.operator_user.login)
        defect = order.defect_ids
        self.assertEqual(
            (defect.stage_name, defect.reason_id, defect.return_stage_name, defect.employee_id,
             defect.photo_ids.mapped('name')),
            ("QA", self.seam, "Sewing", self.operator, ["sleeve.jpg"]))
        return defect

    def test_whole_batch(self):
        order = self._order_jackets(100)
        self._pass(order.workorder_ids[:2])
        defect = self._report(order, 'mrp_production_stage_defect_whole')
        self.assertEqual((defect.quantity, order.workorder_ids[1].qty_ready), (7, 7))

    def test_split(self):
        order = self._order_jackets(40, batch_mode='split')
        self._pass(order.workorder_ids[:2])
        defect = self._report(order, 'mrp_production_stage_defect_split')
        self.assertEqual((defect.quantity, defect.child_batch_id.product_qty, order.product_qty), (7, 7, 33))

    def test_units(self):
        order = self._order_jackets(4, batch_mode='unit')
        for stage in order.workorder_ids[:2]:
            self._finish_units(stage, range(1, 5))
        defect = self._report(order, 'mrp_production_stage_defect_units')
        self.assertEqual(defect.units, [3])


@tagged('post_install', '-at_install')
class TestDefectTours(DefectCommon, HttpCase):

    def test_supervisor_decides(self):
        order = self._order_jackets(100)
        cutting, sewing, qa, _packing = order.workorder_ids
        sewing.rework_limit = 1
        self._pass(cutting | sewing)
        qa.stage_report_defect(self.seam.id, 'return', qty=7, return_to=sewing.id)
        self._pass(sewing)
        self.start_tour(
            f'/odoo/production-orders/{order.id}', 'mrp_production_stage_defect_decide',
            login=self.supervisor_user.login)
        defect = order.defect_ids[0]
        self.assertEqual(
            (defect.quantity, defect.verdict, defect.verdict_reason, defect.verdict_user_id),
            (5, 'accept', "Cannot be seen", self.supervisor_user))
        self.assertEqual(qa.qty_held, 0)
