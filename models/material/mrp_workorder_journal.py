from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ..order.arguments import check_record_id
from .entry_line import parse_entry_line, parse_entry_lines

JOURNAL_ACTS = ('input', 'output', 'loss', 'reverse')


class MrpWorkorder(models.Model):
    """The stage journal: what goes in, what comes out and what is lost, where only the floor knows it.

    Each entry is a stock move of its order and stage, done at once. For the options of the acts, what they return
    and when they refuse see `stage_start`; their answers name the ``entry_ids``, too.
    """

    _inherit = 'mrp.workorder'

    entry_ids = fields.One2many('mrp.workorder.entry', 'workorder_id', "Journal", readonly=True)

    # ------------------------------------------------------------
    # Public acts
    # ------------------------------------------------------------

    def stage_record_input(self, lines, note=None, **options):
        """Take materials out of stock and into the stage.

        :param list lines: ``{'product_id', 'qty', 'uom_id', 'lot_id'}``; without ``uom_id`` in the unit of the
            product, without ``lot_id`` of the lots that are in stock longest
        """
        self.ensure_one()
        request = {'lines': parse_entry_lines(self.env, lines)}
        return self._act('input', request, note=note, **options)

    def stage_record_output(self, lines, note=None, **options):
        """Receive what came out of the stage into stock.

        :param list lines: as for `stage_record_input`; a new lot is named by ``lot_name``. Whoever may make products
            may give ``product`` as ``{'name', 'uom_id', 'category_id'}`` for one that does not exist yet
        """
        self.ensure_one()
        lines = parse_entry_lines(self.env, lines, may_create=True)
        if any('product' in line for line in lines) and not self.env['product.product'].has_access('create'):
            raise AccessError(self.env._("You may not make new products. Choose one that exists."))
        return self._act('output', {'lines': lines}, note=note, **options)

    def stage_record_loss(self, kind, product_id, qty, note=None, uom_id=None, lot_id=None, scrap_product_id=None,
                          **options):
        """Record what was lost at the stage.

        :param str kind: ``waste`` is gone, ``rejection`` failed and cannot be sold, ``scrap`` goes back into stock as
            a product of its own
        :param int product_id: what was lost
        :param float qty: in ``uom_id``, default the unit of the product
        :param int scrap_product_id: as what scrap is received; default what the template or the product says, or a
            product that is made the first time
        """
        self.ensure_one()
        if kind not in ('waste', 'rejection', 'scrap'):
            raise UserError(self.env._("%(kind)s is not a kind of loss: say waste, rejection or scrap.", kind=kind))
        request = parse_entry_line(
            self.env, {'product_id': product_id, 'qty': qty, 'uom_id': uom_id, 'lot_id': lot_id}) | {'kind': kind}
        if scrap_product_id:
            request['scrap_product_id'] = check_record_id(self.env, scrap_product_id)
        return self._act('loss', request, note=note, **options)

    # ------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------

    def action_open_journal(self):
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('mrp_production_stage.mrp_workorder_action_journal')
        return action | {'res_id': self.id}

    def action_open_entry_input(self):
        return self._open_entry_dialog('input', self.env._("What goes into %(stage)s", stage=self.name))

    def action_open_entry_output(self):
        return self._open_entry_dialog('output', self.env._("What came out of %(stage)s", stage=self.name))

    def action_open_entry_loss(self):
        return self._open_entry_dialog('loss', self.env._("What was lost at %(stage)s", stage=self.name))

    def _open_entry_dialog(self, kind, title):
        action = self._open_stage_dialog('mrp_stage_entry_action', title)
        return action | {'context': action['context'] | {'default_kind': kind}}

    # ------------------------------------------------------------
    # Input
    # ------------------------------------------------------------

    def _check_stage_input(self, act):
        self._check_journal_open(act)
        self._check_on_hand(self._read_entry_lines(act))

    def _apply_stage_input(self, act):
        self._record_input(act, self._read_entry_lines(act))

    def _after_stage_input(self, act):
        """Hook: materials have been put into the stage; ``act.records`` are the entries."""

    def _record_input(self, act, lines):
        moves = self._put_in(act, lines)
        act.records += [self._prepare_entry_vals('input', line, move) for line, move in zip(lines, moves)]

    # ------------------------------------------------------------
    # Output
    # ------------------------------------------------------------

    def _check_stage_output(self, act):
        self._check_journal_open(act)
        lines = self._read_entry_lines(act)
        self._check_output_lots(lines)
        self._check_held(lines)

    def _apply_stage_output(self, act):
        lines = self._read_entry_lines(act)
        self._create_output_products(lines)
        self._create_output_lots(lines)
        moves = self._receive(act, lines)
        act.records += [self._prepare_entry_vals('output', line, move) for line, move in zip(lines, moves)]

    def _after_stage_output(self, act):
        """Hook: what came out of the stage is in stock; ``act.records`` are the entries."""

    # ------------------------------------------------------------
    # Loss
    # ------------------------------------------------------------

    def _check_stage_loss(self, act):
        self._check_journal_open(act)
        line = self._read_entry_line(act.request)
        if self._is_lost_from_stock(line):
            self._check_on_hand([line])
        else:
            self._check_held([line])
            self._check_held_lot(line)
        if act.request['kind'] == 'scrap':
            self._check_output_lots([self._get_scrap_line(act, line)])

    def _apply_stage_loss(self, act):
        line = self._read_entry_line(act.request)
        kind = act.request['kind']
        from_stock = self._is_lost_from_stock(line)
        if kind == 'scrap':
            if from_stock:
                self._record_input(act, [line])
            line = self._get_scrap_line(act, line)
            move = self._receive(act, [line], is_scrap=True)
            from_stock = False
        else:
            move = self._lose(act, line, from_stock)
        act.records.append(self._prepare_entry_vals(kind, line, move) | {'from_stock': from_stock})

    def _after_stage_loss(self, act):
        """Hook: the loss is out of the stage; ``act.records`` are the entries."""

    def _get_scrap_line(self, act, line):
        """Return the line of a loss as what it is received into stock as."""
        scrap = self._browse_material_product(act.request['scrap_product_id']) if (
            'scrap_product_id' in act.request) else line.product._get_scrap_product(self.production_id)
        if not line.unit._has_common_reference(scrap.uom_id):
            raise UserError(self.env._(
                "Scrap of %(product)s cannot be received as %(scrap)s: %(unit)s does not convert to %(other)s.",
                product=line.product.display_name, scrap=scrap.display_name, unit=line.unit.name,
                other=scrap.uom_id.name))
        return self._make_scrap_line(line, scrap)

    # ------------------------------------------------------------
    # Shared by the acts
    # ------------------------------------------------------------

    def _check_journal_open(self, act):
        """Refuse entries where nobody may make them: no running order, never started, on hold, not one's own stage."""
        self._check_order_running()
        self._check_stage_begun()
        self._check_stage_not_held()
        self._check_stage_worker(act)

    def _check_stage_begun(self):
        """Refuse stages that never started; a done one still takes what was forgotten."""
        for stage in self.filtered(lambda stage: not stage.is_started and not stage.qty_produced):
            raise UserError(self.env._(
                "%(stage)s of %(order)s has not been started.", stage=stage.name, order=stage.production_id.name))

    def _check_stage_cancel_start(self, act):
        """What was made of the materials of a start stays, and they with it."""
        super()._check_stage_cancel_start(act)
        for stage, start in self._get_last_starts().items():
            if stage.entry_ids.filtered(
                lambda entry: entry.event_id.id > start.id and not entry.reversed_entry_id and not entry.is_reversed
            ):
                raise UserError(self.env._(
                    "%(stage)s of %(order)s has entries in its journal since it started. Take them back first.",
                    stage=stage.name, order=stage.production_id.name))

    def _prepare_entry_vals(self, kind, line, move):
        self.ensure_one()
        return {
            'workorder_id': self.id,
            'production_id': self.production_id.id,
            'company_id': self.company_id.id,
            'kind': kind,
            'product_id': line.product.id,
            'quantity': line.quantity,
            'uom_id': line.unit.id,
            'lot_id': line.lot.id,
            'move_id': move.id,
        }

    def _log_stage_act(self, act):
        events = super()._log_stage_act(act)
        if act.kind in JOURNAL_ACTS:
            entries = self.env['mrp.workorder.entry'].create([vals | {'event_id': events.id} for vals in act.records])
            act.answer[self.id]['entry_ids'] = entries.ids
        return events

    def _get_replayed_answer(self, kind, request, client_key):
        answer = super()._get_replayed_answer(kind, request, client_key)
        if answer and kind in JOURNAL_ACTS:
            # The entries know their act, which is never written again; whoever did it may read what it made.
            entries = self.env['mrp.workorder.entry'].sudo().search([('event_id', '=', answer['event_id'])], order='id')
            answer['entry_ids'] = entries.ids
        return answer
