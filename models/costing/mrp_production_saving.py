from odoo import models


class MrpProduction(models.Model):
    _inherit = 'mrp.production'

    def _get_batch_saving_amount(self, materials, minutes):
        """Return what a batch of these orders saves, at today's prices and rates, in the company's currency.

        :param dict materials: see `_get_batch_savings`
        :param dict minutes: likewise
        """
        stages = self.workorder_ids.grouped('operation_id')
        worked = {operation: stages[operation][:1] for operation in minutes}
        rates = self.env['mrp.workorder'].union(*worked.values())._get_planned_hourly_costs()
        return self.company_id.currency_id.round(
            sum(
                quantity * product.with_company(self.company_id).standard_price
                for product, quantity in materials.items())
            + sum(
                time / 60 * (rates[worked[operation]] + worked[operation].workcenter_id.costs_hour)
                for operation, time in minutes.items()))
