from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .test_production_block import BlockCommon


@tagged('post_install', '-at_install')
class TestProductionBlockTours(BlockCommon, HttpCase):
    """From an accepted deal to its profit, as the people of sales see it."""

    def test_a_deal_from_acceptance_to_profit(self):
        statuses = self.new | self.accepted | self.rework | self.defect | self.ready | self.called_off | self.won
        others = self.env['crm.team'].create({'name': "Others"})
        (self.env['crm.stage'].search([]) - statuses).team_ids = others
        (self.rework | self.defect | self.called_off).fold = True
        self.deal.unlink()
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

        roasting, grinding, packing = order.workorder_ids
        self._run_stage(roasting, self.operator_user, 15)
        self._run_stage(grinding, self.operator_user, 20)
        used = [{'product_id': product.id, 'qty': 21} for product in (self.bag, self.label, self.valve)]
        self._run_stage(packing, self.operator_user, 40, materials=used)
        self.assertEqual(deal.stage_id, self.ready)
        self.assertEqual(
            len(sale_order.message_ids.filtered(lambda message: self.customer in message.partner_ids)), 1,
            "the customer is told once")
        tasks = order.activity_ids
        self.assertEqual((tasks.summary, tasks.user_id), ("Ship it", self.supervisor_user))
        margin = self._read_margin(deal)
        self.assertAlmostEqual(margin['profit'], 200.0 - self._ledger(order))
        self.seller.group_ids = [Command.link(self.env.ref('mrp_production_stage.group_deal_margin').id)]
        self.start_tour(
            '/odoo/action-crm.crm_lead_action_pipeline', 'mrp_production_stage_deal_ready', login=self.seller.login)
