from odoo import models

from ..order.readable import format_short, read_field
from .norm_comparison import Norm, pair_norms

# What is read of a move that today's template would make.
_MOVE_FIELDS = (
    'product_id', 'product_uom', 'product_uom_qty', 'operation_id', 'byproduct_id', 'norm_type', 'location_id',
    'cost_share')


class MrpProduction(models.Model):
    """In what an order's materials and by-products differ from those its template names today."""

    _inherit = 'mrp.production'

    def _compare_with_template(self, todays_stages, pairs):
        stages = {today.operation_id.id: pairs.get(today, today) for today in todays_stages}
        byproducts = self._new_moves(vals for vals in self._get_moves_finished_values() if vals['byproduct_id'])
        return [
            *super()._compare_with_template(todays_stages, pairs),
            *self._compare_norms(self._get_asked_norms(), self._get_todays_norms(stages)),
            *self._compare_norms(
                [self._get_norm(move, move.workorder_id) for move in self.move_byproduct_ids if move.state != 'cancel'],
                [self._get_norm(move, self._get_todays_stage(move, stages)) for move in byproducts]),
        ]

    def _get_asked_norms(self):
        """Hook: return what the order asked for."""
        return [self._get_asked_norm(move) for move in self.move_raw_ids]

    def _get_todays_norms(self, stages):
        """Hook: return what an order asks for that is made now."""
        return [
            self._get_norm(move, self._get_todays_stage(move, stages))
            for move in self._new_moves(self._get_moves_raw_values())]

    def _get_todays_stage(self, material, stages):
        # What names no stage is used at whatever is the last one; that is no difference.
        return stages.get(material.operation_id.id, self.env['mrp.workorder'])

    def _new_moves(self, vals_list):
        """Return moves that are never saved and no order knows of, to be read like real ones."""
        moves = self.env['stock.move']
        return moves.concat(*(moves.new({name: vals.get(name) for name in _MOVE_FIELDS}) for vals in vals_list))

    def _get_norm(self, move, stage):
        names = ['cost_share'] if move.byproduct_id else ['norm_type', 'location_id']
        return Norm(stage, move.product_id, move.product_uom, move.product_qty, {
            name: read_field(move, name) for name in names})

    def _get_asked_norm(self, move):
        """What the order asked for, not what was used."""
        norm = self._get_norm(move, self._get_asking_stage(move))
        # Of a draft, and of a stage that is skipped, nothing is asked yet: what would be counts.
        if move.state != 'draft' and move.workorder_id.stage_status != 'skipped':
            norm.quantity = move.norm_qty
        return norm

    def _get_asking_stage(self, material):
        stage = material.workorder_id or self.workorder_ids.filtered(
            lambda stage: stage.operation_id == material.operation_id)
        return stage[:1] if material.operation_id else stage.browse()

    def _compare_norms(self, ours, todays):
        rows = []
        for norm, today in pair_norms(ours, todays):
            either = norm or today
            if not norm or not today or self._is_norm_different(norm, today):
                rows.append(self._prepare_difference(
                    either.stage, either.product.display_name, self._read_norm(norm), self._read_norm(today)))
            if norm and today:
                rows += self._compare_norm_details(norm, today)
        return rows

    def _compare_norm_details(self, norm, today):
        rows = []
        if norm.stage != today.stage:
            rows.append((self.env._("Used At"), norm.stage.name, today.stage.name))
        rows += [
            (self.env['stock.move']._fields[name]._description_string(self.env), text, today.details[name])
            for name, text in norm.details.items() if text != today.details[name]
        ]
        return [
            self._prepare_difference(norm.stage, self.env._(
                "%(material)s: %(detail)s", material=norm.product.display_name, detail=detail), ours, todays)
            for detail, ours, todays in rows
        ]

    def _is_norm_different(self, norm, today):
        unit = norm.product.uom_id
        difference = abs(norm.quantity - today.quantity)
        if self.template_version == self.bom_id.version:
            # The last digit of what was scaled with the order's quantity; nobody changed the template for that.
            difference -= unit.rounding
        return norm.unit != today.unit or unit.compare(difference, 0) > 0

    def _read_norm(self, norm):
        if not norm:
            return ""
        quantity = norm.product.uom_id._compute_quantity(norm.quantity, norm.unit)
        return f"{format_short(self.env, quantity)} {norm.unit.name}"
