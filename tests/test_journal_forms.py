from odoo.exceptions import UserError
from odoo.tests import Form, HttpCase, tagged

from .test_journal import GemCommon


@tagged('post_install', '-at_install')
class TestJournalForms(GemCommon):
    """The journal through its dialogs, as the operator who writes it."""

    def _open(self, action, user):
        return Form(self.env[action['res_model']].with_user(user).with_context(**action['context']))

    def _record(self, stage, kind, user=None, **values):
        """Fill in the dialog that a button of the stage's journal opens."""
        user = user or self.operator_user
        dialog = self._open(getattr(stage, f'action_open_entry_{kind}')(), user)
        for name, value in values.items():
            setattr(dialog, name, value)
        dialog.save().action_record()

    def test_gems(self):
        order = self._create_order(50, product=self.cut)
        sorting, cutting = self._as(order.workorder_ids, self.operator_user)
        sorting.stage_start()
        self.assertEqual(sorting.action_open_journal()['res_id'], sorting.id)
        self._record(sorting, 'input', product_id=self.rough, qty=120)
        self._record(sorting, 'output', product_id=self.cuttable, qty=95)
        self._record(
            sorting, 'loss', loss_kind='scrap', qty=25, scrap_product_id=self.low_grade, note="Milky")
        self.assertEqual((self._qty(self.cuttable), self._qty(self.low_grade)), (95, 25))
        self.assertEqual(sorting.balance_text, "ct: in 120 · out 95 · scrap 25")
        self.assertFalse(sorting.unexplained_text)
        self._open(sorting.action_open_stage_finish(), self.operator_user).save().action_finish()

        cutting.stage_start()
        self._record(cutting, 'input', product_id=self.cuttable, qty=95)
        self._record(cutting, 'output', product_id=self.cut, qty=52)
        self._record(cutting, 'loss', qty=41.5)
        self._record(cutting, 'loss', loss_kind='rejection', product_id=self.cut, qty=1.2, note="Crack")
        self.assertEqual(cutting.stage_summary()[0]['unexplained'], 0.3)
        self.assertEqual(cutting.unexplained_text, "0.30 ct")
        dialog = self._open(cutting.action_open_stage_finish(), self.operator_user)
        self.assertTrue(dialog.is_unbalanced)
        with self.assertRaisesRegex(UserError, "are unexplained"), self.env.cr.savepoint():
            dialog.save().action_finish()
        dialog = self._open(cutting.action_open_stage_finish(), self.operator_user)
        dialog.balance_reason = "Dust in the filter"
        dialog.save().action_finish()
        self.assertEqual((order.state, order.qty_produced, self._qty(self.cut)), ('done', 52, 52))
        self.assertEqual(order.event_ids[0].balance_reason, "Dust in the filter")
        self.assertEqual(set(order.event_ids.mapped('source')) - {'api'}, {'office'})

    def test_dialogs_know_the_product_its_unit_and_its_scrap(self):
        self.rough.product_tmpl_id.scrap_product_id = self.low_grade
        _order, sorting, _cutting = self._create_gems()
        sorting.stage_record_input([self._line(self.rough, 120)])
        dialog = self._open(sorting.action_open_entry_loss(), self.supervisor_user)
        self.assertEqual(
            (dialog.product_id, dialog.uom_id, dialog.scrap_product_id, dialog.loss_kind),
            (self.rough, self.carat, self.low_grade, 'waste'))
        self.assertIn(self.env.ref('uom.product_uom_gram'), dialog.allowed_uom_ids[:])
        self.assertNotIn(self.unit, dialog.allowed_uom_ids[:])
        dialog = self._open(sorting.action_open_entry_output(), self.supervisor_user)
        self.assertFalse(dialog.product_id)
        self.assertEqual(dialog.stage_uom_id, self.carat, "a product made here is counted as the stage counts")

    def test_reversal_dialog(self):
        _order, sorting, _cutting = self._create_gems()
        entry = self.env['mrp.workorder.entry'].browse(
            sorting.stage_record_input([self._line(self.rough, 120)])['entry_ids'])
        dialog = self._open(entry.action_open_reversal(), self.supervisor_user)
        self.assertEqual((dialog.product_id, dialog.quantity), (self.rough, 120))
        dialog.note = "Scales"
        dialog.save().action_reverse()
        self.assertTrue(entry.is_reversed)
        self.assertEqual((entry.reversal_ids.note, self._qty(self.rough)), ("Scales", 240))

    def test_lots_in_the_dialogs(self):
        parcel = self._create_product("Parcel", self.carat, cost=10, tracking='lot')
        lot = self.env['stock.lot'].create({'name': "P-1", 'product_id': parcel.id})
        self._stock(parcel, 50, lot)
        order = self._create_order(50, product=self.cut)
        sorting = self._as(order.workorder_ids[0], self.operator_user)
        sorting.stage_start()
        self._record(sorting, 'input', product_id=parcel, qty=20, lot_id=lot)
        self._record(sorting, 'output', product_id=parcel, qty=5, lot_name="P-1 rest")
        self.assertEqual(self._entries(order.workorder_ids[0]).mapped('lot_name'), ["P-1", "P-1 rest"])
        self.assertEqual(self._qty(parcel), 35)


@tagged('post_install', '-at_install')
class TestJournalTour(GemCommon, HttpCase):
    """A loss is recorded on the phone."""

    browser_size = '390x844'
    touch_enabled = True

    def test_operator_records_a_loss(self):
        order = self._create_order(50, product=self.cut)
        sorting = order.workorder_ids[0]
        self._as(sorting, self.operator_user).stage_start()
        self._as(sorting, self.operator_user).stage_record_input([self._line(self.rough, 120)])
        self.start_tour('/odoo/my-stages', 'mrp_production_stage_journal', login=self.operator_user.login)
        entries = self._entries(sorting)
        self.assertEqual(
            entries.mapped(lambda entry: (entry.kind, entry.quantity, entry.note, entry.employee_id)),
            [('input', 120, False, self.operator), ('rejection', 2.5, "Cracked", self.operator),
             ('rejection', 2.5, "Counted twice", self.operator)])
        self.assertEqual(entries[2].reversed_entry_id, entries[1])
