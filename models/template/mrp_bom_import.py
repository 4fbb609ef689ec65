from collections import defaultdict

from odoo import api, models

# Where a file may have the stages of a template.
STAGE_COLUMNS = ('operation_ids', 'stage_ids')


class MrpBom(models.Model):
    """Imports of templates: a material may name its stage, even one that comes with it in the same file.

    Odoo looks a name up among the stages of all templates that are there already. Here a material that names a
    stage of its own template in the file is entered in that stage instead, and then needs no name.
    """

    _inherit = 'mrp.bom'

    @api.model
    def get_import_templates(self):
        return [
            {
                'label': self.env._("Import Template for Production Templates"),
                'template': '/mrp_production_stage/static/import/production_templates.csv',
            },
            *super().get_import_templates(),
        ]

    @api.model
    def _sql_error_to_message(self, exc):
        """An import saves parts with their template: let the part that is refused say why."""
        table = exc.diag.table_name
        part = next((model for model in self.env.values() if model._auto and model._table == table), self)
        if part._name == self._name:
            return super()._sql_error_to_message(exc)
        return part._sql_error_to_message(exc)

    def _extract_records(self, field_paths, data, log=lambda a: None, limit=float('inf')):
        names_stages = any(path[:2] == ['bom_line_ids', 'operation_id'] for path in field_paths)
        for record, info in super()._extract_records(field_paths, data, log, limit):
            if names_stages:
                for name in self._place_imported_lines(record):
                    log({
                        **info, 'type': 'error', 'record': info['rows']['from'], 'field': 'bom_line_ids',
                        'message': self.env._(
                            "This template has several stages named %(stage)s. Enter their materials in the columns "
                            "of the stages.", stage=name),
                    })
            yield record, info

    def _place_imported_lines(self, record):
        """Enter the materials of one template in a file in the stages they name.

        :param dict record: as `_extract_records` gives it; changed
        :return: the names that several stages of the template have
        """
        template = self._browse_imported(self._name, record)
        stages, ambiguous, rest = self._get_imported_stages(record), [], []
        for line in record.pop('bom_line_ids'):
            (subfield, value), = line['operation_id'][0].items() if line.get('operation_id') else [(None, None)]
            in_file = stages.get((subfield, value), ())
            in_template = template.stage_ids.filtered(lambda stage, name=value: not subfield and stage.name == name)
            if subfield is None and value and self._is_used_at(line, value):
                del line['operation_id']
            elif len(in_file) == 1:
                in_file[0].setdefault('stage_material_ids', []).append(line)
                del line['operation_id']
                continue
            elif len(in_file or in_template) > 1:
                ambiguous.append(value)
                line['operation_id'] = []
            elif in_template:
                line['operation_id'] = [{'.id': str(in_template.id)}]
            rest.append(line)
        if rest:
            record['bom_line_ids'] = rest
        return ambiguous

    def _is_used_at(self, line, name):
        """Tell whether a material of a file is there already, at a stage of that name, which may be an override's."""
        return self._browse_imported('mrp.bom.line', line).operation_id.name == name

    def _get_imported_stages(self, record):
        """Return the stages of a template in a file by how a material there may refer to them.

        :return: ``{(None, name) or ('id', external id): [stage as a dict]}``
        """
        stages = defaultdict(list)
        for column in STAGE_COLUMNS:
            for stage in record.get(column, ()):
                # An override has, as a rule, the name of its base.
                if not stage.get('base_operation_id'):
                    stages[None, stage.get('name')].append(stage)
                stages['id', stage.get('id')].append(stage)
        return stages

    def _browse_imported(self, model, record):
        """Return the record that a row of a file is for, if it is there already."""
        none = self.env[model]
        if str(record.get('.id', '')).isdigit():
            return none.browse(int(record['.id'])).exists()
        if record.get('id'):
            module = self.env.context.get('_import_current_module')
            name = record['id'] if '.' in record['id'] else f"{module}.{record['id']}"
            return self.env.ref(name, raise_if_not_found=False) or none
        return none
