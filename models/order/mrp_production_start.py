from odoo import models


class MrpProduction(models.Model):
    """What the start of its first stage means for an order: done for many orders at once, where core takes them
    one by one."""

    _inherit = 'mrp.production'

    def _write_order_start(self, start):
        """Move the orders' planned dates, and those of their moves, to the actual start. Part of the door.

        :param start: naive UTC
        """
        def length_of(order):
            return (order.date_finished or order.date_start) - order.date_start

        for length, orders in self.grouped(length_of).items():
            # Core's write of the order would do this order by order; afterwards it finds nothing left to do.
            orders.move_raw_ids.write({'date': start, 'date_deadline': start})
            orders.move_finished_ids.write({'date': start + length})
            orders.with_context(force_date=True).write({'date_start': start, 'date_finished': start + length})

    def _message_track(self, fields_iter, initial_values_dict):
        """That an order is in progress is told by its log, with who started what; Odoo's own note is for those who
        asked to be told. Making one takes more than the start itself."""
        quiet = self.filtered(lambda order: order._has_only_started(initial_values_dict[order.id]))
        quiet -= quiet._filter_start_followed()
        return super(MrpProduction, self - quiet)._message_track(fields_iter, initial_values_dict)

    def _has_only_started(self, initial_values):
        return (
            self.use_stages
            and self.state == 'progress' and initial_values.get('state') == 'confirmed'
            and all(self[name] == value for name, value in initial_values.items() if name != 'state')
        )

    def _filter_start_followed(self):
        """Return the orders of which somebody wants to know when they are in progress."""
        if not self:
            return self
        followed = self.env['mail.followers'].sudo()._read_group(
            [
                ('res_model', '=', self._name), ('res_id', 'in', self.ids),
                ('subtype_ids', '=', self.env['ir.model.data']._xmlid_to_res_id('mrp.mrp_mo_in_progress')),
            ],
            ['res_id'])
        return self.browse(order_id for order_id, in followed)
