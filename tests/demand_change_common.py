from odoo.tests import Form

from ..models.sales.mrp_production_changes import DEMAND_CHANGE
from .test_deals import DealCommon


class ChangeCommon(DealCommon):
    """Coffee that was sold, and is in production."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template.start_on_sale_confirm = True
        cls.deal = cls._create_deal()
        cls.sale_order = cls._sell(cls.deal)
        cls.line = cls.sale_order.order_line
        cls.order = cls.line.demand_ids.production_id
        cls.roasting, cls.grinding, cls.packing = cls.order.workorder_ids

    def _sell_now(self, quantity, line=None):
        """Change a sale line as its sales person does."""
        (line or self.line).with_user(self.seller).product_uom_qty = quantity
        self.env.flush_all()
        self.env.invalidate_all()

    def _roast(self, **finish):
        self.roasting.with_user(self.operator_user).stage_start()
        self.roasting.with_user(self.operator_user).stage_finish(**finish)

    def _get_demands(self, line=None):
        """Return, per order of a line, how much of it is for the line, how much it makes, and its state."""
        return [
            (demand.quantity, demand.production_id.product_qty, demand.production_id.state)
            for demand in (line or self.line).demand_ids.sorted('id')]

    def _get_questions(self, order=None):
        return (order or self.order).activity_search([DEMAND_CHANGE])

    def _decide(self, order=None, user=None, **vals):
        """Decide as a supervisor does."""
        order = (order or self.order).with_user(user or self.supervisor_user)
        action = order.action_open_demand_change()
        form = Form(self.env(user=order.env.user)[action['res_model']].with_context(**action['context']))
        for name, value in vals.items():
            form[name] = value
        form.save().action_decide()
        self.env.flush_all()
        self.env.invalidate_all()
