from odoo import models


class MrpRoutingWorkcenter(models.Model):
    _inherit = 'mrp.routing.workcenter'

    def _filter_used(self):
        # Orders that this person may not see, of another company perhaps, keep their history all the same.
        used = self.env['mrp.workorder'].sudo()._read_group([('operation_id', 'in', self.ids)], ['operation_id'])
        used = self.browse(stage.id for stage, in used)
        # The database would delete an override with its base.
        return super()._filter_used() | used | (used.base_operation_id & self)
