from odoo import api, fields, models
from odoo.exceptions import UserError

from ...engine import balance as engine
from ..order.arguments import check_text, format_quantity


class MrpWorkorder(models.Model):
    """What went into a stage, came out of it or was lost, and what nobody can explain."""

    _inherit = 'mrp.workorder'

    balance_text = fields.Text("Balance", compute='_compute_balance_text', compute_sudo=True)
    unexplained_text = fields.Text("Unexplained", compute='_compute_balance_text', compute_sudo=True)

    def stage_summary(self):
        """Return what went into the stage, came out and was lost, per family of units of measure.

        :return: list of ``{'uom', 'uom_id', 'input', 'output', 'waste', 'rejection', 'scrap', 'unexplained'}``, the
            quantities in that unit; inputs are all the materials the stage has used, by norm too
        """
        self.ensure_one()
        self.check_access('read')
        # Operators have no rights on moves, but see the balance of a stage they see.
        return [
            {'uom': unit.name, 'uom_id': unit.id} | balance.as_floats()
            for unit, balance in self.sudo()._get_balances()
        ]

    @api.depends('entry_ids', 'move_raw_ids.state')
    def _compute_balance_text(self):
        labels = [
            ('input', self.env._("in")), ('output', self.env._("out")), ('waste', self.env._("waste")),
            ('rejection', self.env._("rejected")), ('scrap', self.env._("scrap"))]
        for stage in self:
            balances = [(unit, balance.as_floats(), balance.is_comparable) for unit, balance in stage._get_balances()]
            stage.balance_text = "\n".join(
                f"{unit.name}: " + " · ".join(
                    f"{label} {self._format_short(shown[kind])}" for kind, label in labels if shown[kind])
                for unit, shown, _is_comparable in balances)
            stage.unexplained_text = "\n".join(
                f"{self._format_short(shown['unexplained'])} {unit.name}"
                for unit, shown, is_comparable in balances if is_comparable and shown['unexplained'])

    # ------------------------------------------------------------
    # Reading
    # ------------------------------------------------------------

    def _get_balances(self, expected=()):
        """Return the balances of these stages together.

        :param expected: entries of the engine that are about to come
        :return: list of (`uom.uom`, engine `Balance`), one per family of units
        """
        return [
            (self.env['uom.uom'].browse(balance.unit.key), balance)
            for balance in engine.balance([*self._get_balance_entries(), *expected]).values()
        ]

    def _get_balance_entries(self):
        """Return what the stages used, made and lost as entries of the engine."""
        entries = [
            engine.Entry(engine.Kind.INPUT, move.product_uom._get_balance_unit(), engine.exact(quantity))
            for move, quantity in self._get_used_materials()._get_used_quantities().items()
        ]
        for entry in self.entry_ids.sorted('id'):
            unit, quantity = entry.uom_id._get_balance_unit(), engine.exact(entry.quantity)
            quantity = -quantity if entry.reversed_entry_id else quantity
            if entry.kind != 'input':
                entries.append(engine.Entry(engine.Kind(entry.kind), unit, quantity))
            if entry.from_stock:
                entries.append(engine.Entry(engine.Kind.INPUT, unit, quantity))
        return entries

    def _get_used_materials(self):
        """Return the moves by which the stages took materials."""
        return self.move_raw_ids.filtered(lambda move: move.state == 'done')

    def _get_scope(self, unit):
        """Return where to look for what can come out or be lost here, and what is there.

        That is this stage where something of the unit's family was put in, else the order, whose earlier stages pass
        on what they were given.

        :param unit: `uom.uom`
        :return: (stages, engine `Balance` of the unit's family); None where nothing of the family was ever put in:
            what comes out was something else before
        """
        self.ensure_one()
        family = unit._get_balance_unit().family
        order_stages = self.production_id.workorder_ids
        for stages in (self, order_stages):
            balance = engine.balance(stages._get_balance_entries()).get(family)
            if balance and balance.input > 0:
                return stages, balance
        return (self if self._get_used_materials() else order_stages), None

    # ------------------------------------------------------------
    # Checks
    # ------------------------------------------------------------

    def _check_held(self, lines):
        """Refuse to take more out of the stage than is there.

        :param list lines: of `EntryLine`
        """
        asked = {}
        for line in lines:
            unit = line.unit._get_balance_unit()
            asked.setdefault(unit.family, []).append((line, engine.exact(line.quantity) * unit.factor))
        for wanted in asked.values():
            line = wanted[0][0]
            _stages, balance = self._get_scope(line.unit)
            if balance is None:
                self._check_anything_put_in()
                continue
            reference = sum(quantity for _line, quantity in wanted)
            if reference > balance.unexplained * balance.unit.factor:
                held = float(balance.in_unit(balance.unexplained, line.unit._get_balance_unit()))
                raise UserError(self.env._(
                    "%(asked)s %(unit)s of %(product)s cannot have left %(stage)s of %(order)s: "
                    "%(held)s %(unit)s are there.",
                    asked=format_quantity(self.env, float(reference / line.unit._get_balance_unit().factor)),
                    held=format_quantity(self.env, max(0.0, held)), unit=line.unit.name,
                    product=line.product.display_name or line.new_product.get('name'),
                    stage=self.name, order=self.production_id.name))

    def _check_anything_put_in(self):
        """Refuse to make something out of nothing."""
        order_stages = self.production_id.workorder_ids
        if not order_stages._get_used_materials() and not self._get_open_materials():
            raise UserError(self.env._(
                "Nothing has been put into %(stage)s of %(order)s yet. Record what goes in first.",
                stage=self.name, order=self.production_id.name))

    def _check_balance(self, act):
        """Ask why, where a stage ends with more unexplained than its template allows."""
        if act.request.get('balance_reason'):
            return
        for stage in self.filtered('use_journal'):
            flow = stage.production_id._load_flow()
            quantity = act.request.get('qty') or flow.ready(stage)
            if stage.product_uom_id.compare(flow.passed(stage) + quantity, flow.alive) < 0:
                continue
            differences = stage._get_differences(stage._get_expected_inputs(quantity, act.request['materials']))
            if differences:
                raise UserError(self.env._(
                    "%(differences)s are unexplained at %(stage)s of %(order)s. Record what is missing, or say why "
                    "in the stage's Finish dialog.",
                    differences=", ".join(differences), stage=stage.name, order=stage.production_id.name))

    def _get_differences(self, expected=()):
        """Return the unexplained differences beyond the stage's tolerance, as text with their unit.

        :param expected: entries of the engine that are about to come
        """
        return [
            f"{self._format_short(float(balance.unexplained))} {unit.name}"
            for unit, balance in self._get_balances(expected) if not balance.is_within(self.balance_tolerance)
        ]

    def _get_expected_inputs(self, quantity, materials):
        """Return what a finish is about to take from stock, as entries of the engine.

        :param float quantity: of units, in the order's unit of measure
        :param list materials: what was really used, as `stage_finish` takes it
        """
        planned, extra = self._parse_materials(materials) if materials else ({}, {})
        used = {
            move: used for move, _norm, used in self._get_materials_to_report(quantity) if move.state != 'done'}
        used |= {move: usage.quantity for move, usage in planned.items()}
        before = self.env['stock.move'].union(*planned).filtered(lambda move: move.state == 'done')
        for move, taken in before._get_used_quantities().items():
            used[move] -= taken
        inputs = [(move.product_uom, qty) for move, qty in used.items()]
        inputs += [(unit, usage.quantity) for (_product, unit), usage in extra.items()]
        return [
            engine.Entry(engine.Kind.INPUT, unit._get_balance_unit(), engine.exact(qty)) for unit, qty in inputs]

    # ------------------------------------------------------------
    # Hooks of the door
    # ------------------------------------------------------------

    def _parse_act_details(self, kind, details):
        """A finish may give a ``balance_reason``: why more is unexplained in the journal than its tolerance allows."""
        if kind != 'finish' or 'balance_reason' not in details:
            return super()._parse_act_details(kind, details)
        rest = {name: value for name, value in details.items() if name != 'balance_reason'}
        request = super()._parse_act_details(kind, rest)
        reason = details['balance_reason']
        return request | {'balance_reason': check_text(self.env, reason)} if reason else request

    def _check_stage_finish(self, act):
        super()._check_stage_finish(act)
        self._check_balance(act)

    def _prepare_stage_event_vals(self, act):
        return super()._prepare_stage_event_vals(act) | {'balance_reason': act.request.get('balance_reason')}
