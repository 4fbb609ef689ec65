from odoo import models


class MrpRoutingWorkcenter(models.Model):
    """A stage that leaves its template takes its materials with it.

    Core leaves them without a stage, so that the last one would use them.
    """

    _inherit = 'mrp.routing.workcenter'

    def write(self, vals):
        if 'active' in vals:
            switched = self.filtered(lambda stage: stage.bom_use_stages and stage.active != vals['active'])
            switched.with_context(active_test=False).stage_material_ids.active = vals['active']
        return super().write(vals)

    def unlink(self):
        """A stage that something was made with is archived instead: what it was stays readable."""
        staged = self.filtered('bom_use_stages')
        used = staged._filter_used()
        used.action_archive()
        (staged - used).with_context(active_test=False).stage_material_ids.unlink()
        return super(MrpRoutingWorkcenter, self - used).unlink()

    def _filter_used(self):
        """Hook: return those of these stages that something was made with."""
        return self.browse()
