from odoo import models
from odoo.fields import Domain

from .mrp_bom import CRM_STAGE_FIELDS


class CrmStage(models.Model):
    _inherit = 'crm.stage'

    def unlink(self):
        """Templates that name a deleted status do without it, and say so in their history."""
        # Whoever arranges the sales pipeline needs no rights on templates.
        templates = self.env['mrp.bom'].sudo().with_context(active_test=False).search(
            Domain.OR(Domain(name, 'in', self.ids) for name in CRM_STAGE_FIELDS))
        for template in templates:
            template.message_post(body=template._get_lost_triggers_message(self))
        return super().unlink()
