from odoo import api, fields, models
from odoo.exceptions import UserError


class MrpProduction(models.Model):
    """Under which lots and serial numbers an order's goods are received.

    A lot is made when the order closes, unless a person has named one. So is the serial number of a single unit; those
    of several units a person gives, and until then the order stays open.
    """

    _inherit = 'mrp.production'

    serials_missing = fields.Integer(
        "Serial Numbers to Give", compute='_compute_serials_missing',
        help="How many more units than serial numbers the order has; below zero, how many fewer.")

    @api.depends('use_stages', 'state', 'product_tracking', 'product_uom_qty', 'lot_producing_ids',
                 'workorder_ids.qty_lost')
    def _compute_serials_missing(self):
        numbered = self.filtered(
            lambda order: order.use_stages and order.product_tracking == 'serial'
            and order.state not in ('draft', 'done', 'cancel')
            and (order.lot_producing_ids or order.product_uom_qty != 1))
        (self - numbered).serials_missing = 0
        for order in numbered:
            order.serials_missing = order._get_units_to_number() - len(order.lot_producing_ids)

    def _get_units_to_number(self):
        """Return how many serial numbers the order's goods need."""
        return round(self.product_uom_id._compute_quantity(self._get_closing_quantity(), self.product_id.uom_id))

    def _is_closable(self):
        return super()._is_closable() and not self.serials_missing

    def pre_button_mark_done(self):
        for order in self.filtered(lambda order: order.serials_missing and order.lot_producing_ids):
            raise UserError(self.env._(
                "%(order)s needs %(needed)s serial numbers, it has %(given)s. Give each unit one number.",
                order=order.name, needed=order._get_units_to_number(), given=len(order.lot_producing_ids)))
        return super().pre_button_mark_done()

    def _check_serials_free(self):
        """Refuse serial numbers that other units have: Odoo would when the order closes, to whoever finishes it."""
        for order in self:
            lots = order.lot_producing_ids
            taken = self.search([
                ('lot_producing_ids', 'in', lots.ids), ('id', '!=', order.id), ('state', 'not in', ('done', 'cancel')),
            ]).lot_producing_ids & lots
            if order._are_finished_serials_already_produced(lots):
                taken |= self.env['stock.move.line'].search([
                    ('lot_id', 'in', lots.ids), ('state', '=', 'done'), ('location_id.usage', '=', 'production'),
                ]).lot_id
            if taken:
                raise UserError(self.env._(
                    "Other units of %(product)s have these serial numbers: %(numbers)s. Give numbers that are free.",
                    product=order.product_id.display_name, numbers=", ".join(taken.sorted('name').mapped('name'))))
