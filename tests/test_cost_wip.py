from datetime import timedelta

from odoo.tests import Form, tagged

from .perpetual import PerpetualValuation
from .test_cost_ledger import CostCommon


@tagged('post_install', '-at_install')
class TestWorkInProgress(PerpetualValuation, CostCommon):
    """Odoo's entry of work in progress: 5.2 kg of beans for 46.80 that Roasting has taken, and 10.50 of work."""

    def _get_components(self, orders):
        """Return what Odoo's dialog says of the components."""
        form = Form(self.env['mrp.account.wip.accounting'].with_context(active_ids=orders.ids))
        form.journal_id = self.env['account.journal'].search([('type', '=', 'general')], limit=1)
        form.date = self.now + timedelta(days=1)
        dialog = form.save()
        components, overhead, total = dialog.line_ids
        self.assertAlmostEqual(total.debit, components.credit + overhead.credit)
        return components.credit

    def test_what_stages_have_taken(self):
        order = self._create_order(20)
        order.workorder_ids[0].stage_start()
        self.assertEqual(self._get_components(order), 46.8)
        self.beans.standard_price = 20.0
        self.assertEqual(self._get_components(order), 46.8, "as it left stock")

    def test_what_came_back_is_in_stock(self):
        order = self._create_order(20)
        roasting = order.workorder_ids[0]
        roasting.stage_start()
        roasting.stage_cancel_start()
        self.assertEqual(self._get_components(order), 0.0)

    def test_what_is_posted_is_in_the_production_account(self):
        """Labels are consumables, of which nothing is posted: 20 x 0.05."""
        self._set_perpetual(self.category)
        self.label.is_storable = False
        order = self._create_order(20)
        roasting, grinding, packing = order.workorder_ids
        self._run_stage(roasting, self.operator_user, 15)
        self.assertEqual((self._get_balance('production'), self._get_components(order)), (46.8, 0.0))
        self._run_stage(grinding, self.helper_user, 20)
        self._run_stage(packing, self.operator_user, 40, qty=5)
        self.assertEqual(self._get_components(order), 0.25)

    def test_plain_orders_are_as_ever(self):
        plain = self._create_order(20, bom_id=self.template.copy({'use_stages': False}).id)
        plain.qty_producing = 20
        plain._set_qty_producing()
        plain.move_raw_ids.picked = True
        alone = self._get_components(plain)
        self.assertEqual(alone, 56.2)
        order = self._create_order(20, bom_id=self.template.id)
        order.workorder_ids[0].stage_start()
        self.assertEqual(self._get_components(plain | order), 56.2 + 46.8)
