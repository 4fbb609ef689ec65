from odoo.tests import tagged

from odoo.addons.rpc.controllers.xmlrpc import OdooMarshaller

from .common import PHOTO, StageCommon


@tagged('post_install', '-at_install')
class TestRpcAnswers(StageCommon):
    """Every answer crosses XML-RPC, which knows no None, as well as JSON: no act that was done is reported failed."""

    def _check(self, answer):
        OdooMarshaller(allow_none=False).dumps((answer,))

    def _test_life(self, batch_mode, amount, lost):
        reason = self.env['mrp.defect.reason'].create({'name': "Burnt", 'code': "BURNT"})
        hold = self.env.ref('mrp_production_stage.hold_reason_material')
        creation = self.env['mrp.production'].production_create(self.coffee.id, 3, batch_mode=batch_mode)
        order = self.env['mrp.production'].browse(creation['production_id'])
        roasting = order.workorder_ids[0]
        self.template.operation_ids[0].wait_after = 0
        self._check(creation)
        for answer in (
            roasting.stage_start(qty=2 if batch_mode == 'unit' else None),
            roasting.stage_pause("Lunch"), roasting.stage_resume(), roasting.stage_hold(hold.id),
            roasting.stage_release(), roasting.stage_resume(), roasting.stage_assign(self.operator.id),
            roasting.stage_finish(photos=[PHOTO], note="Fine"),
            order.workorder_ids[1].stage_report_defect(reason.id, 'return', return_to=roasting.id, **amount),
            order.workorder_ids[1].stage_report_defect(reason.id, 'write_off', **lost),
            roasting.stage_checks(), roasting.stage_selections(), roasting.stage_summary(),
            order.material_summary(), order.material_shortage(), order.production_timeline(), order.cost_breakdown(),
            order.production_units(),
        ):
            self._check(answer)

    def test_whole_batch(self):
        self._test_life('whole', {'qty': 1}, {'qty': 1})

    def test_unit_by_unit(self):
        self._test_life('unit', {'units': [1]}, {'units': [2]})

    def test_split_on_demand(self):
        self._test_life('split', {'qty': 1}, {'qty': 1})

    def test_checks(self):
        roasting = self.template.operation_ids[0].id
        self.env['mrp.stage.check'].create([
            {'operation_id': roasting, 'name': "Dry", 'kind': 'yes_no'},
            {'operation_id': roasting, 'name': "Moisture", 'kind': 'number', 'limit_type': 'max', 'limit_max': 12},
        ])
        checks = self._create_order(2).workorder_ids[0].stage_checks()
        self._check(checks)
        self.assertEqual([check.get('limit_max') for check in checks], [None, 12])
