from odoo import api, fields, models


class ResCompany(models.Model):
    _inherit = 'res.company'

    stage_workcenter_id = fields.Many2one(
        'mrp.workcenter', string="Default Work Center", check_company=True,
        help="The work center of template stages that name none. "
             "A shop without work centers never has to think of one.")

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies._create_stage_workcenters()
        return companies

    def _create_stage_workcenters(self):
        """Give every company that lacks one its default work center."""
        missing = self.filtered(lambda company: not company.stage_workcenter_id)
        workcenters = self.env['mrp.workcenter'].create([
            {
                'name': self.env._("Workshop"),
                'company_id': company.id,
                'resource_calendar_id': company.resource_calendar_id.id,
            }
            for company in missing
        ])
        for company, workcenter in zip(missing, workcenters):
            company.stage_workcenter_id = workcenter
