from odoo import models


class MrpStageTriggerMeans(models.AbstractModel):
    """What a trigger of a stage uses. When it is deleted, templates and orders do without it, and say so.

    A model joins by inheriting this and naming the field of `mrp.stage.trigger`.
    """

    _name = 'mrp.stage.trigger.means'
    _description = "Means of a Stage's Trigger"
    _trigger_field = None

    def unlink(self):
        # Whoever arranges these needs no rights on templates and orders.
        triggers = self.env['mrp.stage.trigger'].sudo().search([(self._trigger_field, 'in', self.ids)])
        triggers._log_trigger_notes([
            (record, self.env._(
                "%(means)s was deleted: %(stage)s does not trigger it any more.",
                means=trigger[self._trigger_field].display_name, stage=trigger._get_owner().name))
            for trigger in triggers
            for record in trigger._get_affected()])
        return super().unlink()
