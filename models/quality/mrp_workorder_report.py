from odoo import api, fields, models
from odoo.exceptions import UserError

from ..order.arguments import check_record_id, format_quantity
from ..order.photo import check_photos
from .mrp_defect_reason import DECISIONS


class MrpWorkorder(models.Model):
    """Defects reported at a stage: the public act, and what every report has to fit."""

    _inherit = 'mrp.workorder'

    defect_ids = fields.One2many('mrp.defect', 'workorder_id', "Defects", readonly=True)

    def stage_report_defect(self, reason_id, decision, qty=None, units=None, return_to=None, photos=None, note=None,
                            **options):
        """Say that units at the stage are defective, and what becomes of them.

        Whoever may work the stage may report; who may write off is a setting of the company. Where the rework limit of
        a stage does not allow the return, the units are held and the answer says ``escalated``.

        :param int reason_id: a `mrp.defect.reason`
        :param str decision: ``return`` or ``write_off``
        :param float qty: how many, in the order's unit of measure; default all that are at the stage
        :param list units: their numbers, on orders that are made unit by unit; default all that are at the stage
        :param int return_to: a stage that they have passed; default this one
        :param list photos: ``{'name', 'data'}`` with a base64 image
        :param str note: a comment
        """
        self._check_may_act()
        if len(self) != 1:
            raise UserError(self.env._("A defect is reported at one stage."))
        if decision not in dict(DECISIONS):
            raise UserError(self.env._(
                "%(decision)s is no decision about defective units: say return or write_off.", decision=decision))
        images = check_photos(self.env, photos or [])
        request = {'defect_reason_id': self._browse_defect_reason(reason_id).id} | self._parse_units(units, qty)
        if return_to is not None:
            request['return_to'] = check_record_id(self.env, return_to)
        if images:
            request['photos'] = [photo.digest() for photo in images]
        return self._act(decision, request, note=note, photos=images, **options)

    def _browse_defect_reason(self, reason_id):
        # Whose reason it is must be known also where the caller does not see it.
        reason = self.env['mrp.defect.reason'].sudo().browse(check_record_id(self.env, reason_id)).exists()
        if not reason or (reason.company_id and reason.company_id not in self.sudo().company_id):
            raise UserError(self.env._("This defect reason does not exist. Choose another one."))
        return reason

    # ------------------------------------------------------------
    # Which units
    # ------------------------------------------------------------

    def _check_defect_report(self, act):
        """Refuse a report that does not fit the stage or the units that are there; the act learns which these are."""
        self._check_stage_open()
        self._check_stage_performer(act)
        flow = self.production_id._load_flow()
        act.kept['amount'] = self._get_reported_amount(flow, act.request)

    def _get_reported_amount(self, flow, request):
        """Return the units a report is about: how many, or a ``frozenset`` of their numbers."""
        there = flow.there_amount(self)
        if not there:
            raise UserError(self.env._(
                "No units are at %(stage)s of %(order)s now: nothing there can be defective.",
                stage=self.name, order=self.production_id.name))
        if 'units' in request:
            self._check_units_there(flow, request['units'])
            return frozenset(request['units'])
        if 'qty' not in request:
            return there if flow.is_numbered else flow.there(self)
        self._check_reported_quantity(flow, request['qty'])
        return there if flow.is_numbered else request['qty']

    def _check_reported_quantity(self, flow, quantity):
        unit, there = self.product_uom_id, flow.there(self)
        values = {
            'asked': format_quantity(self.env, quantity), 'unit': unit.name, 'stage': self.name,
            'there': format_quantity(self.env, there)}
        if unit.compare(quantity, there) > 0:
            raise UserError(self.env._(
                "%(asked)s %(unit)s cannot be defective at %(stage)s: %(there)s %(unit)s are there.", **values))
        if flow.is_numbered and unit.compare(quantity, there):
            raise UserError(self.env._(
                "%(order)s is made unit by unit: give the numbers of the units at %(stage)s that are defective, "
                "instead of %(asked)s %(unit)s.", order=self.production_id.name, **values))
        if unit.is_zero(quantity):
            raise UserError(self.env._(
                "%(asked)s %(unit)s cannot be defective at %(stage)s: the quantity must be at least %(smallest)s.",
                **values | {'asked': quantity}, smallest=flow.rounding))

    # ------------------------------------------------------------
    # The record
    # ------------------------------------------------------------

    def _create_defect(self, act):
        """Write down what was reported; the act's events will refer to it."""
        if act.photos:
            self._attach_photos(act)
        quiet = self.env['mrp.defect'].with_context(tracking_disable=True, mail_create_nosubscribe=True)
        act.kept['defect'] = quiet.create(self._prepare_defect_vals(act))

    def _prepare_defect_vals(self, act):
        self.ensure_one()
        order, units = self.production_id, act.units.get(self.id)
        return {
            'production_id': order.id,
            'workorder_id': self.id,
            'stage_name': self.name,
            'company_id': self.company_id.id,
            'product_id': order.product_id.id,
            'reason_id': act.request['defect_reason_id'],
            'quantity': act.quantity[self.id],
            'uom_id': self.product_uom_id.id,
            'units': sorted(units) if units else False,
            'decision': 'write_off' if act.kind == 'write_off' else 'return',
            'return_workorder_id': act.to.id if act.to else False,
            'return_stage_name': act.to.name if act.to else False,
            'rework_cycle': self._get_defect_cycle(act),
            'child_batch_id': act.batch.id if act.batch else False,
            'note': act.note,
            'photo_ids': [fields.Command.set(act.attachments[self.id].ids)] if act.photos else [],
            'employee_id': act.employee.id,
            'user_id': self.env.user.id,
            'occurred_at': act.occurred_at,
        }

    def _get_defect_cycle(self, act):
        """Return the rework cycle that a return opens; of what is not returned, the one it is in."""
        stage, units = act.to or self, act.units.get(self.id)
        if act.batch:
            stage = act.batch._get_twin_stages()[stage]
        if not units:
            return stage.rework_cycle
        flow = self.production_id._load_flow()
        return max(flow.cycle(stage, number) for number in units)

    def _prepare_stage_event_vals(self, act):
        vals = super()._prepare_stage_event_vals(act)
        if defect := act.kept.get('defect'):
            vals['defect_id'] = defect.id
        return vals

    def _prepare_stage_answer(self, act):
        answer = super()._prepare_stage_answer(act)
        if defect := act.kept.get('defect'):
            answer |= {
                'defect_id': defect.id,
                'escalated': defect.state == 'escalated',
                'child_batch_id': act.batch.id if act.batch else False,
                'message': defect._get_message(),
            }
        return answer

    @api.model
    def _get_defect_acts(self):
        """Return the kinds of act that move defective units."""
        return ('return', 'split', 'write_off', 'escalate', 'decide', 'withdraw')

    def _settle_stage_acts(self, act):
        """What was lost may have been the last that an order waited for."""
        super()._settle_stage_acts(act)
        if act.kind in self._get_defect_acts():
            self.production_id._close_passed_orders()
