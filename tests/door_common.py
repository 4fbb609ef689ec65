from odoo.exceptions import UserError

from .common import StageCommon


class DoorCommon(StageCommon):
    """An order of coffee, and what a refused act must leave as it is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._create_order(20)
        cls.roasting, cls.grinding, cls.packing = cls.order.workorder_ids
        cls.reason = cls.env.ref('mrp_production_stage.hold_reason_machine')

    def _snapshot(self, order=None):
        """All that an act could change."""
        order = order or self.order
        self.env.flush_all()
        self.env.invalidate_all()
        stages = order.workorder_ids
        return {
            'stages': stages.read([
                'state', 'stage_status', 'qty_produced', 'qty_lost', 'is_started', 'available_from',
                'qty_supplied', 'performer_employee_id', 'hold_reason_id', 'date_start']),
            'order': order.read(['state', 'board_status', 'date_start', 'qty_producing']),
            'events': order.event_ids.ids,
            'times': stages.time_ids.read(['date_start', 'date_end', 'employee_id', 'is_paused']),
            'moves': self.env['stock.move'].search([
                '|', ('workorder_id', 'in', stages.ids), ('production_id', '=', order.id)]).read(
                    ['state', 'quantity', 'product_uom_qty', 'norm_qty', 'picked']),
            'attachments': self.env['ir.attachment'].search_count([('res_model', '=', 'mrp.workorder')]),
        }

    def _assert_refused(self, pattern, act, *args, order=None, error=UserError, **kwargs):
        before = self._snapshot(order)
        with self.assertRaisesRegex(error, pattern) as refusal, self.env.cr.savepoint():
            act(*args, **kwargs)
        self.assertEqual(self._snapshot(order), before)
        # A sentence for the person who reads it, translated placeholders filled in.
        self.assertRegex(str(refusal.exception), r'^[^%]+[.…]$')
