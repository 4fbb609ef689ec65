from odoo import api, models
from odoo.exceptions import ValidationError


class MrpRoutingWorkcenter(models.Model):
    """Odoo's own dependencies between stages, with errors that name the stages."""

    _inherit = 'mrp.routing.workcenter'

    @api.constrains('blocked_by_operation_ids')
    def _check_no_cyclic_dependencies(self):
        try:
            super()._check_no_cyclic_dependencies()
        except ValidationError as error:
            circle = self.filtered(lambda operation: operation._has_cycle('blocked_by_operation_ids'))
            raise ValidationError(self.env._(
                "A stage would wait for itself: see what blocks %(stages)s, and remove what closes the circle.",
                stages=", ".join(circle.mapped('name')))) from error
