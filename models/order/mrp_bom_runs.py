from odoo import fields, models
from odoo.fields import Domain


class MrpBom(models.Model):
    """What runs of a template now, and at which of its stages."""

    _inherit = 'mrp.bom'

    run_count = fields.Integer("Active Runs", compute='_compute_runs')
    late_run_count = fields.Integer("Overdue Runs", compute='_compute_runs')
    run_stages = fields.Json(
        "Runs per Stage", compute='_compute_runs', help="Stages with active runs, in order: [[name, runs], …].")

    def _compute_runs(self):
        runs = self.env['mrp.production']
        domain = Domain('bom_id', 'in', self.ids) & self._get_active_run_domain()
        stages = {}
        for bom, name, count in runs._read_group(domain, ['bom_id', 'current_stage_name'], ['__count']):
            stages.setdefault(bom, []).append((name or "", count))
        late = dict(runs._read_group(domain & self._get_late_run_domain(), ['bom_id'], ['__count']))
        for bom in self:
            places = {stage.name: place for place, stage in enumerate(bom.operation_ids)}
            counts = sorted(stages.get(bom, []), key=lambda stage: (places.get(stage[0], len(places)), stage[0]))
            bom.run_stages = [list(stage) for stage in counts]
            bom.run_count = sum(count for _name, count in counts)
            bom.late_run_count = late.get(bom, 0)

    def _get_active_run_domain(self):
        return Domain('use_stages', '=', True) & Domain('board_status', 'in', ('pending', 'progress', 'partial'))

    def _get_late_run_domain(self):
        return Domain('date_deadline', '<', fields.Datetime.now())

    def action_open_runs(self, stage_name=None):
        """Open the active runs of this template.

        :param str stage_name: only those that stand at the stage of that name; empty for those past their last
        """
        self.ensure_one()
        domain = Domain('bom_id', '=', self.id) & self._get_active_run_domain()
        if stage_name is not None:
            domain &= Domain('current_stage_name', '=', stage_name or False)
        return self._open_runs(domain, stage_name or self.display_name)

    def action_open_late_runs(self):
        """Open the active runs of this template whose deadline has passed."""
        self.ensure_one()
        domain = Domain('bom_id', '=', self.id) & self._get_active_run_domain() & self._get_late_run_domain()
        return self._open_runs(domain, self.env._("Overdue: %(template)s", template=self.display_name))

    def _open_runs(self, domain, title):
        action = self.env['ir.actions.act_window']._for_xml_id('mrp_production_stage.mrp_production_action_runs')
        return action | {'name': title, 'domain': list(domain), 'context': {}}
