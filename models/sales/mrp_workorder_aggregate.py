from odoo import models


class MrpWorkorder(models.Model):
    _inherit = 'mrp.workorder'

    def _is_stage_wanted(self):
        """A batch of several orders goes through the optional stages that all of them go through."""
        originals = self.production_id.aggregated_ids
        if originals:
            return any(
                stage.operation_id == self.operation_id and stage.stage_status != 'skipped'
                for stage in originals.workorder_ids)
        return super()._is_stage_wanted()
