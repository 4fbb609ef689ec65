from odoo import api, models
from odoo.exceptions import ValidationError


class MrpRoutingWorkcenter(models.Model):
    """Odoo's own dependencies between stages, with errors that name the stages."""

    _inherit = 'mrp.routing.workcenter'

    @api.constrains('blocked_by_operation_ids')
    def _check_own_dependencies(self):
        """A stage waits for stages of its own template."""
        for operation in self:
            strange = operation.blocked_by_operation_ids.filtered(lambda other: other.bom_id != operation.bom_id)
            if strange and operation.bom_id.use_stages:
                raise ValidationError(self.env._(
                    "%(stage)s of %(template)s cannot wait for %(stages)s, which belongs to another template.",
                    stage=operation.name, template=operation.bom_id.display_name,
                    stages=", ".join(strange.mapped('name'))))

    @api.constrains('blocked_by_operation_ids')
    def _check_no_cyclic_dependencies(self):
        try:
            super()._check_no_cyclic_dependencies()
        except ValidationError as error:
            circle = self.filtered(lambda operation: operation._has_cycle('blocked_by_operation_ids'))
            raise ValidationError(self.env._(
                "A stage would wait for itself: see what blocks %(stages)s, and remove what closes the circle.",
                stages=", ".join(circle.mapped('name')))) from error
