from odoo import models
from odoo.exceptions import UserError


class MrpProduction(models.Model):
    """Serial numbers of an order's units, given as early as its first stage; the goods are received with them."""

    _inherit = 'mrp.production'

    def _has_unit_serials(self):
        """Tell whether each unit of this order gets a serial number of its own."""
        self.ensure_one()
        return (
            self.batch_mode == 'unit' and self.product_tracking == 'serial'
            and self.product_uom_id == self.product_id.uom_id)

    def _give_unit_serials(self, lots):
        """Give the units that are not lost these serial numbers: units keep theirs, the others go in order.

        :param lots: `stock.lot` in the order in which they are to be given
        """
        self.ensure_one()
        # Units are the door's; whoever gives an order its serial numbers has been checked by its own rights.
        units = self.sudo()._get_living_units()
        units.filtered(lambda unit: unit.lot_id not in lots).lot_id = False
        free = lots - units.lot_id
        for unit, lot in zip(units.filtered(lambda unit: not unit.lot_id), free):
            unit.lot_id = lot

    def _get_living_units(self):
        """Return the units of this order that are not lost, by their numbers."""
        alive = self._load_flow().state.alive
        return self.unit_ids.filtered(lambda unit: unit.number in alive).sorted('number')

    def _sync_unit_serials(self):
        """The goods are received with the serial numbers of the units that are not lost."""
        for order in self.filtered(lambda order: order._has_unit_serials()):
            order.lot_producing_ids = order._get_living_units().lot_id

    def _store_flow(self, flow, vals_by_stage=None):
        is_alive_changed = flow.stored.alive != flow.state.alive
        super()._store_flow(flow, vals_by_stage)
        if is_alive_changed and self.lot_producing_ids:
            self._sync_unit_serials()

    def _check_unit_serials_open(self):
        for order in self:
            if not order._has_unit_serials():
                raise UserError(self.env._(
                    "The units of %(order)s take no serial numbers: its product is not tracked by them.",
                    order=order.name))
            if order.state in ('done', 'cancel'):
                raise UserError(self.env._("%(order)s is closed.", order=order.name))

    def action_open_unit_serials(self):
        """List the units of this order with their serial numbers."""
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('mrp_production_stage.mrp_production_unit_action')
        return action | {
            'domain': [('production_id', '=', self.id)],
            'context': {'default_product_id': self.product_id.id},
        }
