from dataclasses import replace

from odoo import models

from .usage import Usage


class MrpWorkorder(models.Model):
    """The stock moves of journal entries: into production, out of it, and to where lost things are."""

    _inherit = 'mrp.workorder'

    # ------------------------------------------------------------
    # In
    # ------------------------------------------------------------

    def _put_in(self, act, lines):
        """Take materials out of stock. What a norm of this stage still asks for counts as that norm.

        :param list lines: of `EntryLine`
        :return: list of a done move per line
        """
        usages = {line: self._get_input_usage(line) for line in lines}
        norms, moves = {}, {}
        for line in lines:
            move = self._get_open_norm(line.product)
            if move and move not in norms:
                norms[move] = moves[line] = move
                usage = usages[line]
                usages[line] = Usage(
                    line.unit._compute_quantity(usage.quantity, move.product_uom, rounding_method='HALF-UP'),
                    {lot: line.unit._compute_quantity(qty, move.product_uom, rounding_method='HALF-UP')
                     for lot, qty in usage.lots.items()})
        rest = self.env['stock.move'].union(*norms)._split_rest(
            {move: usages[line].quantity for line, move in moves.items()})
        self._add_act_moves(act, self.env['stock.move'].union(*norms)._consume(
            {move: usages[line] for line, move in moves.items()}))
        rest._ask_for_rest()
        others = [line for line in lines if line not in moves]
        moves |= zip(others, self._consume_extra(
            act, [((line.product, line.unit), usages[line]) for line in others]))
        return [moves[line] for line in lines]

    def _get_input_usage(self, line):
        """Return what a line uses: of tracked products the lots that are in stock longest, where it names none."""
        if line.lot or line.product.tracking == 'none':
            return Usage(line.quantity, {line.lot: line.quantity} if line.lot else {})
        usage, left = Usage(), line.product_quantity
        location = self._get_input_location(line)
        for quant in self._filter_on_hand(self._lock_inputs([line]), line.product, line.lot, location):
            taken = min(left, quant.quantity)
            if quant.lot_id and line.product.uom_id.compare(taken, 0) > 0:
                usage.add(line.in_unit(taken), quant.lot_id)
                left -= taken
        return usage

    # ------------------------------------------------------------
    # Out
    # ------------------------------------------------------------

    def _receive(self, act, lines, is_scrap=False):
        """Receive what came out of the stage.

        :param list lines: of `EntryLine`
        :return: a done move per line
        """
        moves = self.env['stock.move'].create([self._prepare_output_move_vals(line, is_scrap) for line in lines])
        moves._action_confirm(merge=False)
        for move, line in zip(moves, lines):
            move._set_lot_quantities([(line.lot, line.quantity)])
        self._price_outputs(moves, is_scrap)
        moves.picked = True
        moves._action_done()
        self._trace_outputs(moves)
        order = self.production_id
        if not order.lot_producing_ids:
            # An order knows one lot; further ones are on the moves.
            order.lot_producing_ids = moves.filtered(lambda move: move.product_id == order.product_id).lot_ids[:1]
        self._add_act_moves(act, moves)
        return moves

    def _prepare_output_move_vals(self, line, is_scrap):
        """Nothing was demanded. What later stages may use goes where they take it from, the rest where the order's
        goods go."""
        order = self.production_id
        vals = order._get_move_finished_values(line.product.id, 0.0, line.unit.id, self.operation_id.id) | {
            'workorder_id': self.id}
        if line.product != order.product_id:
            vals['move_dest_ids'] = []
            if not is_scrap:
                vals['location_dest_id'] = order.location_src_id.id
        return vals

    def _price_outputs(self, moves, is_scrap):
        """Hook: say what these outputs are worth, before they are received."""

    def _trace_outputs(self, moves):
        """Say what outputs were made of: what the stage has used, or the order where the stage used nothing."""
        used = (self._get_used_materials() or self.production_id.workorder_ids._get_used_materials())
        moves.move_line_ids.consume_line_ids = self.env['stock.move'].union(
            *(move for move, quantity in used._get_used_quantities().items() if quantity)).move_line_ids

    def _create_output_products(self, lines):
        """Make the products that do not exist yet, those of the same name once."""
        missing = {line.new_product['name']: line.new_product for line in lines if line.new_product}
        products = self.env['product.product'].create(list(missing.values()))
        by_name = dict(zip(missing, products))
        for line in lines:
            if line.new_product:
                line.product = by_name[line.new_product['name']]

    def _create_output_lots(self, lines):
        """Find or make the lots that lines name."""
        for line in lines:
            if line.lot_name and not line.lot and line.product.tracking != 'none':
                line.lot = self.env['stock.lot'].search([
                    ('product_id', '=', line.product.id), ('name', '=', line.lot_name),
                    ('company_id', 'in', (False, self.company_id.id)),
                ], limit=1) or self.env['stock.lot'].create({
                    'product_id': line.product.id, 'name': line.lot_name, 'company_id': self.company_id.id})

    def _make_scrap_line(self, line, scrap):
        """Return a line of a loss as one of the product it is received as."""
        lot = line.lot if line.product == scrap else line.lot.browse()
        return replace(line, product=scrap, lot=lot)

    # ------------------------------------------------------------
    # Lost
    # ------------------------------------------------------------

    def _is_lost_from_stock(self, line):
        """Tell whether a loss is of something that the stage has not taken out of stock.

        That is a material its norm has yet to take; and, where nothing of its kind has been put into the order,
        anything but what the order makes.
        """
        product = line.product
        recorded = self.entry_ids.filtered(
            lambda entry: entry.kind in ('input', 'output') and entry.product_id == product)
        if self._get_open_norm(product):
            return not recorded
        _stages, balance = self._get_scope(line.unit)
        made = self.production_id.move_finished_ids.product_id
        return balance is None and product not in made

    def _lose(self, act, line, from_stock):
        """Move what was lost to where lost things are.

        :param bool from_stock: it was lost before the stage took it
        :return: the done move
        """
        move = self.env['stock.move'].create(self._prepare_loss_move_vals(line, from_stock))
        move._action_confirm(merge=False)
        move._set_lot_quantities(self._get_lost_lots(line, from_stock))
        move.picked = True
        move._action_done()
        self._add_act_moves(act, move)
        return move

    def _get_lost_lots(self, line, from_stock):
        """Return of which lots a line was lost, as a list of (`stock.lot`, quantity) in the line's unit."""
        if line.lot or line.product.tracking == 'none':
            return [(line.lot, line.quantity)]
        if from_stock:
            return list(self._get_input_usage(line).lots.items())
        lots, left = [], line.product_quantity
        for lot, held in self._get_held_lots(line.product).items():
            taken = min(left, held)
            if line.product.uom_id.compare(taken, 0) > 0:
                lots.append((lot, line.in_unit(taken)))
                left -= taken
        return lots

    def _prepare_loss_move_vals(self, line, from_stock):
        order = self.production_id
        source = self._get_input_location(line) if from_stock else order.production_location_id
        return {
            'product_id': line.product.id,
            'product_uom': line.unit.id,
            'product_uom_qty': line.quantity,
            'location_id': source.id,
            'location_dest_id': self._get_scrap_location(line.product).id,
            'company_id': self.company_id.id,
            'workorder_id': self.id,
            'production_group_id': order.production_group_id.id,
            'origin': order.name,
            'reference_ids': order.reference_ids.ids,
            'procure_method': 'make_to_stock',
        }

    def _get_scrap_location(self, product):
        """Return where lost things are: not where what nobody can find at a stock-taking is, if there is another."""
        inventory = product.with_company(self.company_id).property_stock_inventory
        locations = self.env['stock.location'].search([
            ('usage', '=', 'inventory'), ('company_id', 'in', (False, self.company_id.id))])
        return (locations - inventory).sorted('id')[:1] or inventory
