from odoo import fields, models
from odoo.tools import format_date

from ..order.arguments import format_quantity
from .material_supply import MaterialSupply


class MrpProduction(models.Model):
    """What an order lacks, where else it is, and when it comes."""

    _inherit = 'mrp.production'

    has_shortage = fields.Boolean("Shortage", compute='_compute_has_shortage')

    def _compute_has_shortage(self):
        short = self.env['mrp.production.material']._read_group(
            [('production_id', 'in', self.ids), ('shortage', '>', 0)], ['production_id'])
        short_ids = {order.id for order, in short}
        for order in self:
            # What is on its way to the workshop is reserved, though not by the order's own moves.
            order.has_shortage = order._origin.id in short_ids and bool(order._origin.move_raw_ids._filter_short())

    # ------------------------------------------------------------
    # Confirmation
    # ------------------------------------------------------------

    def _after_stage_confirm(self):
        super()._after_stage_confirm()
        for order in self:
            order._log_shortage()

    def _log_shortage(self):
        """Keep with the order what was missing when it was made."""
        shortage = self._get_shortage()
        if not shortage:
            return
        products = self.env['product.product'].browse(line['product_id'] for line in shortage)
        self.message_post(body=self.env._(
            "Short of material: %(materials)s",
            materials=", ".join(
                f"{product.display_name} {format_quantity(self.env, line['shortage'])} {product.uom_id.name}"
                for product, line in zip(products, shortage))))

    def _prepare_creation_answer(self):
        return super()._prepare_creation_answer() | {'shortage': self._get_shortage_lists()[self]}

    def action_confirm_stages(self):
        """Show at once what the order lacks."""
        res = super().action_confirm_stages()
        if len(self) == 1 and self._get_shortage():
            return self.action_open_shortage()
        return res

    def action_open_shortage(self):
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('mrp_production_stage.mrp_shortage_action')
        return action | {'context': {'default_production_id': self.id, 'dialog_size': 'large'}}

    # ------------------------------------------------------------
    # Reading
    # ------------------------------------------------------------

    def _get_shortage(self):
        """Return what is demanded and not reserved, without looking further: every act of a stage answers with it.

        :return: list of ``{'product_id', 'workorder_id', 'shortage'}`` in the product's unit of measure
        """
        return [
            {
                'product_id': move.product_id.id,
                'workorder_id': move.workorder_id.id,
                'shortage': move._get_missing_quantity(),
            }
            for move in self.move_raw_ids._filter_short()
        ]

    def material_shortage(self):
        """Return what the order lacks, where else it is, and what is to arrive.

        :return: list of ``{'product_id', 'workorder_id', 'norm', 'available', 'shortage', 'ordered', 'elsewhere':
            [{'location_id', 'name', 'quantity'}], 'incoming', 'incoming_date'}`` in the product's unit of measure;
            ``norm`` is what is still to be used, ``ordered`` what of the shortage is on its way for this order
        """
        self.ensure_one()
        self.check_access('read')
        return self._get_shortage_lists()[self]

    def _get_shortage_lists(self):
        """Return `material_shortage` per order, read at once for all of them."""
        lists = {order: [] for order in self}
        short = self.move_raw_ids._filter_short()
        if short:
            supply = MaterialSupply(short.product_id, short.company_id)
            for moves in short._group_by_supply():
                lists[moves.raw_material_production_id].append(moves._prepare_shortage_line(
                    supply, sum(move._get_missing_quantity() for move in moves)))
        return lists

    def _format_shortage_lines(self, lines):
        """Return a sentence for each line of a shortage list."""
        products = self.env['product.product'].browse(line['product_id'] for line in lines)
        return [self._format_shortage_line(product, line) for product, line in zip(products, lines)]

    def _format_shortage_line(self, product, line):
        def quantity(value):
            return f"{format_quantity(self.env, value)} {product.uom_id.name}"

        sentences = [self.env._(
            "%(material)s: %(norm)s needed, %(available)s available, %(missing)s missing.",
            material=product.display_name, norm=quantity(line['norm']), available=quantity(line['available']),
            missing=quantity(line['shortage']))]
        if line['elsewhere']:
            sentences.append(self.env._("Elsewhere: %(places)s.", places=", ".join(
                f"{place['name']} {quantity(place['quantity'])}" for place in line['elsewhere'])))
        if line['incoming']:
            sentences.append(self.env._(
                "Incoming: %(quantity)s, from %(date)s.", quantity=quantity(line['incoming']),
                date=format_date(self.env, line['incoming_date'])))
        return " ".join(sentences)
