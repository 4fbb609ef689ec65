from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .test_production_block import BlockCommon


@tagged('post_install', '-at_install')
class TestProductionBlockTours(BlockCommon, HttpCase):
    """From an accepted deal to its profit, in the browser: as the people of sales and of production see it."""

    def test_a_deal_from_acceptance_to_profit(self):
        self._prepare_pipeline()
        todo = self.env.ref('mail.mail_activity_data_todo')
        self.env['mrp.stage.trigger'].create({
            'operation_id': self.template.operation_ids[-1].id,
            'mail_template_id': self.env.ref('mrp_production_stage.mail_template_ready_to_ship').id,
            'activity_type_id': todo.id, 'activity_summary': "Ship it", 'activity_user_id': self.supervisor_user.id})
        deal = self._create_deal()
        sale_order = self._sell(deal)
        self.assertFalse(self.seller.has_group('mrp.group_mrp_user'))
        self.start_tour(
            f'/odoo/action-crm.crm_lead_action_pipeline/{deal.id}', 'mrp_production_stage_deal_accepted',
            login=self.seller.login)
        self.assertEqual(deal.stage_id, self.accepted)
        order = self._get_orders(sale_order)
        self.assertEqual(order.product_qty, 20)

        self._work_in_browser({"Roasting": 15, "Grinding": 20, "Packing": 40})
        self.assertEqual(set(order.event_ids.mapped('employee_id')), {self.operator})
        self.assertEqual(deal.stage_id, self.ready)
        self.assertEqual(
            len(sale_order.message_ids.filtered(lambda message: self.customer in message.partner_ids)), 1,
            "the customer is told once")
        tasks = order.activity_ids
        self.assertEqual((tasks.summary, tasks.user_id), ("Ship it", self.supervisor_user))
        # What the last tour reads in the browser: 57.30 and 4.00, and 17.40 with the bag that was spoilt.
        self.assertAlmostEqual(self._ledger(order), 79.17)
        margin = self._read_margin(deal)
        self.assertAlmostEqual(margin['profit'], 200.0 - self._ledger(order))
        self.seller.group_ids = [Command.link(self.env.ref('mrp_production_stage.group_deal_margin').id)]
        self.start_tour(
            '/odoo/action-crm.crm_lead_action_pipeline', 'mrp_production_stage_deal_ready', login=self.seller.login)

    def _prepare_pipeline(self):
        """Leave nothing in sight but what the tours are about."""
        statuses = self.new | self.accepted | self.rework | self.defect | self.ready | self.called_off | self.won
        others = self.env['crm.team'].create({'name': "Others"})
        (self.env['crm.stage'].search([]) - statuses).team_ids = others
        (self.rework | self.defect | self.called_off).fold = True
        self.order.action_cancel()
        self.deal.unlink()

    def _work_in_browser(self, minutes):
        """Let the operator take the order through its stages, with a clock that runs while he works and no longer.

        :param dict minutes: how long each stage takes him
        """
        stages = type(self.env['mrp.workorder'])
        stage_start = stages.stage_start
        clock = {'now': fields.Datetime.now()}

        def start(stage, *args, **kwargs):
            answer = stage_start(stage, *args, **kwargs)
            clock['now'] += timedelta(minutes=minutes[stage.name])
            return answer

        with patch.object(stages, 'stage_start', start), \
                patch.object(fields.Datetime, 'now', lambda: clock['now']):
            self.start_tour('/odoo/my-stages', 'mrp_production_stage_deal_stages', login=self.operator_user.login)
        self.env.invalidate_all()
