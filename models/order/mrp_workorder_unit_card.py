from odoo import api, fields, models
from odoo.tools import formatLang

from .arguments import format_quantity
from .mrp_workorder_unit import IN_HAND
from .unit_numbers import format_numbers


class MrpWorkorder(models.Model):
    """How far a stage is, and in whose hands its units are: for its card, in lists and dialogs."""

    _inherit = 'mrp.workorder'

    progress_text = fields.Char(
        "Progress", compute='_compute_progress_text', compute_sudo=True,
        help="Units that have passed the stage, of those that were not lost.")
    units_free = fields.Integer(
        "Units to Start", compute='_compute_units_in_hand', compute_sudo=True,
        help="Units that are ready here and that nobody has begun.")
    own_units = fields.Char(
        "In Your Hands", compute='_compute_units_in_hand', compute_sudo=True, help="Units you have begun here.")
    own_unit_status = fields.Selection(
        [('progress', "In progress"), ('paused', "Paused")], compute='_compute_units_in_hand', compute_sudo=True)
    others_units = fields.Char(
        "In Other Hands", compute='_compute_units_in_hand', compute_sudo=True, help="Who has begun which units here.")

    @api.depends('qty_produced', 'production_id.product_qty', 'production_id.workorder_ids.qty_lost')
    def _compute_progress_text(self):
        for stage in self:
            order = stage.production_id
            alive = order.product_qty - sum(order.workorder_ids.mapped('qty_lost'))
            stage.progress_text = stage.use_stages and self.env._(
                "%(passed)s of %(all)s",
                passed=stage._format_short(stage.qty_produced), all=stage._format_short(alive))

    def _get_free_units(self):
        """Return the numbers of the units that are ready here and that nobody has begun."""
        self.ensure_one()
        if not self.is_by_unit:
            return frozenset()
        return self.production_id._load_flow().ready_amount(self) - set(self._search_in_hand().mapped('number'))

    def _get_units_to_finish(self):
        """Return the rows of the units that the user may finish here: those in their own hands, or everybody's for a
        supervisor who has none."""
        self.ensure_one()
        rows = self._search_in_hand()
        own = rows.filtered(lambda row: row.user_id == self.env.user)
        is_supervisor = self.env.user.has_group('mrp_production_stage.group_supervisor')
        return own or (rows if is_supervisor else own)

    def _format_short(self, quantity):
        """Format a quantity, a whole one without decimals."""
        return formatLang(self.env, quantity, digits=0) if quantity == int(quantity) else (
            format_quantity(self.env, quantity))

    @api.depends_context('uid')
    @api.depends('stage_status', 'qty_produced')
    def _compute_units_in_hand(self):
        by_unit = self._filter_by_unit()
        self.update({'units_free': 0, 'own_units': False, 'own_unit_status': False, 'others_units': False})
        if not by_unit:
            return
        flows = by_unit.production_id._load_flows()
        in_hand = by_unit._search_in_hand().grouped('workorder_id')
        for stage in by_unit:
            rows = in_hand.get(stage, self.env['mrp.workorder.unit'])
            own = rows.filtered(lambda row: row.user_id == self.env.user)
            ready = flows[stage.production_id].ready_amount(stage) if stage._origin else frozenset()
            stage.units_free = len(ready - set(rows.mapped('number')))
            stage.own_units = format_numbers(own.mapped('number'))
            stage.own_unit_status = next((status for status in IN_HAND if status in own.mapped('status')), False)
            stage.others_units = "; ".join(
                f"{name}: {format_numbers(units.mapped('number'))}"
                for name, units in (rows - own).grouped(lambda row: row._get_person_name()).items())
