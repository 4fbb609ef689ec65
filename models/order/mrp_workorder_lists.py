from odoo import api, fields, models
from odoo.fields import Command

# Lists that an order's stage takes from its template's, under the same names, when it is made.
SNAPSHOT_LISTS = ('checklist_ids', 'trigger_ids')


class MrpWorkorder(models.Model):
    """Checks and triggers of an order's stage: rows of its own, copied when the stage is made."""

    _inherit = 'mrp.workorder'

    checklist_ids = fields.One2many('mrp.stage.check', 'workorder_id', "Checklist", readonly=True, copy=True)
    trigger_ids = fields.One2many('mrp.stage.trigger', 'workorder_id', "Triggers", readonly=True, copy=True)

    @api.model_create_multi
    def create(self, vals_list):
        """The copy of a stage has the rows of its original, any other stage those of its template."""
        lists = [{name: vals[name] for name in SNAPSHOT_LISTS if name in vals} for vals in vals_list]
        stages = super().create([
            {name: value for name, value in vals.items() if name not in SNAPSHOT_LISTS} for vals in vals_list])
        stages._create_stage_lists(lists)
        return stages

    def _create_stage_lists(self, lists):
        """Make the rows of these stages, all of one list at once.

        :param lists: per stage, a dict of the create commands of the lists that are not the template's
        """
        # Nobody has rights on the rows of orders: they are made with them, and stay. Whoever makes an order need not
        # see all that its template says.
        staged = [(stage, given) for stage, given in zip(self.sudo(), lists) if stage.use_stages]
        for name in SNAPSHOT_LISTS:
            rows = [vals for stage, given in staged for vals in stage._prepare_list_vals(name, given.get(name))]
            if rows:
                self.env[self._fields[name].comodel_name].sudo().create(rows)

    def _prepare_list_vals(self, name, commands=None):
        """Return the values of one list's rows: those of the create commands or, without any, of the template."""
        self.ensure_one()
        if commands is None:
            rows = self.operation_id[name].copy_data()
        else:
            rows = [vals for command, _id, vals in commands if command == Command.CREATE]
        return [vals | {'workorder_id': self.id, 'operation_id': False} for vals in rows]

    def _follow_template_vals(self, vals):
        super()._follow_template_vals(vals)
        # Nobody has rights on the rows of orders.
        stage = self.sudo()
        changed = [name for name in SNAPSHOT_LISTS if not stage[name]._is_same_list(stage.operation_id[name])]
        for name in changed:
            stage[name].unlink()
        self._create_stage_lists([{name: [] for name in SNAPSHOT_LISTS if name not in changed}])
