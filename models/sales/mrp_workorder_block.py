from odoo import models


class MrpWorkorder(models.Model):
    _inherit = 'mrp.workorder'

    def _get_people_to_tell(self):
        """Return the names of who works on these stages now, or else of who is to."""
        return [
            name for stage in self
            for name in stage.working_employee_ids.mapped('name') or [stage.performer_name] if name]
