from psycopg2.errors import CheckViolation

from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import ChecklistCommon


@tagged('post_install', '-at_install')
class TestChecklistTemplate(ChecklistCommon):
    """What a technologist may write, and what is refused when it is saved."""

    def _create(self, **vals):
        return self.env['mrp.stage.check'].create({'name': "Width", 'operation_id': self.operation.id, **vals})

    def test_minimum_above_maximum(self):
        with self.assertRaisesRegex(ValidationError, "Width: the minimum, 3, is above the maximum, 2"):
            self._create(kind='number', limit_min=3, limit_max=2)
        check = self._create(kind='number', limit_min=2, limit_max=3)
        with self.assertRaisesRegex(ValidationError, "is above the maximum"):
            check.limit_min = 4
        with self.assertRaisesRegex(ValidationError, "is above the maximum"):
            self._create(kind='number', limit_type='range', limit_min=0, limit_max=-1)
        self._create(kind='number', limit_type='min', limit_min=3)

    @mute_logger('odoo.sql_db')
    def test_one_owner(self):
        for owners in ({'operation_id': False}, {'workorder_id': self.packing.id}):
            with self.assertRaises(CheckViolation) as refusal, self.env.cr.savepoint():
                self._create(**owners)
            self.assertIn(
                "belongs to a stage of a template or",
                self.env['mrp.stage.check']._sql_error_to_message(refusal.exception))

    def test_limits_that_are_given_are_meant(self):
        for expected, vals in (
            ('none', {}), ('min', {'limit_min': 2}), ('max', {'limit_max': 2}),
            ('range', {'limit_min': 1, 'limit_max': 2}), ('max', {'limit_type': 'max', 'limit_max': 0}),
        ):
            self.assertEqual(self._create(kind='number', **vals).limit_type, expected)
        check = self._create(kind='number')
        check.limit_max = 5
        self.assertEqual((check.limit_type, check.limits), ('max', "at most 5"))
        check.kind = 'text'
        self.assertEqual((check.limit_type, check.limits), ('none', False))

    def test_import(self):
        """In a spreadsheet a limit is a number in its column; nothing else need be said."""
        tasting = self._create_product("Tasting set", self.unit)
        fields = ['product_tmpl_id/.id', 'use_stages', 'operation_ids/name', 'operation_ids/photo_required'] + [
            f'operation_ids/checklist_ids/{name}' for name in ('name', 'kind', 'limit_min', 'limit_max', 'unit')]
        result = self.env['mrp.bom'].load(fields, [
            [str(tasting.product_tmpl_id.id), '1', "Packing", '1', "Weight", "Number", '250', '252.5', "g"],
            ['', '', '', '', "Seal", "Yes / No", '', '', ''],
        ])
        self.assertFalse(result['messages'])
        stage = self.env['mrp.bom'].browse(result['ids']).operation_ids
        self.assertTrue(stage.photo_required)
        self.assertEqual(
            stage.checklist_ids.mapped(lambda check: (check.name, check.kind, check.limits)),
            [("Weight", 'number', "250 to 252.5 g"), ("Seal", 'yes_no', False)])

    def test_stage_form(self):
        manager = self._create_person("Mona", 'group_manager')[1]
        form = Form(
            self.template.operation_ids[2].with_user(manager),
            view='mrp_production_stage.mrp_routing_workcenter_view_form_stage')
        with form.checklist_ids.new() as check:
            check.name = "Weight"
            check.kind = 'number'
            check.limit_type = 'range'
            check.limit_min = 0
            check.limit_max = 251.5
            check.unit = "g"
        form.photo_required = True
        with form.trigger_ids.new() as trigger:
            trigger.moment = 'start'
            trigger.activity_type_id = self.env.ref('mail.mail_activity_data_todo')
            trigger.activity_summary = "Call the customer"
        stage = form.save()
        self.assertEqual(stage.checklist_ids.limits, "0 to 251.5 g")
        self.assertEqual((stage.trigger_ids.moment, stage.photo_required), ('start', True))
