from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .arguments import format_quantity
from .mrp_workorder_unit import IN_HAND
from .stage_units import StageUnits
from .unit_numbers import format_numbers


class MrpWorkorder(models.Model):
    """Which units an act is about, of an order that is made unit by unit."""

    _inherit = 'mrp.workorder'

    is_by_unit = fields.Boolean("Unit by Unit", compute='_compute_is_by_unit', compute_sudo=True)

    def _compute_is_by_unit(self):
        for stage in self:
            stage.is_by_unit = stage.production_id.batch_mode == 'unit'

    def _filter_by_unit(self):
        """Return the stages whose units are numbered."""
        return self.filtered(lambda stage: stage.production_id.batch_mode == 'unit')

    def _load_stage_units(self, act):
        """Return the `StageUnits` of each of these stages, whose units are numbered."""
        if not self:
            return {}
        rows = self.env['mrp.workorder.unit'].search(Domain('workorder_id', 'in', self.ids) & (
            Domain('status', 'in', IN_HAND) | Domain('available_from', '>', act.occurred_at)))
        rows = rows.grouped('workorder_id')
        flows = self.production_id._load_flows()
        return {
            stage: StageUnits(stage, flows[stage.production_id], rows.get(stage, ()), act.occurred_at)
            for stage in self
        }

    def _check_named_units(self, act):
        super()._check_named_units(act)
        counted = self - self._filter_by_unit()
        if counted and act.request.get('units'):
            raise UserError(self.env._(
                "The units of %(order)s have no numbers: only orders that are made unit by unit number them.",
                order=counted[0].production_id.name))
        if counted and act.kind == 'start' and act.request.get('qty'):
            raise UserError(self.env._(
                "%(order)s is not made unit by unit: its stages start with all that is ready.",
                order=counted[0].production_id.name))

    # ------------------------------------------------------------
    # Choice
    # ------------------------------------------------------------

    def _choose_units_to_start(self, units, act):
        """Return the units that a start takes into hand: those it names, or the next ones.

        :param units: `StageUnits`
        :raises UserError: they are not there, or in somebody's hands
        """
        named = act.request.get('units')
        if named:
            self._check_units_free(units, named)
            return named
        if not units.free:
            raise UserError(self.env._(
                "All units ready at %(stage)s of %(order)s are being worked on: %(people)s.",
                stage=self.name, order=self.production_id.name, people=self._tell_people(units, units.in_hand)))
        # A supervisor who need not wait takes the lowest number like everybody else.
        choice = units.free if act.request.get('override_reason') else units.ripe or units.free[:1]
        return self._take_lowest(choice, act.request.get('qty', 1.0), units)

    def _check_units_free(self, units, numbers):
        """Refuse units that are not ready here, or that somebody has begun."""
        self._check_units_there(units.flow, numbers)
        for number in numbers:
            if number in units.in_hand:
                raise UserError(self.env._(
                    "Unit %(number)s is already started at %(stage)s of %(order)s: %(workers)s works on it.",
                    number=number, stage=self.name, order=self.production_id.name,
                    workers=units.in_hand[number]._get_person_name()))

    def _choose_units_in_hand(self, units, act, statuses):
        """Return the begun units that an act is about: those it names, or the acting person's.

        A supervisor who has none there acts for everybody.

        :param units: `StageUnits`
        :param statuses: of the units it may be about; unnamed, those that have the first status which any has
        :raises UserError: there are none, or they are not in these hands
        """
        named = act.request.get('units')
        if named:
            for number in named:
                self._check_unit_in_hand(units, number, act, statuses)
            return named
        for person in (act, None) if act.is_supervisor else (act,):
            for status in statuses:
                found = units.filter_in_hand(status, person)
                if found:
                    return self._take_lowest(found, act.request.get('qty') or len(found), units)
        raise UserError(self._explain_empty_hands(units, act))

    def _check_unit_in_hand(self, units, number, act, statuses):
        row = units.in_hand.get(number)
        names = {'number': number, 'stage': self.name, 'order': self.production_id.name}
        if not row:
            self._check_units_there(units.flow, [number])
            raise UserError(self.env._("Unit %(number)s has not been started at %(stage)s of %(order)s.", **names))
        names['person'] = row._get_person_name()
        # Whoever resumes a unit takes it over.
        if act.kind != 'resume' and not act.is_supervisor and not row._is_of(act):
            raise UserError(self.env._(
                "You do not work on unit %(number)s at %(stage)s of %(order)s: %(person)s does.", **names))
        if row.status not in statuses:
            raise UserError(
                self.env._("Unit %(number)s is paused at %(stage)s of %(order)s already.", **names)
                if row.status == 'paused'
                else self.env._("%(person)s already works on unit %(number)s at %(stage)s of %(order)s.", **names))

    def _explain_empty_hands(self, units, act):
        names = {'stage': self.name, 'order': self.production_id.name}
        if not units.in_hand:
            return self.env._("%(stage)s of %(order)s has not been started.", **names)
        names['people'] = self._tell_people(units, units.in_hand)
        if act.kind == 'resume':
            return self.env._(
                "You have paused no unit of %(stage)s of %(order)s. In hand are: %(people)s. "
                "Name the paused units to go on with.", **names)
        return self.env._("You work on no unit of %(stage)s of %(order)s. In hand are: %(people)s.", **names)

    def _take_lowest(self, numbers, quantity, units):
        """Return that many of the numbers, the lowest.

        :raises UserError: a fraction, or more than there are
        """
        if quantity % 1:
            raise UserError(self.env._(
                "%(order)s is made unit by unit: %(quantity)s is not a whole number of units.",
                order=self.production_id.name, quantity=format_quantity(self.env, quantity)))
        if quantity > len(numbers):
            raise UserError(self.env._(
                "%(asked)s units are too many at %(stage)s of %(order)s: it can be at most %(count)s, %(numbers)s.",
                asked=round(quantity), stage=self.name, order=self.production_id.name, count=len(numbers),
                numbers=format_numbers(numbers)))
        return numbers[:round(quantity)]

    # ------------------------------------------------------------
    # Refusal
    # ------------------------------------------------------------

    def _check_units_there(self, flow, numbers):
        """Refuse units that are not at this stage, or wait there for a decision.

        :param flow: `OrderFlow` of the order
        :param numbers: of units
        :raises UserError: says where the first of them is
        """
        self.ensure_one()
        missing = set(numbers) - flow.there_amount(self)
        if missing:
            raise UserError(self._explain_missing_unit(flow, min(missing)))

    def _explain_missing_unit(self, flow, number):
        state, order = flow.state, self.production_id
        names = {'number': number, 'stage': self.name, 'order': order.name}
        if number not in state.ordered:
            return self.env._(
                "%(order)s has no unit %(number)s. Its units are %(units)s.",
                units=format_numbers(state.ordered), **names)
        if number not in state.alive:
            return self.env._("Unit %(number)s of %(order)s has been written off.", **names)
        if number in state.passed[self.id]:
            return self.env._("Unit %(number)s has already passed %(stage)s of %(order)s.", **names)
        for stage in flow.stages:
            if number in state.held[stage.id]:
                return self.env._(
                    "Unit %(number)s of %(order)s waits at %(place)s for a decision.", place=stage.name, **names)
        places = flow.stages.filtered(lambda stage: number in flow.there_amount(stage))
        return self.env._(
            "Unit %(number)s is not at %(stage)s of %(order)s yet. It is at %(places)s.",
            places=", ".join(places.mapped('name')), **names)

    def _tell_people(self, units, numbers):
        """Return who has which of these units in hand, as text."""
        return "; ".join(
            self.env._("%(person)s has %(units)s", person=name, units=format_numbers(own))
            for name, own in units.by_person(numbers).items())
