from odoo import SUPERUSER_ID
from odoo.fields import Command
from odoo.tests import tagged

from .race_common import RaceCase


@tagged('post_install', '-at_install')
class TestStageTriggerConcurrency(RaceCase):
    """An order and a part of it come to the same stage at the same moment: its triggers fire once."""

    @classmethod
    def _prepare(cls, env):
        # The close of an order, which all its parts see, is not what they meet at: so there is a second stage.
        template = cls._create_template(env, "Race", "Run", "Rest", batch_mode='split')
        template.operation_ids[0].trigger_ids = [
            Command.create({
                'moment': moment, 'activity_summary': moment,
                'activity_type_id': env.ref('mail.mail_activity_data_todo').id})
            for moment in ('start', 'finish')]
        reason = env['mrp.defect.reason'].search([('company_id', '=', False)], limit=1)
        order = cls._create_orders(template, {})
        order.action_confirm()
        order.workorder_ids[0].stage_report_defect(reason.id, 'return', qty=2)
        orders = order | order.child_batch_ids
        cls.order_id, cls.order_ids = order.id, orders.ids
        cls.stage_ids = [some.workorder_ids[0].id for some in orders]

    @classmethod
    def _remove(cls, env):
        env['mail.activity'].search(
            [('res_model', '=', 'mrp.production'), ('res_id', 'in', cls.order_ids)]).unlink()
        # A stage that is done cannot be removed: the orders stay, as done as it is.
        for stage in env['mrp.production'].browse(cls.order_ids).workorder_ids:
            if stage.stage_status == 'ready':
                stage.stage_start()
                stage.stage_finish()
        super()._remove(env)

    def _race_stages(self, act):
        results = self._race(*((stage_id, SUPERUSER_ID, stage_id, act) for stage_id in self.stage_ids))
        self.assertEqual({type(result) for result in results.values()}, {dict}, results)

    def _fired(self):
        with self._open_env() as env:
            order = env['mrp.production'].browse(self.order_id)
            self.assertFalse(order.child_batch_ids.activity_ids)
            return sorted(order.activity_ids.mapped('summary'))

    def test_once_at_the_start_and_once_at_the_finish(self):
        self._race_stages(lambda stage: stage.stage_start())
        self.assertEqual(self._fired(), ['start'])
        self._race_stages(lambda stage: stage.stage_finish())
        self.assertEqual(self._fired(), ['finish', 'start'])
