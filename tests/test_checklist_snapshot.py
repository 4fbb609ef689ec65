from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import ChecklistCommon


@tagged('post_install', '-at_install')
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
        small, large = self._create_variants("Arabica", "Size", "S", "L")
        base = self.template.copy({'product_tmpl_id': small.product_tmpl_id.id}).operation_ids.filtered('checklist_ids')
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
