from odoo import fields, models
from odoo.exceptions import UserError


class MrpProduction(models.Model):
    """Orders whose stages keep a journal: what was received through it is not received again when they close."""

    _inherit = 'mrp.production'

    entry_ids = fields.One2many('mrp.workorder.entry', 'production_id', "Journal", readonly=True)
    scrap_product_id = fields.Many2one(
        'product.product', "Scrap Is Received As", check_company=True, index='btree_not_null',
        compute='_compute_template_settings', store=True, precompute=True, readonly=False, copy=True)

    def _get_template_settings(self):
        return [*super()._get_template_settings(), 'scrap_product_id']

    def _get_journal_outputs(self):
        """Return the done moves by which stages of these orders received what came out of them."""
        return self.move_finished_ids.filtered(lambda move: move.state == 'done' and move._is_journal_output())

    def _get_own_outputs(self):
        """Return those of them that received the order's own product, less what was taken back.

        :return: ``{move: quantity}`` in the unit of measure of the move
        """
        self.ensure_one()
        outputs = self._get_journal_outputs().filtered(lambda move: move.product_id == self.product_id)
        return {
            move: quantity
            for move, quantity in (outputs._get_used_quantities() if outputs else {}).items() if quantity
        }

    def _get_produced_qty(self):
        """Core adds up what was received, in any unit and with what was taken back."""
        super()._get_produced_qty()
        for order in self.filtered('use_stages'):
            outputs = order._get_journal_outputs().filtered(lambda move: move.product_id == order.product_id)
            if outputs:
                order.qty_produced += sum(
                    move.product_uom._compute_quantity(used, order.product_uom_id, round=False) - move.quantity
                    for move, used in outputs._get_used_quantities().items())

    def _get_closing_quantity(self):
        return self.qty_produced if self._get_own_outputs() else super()._get_closing_quantity()

    def _check_sn_uniqueness(self):
        """Stock checked the serial numbers that stages moved as they moved: one that came back may be used again, which
        core takes for a mistake. The order's own are checked as ever."""
        moved = (self.move_raw_ids | self.move_finished_ids).filtered(
            lambda move: move.state == 'done' and move.has_tracking == 'serial')
        if not self.use_stages or not moved:
            super()._check_sn_uniqueness()
        elif self.product_tracking == 'serial' and self.lot_producing_ids and (
            self._are_finished_serials_already_produced(self.lot_producing_ids)
        ):
            raise UserError(self.env._(
                "The serial numbers of %(order)s have been given to other goods: %(numbers)s.",
                order=self.name, numbers=", ".join(self.lot_producing_ids.mapped('name'))))

    def _post_inventory(self, cancel_backorder=False):
        """The journal says how much was made of the order's own product, where it says anything: the planned receipt
        falls away."""
        for order in self.filtered('use_stages'):
            if order._get_own_outputs():
                planned = order.move_finished_ids.filtered(
                    lambda move: move.product_id == order.product_id and move.state not in ('done', 'cancel'))
                planned._action_cancel()
        return super()._post_inventory(cancel_backorder=cancel_backorder)

    def _action_cancel(self):
        """Core calls an order done that has received anything when it is cancelled."""
        running = self.filtered(lambda order: order.use_stages and order.state != 'done')
        res = super()._action_cancel()
        running.filtered(lambda order: order.state != 'cancel').state = 'cancel'
        return res

    def _get_unbuild_share(self, move):
        """Return the share of a move that taking the order's goods apart undoes.

        :param move: a done material or journal output of the order
        """
        materials = self.workorder_ids._get_used_materials()._get_used_quantities()
        outputs = self._get_journal_outputs()._get_used_quantities()
        used, made = (
            sum(
                other.product_uom._compute_quantity(quantity, move.product_id.uom_id, round=False)
                for other, quantity in side.items() if other.product_id == move.product_id)
            for side in (materials, outputs))
        side, total = (materials, used) if move in materials else (outputs, made)
        net_share = (total - min(used, made)) / total if total else 0.0
        return side[move] / move.quantity * net_share
