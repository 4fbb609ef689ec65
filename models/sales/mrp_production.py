from odoo import api, fields, models

from .mrp_bom import ORDER_CRM_STAGE_FIELDS


class MrpProduction(models.Model):
    _inherit = 'mrp.production'

    crm_stage_done_id = fields.Many2one(
        'crm.stage', "Deal Status When Done",
        compute='_compute_template_settings', store=True, precompute=True, readonly=False, copy=True)
    crm_stage_cancel_id = fields.Many2one(
        'crm.stage', "Deal Status When Cancelled",
        compute='_compute_template_settings', store=True, precompute=True, readonly=False, copy=True)
    crm_stage_defect_id = fields.Many2one(
        'crm.stage', "Deal Status at a Defect",
        compute='_compute_template_settings', store=True, precompute=True, readonly=False, copy=True)
    crm_stage_rework_id = fields.Many2one(
        'crm.stage', "Deal Status at Rework",
        compute='_compute_template_settings', store=True, precompute=True, readonly=False, copy=True)

    @api.model
    def _get_template_settings(self):
        return [*super()._get_template_settings(), *ORDER_CRM_STAGE_FIELDS]

    def _get_custom_attribute_values(self):
        """What the customer gave on the sale line the order is made for."""
        line = self.sudo().sale_line_id
        return super()._get_custom_attribute_values() | {
            value.custom_product_template_attribute_value_id: value.custom_value
            for value in line.product_custom_attribute_value_ids
        }
