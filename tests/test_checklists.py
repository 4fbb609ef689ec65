import base64

from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import StageCommon

PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
PHOTO = {'name': "roast.png", 'data': PIXEL}


@tagged('post_install', '-at_install')
class ChecklistCommon(StageCommon):
    """Grinding has one check of each kind: Clean, Moisture, Remark and Picture; all but Remark are required."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template.operation_ids.wait_after = 0
        cls.operation = cls.template.operation_ids[1]
        cls.operation.checklist_ids = [
            Command.create({'name': "Clean", 'kind': 'yes_no', 'expected': 'yes', 'sequence': 1}),
            Command.create({
                'name': "Moisture", 'kind': 'number', 'unit': "g", 'limit_type': 'range', 'limit_min': 0,
                'limit_max': 12.5, 'sequence': 2}),
            Command.create({'name': "Remark", 'kind': 'text', 'is_required': False, 'sequence': 3}),
            Command.create({'name': "Picture", 'kind': 'photo', 'sequence': 4}),
        ]
        cls.order = cls._create_order(20)
        cls.roasting, cls.grinding, cls.packing = cls.order.workorder_ids
        cls.roasting.stage_start()
        cls.roasting.stage_finish()
        cls.clean, cls.moisture, cls.remark, cls.picture = cls.grinding.checklist_ids

    def setUp(self):
        super().setUp()
        self.stage = self._as(self.grinding, self.operator_user)
        self.stage.stage_start()

    def _answers(self, **values):
        """Good answers to what is required, with others in their place."""
        values = {'clean': True, 'moisture': 11, 'picture': PHOTO} | values
        return [{'check_id': self[name].id, 'value': value} for name, value in values.items() if value is not None]

    def __getitem__(self, name):
        return getattr(self, name)

    def _read_state(self):
        self.env.flush_all()
        self.env.invalidate_all()
        return (
            self.grinding.read(['stage_status', 'qty_produced', 'is_started', 'qty_supplied']),
            self.order.event_ids.ids,
            self.order.check_answer_ids.ids,
            self.env['ir.attachment'].search_count([('res_model', 'in', ('mrp.workorder', 'mrp.stage.check.answer'))]),
        )

    def _assert_refused(self, pattern, stage=None, **arguments):
        before = self._read_state()
        with self.assertRaisesRegex(UserError, pattern) as refusal:
            (stage or self.stage).stage_finish(**arguments)
        self.assertEqual(self._read_state(), before)
        self.assertRegex(str(refusal.exception), r'^[^%]+\.$')


class TestChecklistAnswers(ChecklistCommon):
    """Checks answered through the API, as the operator."""

    def test_answers_stay_with_the_stage(self):
        self.stage.stage_finish(checks=self._answers(remark="Smells good"))
        self.assertEqual(self.grinding.stage_status, 'done')
        answers = self.grinding.check_answer_ids.sorted('id')
        self.assertEqual(
            answers.mapped(lambda answer: (answer.name, answer.answer, answer.limits, answer.in_limits)),
            [
                ("Clean", "Yes", "Yes", True), ("Moisture", "11 g", "0 to 12.5 g", True),
                ("Picture", "roast.png", False, True), ("Remark", "Smells good", False, True),
            ])
        self.assertEqual((answers[0].value_boolean, answers[1].value_number), (True, 11))
        self.assertEqual(answers[2].value_photo, PIXEL.encode())
        finish = self.order.event_ids.filtered(lambda event: event.kind == 'finish')[0]
        self.assertEqual(answers.event_id, finish)
        self.assertEqual(answers.employee_id, self.operator)
        self.assertEqual(self.order.check_answer_ids, answers.sorted('id', reverse=True))
        self.assertNotIn(PIXEL, str(finish.request), "the log keeps no photo twice")

    def test_zero_is_a_limit_and_a_value(self):
        self._assert_refused(
            "Moisture of Grinding is -0.5 g, but must be 0 to 12.5 g", checks=self._answers(moisture=-0.5))
        self.stage.stage_finish(checks=self._answers(moisture=0))
        self.assertEqual(self.grinding.stage_status, 'done')

    def test_limits_themselves_are_good(self):
        self.stage.stage_finish(qty=5, checks=self._answers(moisture=12.5))
        self._assert_refused("Moisture of Grinding is 12.5001 g", checks=self._answers(moisture=12.5001))

    def test_every_finish_answers_again(self):
        self.stage.stage_finish(qty=5, checks=self._answers())
        self._assert_refused("before its checklist is answered: Clean, Moisture, Picture")
        self.stage.stage_finish(checks=self._answers(moisture=9))
        moistures = self.grinding.check_answer_ids.filtered(lambda answer: answer.check_id == self.moisture)
        self.assertEqual(moistures.mapped('value_number'), [9, 11])
        self.assertEqual(len(moistures.event_id), 2)

    def test_all_missing_answers_are_named(self):
        self._assert_refused(
            "Grinding of .* before its checklist is answered: Moisture, Picture",
            checks=self._answers(moisture=None, picture=None))

    def test_what_is_no_answer(self):
        other = self.env['mrp.stage.check'].create(
            {'name': "Elsewhere", 'operation_id': self.template.operation_ids[2].id})
        of_the_template = self.operation.checklist_ids[0]
        for pattern, checks in (
            ("is answered with yes or no", self._answers(clean=1)),
            ("is answered with yes or no", self._answers(clean="yes")),
            ("is answered with a number", self._answers(moisture=True)),
            ("is answered with a number", self._answers(moisture="11")),
            ("is answered with a number", self._answers(moisture=float('nan'))),
            ("is answered with a number", self._answers(moisture=float('inf'))),
            ("is answered with a number", self._answers(moisture=10 ** 400)),
            ("is answered with a number", self._answers(moisture=PHOTO)),
            ("is answered with a text", self._answers(remark=5)),
            ("is answered with a text", self._answers(remark="  ")),
            ("is answered with a text", self._answers(remark="a\0b")),
            ("is answered with a photo", self._answers(picture="roast.png")),
            ("is not a photo", self._answers(picture={'name': "a.png", 'data': "bm90"})),
            ("is not a photo", self._answers(picture={'data': PIXEL})),
            ("is answered twice", self._answers() + self._answers()),
            ("is not one of Grinding", [*self._answers(), {'check_id': other.id, 'value': True}]),
            ("is not one of Grinding", [*self._answers(), {'check_id': of_the_template.id, 'value': True}]),
            ("is not one of Grinding", [*self._answers(), {'check_id': 987654321, 'value': True}]),
            ("not the number of a record", [{'check_id': "one", 'value': True}]),
            ("given as a check and a value", [{'check_id': self.clean.id}]),
            ("given as a check and a value", ["yes"]),
            ("given as a list", {'check_id': self.clean.id, 'value': True}),
            ("reason for accepting a value is a text",
             [{'check_id': self.clean.id, 'value': False, 'accept_reason': 5}]),
        ):
            with self.subTest(pattern, checks=str(checks)[:80]):
                self._assert_refused(pattern, checks=checks)

    def test_answers_to_a_stage_without_checklist(self):
        self.stage.stage_finish(checks=self._answers())
        self.packing.stage_start()
        self._assert_refused("Packing has no checklist", stage=self.packing, checks=self._answers())

    def test_repetition_stores_nothing_twice(self):
        arguments = {'checks': self._answers(), 'photos': [PHOTO], 'client_key': 'phone-1/1'}
        first = self.stage.stage_finish(**arguments)
        before = self._read_state()
        self.assertEqual(self.stage.stage_finish(**arguments), first | {'replayed': True})
        self.assertEqual(self._read_state(), before)
        for other in (
            {'checks': self._answers(moisture=12)},
            {'checks': self._answers(picture={'name': "other.png", 'data': PIXEL})},
            {'photos': []},
        ):
            with self.subTest(other), self.assertRaisesRegex(UserError, "already used for another act"):
                self.stage.stage_finish(**arguments | other)

    def test_several_stages_at_once(self):
        """Each answer belongs to the stage of its check."""
        second = self._create_order(20)
        second.workorder_ids[0].stage_start()
        second.workorder_ids[0].stage_finish()
        second.workorder_ids[1].stage_start()
        stages = self.grinding | second.workorder_ids[1]
        self._assert_refused(
            f"Grinding of {second.name} cannot be finished before", stage=stages, checks=self._answers())
        checks = self._answers() + [
            {'check_id': check.id, 'value': {'yes_no': True, 'number': 3}.get(check.kind, PHOTO)}
            for check in second.workorder_ids[1].checklist_ids if check.is_required]
        stages.stage_finish(checks=checks)
        self.assertEqual(stages.mapped('stage_status'), ['done', 'done'])
        self.assertEqual(
            second.check_answer_ids.event_id, second.event_ids[0], "the last event is the finish of its own stage")
        self.assertEqual(len(second.check_answer_ids), 3)

    # ------------------------------------------------------------
    # Out of limits
    # ------------------------------------------------------------

    def test_operator_accepts_nothing(self):
        checks = self._answers(moisture=14)
        self._assert_refused("Moisture of Grinding is 14 g, but must be 0 to 12.5 g. Only a supervisor", checks=checks)
        checks[1]['accept_reason'] = "It is fine"
        self._assert_refused("Only a supervisor may accept it", checks=checks)
        self._assert_refused("Clean of Grinding is No, but must be Yes", checks=self._answers(clean=False))

    def test_supervisor_accepts_with_a_reason(self):
        stage = self._as(self.grinding, self.supervisor_user)
        checks = self._answers(moisture=14)
        self._assert_refused("Say why you accept it", stage=stage, checks=checks)
        checks[1]['accept_reason'] = "   "
        self._assert_refused("Say why you accept it", stage=stage, checks=checks)
        checks[1]['accept_reason'] = "Blend for the office"
        checks[0]['accept_reason'] = "Needed by nobody"
        stage.stage_finish(checks=checks)
        clean, moisture = (self.grinding.check_answer_ids.filtered(
            lambda answer, check=check: answer.check_id == check) for check in (self.clean, self.moisture))
        self.assertEqual(
            (moisture.in_limits, moisture.accepted_by, moisture.accept_reason),
            (False, self.supervisor_user, "Blend for the office"))
        self.assertEqual((clean.in_limits, clean.accepted_by.id, clean.accept_reason), (True, False, False))

    def test_no_may_be_the_good_answer(self):
        self.operation.checklist_ids.unlink()
        self.operation.checklist_ids = [
            Command.create({'name': "Stones", 'expected': 'no'}), Command.create({'name': "Dark"})]
        stage = self._create_order(1).workorder_ids[1]
        stones, dark = stage.checklist_ids
        self.assertEqual((stones._is_within(True), stones._is_within(False)), (False, True))
        self.assertEqual((dark._is_within(True), dark._is_within(False), dark.limits), (True, True, False))

    # ------------------------------------------------------------
    # Photos
    # ------------------------------------------------------------

    def test_photo_of_this_finish(self):
        self.template.operation_ids[2].photo_required = True
        order = self._create_order(20)
        for stage, checks in zip(order.workorder_ids[:2], ([], self._answers_of(order.workorder_ids[1]))):
            stage.stage_start()
            stage.stage_finish(checks=checks, photos=[PHOTO])
        packing = self._as(order.workorder_ids[2], self.operator_user)
        packing.stage_start()
        self._assert_refused("without a photo", stage=packing)
        packing.stage_finish(qty=5, photos=[PHOTO, PHOTO | {'name': "two.png"}])
        self._assert_refused("without a photo", stage=packing)
        event = order.event_ids.filtered(lambda event: event.workorder_id.id == packing.id)[0]
        self.assertEqual(sorted(event.photo_ids.mapped('name')), ["roast.png", "two.png"])
        self.assertEqual(set(event.photo_ids.mapped('res_id')), {packing.id})
        packing.stage_finish(photos=[PHOTO])
        self.assertEqual(packing.stage_status, 'done')

    def _answers_of(self, stage):
        values = {'yes_no': True, 'number': 3, 'photo': PHOTO}
        return [
            {'check_id': check.id, 'value': values[check.kind]} for check in stage.checklist_ids if check.is_required]

    # ------------------------------------------------------------
    # Odoo's own buttons
    # ------------------------------------------------------------

    def test_one_click_buttons_ask_for_the_answers(self):
        for act in (self.grinding.button_finish, self.grinding.action_mark_as_done,
                    lambda: self.grinding.set_state('done'), self.order.workorder_ids.button_finish):
            before = self._read_state()
            with self.assertRaisesRegex(UserError, "answered: Clean, Moisture, Picture. Do it in the stage's Finish"):
                act()
            self.assertEqual(self._read_state(), before)
        self.grinding.stage_finish(checks=self._answers())
        self.packing.button_finish()
        self.assertEqual(self.order.state, 'done')


class TestChecklistSnapshot(ChecklistCommon):
    """An order's checks are those its template had when it was made."""

    def _read_checks(self, stage):
        self.env.flush_all()
        self.env.invalidate_all()
        return [
            (check.name, check.kind, check.is_required, check.expected, check.unit, check.limits)
            for check in stage.checklist_ids]

    def test_changes_of_the_template_do_not_reach_the_order(self):
        before = self._read_checks(self.grinding)
        self.assertEqual([name for name, *_rest in before], ["Clean", "Moisture", "Remark", "Picture"])
        self.operation.write({'photo_required': True, 'checklist_ids': [
            Command.delete(self.operation.checklist_ids[0].id),
            Command.update(self.operation.checklist_ids[1].id, {'limit_max': 1, 'name': "Wetness"}),
            Command.create({'name': "Noise"}),
        ]})
        self.assertEqual(self._read_checks(self.grinding), before)
        self.assertFalse(self.grinding.photo_required)
        self.assertEqual(
            [name for name, *_rest in self._read_checks(self._create_order(1).workorder_ids[1])],
            ["Wetness", "Remark", "Picture", "Noise"])
        self.stage.stage_finish(checks=self._answers())
        answers = self.order.check_answer_ids.mapped(lambda answer: (answer.name, answer.limits, answer.answer))
        self.operation.unlink()
        self.env.invalidate_all()
        self.assertEqual(
            self.order.check_answer_ids.mapped(lambda answer: (answer.name, answer.limits, answer.answer)), answers)

    def test_a_draft_has_its_rows_and_loses_them_with_its_stages(self):
        draft = self._create_order(20, confirm=False)
        checks = draft.workorder_ids.checklist_ids
        self.assertEqual(len(checks), 4)
        draft.unlink()
        self.assertFalse(checks.exists())

    def test_a_template_without_stages_gives_no_checks(self):
        self.template.use_stages = False
        self.assertFalse(self._create_order(1).workorder_ids.checklist_ids)

    def test_copies_of_an_order_keep_their_checks(self):
        order = self._create_order(20)
        before = self._read_checks(order.workorder_ids[1])
        self.operation.checklist_ids.unlink()
        # To copy any order, Odoo asks for a right to read journal entries.
        self.supervisor_user.group_ids += self.env.ref('account.group_account_invoice')
        copy = order.with_user(self.supervisor_user).copy()
        self.assertEqual(self._read_checks(copy.workorder_ids[1]), before)
        parts = order.with_user(self.supervisor_user)._split_productions({order: [15, 5]})
        for part in parts:
            self.assertEqual(self._read_checks(part.workorder_ids[1]), before)
        self.assertFalse(parts[0].workorder_ids[1].checklist_ids & parts[1].workorder_ids[1].checklist_ids)

    def test_duplicate_of_a_template(self):
        self.operation.photo_required = True
        self.operation.trigger_ids = [Command.create({
            'activity_type_id': self.env.ref('mail.mail_activity_data_todo').id, 'activity_days': 2})]
        copy = self.template.copy()
        copied = copy.operation_ids.sorted('sequence')[1]
        self.assertEqual(self._read_checks(copied), self._read_checks(self.operation))
        self.assertTrue(copied.photo_required)
        self.assertEqual(copied.trigger_ids.activity_days, 2)
        self.assertEqual(len(self.operation.checklist_ids), 4)

    def test_a_replacing_stage_starts_with_the_checks_of_its_base(self):
        size = self.env['product.attribute'].create({
            'name': "Size", 'value_ids': [Command.create({'name': name}) for name in ("S", "L")]})
        bag = self.env['product.template'].create({
            'name': "Arabica", 'type': 'consu', 'is_storable': True, 'attribute_line_ids': [
                Command.create({'attribute_id': size.id, 'value_ids': [Command.set(size.value_ids.ids)]})]})
        small, large = bag.product_variant_ids
        base = self.template.copy({'product_tmpl_id': bag.id}).operation_ids.filtered('checklist_ids')
        override = self.env['mrp.routing.workcenter'].create({
            'base_operation_id': base.id, 'override_type': 'replace',
            'bom_product_template_attribute_value_ids': [
                Command.set(large.product_template_attribute_value_ids.ids)]})
        self.assertEqual(self._read_checks(override), self._read_checks(base))
        override.checklist_ids[0].unlink()
        names = {
            product: self._create_order(1, product=product).workorder_ids.checklist_ids.mapped('name')
            for product in (small, large)}
        self.assertEqual(names, {
            small: ["Clean", "Moisture", "Remark", "Picture"], large: ["Moisture", "Remark", "Picture"]})

    def test_rows_of_an_order_are_never_changed(self):
        for record in (self.clean, self.clean.sudo()):
            with self.assertRaisesRegex(UserError, "cannot be changed"):
                record.name = "Dirty"
            with self.assertRaisesRegex(UserError, "cannot be deleted"):
                record.unlink()

    def test_queries_do_not_grow_with_checks(self):
        def count(checks):
            self.operation.checklist_ids.unlink()
            self.operation.checklist_ids = [
                Command.create({'name': f"Check {number}"}) for number in range(checks)]
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._create_order(1, confirm=False)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before
        count(1)
        none, one, twenty = count(0), count(1), count(20)
        self.assertEqual(one, twenty)
        self.assertLessEqual(one - none, 4)


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


