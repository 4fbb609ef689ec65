from odoo.fields import Command
from odoo.models import MAGIC_COLUMNS
from odoo.tests import tagged
from odoo.tools import file_open, mute_logger

from .common import StageCommon
from .test_template_copy import TemplateCopyCommon

HEAD = ['product_tmpl_id', 'product_qty', 'use_stages', 'operation_ids/name', 'operation_ids/time_cycle_manual']
NESTED = [*HEAD, 'operation_ids/stage_material_ids/product_id', 'operation_ids/stage_material_ids/product_qty']
LINES = [*HEAD, 'bom_line_ids/product_id', 'bom_line_ids/product_qty', 'bom_line_ids/operation_id']


@tagged('post_install', '-at_install')
class TestTemplateImport(StageCommon):
    """Templates from a spreadsheet, by Odoo's own import."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.boms = cls.env['mrp.bom']
        cls.house = cls._create_product("House Blend", cls.unit)
        cls.decaf = cls._create_product("Decaf", cls.unit)
        cls._analyze()

    @classmethod
    def _analyze(cls):
        """As in any database in use: to find a product by name in tables without statistics takes ages."""
        cls.env.flush_all()
        cls.env.cr.execute("ANALYZE product_product, product_template")

    def _load(self, fields, rows):
        """Import as a manager would, and return the templates."""
        if not hasattr(self, 'manager'):
            _employee, self.manager = self._create_person("Mona", 'group_manager')
        answer = self.boms.with_user(self.manager).load(fields, rows)
        self.assertFalse(answer['messages'])
        self.env.invalidate_all()
        return self.boms.browse(answer['ids'])

    def _create_products(self, *names):
        self.env['product.product'].create([{'name': name, 'is_storable': True} for name in names])
        self._analyze()

    def _refuse(self, fields, rows):
        """Import what is wrong, and return the first message; nothing is made."""
        before = self.boms.search([])
        with mute_logger('odoo.sql_db'):
            answer = self.boms.load(fields, rows)
        self.assertFalse(answer['ids'])
        self.env.invalidate_all()
        self.assertEqual(self.boms.search([]), before)
        return next(message for message in answer['messages'] if message['type'] == 'error')

    def _describe(self, template):
        return [
            (stage.name, stage.time_cycle_manual, [
                (line.product_id.name, line.product_qty, line.product_uom_id.name)
                for line in stage.stage_material_ids])
            for stage in template.operation_ids]

    # ------------------------------------------------------------
    # Stages and their materials
    # ------------------------------------------------------------

    def test_materials_in_the_columns_of_their_stages(self):
        templates = self._load(NESTED, [
            ["House Blend", '20', '1', "Roasting", '15', "Green beans", '5.2'],
            ['', '', '', "Packing", '20', "Bag", '20'],
            ['', '', '', '', '', "Label", '20'],
            ["Decaf", '10', '1', "Roasting", '12', "Green beans", '2.6'],
        ])
        self.assertEqual(templates.mapped('product_tmpl_id.name'), ["House Blend", "Decaf"])
        self.assertEqual(self._describe(templates[0]), [
            ("Roasting", 15, [("Green beans", 5.2, "kg")]),
            ("Packing", 20, [("Bag", 20, "Units"), ("Label", 20, "Units")])])
        self.assertEqual(self._describe(templates[1]), [("Roasting", 12, [("Green beans", 2.6, "kg")])])
        self.assertEqual(templates.bom_line_ids.operation_id.bom_id, templates)
        self.assertEqual(templates.mapped('version'), [1, 1])
        order = self._create_order(40, product=self.house)
        self.assertEqual(order.workorder_ids.mapped('name'), ["Roasting", "Packing"])
        self.assertEqual(order.move_raw_ids.mapped('product_uom_qty'), [10.4, 40, 40])

    def test_materials_that_name_their_stage(self):
        """Three templates have a stage of that name, one of them before the import."""
        rows = [
            ["House Blend", '20', '1', "Roasting", '15', "Green beans", '5.2', "Roasting"],
            ['', '', '', "Packing", '20', "Bag", '20', "Packing"],
            ['', '', '', '', '', "Label", '20', "Packing"],
            ['', '', '', '', '', "Valve", '1', ''],
            ["Decaf", '10', '1', "Packing", '12', "Bag", '10', "Packing"],
        ]
        for columns in ('operation_ids', 'stage_ids'):
            with self.subTest(columns=columns):
                fields = [name.replace('operation_ids/', f'{columns}/') for name in LINES]
                templates = self._load(fields, rows)
                self.assertEqual(self._describe(templates[0]), [
                    ("Roasting", 15, [("Green beans", 5.2, "kg")]),
                    ("Packing", 20, [("Bag", 20, "Units"), ("Label", 20, "Units")])])
                self.assertEqual(self._describe(templates[1]), [("Packing", 12, [("Bag", 10, "Units")])])
                without = templates[0].bom_line_ids.filtered(lambda line: not line.operation_id)
                self.assertEqual(without.product_id, self.valve)

    def test_materials_for_stages_that_are_there(self):
        """A file of materials alone; other templates have stages of the same names."""
        self._create_coffee_template(self.house)
        self.env['ir.model.data'].create({
            'module': '__import__', 'name': 'arabica', 'model': 'mrp.bom', 'res_id': self.template.id})
        tape = self._create_product("Tape", self.unit)
        for fields, reference in ((['id'], 'arabica'), (['.id'], str(self.template.id))):
            self.template.bom_line_ids.filtered(lambda line: line.product_id == tape).unlink()
            self._load([*fields, 'bom_line_ids/product_id', 'bom_line_ids/product_qty', 'bom_line_ids/operation_id'], [
                [reference, "Tape", '2', "Grinding"]])
            line = self.template.bom_line_ids.filtered(lambda line: line.product_id == tape)
            self.assertEqual((line.operation_id, line.product_qty), (self.template.operation_ids[1], 2))
            self.assertEqual(len(self.template.bom_line_ids), 5)

    def test_stages_and_materials_with_external_ids(self):
        templates = self._load(
            [*HEAD, 'operation_ids/id', 'bom_line_ids/product_id', 'bom_line_ids/operation_id/id', 'bom_line_ids/id'], [
                ["House Blend", '20', '1', "Packing", '15', 'stage_a', "Bag", 'stage_b', 'line_bag'],
                ['', '', '', "Packing", '20', 'stage_b', "Label", 'stage_a', 'line_label']])
        self.assertEqual(
            self._describe(templates),
            [("Packing", 15, [("Label", 1, "Units")]), ("Packing", 20, [("Bag", 1, "Units")])])
        self.assertEqual(self.env.ref('__import__.line_bag').operation_id, self.env.ref('__import__.stage_b'))

    # ------------------------------------------------------------
    # Bad files
    # ------------------------------------------------------------

    def test_errors_name_the_rows(self):
        good = ["Decaf", '10', '1', "Roasting", '12', "Green beans", '2.6']
        for fields, row, sentence in (
            (NESTED, ["House Blend", '20', '1', "Roasting", '15', "Grean beans", '5.2'], "'Grean beans'"),
            (NESTED, ["House Blend", '20', '1', "Roasting", 'long', "Green beans", '5.2'], "'long'"),
            (NESTED, ["House Blend", '20', '1', "Roasting", '-15', "Green beans", '5.2'],
             "planned duration of a stage cannot be negative"),
            (LINES, ["House Blend", '20', '1', "Roasting", '15', "Green beans", '5.2', "Grinding"],
             "Green beans of .*House Blend cannot be for Grinding, which is a stage of .*Arabica"),
            (LINES, ["House Blend", '20', '1', "Roasting", '15', "Green beans", '5.2', "Rosting"], "'Rosting'"),
        ):
            with self.subTest(sentence=sentence):
                message = self._refuse(fields, [good + [''] * (len(fields) - len(good)), row])
                self.assertRegex(message['message'], sentence)
                self.assertEqual(message['rows'], {'from': 1, 'to': 1})

    def test_a_name_that_two_stages_have(self):
        message = self._refuse(LINES, [
            ["House Blend", '20', '1', "Pressing", '15', "Bag", '5', "Pressing"],
            ['', '', '', "Pressing", '20', "Label", '20', "Pressing"]])
        self.assertIn("several stages named Pressing", message['message'])
        self.assertEqual(message['rows'], {'from': 0, 'to': 1})

    def test_a_formula_that_fails(self):
        message = self._refuse(
            [*NESTED, 'operation_ids/stage_material_ids/norm_type', 'operation_ids/stage_material_ids/formula'],
            [["House Blend", '20', '1', "Roasting", '15', "Green beans", '1', 'formula', "size * 2"]])
        self.assertIn("The norm of Green beans: size is not known here", message['message'])

    # ------------------------------------------------------------
    # The file we offer, and large ones
    # ------------------------------------------------------------

    def test_the_file_to_start_from(self):
        self._create_products("House Blend 500 g", "Oak Shelf", "Oak board", "Wood glue", "Lacquer")
        offered = self.boms.get_import_templates()
        self.assertEqual(len(offered), 2, "ours and Odoo's")
        with file_open(offered[0]['template'].removeprefix('/'), 'rb') as stream:
            content = stream.read()
        wizard = self.env['base_import.import'].create({
            'res_model': 'mrp.bom', 'file': content, 'file_type': 'text/csv', 'file_name': 'production_templates.csv'})
        options = {'has_headers': True, 'quoting': '"', 'separator': ',', 'encoding': 'utf-8'}
        preview = wizard.parse_preview(options)
        columns = range(len(preview['headers']))
        self.assertEqual(sorted(preview['matches']), list(columns), "each column finds its field")
        paths = ['/'.join(preview['matches'][number]) for number in columns]
        answer = wizard.execute_import(paths, preview['headers'], preview['options'])
        self.assertFalse(answer['messages'])
        blend, shelf = self.boms.browse(answer['ids'])
        self.assertTrue(blend.use_stages)
        self.assertEqual(self._describe(blend), [
            ("Roasting", 15, [("Green beans", 10.4, "kg")]), ("Grinding", 10, []),
            ("Packing", 20, [("Bag", 20, "Units"), ("Label", 20, "Units")])])
        self.assertEqual(blend.operation_ids.mapped('consumption_mode'), ['start', 'finish', 'finish'])
        self.assertEqual(shelf.operation_ids.mapped('wait_after'), [0, 3, 24])

    def test_queries_grow_with_the_rows_and_no_faster(self):
        self._count_import("Warm", 1)
        few, many = self._count_import("Few", 5), self._count_import("Many", 20)
        self.assertLessEqual(many, 4 * few)

    def _count_import(self, name, templates, stages=10):
        """Import templates of ten stages with two materials each, and return the queries it took."""
        self._create_products(*(f"{name} {number}" for number in range(templates)))
        rows = []
        for number in range(templates):
            for stage in range(stages):
                rows.append([
                    *([f"{name} {number}", '10', '1'] if not stage else ['', '', '']),
                    f"Stage {stage}", '15', "Bag", '2', f"Stage {stage}"])
                rows.append(['', '', '', '', '', "Label", '1', f"Stage {stage}"])
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        answer = self.boms.load(LINES, rows)
        self.env.flush_all()
        self.assertEqual(len(answer['ids']), templates, answer['messages'])
        return self.env.cr.sql_log_count - before


@tagged('post_install', '-at_install')
class TestTemplateExport(TemplateCopyCommon):
    """What was exported comes in again and changes nothing."""

    TEMPLATE_COLUMNS = (
        'id', 'product_tmpl_id/id', 'product_qty', 'product_uom_id/id', 'code', 'use_stages', 'batch_mode',
        'shortage_policy', 'defect_cost_policy', 'crm_stage_done_id/id')
    STAGE_COLUMNS = (
        'id', 'name', 'sequence', 'time_cycle_manual', 'wait_after', 'workcenter_id/id', 'instruction', 'is_parallel',
        'performer_type', 'performer_role_id/id', 'performer_partner_id/id', 'is_optional', 'activation',
        'upsell_product_ids/id', 'bom_product_template_attribute_value_ids/id', 'blocked_by_operation_ids/id',
        'base_operation_id/id', 'override_type', 'rework_limit', 'escalation_user_id/id',
        'rework_consumes')
    LINE_COLUMNS = (
        'id', 'product_id/id', 'norm_type', 'product_qty', 'product_uom_id/id', 'formula', 'sequence',
        'bom_product_template_attribute_value_ids/id')

    def _read(self):
        self._reread()
        template = self.template.with_context(active_test=False)
        return {
            records._name: records.sorted('id').read([
                name for name, field in records._fields.items()
                if field.store and name not in MAGIC_COLUMNS and not name.startswith('message_')] + ['id'])
            for records in (template, template.operation_ids, template.bom_line_ids, template.byproduct_ids)
        }

    def _export(self, columns):
        """The template as a spreadsheet has it: text in cells."""
        rows = self.template.with_context(import_compat=True).export_data(columns)['datas']
        return [[str(cell) if cell not in (False, None, '') else '' for cell in row] for row in rows]

    def test_round_trip(self):
        stages = [f'operation_ids/{name}' for name in self.STAGE_COLUMNS]
        for columns in (
            [*self.TEMPLATE_COLUMNS, *stages,
             *(f'operation_ids/stage_material_ids/{name}' for name in self.LINE_COLUMNS)],
            [*self.TEMPLATE_COLUMNS, *stages,
             *(f'bom_line_ids/{name}' for name in (*self.LINE_COLUMNS, 'operation_id/id'))],
            [*self.TEMPLATE_COLUMNS, *(f'bom_line_ids/{name}' for name in (*self.LINE_COLUMNS, 'operation_id'))],
        ):
            with self.subTest(columns=columns[-1]):
                rows = self._export(columns)
                before = self._read()
                answer = self.env['mrp.bom'].load(columns, rows)
                self.assertFalse(answer['messages'])
                self.assertEqual(answer['ids'], self.template.ids)
                self.assertEqual(self._read(), before)

    def test_an_override_that_has_the_name_of_its_base(self):
        """A new material is meant for the base; one that the override has stays there."""
        override = self.sewing.override_ids
        override.name = "Sewing"
        self.template.bom_line_ids = [Command.create({'product_id': self.valve.id, 'operation_id': override.id})]
        lines = [f'bom_line_ids/{name}' for name in ('id', 'product_id/id', 'product_qty', 'operation_id')]
        with_stages = ['id', 'operation_ids/id', 'operation_ids/name', 'operation_ids/base_operation_id/id', *lines]
        for columns in (['id', *lines], with_stages):
            with self.subTest(columns=len(columns)):
                rows = self._export(columns)
                before = self._read()
                self.assertFalse(self.env['mrp.bom'].load(columns, rows)['messages'])
                self.assertEqual(self._read(), before)
                new = dict.fromkeys(columns, '') | {
                    'bom_line_ids/product_id/id': self.label._export_rows([['id']])[0][0],
                    'bom_line_ids/product_qty': '4', 'bom_line_ids/operation_id': "Sewing"}
                self.assertFalse(self.env['mrp.bom'].load(columns, [*rows, list(new.values())])['messages'])
                self._reread()
                self.assertEqual(override.stage_material_ids.product_id, self.valve)
                self.assertEqual(self.sewing.stage_material_ids.product_id, self.label)
                self.sewing.stage_material_ids.unlink()

    def test_an_edited_export_changes_what_was_edited(self):
        columns = ['id', 'operation_ids/id', 'operation_ids/name', 'operation_ids/time_cycle_manual']
        rows = self._export(columns)
        row = next(row for row in rows if row[2] == "Washing")
        row[2:] = "Rinsing", '7'
        version = self.template.version
        self.env.cr.postcommit.clear()
        self.env['mrp.bom'].load(columns, rows)
        self._reread()
        self.assertEqual((self.washing.name, self.washing.time_cycle_manual), ("Rinsing", 7))
        self.assertEqual(self.cutting.name, "Cutting")
        self.assertEqual(self.template.version, version + 1)
        self.assertEqual(self.washing.bom_product_template_attribute_value_ids.name, "50")
