from odoo import fields, models

from .unit_numbers import to_ranges

# What a cell of the grid says, beside what its stage's ranges say
_CELL_STATUSES = ('progress', 'paused', 'hold', 'lost')


class MrpProduction(models.Model):
    """Units by stages: where each unit of an order is, in one answer of constant cost."""

    _inherit = 'mrp.production'

    def production_units(self):
        """Return where the units of an order that is made unit by unit are.

        Only what is not plain is told cell by cell: what a stage has passed, and what is ready there, are ranges.

        :return: ``{'units': ranges, 'serials': {number: name}, 'stages': [{'workorder_id', 'name', 'stage_status',
            'passed': ranges, 'ready': ranges}], 'cells': [{'workorder_id', 'number', 'status', 'rework_cycle',
            'person', 'available_from'}]}``, ranges being lists of ``[first, last]``
        """
        self.ensure_one()
        self.check_access('read')
        # Where the units are is no secret to whoever may read the order.
        order = self.sudo()
        if order.batch_mode != 'unit':
            return {'units': [], 'serials': {}, 'stages': [], 'cells': []}
        flow = order._load_flow()
        return {
            'units': to_ranges(flow.state.ordered),
            'serials': order._get_unit_serials(),
            'stages': [
                {
                    'workorder_id': stage.id,
                    'name': stage.name,
                    'stage_status': stage.stage_status,
                    'passed': to_ranges(flow.passed_amount(stage)),
                    'ready': to_ranges(flow.ready_amount(stage)),
                }
                for stage in flow.stages if stage.stage_status != 'skipped'
            ],
            'cells': [row._prepare_cell(flow) for row in order._search_unit_cells()],
        }

    def _get_unit_serials(self):
        units = self.env['mrp.production.unit'].search_fetch(
            [('production_id', '=', self.id), ('lot_id', '!=', False)], ['number', 'lot_id'])
        return {str(unit.number): unit.lot_id.name for unit in units}

    def _search_unit_cells(self):
        """Hook: return the `mrp.workorder.unit` rows of which more is to be told than that they passed or are ready."""
        return self.env['mrp.workorder.unit'].search([
            ('production_id', '=', self.id),
            '|', '|', ('status', 'in', _CELL_STATUSES), ('rework_cycle', '>', 1),
            ('available_from', '>', fields.Datetime.now())])
