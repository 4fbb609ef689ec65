from itertools import chain

from odoo import models
from odoo.fields import Domain


class MrpProduction(models.Model):
    """What went into each stage of an order, what came out of it and what was lost there."""

    _inherit = 'mrp.production'

    def _get_timeline_parts(self, stages):
        return super()._get_timeline_parts(stages) | {
            'inputs': self._get_timeline_inputs(),
            **self._get_timeline_results(stages),
        }

    def _get_timeline_events(self):
        """Why something stayed unexplained is part of the act that said it."""
        events = super()._get_timeline_events()
        reasons = {event.id: event.balance_reason or False for event in self.event_ids}
        for event in chain(*events.values()):
            event['balance_reason'] = reasons[event['event_id']]
        return events

    def _get_timeline_inputs(self):
        """Return per stage what was used of each material, of which lots, and what of it the norm asks for."""
        self.material_ids.invalidate_model()
        used = self.move_raw_ids.filtered(lambda move: move.state == 'done').grouped(
            lambda move: (move.workorder_id, move.product_id))
        nothing = self.env['stock.move']
        return {
            stage: [
                {
                    'product_id': material.product_id.id or False,
                    'product': material.name,
                    'quantity': material.consumed,
                    'norm': material.norm,
                    'uom': material.uom_id.name,
                    'lots': used.get(
                        (stage, material.product_id), nothing).lot_ids.mapped('name') if material.consumed else [],
                }
                for material in materials if material.consumed or material.norm
            ]
            for stage, materials in self.material_ids.grouped('workorder_id').items()
        }

    def _get_timeline_results(self, stages):
        """Return per stage what came out and what was lost; what belongs to no stage, with the last one."""
        moves = self.env['stock.move'].search(Domain('state', '=', 'done') & Domain.OR([
            Domain('workorder_id', 'in', stages.ids),
            Domain('production_id', '=', self.id),
            Domain('raw_material_production_id', '=', self.id),
        ]), order='id')
        last = stages.filtered(lambda stage: stage.state != 'cancel')[-1:] or stages[-1:]
        losses = {entry.move_id: entry.kind for entry in self.entry_ids if entry.kind not in ('input', 'output')}
        labels = dict(self.entry_ids._fields['kind']._description_selection(self.env))
        results = {'outputs': {}, 'losses': {}}
        for (kind, loss, stage, product), same in moves.grouped(
            lambda move: (
                move._get_timeline_kind(), losses.get(move), move.workorder_id or last, move.product_id)
        ).items():
            quantity = same._get_timeline_quantity()
            if kind in results and not product.uom_id.is_zero(quantity):
                results[kind].setdefault(stage, []).append({
                    'product_id': product.id,
                    'product': product.display_name,
                    'quantity': quantity,
                    'uom': product.uom_id.name,
                    'lots': same.lot_ids.mapped('name'),
                    'kind': loss,
                    'kind_label': labels.get(loss),
                })
        return results
