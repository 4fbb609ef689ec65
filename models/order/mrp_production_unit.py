from odoo import api, fields, models
from odoo.exceptions import UserError


class MrpProductionUnit(models.Model):
    """One unit of an order that is made unit by unit. Where it is stands in its `mrp.workorder.unit` rows."""

    _name = 'mrp.production.unit'
    _description = "Unit of a Production Order"
    _order = 'production_id desc, number'
    _rec_name = 'number'

    production_id = fields.Many2one(
        'mrp.production', "Production Order", required=True, readonly=True, ondelete='cascade')
    company_id = fields.Many2one(related='production_id.company_id', store=True, precompute=True)
    product_id = fields.Many2one(related='production_id.product_id')
    number = fields.Integer(required=True, readonly=True, aggregator=None)
    lot_id = fields.Many2one(
        'stock.lot', "Serial Number", check_company=True, index='btree_not_null', ondelete='restrict',
        domain="[('product_id', '=', product_id)]")
    stage_ids = fields.One2many('mrp.workorder.unit', 'unit_id', "At Stages", readonly=True)

    place = fields.Char("Is At", compute='_compute_place', compute_sudo=True)

    _serial_unique = models.UniqueIndex(
        '(production_id, lot_id) WHERE lot_id IS NOT NULL', "Another unit of this order has this serial number.")
    _number_unique = models.UniqueIndex('(production_id, number)', "The units of an order have different numbers.")

    @api.depends('stage_ids.status')
    def _compute_place(self):
        flows = self.production_id._load_flows()
        for unit in self:
            flow = flows[unit.production_id]
            if unit.number not in flow.state.alive:
                unit.place = self.env._("Written off")
                continue
            stages = flow.stages.filtered(
                lambda stage, flow=flow, number=unit.number: number in flow.here_amount(stage))
            unit.place = ", ".join(stages.mapped('name')) or self.env._("Done")

    def write(self, vals):
        """People give units their serial numbers; all else is the door's."""
        if self.env.su or not vals:
            return super().write(vals)
        if vals.keys() - {'lot_id'}:
            raise UserError(self.env._("Of a unit only its serial number can be changed."))
        self.production_id._check_unit_serials_open()
        res = super().write(vals)
        self.production_id._sync_unit_serials()
        self.production_id._check_serials_free()
        return res