class TestChecklistRights(ChecklistCommon):
    """Who reads and writes checks and answers."""

    def test_answers_are_a_log(self):
        self.stage.stage_finish(checks=self._answers())
        manager = self._create_person("Mona", 'group_manager')[1]
        answers = self.grinding.check_answer_ids
        for user in (self.operator_user, self.supervisor_user, manager):
            with self.assertRaises(AccessError):
                self.env['mrp.stage.check.answer'].with_user(user).create({'check_id': self.clean.id})
        for record in (answers.with_user(manager), answers, answers.sudo()):
            with self.assertRaisesRegex(UserError, "cannot be changed"):
                record.write({'value_number': 1})
            with self.assertRaises(UserError):
                record.unlink()
        photo = self.env['ir.attachment'].search([
            ('res_model', '=', answers._name), ('res_field', '=', 'value_photo'), ('res_id', 'in', answers.ids)])
        self.assertEqual(len(photo), 1)
        with self.assertRaises(AccessError):
            photo.with_user(manager).unlink()
        self.assertTrue(self._as(answers, self.supervisor_user)[-1].answer)
        with self.assertRaises(AccessError):
            self._as(answers, self.operator_user).read(['value_number'])

    def test_checks_of_orders_are_copies_nobody_adds_to(self):
        manager = self._create_person("Mona", 'group_manager')[1]
        for model, vals in (('mrp.stage.check', {'name': "Mine"}), ('mrp.stage.trigger', {
            'activity_type_id': self.env.ref('mail.mail_activity_data_todo').id})):
            with self.assertRaises(AccessError):
                self.env[model].with_user(manager).create({'workorder_id': self.packing.id, **vals})
            with self.assertRaises(AccessError):
                self.env[model].with_user(self.supervisor_user).create({'operation_id': self.operation.id, **vals})
        self.env['mrp.stage.check'].with_user(manager).create({'name': "Mine", 'operation_id': self.operation.id})

    def test_operator_learns_what_to_answer(self):
        keys = ('check_id', 'name', 'expected', 'limit_min', 'limit_max', 'unit')
        self.assertEqual(
            [tuple(check[key] for key in keys) for check in self.stage.stage_checks()],
            [(self.clean.id, "Clean", True, None, None, None), (self.moisture.id, "Moisture", None, 0, 12.5, "g"),
             (self.remark.id, "Remark", None, None, None, None), (self.picture.id, "Picture", None, None, None, None)])
        self.assertEqual(
            self.stage.check_text.splitlines(), ["Clean: Yes", "Moisture: 0 to 12.5 g", "Remark", "Picture"])
        self.packing.stage_assign(self.helper.id)
        with self.assertRaises(AccessError):
            self._as(self.packing, self.operator_user).stage_checks()
        with self.assertRaises(AccessError):
            self._as(self.clean, self.operator_user).read(['name'])

    def test_other_company(self):
        company = self.env['res.company'].create({'name': "Elsewhere"})
        stranger = self._create_person("Stan", 'group_manager')[1]
        stranger.write({'company_ids': [Command.set(company.ids)], 'company_id': company.id})
        self.template.company_id = self.company
        self.stage.stage_finish(checks=self._answers())
        self.env.flush_all()
        for model in ('mrp.stage.check', 'mrp.stage.check.answer'):
            self.assertFalse(self.env[model].with_user(stranger).search(
                [('id', 'in', (self.clean | self.operation.checklist_ids).ids)] if model == 'mrp.stage.check' else []))


