from odoo import SUPERUSER_ID, api
from odoo.fields import Command
from odoo.tests import tagged

from .test_concurrency import RaceCase


@tagged('post_install', '-at_install')
class TestStageTriggerConcurrency(RaceCase):
    """An order and a part of it come to the same stage at the same moment: its triggers fire once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with cls._connect() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            product = env['product.product'].create({'name': "Race", 'type': 'consu', 'is_storable': True})
            template = env['mrp.bom'].create({
                'product_tmpl_id': product.product_tmpl_id.id, 'use_stages': True, 'batch_mode': 'split',
                # The close of an order, which all its parts see, is not what they meet at.
                'operation_ids': [Command.create({'name': "Run"}), Command.create({'name': "Rest"})]})
            template.operation_ids[0].trigger_ids = [
                Command.create({
                    'moment': moment, 'activity_summary': moment,
                    'activity_type_id': env.ref('mail.mail_activity_data_todo').id})
                for moment in ('start', 'finish')]
            reason = env['mrp.defect.reason'].search([('company_id', '=', False)], limit=1)
            order = env['mrp.production'].create({'product_id': product.id, 'product_qty': 5})
            order.action_confirm()
            order.workorder_ids[0].stage_report_defect(reason.id, 'return', qty=2)
            orders = order | order.child_batch_ids
            cls.order_id, cls.order_ids = order.id, orders.ids
            cls.stage_ids = [some.workorder_ids[0].id for some in orders]
            cls.cleanup_ids = {'mrp.bom': template.ids, 'product.product': product.ids}
        cls.addClassCleanup(cls._clean_up)

    @classmethod
    def _clean_up(cls):
        with cls._connect() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env['mail.activity'].search(
                [('res_model', '=', 'mrp.production'), ('res_id', 'in', cls.order_ids)]).unlink()
            # A stage that is done cannot be removed: the orders stay, as done as it is.
            for stage in env['mrp.production'].browse(cls.order_ids).workorder_ids:
                if stage.stage_status == 'ready':
                    stage.stage_start()
                    stage.stage_finish()
            cls._remove_orders(env, cls.order_ids)
            for model, ids in cls.cleanup_ids.items():
                env[model].browse(ids).active = False

    def _race_stages(self, act):
        results = self._race(*((stage_id, SUPERUSER_ID, stage_id, act) for stage_id in self.stage_ids))
        self.assertEqual({type(result) for result in results.values()}, {dict}, results)

    def _fired(self):
        with self._connect() as cr:
            order = api.Environment(cr, SUPERUSER_ID, {})['mrp.production'].browse(self.order_id)
            self.assertFalse(order.child_batch_ids.activity_ids)
            return sorted(order.activity_ids.mapped('summary'))

    def test_once_at_the_start_and_once_at_the_finish(self):
        self._race_stages(lambda stage: stage.stage_start())
        self.assertEqual(self._fired(), ['start'])
        self._race_stages(lambda stage: stage.stage_finish())
        self.assertEqual(self._fired(), ['finish', 'start'])
