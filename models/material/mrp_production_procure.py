from markupsafe import Markup

from odoo import models
from odoo.exceptions import AccessError, UserError

from odoo.addons.stock.models.stock_rule import ProcurementException

from ..order.arguments import format_quantity
from .material_supply import MaterialSupply


class MrpProduction(models.Model):
    """Missing materials become procurement, by Odoo's own replenishment."""

    _inherit = 'mrp.production'

    def procure_missing(self):
        """Order what is missing and not on its way yet; for supervisors.

        :return: list of ``{'product_id', 'qty', 'message'}``: what was ordered in the product's unit of measure,
            nothing where no rule says how, and a sentence that says so
        :raises UserError: not an order that is running
        """
        self.ensure_one()
        return self._procure_missing()[0]

    def action_procure_missing(self):
        """Order what is missing, and tell what was ordered with links to it."""
        self.ensure_one()
        outcomes, documents = self._procure_missing()
        message = " ".join(outcome['message'] for outcome in outcomes) or self.env._(
            "Nothing is left to order: what is missing is on its way.")
        failed = any(not outcome['qty'] for outcome in outcomes)
        return {
            'type': 'ir.actions.client',
            'tag': 'display_notification',
            'params': {
                'type': 'warning' if failed else 'success',
                'sticky': failed,
                # The client puts the links where the percent signs are.
                'message': " ".join([message.replace('%', '%%') if documents else message, *['%s'] * len(documents)]),
                'links': [
                    {'label': document.display_name, 'url': f'/odoo/{document._name}/{document.id}'}
                    for document in documents],
                'next': {'type': 'ir.actions.act_window_close'},
            },
        }

    def _procure_missing(self):
        """See `procure_missing`.

        :return: (outcomes, documents that were made)
        """
        self.check_access('write')
        if not (self.env.su or self.env.user.has_group('mrp_production_stage.group_supervisor')):
            raise AccessError(self.env._("Only a supervisor may order missing materials."))
        if self.state in ('draft', 'done', 'cancel'):
            raise UserError(self.env._("%(order)s is not running: it needs no materials.", order=self.name))
        materials = self._get_materials_to_procure()
        documents = self._get_procurement_documents()
        errors = self._run_procurements({moves: moves._prepare_missing_procurement(qty) for moves, qty in materials})
        made = [document for document in self._get_procurement_documents() if document not in documents]
        outcomes = []
        for moves, qty in materials:
            if moves not in errors:
                for move in moves:
                    move.covered_qty = move.product_qty
            outcomes.append({
                'product_id': moves.product_id.id,
                'qty': 0.0 if moves in errors else qty,
                'message': errors.get(moves) or self.env._(
                    "%(quantity)s %(unit)s of %(product)s ordered.", quantity=format_quantity(self.env, qty),
                    unit=moves.product_id.uom_id.name, product=moves.product_id.display_name),
            })
        self._log_procurement(outcomes, made)
        return outcomes, made

    def _get_materials_to_procure(self):
        """Return what is missing, not free and not on its way, as ``[(moves, quantity)]`` per product and place."""
        short = self.move_raw_ids._filter_short().filtered(lambda move: move.procure_method != 'make_to_order')
        if not short:
            return []
        supply = MaterialSupply(short.product_id, short.company_id)
        materials = []
        for (product, location), moves in short.grouped(
                lambda move: (move.product_id, move._get_supply_location())).items():
            missing = product.uom_id.round(
                sum(move._get_missing_quantity() for move in moves)
                - moves._get_ordered_quantity(supply) - supply.get_free(product, location))
            if missing > 0:
                materials.append((moves, missing))
        return materials

    def _run_procurements(self, procurements):
        """Run those that a rule can fulfil.

        :param dict procurements: per moves
        :return: for the others, why not, per moves
        """
        errors = {}
        while procurements:
            try:
                with self.env.cr.savepoint():
                    # As for reordering rules: without a vendor there is an error, not just a note to somebody.
                    self.env['stock.rule'].with_context(from_orderpoint=True).run(
                        list(procurements.values()), raise_user_error=False)
                break
            except ProcurementException as exception:
                reasons = {
                    procurement.product_id: message.replace("\n", " ")
                    for procurement, message in exception.procurement_exceptions}
                failed = {
                    moves: reasons[moves.product_id] for moves in procurements if moves.product_id in reasons
                } or dict.fromkeys(procurements, " ".join(reasons.values()))
                errors.update(failed)
                procurements = {
                    moves: procurement for moves, procurement in procurements.items() if moves not in failed}
        return errors

    def _get_procurement_documents(self):
        """Return the transfers, orders and purchases that carry this order's reference, as a list of records."""
        references = self.reference_ids
        documents = [*references.move_ids.picking_id, *references.production_ids - self]
        if 'purchase_ids' in references._fields:  # where purchases are installed
            documents += references.sudo().purchase_ids  # a supervisor may not read them, and gets a link only
        return documents

    def _log_procurement(self, outcomes, documents):
        if not outcomes:
            return
        lines = [outcome['message'] for outcome in outcomes]
        links = [document._get_html_link() for document in documents]
        self.message_post(body=Markup("<br/>").join([*lines, Markup(", ").join(links)] if links else lines))
