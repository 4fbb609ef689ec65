from odoo import fields, models
from odoo.exceptions import UserError

from ...engine.costing import evenly


class MrpWorkorder(models.Model):
    """What a subcontractor is owed for a stage is a cost of its order. Part of the door: called within its acts, when
    the order is locked."""

    _inherit = 'mrp.workorder'

    def _accrue_subcontract_cost(self, partner, quantity, uom, rate, product=None, units=None, occurred_at=None):
        """Write what an accepted delivery makes payable into the ledger, at the rate of the moment.

        Units that have been lost or split off do not bear it: whoever accepts says for how many it is.

        :param partner: `res.partner` it is owed to
        :param float quantity: in ``uom``
        :param uom: `uom.uom`
        :param float rate: per ``uom``, in the company's currency
        :param product: the service, `product.product`
        :param units: `mrp.production.unit`, of an order that is made unit by unit
        :param occurred_at: naive UTC; default now
        :return: the lines, one or one for each of the units
        :raises UserError: the order is closed or cancelled
        """
        self.ensure_one()
        self._check_subcontract_open(partner)
        units = units or [self.env['mrp.production.unit']]
        rounded = self.company_id.currency_id.round
        vals = self._prepare_cost_line_vals('subcontract', occurred_at or fields.Datetime.now()) | {
            'quantity': quantity / len(units), 'uom_id': uom.id, 'rate': rate, 'partner_id': partner.id,
            'product_id': product.id if product else False}
        return self.env['mrp.cost.line'].create([
            vals | {'unit_id': unit.id, 'amount': amount}
            for unit, amount in zip(units, evenly(rounded(quantity * rate), len(units), rounded))
        ])

    def _reverse_subcontract_cost(self, lines, occurred_at=None):
        """Take back what was accrued, by contrary lines at the same rate.

        What units took along that were lost or split off since stays with them: the order's other units have it back.

        :param lines: as `_accrue_subcontract_cost` returned them
        :param occurred_at: naive UTC; default now
        :return: the contrary lines
        :raises UserError: the order is closed or cancelled, or its other units would cost less than nothing
        """
        self.ensure_one()
        self._check_subcontract_open(lines.partner_id)
        contrary = lines.create([
            vals | {
                'quantity': -vals['quantity'], 'amount': -vals['amount'],
                'occurred_at': occurred_at or fields.Datetime.now()}
            for vals in lines.copy_data()
        ])
        self._check_goods_cost_something()
        return contrary

    def _check_subcontract_open(self, partner):
        """Refuse to change what an order has cost that is not running."""
        order = self.production_id
        if order.state == 'done':
            raise UserError(self.env._(
                "%(order)s is closed: what %(partner)s did at %(stage)s cannot change its cost any more. Settle it by "
                "a bill or a refund alone.",
                order=order.name, partner=partner.display_name, stage=self.name))
        self._check_order_running()
