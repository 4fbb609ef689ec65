from odoo import models
from odoo.fields import Command


class MrpProduction(models.Model):
    """What this order would be if it were made from its template now."""

    _inherit = 'mrp.production'

    def _get_todays_stages(self):
        """Return the stages of an order that is made from the template now and never saved, in their sequence.

        What makes the stages of real orders makes these. Their materials need no such order: see
        `_get_moves_raw_values`, which always reads the template.
        """
        self.ensure_one()
        today = self.new({
            'product_id': self.product_id.id,
            'bom_id': self.bom_id.id,
            'use_stages': True,
            'product_qty': self.product_qty,
            'product_uom_id': self.product_uom_id.id,
            'company_id': self.company_id.id,
            'picking_type_id': self.picking_type_id.id,
            'never_product_template_attribute_value_ids': [
                Command.set(self.never_product_template_attribute_value_ids.ids)],
        })
        places = self._get_stage_places()
        # Those of kits come first, as in real orders.
        return today.workorder_ids.sorted(lambda stage: places.get(stage.operation_id.id, (-1,))[0])

    def _pair_stages(self, todays_stages):
        """Tell which stages of this order are those of today's template, or stand for them under the same name.

        :param todays_stages: as `_get_todays_stages` returns them
        :return: ``{today's stage: stage of this order}``, without those that only one side has
        """
        self.ensure_one()
        pairs = {}
        for key in ('operation_id', 'name'):
            unpaired = self.workorder_ids - self.workorder_ids.browse().union(*pairs.values())
            ours = unpaired.sorted(lambda stage: (stage.sequence, stage.id), reverse=True).grouped(key)
            for stage in todays_stages:
                if stage not in pairs and stage[key] and ours.get(stage[key]):
                    pairs[stage] = ours[stage[key]][-1]
                    ours[stage[key]] -= pairs[stage]
        return {stage: pairs[stage] for stage in todays_stages if stage in pairs}
