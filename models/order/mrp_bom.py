from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class MrpBom(models.Model):
    """The orders made from a template."""

    _inherit = 'mrp.bom'

    running_order_count = fields.Integer(
        "Running Orders", compute='_compute_order_counts', search='_search_running_order_count',
        help="Orders made from this template that are neither done nor cancelled.")
    outdated_order_count = fields.Integer(
        "Orders of Older Versions", compute='_compute_order_counts', help="Running orders made from an older version.")

    @api.depends('version')
    def _compute_order_counts(self):
        counts = self.env['mrp.production']._read_group(
            self._get_running_order_domain() & Domain('bom_id', 'in', self.ids),
            ['bom_id', 'template_version'], ['__count'])
        running, outdated = {}, {}
        for template, version, count in counts:
            running[template] = running.get(template, 0) + count
            if version < template.version:
                outdated[template] = outdated.get(template, 0) + count
        for template in self:
            template.running_order_count = running.get(template._origin, 0)
            template.outdated_order_count = outdated.get(template._origin, 0)

    def _search_running_order_count(self, operator, value):
        """Only for templates that have any may be asked."""
        if operator != '>' or value:
            return NotImplemented
        running = self.env['mrp.production']._read_group(self._get_running_order_domain(), ['bom_id'])
        return Domain('id', 'in', [template.id for template, in running])

    @api.model
    def _get_running_order_domain(self):
        return Domain('use_stages', '=', True) & Domain('state', 'not in', ('done', 'cancel'))

    def action_open_running_orders(self):
        """Open the orders that keep the version they were made with."""
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('mrp_production_stage.mrp_production_action_stages')
        return action | {
            'domain': list(self._get_running_order_domain() & Domain('bom_id', '=', self.id)),
            'context': {},
        }

    @api.ondelete(at_uninstall=False)
    def _unlink_except_ordered(self):
        # Orders of another company count, too.
        ordered = self.env['mrp.production'].sudo()._read_group(
            [('bom_id', 'in', self.filtered('use_stages').ids)], ['bom_id'])
        for template, in ordered:
            raise UserError(self.env._(
                "%(template)s cannot be deleted: orders were made from it. Archive it instead.",
                template=template.display_name))