class TestChecklistDialog(ChecklistCommon):
    """The finish dialog, as the operator and as the supervisor."""

    def _dialog(self, user, stage=None):
        self.env.invalidate_all()
        return Form(self.env['mrp.stage.finish'].with_user(user).with_context(
            default_workorder_id=(stage or self.grinding).id))

    def _fill(self, dialog, **values):
        for number, vals in enumerate((
            {'value_choice': 'yes'}, {'value_number': 11, 'has_number': True}, {},
            {'value_photo': PIXEL, 'photo_name': "roast.jpg"},
        )):
            with dialog.check_ids.edit(number) as line:
                for name, value in (vals | values.get(line.name.lower(), {})).items():
                    setattr(line, name, value)

    def test_operator_answers(self):
        dialog = self._dialog(self.operator_user)
        self.assertEqual(
            [(line['name'], line['kind'], line['is_required'], line['unit'], line['limits'])
             for line in dialog.check_ids._records],
            [("Clean", 'yes_no', True, False, "Yes"), ("Moisture", 'number', True, "g", "0 to 12.5 g"),
             ("Remark", 'text', False, False, False), ("Picture", 'photo', True, False, False)])
        self._fill(dialog)
        dialog.save().action_finish()
        self.assertEqual(self.grinding.stage_status, 'done')
        answers = self.grinding.check_answer_ids.sorted('id')
        self.assertEqual(answers.mapped('answer'), ["Yes", "11 g", "roast.jpg"])
        self.assertEqual(answers[2].value_photo, PIXEL.encode())

    def test_what_is_not_answered_is_missing(self):
        dialog = self._dialog(self.operator_user)
        dialog = dialog.save()
        with self.assertRaisesRegex(UserError, "answered: Clean, Moisture, Picture"):
            dialog.action_finish()

    def test_zero_that_was_typed_in_is_an_answer(self):
        dialog = self._dialog(self.operator_user)
        self._fill(dialog, moisture={'value_number': 0, 'has_number': True})
        dialog.save().action_finish()
        self.assertEqual(self.grinding.check_answer_ids.filtered(lambda answer: answer.kind == 'number').answer, "0 g")

    def test_warning_while_typing(self):
        dialog = self._dialog(self.operator_user)
        with dialog.check_ids.edit(1) as line:
            self.assertFalse(line.is_out)
            line.value_number = 14
            line.has_number = True
            self.assertEqual((line.is_out, line.may_accept), (True, False))
            line.value_number = 12
            self.assertFalse(line.is_out)
        with dialog.check_ids.edit(0) as line:
            line.value_choice = 'no'
            self.assertTrue(line.is_out)

    def test_supervisor_accepts(self):
        dialog = self._dialog(self.supervisor_user)
        self._fill(dialog, moisture={'value_number': 14, 'has_number': True, 'accept_reason': "For the office"})
        with dialog.check_ids.edit(1) as line:
            self.assertTrue(line.may_accept)
        dialog.save().action_finish()
        moisture = self.grinding.check_answer_ids.filtered(lambda answer: answer.kind == 'number')
        self.assertEqual((moisture.accept_reason, moisture.accepted_by), ("For the office", self.supervisor_user))

    def test_photos(self):
        self.template.operation_ids[0].photo_required = True
        roasting = self._create_order(5).workorder_ids[0]
        self._as(roasting, self.operator_user).stage_start()
        dialog = self._dialog(self.operator_user, roasting)
        self.assertTrue(dialog.photo_required)
        photo = self.env['ir.attachment'].with_user(self.operator_user).create(
            {'name': "roast.png", 'raw': base64.b64decode(PIXEL), 'res_model': 'mrp.stage.finish', 'res_id': 0})
        dialog.photo_ids.add(photo)
        dialog.save().action_finish()
        self.assertEqual(roasting.event_ids[0].photo_ids.raw, base64.b64decode(PIXEL))
        self.assertNotEqual(roasting.event_ids[0].photo_ids, photo)

    def test_photos_of_discarded_dialogs_go(self):
        photo, fresh = self.env['ir.attachment'].with_user(self.operator_user).create([
            {'name': "roast.png", 'raw': b"x", 'res_model': 'mrp.stage.finish', 'res_id': 0}] * 2)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE ir_attachment SET create_date = create_date - interval '2 days' WHERE id = %s", [photo.id])
        self.env.invalidate_all()
        self.env['mrp.stage.finish']._gc_photos()
        self.assertEqual((photo | fresh).exists(), fresh)

    def test_dialog_tells_nothing_of_other_stages(self):
        other = self._create_order(5).workorder_ids[1]
        other.stage_assign(self.helper.id)
        dialog = self.env['mrp.stage.finish'].with_user(self.operator_user).create({
            'workorder_id': self.grinding.id, 'qty': 20,
            'check_ids': [Command.create({'check_id': other.checklist_ids[0].id})]})
        self.assertFalse(dialog.check_ids.name)
        self.assertFalse(dialog.check_ids.limits)
