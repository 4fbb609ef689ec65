from odoo import api, models


class ReportCostSheet(models.AbstractModel):
    """Whatever door a print comes through, here its reader is asked for the right to see costs."""

    _name = 'report.mrp_production_stage.report_cost_sheet'
    _description = "Cost Sheet of Production Orders"

    @api.model
    def _get_report_values(self, docids, data=None):
        orders = self.env['mrp.production'].browse(docids)
        return {
            'doc_ids': orders.ids,
            'doc_model': orders._name,
            'docs': orders,
            'sheets': orders._prepare_cost_sheets(),
        }
