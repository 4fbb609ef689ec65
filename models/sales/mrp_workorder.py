from odoo import fields, models
from odoo.exceptions import UserError


class MrpWorkorder(models.Model):
    _inherit = 'mrp.workorder'

    upsells_told = fields.Json(
        readonly=True, copy=False, help="The sale lines of the upsell that people were told last are for a part only.")

    def _is_stage_wanted(self):
        """An upsell on the sale order asks for the stage that makes it: where a batch is made for several customers, on
        all of their orders. What one of them has paid for is not given to the others."""
        if self.activation == 'upsell':
            return self._get_upsell_share() == 'all'
        return super()._is_stage_wanted()

    def _get_upsell_share(self):
        """Return for how much of what is made the stage's upsell products were sold: ``all``, ``some`` or ``none``."""
        self.ensure_one()
        sold = {self._has_upsell(lines) for lines in self.production_id._get_lines_sold_with()}
        return 'some' if len(sold) > 1 else 'all' if sold == {True} else 'none'

    def _has_upsell(self, lines):
        """Tell whether one of the stage's upsell products is on these lines of sale orders."""
        return any(line.product_id in self.upsell_product_ids and line.product_uom_qty > 0 for line in lines)

    def _tell_upsell_share(self):
        """Tell those concerned that an upsell was sold for a part of the batch only: a person decides. They are told
        once, until something else is sold."""
        self.ensure_one()
        order = self.production_id
        sold = sorted({
            line.id for lines in order._get_lines_sold_with() for line in lines if self._has_upsell(line)})
        if sold == self.upsells_told:
            return
        self.upsells_told = sold
        message = self.env._(
            "%(stage)s was sold for a part of what %(order)s makes only. It stays %(state)s for all of it, until a "
            "supervisor activates or skips it, or makes that part apart.",
            stage=self.name, order=order._get_html_link(),
            state=self.env._("left out") if self.stage_status == 'skipped' else self.env._("included"))
        order._tell_of_demand(order._get_sale_orders(), message)

    def _after_left_out(self):
        super()._after_left_out()
        # Of an order that is being confirmed: later changes tell it themselves.
        for stage in self.filtered(lambda stage: stage.activation == 'upsell' and stage.production_id.state == 'draft'):
            if stage._get_upsell_share() == 'some':
                stage._tell_upsell_share()

    def _follow_upsell(self, wanted):
        """Activate or skip the stage; where that is no longer possible, tell the sale order why."""
        try:
            with self.env.cr.savepoint():
                if wanted:
                    self.stage_activate(source='trigger')
                else:
                    self.stage_skip(source='trigger')
        except UserError as refusal:
            for sale_order in self.production_id._get_sale_orders():
                sale_order.message_post(body=str(refusal))
