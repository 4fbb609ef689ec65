from odoo import models


class MrpWorkorder(models.Model):
    """Materials of units that are lost, come back, or leave as an order of their own.

    What was used for them stays used: it is in their norm, and returned units take it along to be done again. What is
    still to be used for them is asked for no more, or by the order they are in now.
    """

    _inherit = 'mrp.workorder'

    # ------------------------------------------------------------
    # Hooks of the door
    # ------------------------------------------------------------

    def _after_units_lost(self, act):
        super()._after_units_lost(act)
        for stage in self:
            act.undo[stage.id]['lost_materials'] = stage._drop_materials(act.quantity[stage.id])

    def _after_units_returned(self, act):
        super()._after_units_returned(act)
        asked = self.env['stock.move']
        supplied = []
        for stage in self.browse(act.reopened).filtered('rework_consumes'):
            again = stage._get_supplied_again(act.reopened[stage.id], act.units.get(self[:1].id, ()))
            stage.qty_supplied -= again
            supplied.append([stage.id, again])
            asked |= stage._ask_norm_again(again, stage.move_raw_ids)
        for stage in self:
            act.undo.setdefault(stage.id, {}).update({'asked_again': asked.ids, 'supplied_again': supplied})

    def _after_batch_split(self, act, child):
        super()._after_batch_split(act, child)
        twins = child._get_twin_stages()
        leaving = self._get_leaving_supply(child.product_qty)
        selections = self.production_id._share_selections(child, {
            twins[stage]: share for stage, (_supplied, share) in leaving.items()})
        quantities, supplied = {}, []
        for stage, (units, share) in leaving.items():
            twins[stage].qty_supplied = units
            stage.qty_supplied -= units
            supplied.append([stage.id, units])
            quantities |= {move: move.product_uom_qty * share for move in stage._get_open_materials()}
        act.undo[self.id] |= {
            'shared_supply': supplied,
            'shared_materials': self.env['stock.move'].union(*quantities)._share_out(quantities, lambda move: {
                'raw_material_production_id': child.id,
                'workorder_id': twins[move.workorder_id].id,
                'selection_id': selections.get(move.selection_id),
            }),
        }
        self.production_id._copy_idle_materials(child)
        for stage in self.browse(act.reopened).filtered('rework_consumes'):
            twin = twins[stage]
            again = twin._get_supplied_again(act.reopened[stage.id])
            twin.qty_supplied -= again
            twin._ask_norm_again(again, stage.move_raw_ids)

    def _after_act_withdrawn(self, act, event):
        super()._after_act_withdrawn(act, event)
        undo = event.undo or {}
        self._take_supply_back(undo.get('supplied_again', ()))
        self.env['stock.move'].browse(undo.get('asked_again', ())).exists()._remove_from_order()
        if 'lost_materials' in undo:
            self._restore_materials(undo['lost_materials'])

    def _take_supply_back(self, supplied):
        """Count units as supplied again.

        :param supplied: pairs of a stage's id and how many units
        """
        for stage_id, units in supplied:
            self.browse(stage_id).qty_supplied += units

    # ------------------------------------------------------------
    # Units that left
    # ------------------------------------------------------------

    def _get_leaving_supply(self, quantity):
        """Return what units that have just left the order, from this stage, have been supplied with at each stage.

        Of units that are only counted nobody knows which were supplied: first those that a stage was supplied for
        are taken to be gone.

        :param float quantity: how many units, in the order's unit of measure
        :return: per stage, how many of them were supplied, and which share they are of those still to be supplied
        """
        self.ensure_one()
        flow = self.production_id._load_flow()
        before, passed_by_them, unit = flow.alive + quantity, flow.ancestors(self), self.product_uom_id
        leaving = {}
        for stage in flow.stages:
            supplied = quantity
            if stage not in passed_by_them:
                # What was supplied and is not with the others was with them. Elsewhere than here others may be in work.
                in_work = stage != self and stage.consumption_mode == 'start'
                others = flow.arrived(stage) if in_work else flow.passed(stage)
                supplied = min(quantity, max(0.0, unit.round(stage.qty_supplied - others)))
            supplied = min(supplied, stage.qty_supplied)
            unsupplied = unit.round(before - stage.qty_supplied)
            leaving[stage] = supplied, min(1.0, (quantity - supplied) / unsupplied) if unsupplied > 0 else 0.0
        return leaving

    def _drop_materials(self, quantity):
        """Ask for nothing more for units that were written off at this stage.

        :param float quantity: how many, in the order's unit of measure
        :return: what it was like before, JSON-able
        """
        order = self.production_id
        is_all = not order._get_alive_quantity()
        supplied, demands, picks = [], [], []
        for stage, (units, share) in self._get_leaving_supply(quantity).items():
            if units:
                stage.qty_supplied -= units
                supplied.append([stage.id, units])
            if share:
                picks += stage._get_selections()._shrink(share, is_all)
                demands += stage._get_open_materials()._shrink_norm(share, is_all)
        return {'supplied': supplied, 'demands': demands, 'picks': picks}

    def _restore_materials(self, before):
        """Ask again for what was dropped.

        :param dict before: as `_drop_materials` returned it
        """
        self._take_supply_back(before['supplied'])
        for selection_id, quantity in before['picks']:
            self.env['mrp.production.selection'].browse(selection_id).product_qty = quantity
        moves = self.env['stock.move'].browse(move_id for move_id, _demand, _norm in before['demands'])
        for move, (_move_id, demand, norm) in zip(moves, before['demands']):
            move.norm_qty = norm
            move._set_demand(demand)
        moves._action_assign()

    # ------------------------------------------------------------
    # Units that are done again
    # ------------------------------------------------------------

    def _get_supplied_again(self, quantity, _numbers=()):
        """Return how many of the units that came back to this stage had been supplied here.

        :param float quantity: how many came back, in the order's unit of measure
        :param numbers: which, of an order that is made unit by unit
        """
        self.ensure_one()
        return min(quantity, max(0.0, self.product_uom_id.round(self.qty_supplied - self.qty_produced)))

    def _ask_norm_again(self, quantity, moves):
        """Ask for the materials of units that are done again.

        :param float quantity: how many, in the order's unit of measure
        :param moves: the materials of the stage so far, or of the one it was made of
        :return: the new moves
        """
        self.ensure_one()
        order, vals_list = self.production_id, []
        normed = moves.filtered(lambda move: move.norm_rate)
        for group in normed.grouped(lambda move: move._get_norm_key()).values() if quantity else ():
            product = group.product_id
            norm = order._get_norm_for(group[:1], product, group._get_norm_rate(), product.uom_id, quantity)
            vals_list += [vals | {
                'raw_material_production_id': order.id, 'workorder_id': self.id, 'rework_cycle': self.rework_cycle,
                'selection_id': False,
            } for vals in group[:1]._prepare_open_norm_vals(product.uom_id.round(norm))]
        again = self.env['stock.move'].create(vals_list)
        again._adjust_procure_method()
        again._action_confirm(merge=False)
        again._action_assign()
        return again
