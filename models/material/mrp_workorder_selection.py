from odoo import api, fields, models
from odoo.exceptions import UserError

from ..order.arguments import check_quantity, check_record_id


class MrpWorkorder(models.Model):
    """Materials whose variant the template leaves open: picked by whoever may start the stage, before it starts."""

    _inherit = 'mrp.workorder'

    selection_ids = fields.One2many('mrp.production.selection', 'workorder_id', "Materials to Pick", readonly=True)
    selection_state = fields.Selection(
        [('awaiting', "Awaiting selection"), ('picked', "Picked")], "Selection", compute='_compute_selection_state',
        compute_sudo=True, help="Where the variants stand that are picked before the stage starts.")

    @api.depends('stage_status', 'is_started', 'selection_ids.move_ids.state')
    def _compute_selection_state(self):
        """Empty for a stage that leaves nothing open, and one for which it is too late to pick."""
        for stage in self:
            stage.selection_state = False
            if not stage.is_started and stage.stage_status in ('waiting', 'ready', 'hold'):
                selections = stage._get_selections()
                stage.selection_state = selections and (
                    'awaiting' if any(selection._is_awaiting() for selection in selections) else 'picked')

    def _get_selections(self):
        """Return what is to be picked at these stages; asks nothing of orders where that is nothing."""
        orders = self.production_id.filtered('has_selections')
        return self.filtered(lambda stage: stage.production_id in orders).selection_ids

    # ------------------------------------------------------------
    # Public acts
    # ------------------------------------------------------------

    def stage_select_material(self, selection_id, lines, override_reason=None, **options):
        """Pick the variants of a material that the template leaves open, before the stage starts.

        What was picked before is replaced. See `stage_start` for the options.

        :param int selection_id: what is picked, see `stage_selections`
        :param list lines: ``{'product_id', 'qty'}``, in the unit of measure of the selection; they add up to its norm
        :param str override_reason: why a supervisor picks more or less than the norm
        """
        selection_id = check_record_id(self.env, selection_id)
        picks = {}
        for product_id, quantity in self._read_picks(lines):
            picks[product_id] = picks.get(product_id, 0.0) + quantity
        request = {
            'selection_id': selection_id,
            'lines': [{'product_id': product_id, 'qty': quantity} for product_id, quantity in picks.items()],
            'override_reason': override_reason,
        }
        return self._act('select', request, **options)

    @api.readonly
    def stage_selections(self):
        """Return what is to be picked at the stage, and of what.

        :return: list of ``{'selection_id', 'product_tmpl_id', 'name', 'qty', 'uom_id', 'uom', 'is_awaiting',
            'choices'}``; the choices a list of ``{'product_id', 'name', 'available', 'picked'}``, in the same unit
        """
        self.ensure_one()
        self.check_access('read')
        # Operators see neither norms nor stock, but what they are to pick at a stage they see.
        selections = self.sudo()._get_selections()
        available = selections._get_available()
        return [
            {
                'selection_id': selection.id,
                'product_tmpl_id': selection.product_tmpl_id.id,
                'name': selection.product_tmpl_id.display_name,
                'qty': selection._get_quantity_to_pick(),
                'uom_id': selection.product_uom.id,
                'uom': selection.product_uom.name,
                'is_awaiting': selection._is_awaiting(),
                'choices': [
                    {
                        'product_id': product.id,
                        'name': product.display_name,
                        'available': available[selection, product],
                        'picked': picked.get(product, 0.0),
                    }
                    for product in selection.product_tmpl_id.product_variant_ids
                ],
            }
            for selection in selections
            for picked in [selection._get_picked_quantities()]
        ]

    def _read_picks(self, lines):
        """Return the ``lines`` of `stage_select_material` as pairs of product id and quantity.

        :raises UserError: something is not a pick
        """
        if not isinstance(lines, (list, tuple)) or not lines:
            raise UserError(self.env._("Say how much of which variant is picked."))
        for line in lines:
            if not isinstance(line, dict):
                raise UserError(self.env._("A pick is given as a product and its quantity."))
            yield check_record_id(self.env, line.get('product_id')), check_quantity(self.env, line.get('qty'))

    # ------------------------------------------------------------
    # The door
    # ------------------------------------------------------------

    def _check_stage_start(self, act):
        super()._check_stage_start(act)
        for selection in self._get_selections().filtered(lambda selection: selection._is_awaiting()):
            raise UserError(self.env._(
                "Pick which %(material)s: %(qty)s %(unit)s are needed at %(stage)s.",
                material=selection.product_tmpl_id.display_name, qty=self._format_short(selection.product_qty),
                unit=selection.product_uom.name, stage=selection.workorder_id.name))

    def _check_stage_select(self, act):
        self.ensure_one()
        self._check_stage_open()
        self._check_stage_performer(act)
        selection = self._find_selection(act.request['selection_id'])
        if self.is_started:
            raise UserError(self.env._(
                "%(stage)s of %(order)s has started: its materials can no longer be picked. "
                "Cancel its start to pick others.", stage=self.name, order=self.production_id.name))
        self._check_picks(act, selection, self._get_picks(act))

    def _find_selection(self, selection_id):
        selection = self._get_selections().filtered(lambda selection: selection.id == selection_id)
        if not selection:
            raise UserError(self.env._(
                "Material %(number)s is not one to pick at %(stage)s.", number=selection_id, stage=self.name))
        return selection

    def _get_picks(self, act):
        """Return the act's picks: quantity per `product.product`."""
        products = self.env['product.product']
        return {products.browse(line['product_id']): line['qty'] for line in act.request['lines']}

    def _check_picks(self, act, selection, picks):
        """Refuse what is no variant of the material, and what does not add up to its norm."""
        choices, unit = selection.product_tmpl_id.product_variant_ids, selection.product_uom
        for product, quantity in picks.items():
            if product not in choices:
                raise UserError(self.env._(
                    "Product %(number)s is not a variant of %(material)s that can be picked.",
                    number=product.id, material=selection.product_tmpl_id.display_name))
            if unit.compare(quantity, 0) <= 0:
                raise UserError(self.env._("The quantity %(value)s must be greater than zero.", value=quantity))
        needed, picked = selection._get_quantity_to_pick(), sum(picks.values())
        if unit.compare(picked, needed) == 0 or (act.is_supervisor and act.request['override_reason']):
            return
        values = {
            'needed': self._format_short(needed), 'picked': self._format_short(picked), 'unit': unit.name,
            'material': selection.product_tmpl_id.display_name, 'stage': self.name,
        }
        if act.is_supervisor:
            raise UserError(self.env._(
                "%(needed)s %(unit)s of %(material)s are needed at %(stage)s, but %(picked)s %(unit)s are picked. "
                "Pick what is needed, or give a reason.", **values))
        raise UserError(self.env._(
            "%(needed)s %(unit)s of %(material)s are needed at %(stage)s, but %(picked)s %(unit)s are picked. "
            "Only a supervisor may pick more or less, with a reason.", **values))

    def _apply_stage_select(self, act):
        """No units and no clocks move; the history tells what was picked."""
        unit, reason = self._find_selection(act.request['selection_id']).product_uom, act.request['override_reason']
        picked = ", ".join(
            self._format_amount(quantity, unit, product) for product, quantity in self._get_picks(act).items())
        act.note = f"{picked} ({reason})" if reason else picked

    def _after_stage_select(self, act):
        """Only now are there stock moves."""
        selection = self._find_selection(act.request['selection_id'])
        self._add_act_moves(act, selection._replace_picks(self._get_picks(act)))

    # ------------------------------------------------------------
    # The card
    # ------------------------------------------------------------

    def _get_material_lines(self):
        awaiting = self._get_selections().filtered(lambda selection: selection._is_awaiting())
        return super()._get_material_lines() + [
            self.env._("%(material)s: awaiting selection", material=self._format_amount(
                selection.product_qty, selection.product_uom, selection.product_tmpl_id))
            for selection in awaiting
        ]

    def action_open_stage_select(self):
        return self._open_stage_dialog(
            'mrp_stage_select_action', self.env._("Pick materials for %(stage)s", stage=self.name))
