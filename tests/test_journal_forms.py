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
        self.assertFalse(dialog.may_create_product)
        self.assertEqual(dialog.stage_uom_id, self.carat, "a product made here is counted as the stage counts")

    def test_the_product_that_can_only_be_meant_is_filled_in(self):
        def proposed(stage, kind):
            return self._open(getattr(stage, f'action_open_entry_{kind}')(), self.operator_user).product_id

        for number in range(2):
            _order, sorting, cutting = self._create_gems()
            with self.subTest(order=number):
                self.assertEqual(proposed(sorting, 'input'), self.rough if number else self.rough.browse())
                sorting.stage_record_input([self._line(self.rough, 120)])
                self.assertFalse(proposed(sorting, 'input'), "something else, if anything")
                self.assertFalse(proposed(sorting, 'output'), "two things came out last time, or nothing is known")
                sorting.stage_record_output([self._line(self.cuttable, 95)])
                self.assertEqual(proposed(sorting, 'output'), self.low_grade if number else self.rough.browse())
                sorting.stage_record_output([self._line(self.low_grade, 20)])
                mistake = sorting.stage_record_output([self._line(self.cut, 5)])
                sorting.stage_reverse_entry(mistake['entry_ids'][0])
                self.assertEqual(proposed(sorting, 'loss'), self.rough)
                sorting.stage_finish(balance_reason="Dust")
                cutting.stage_start()
                self.assertFalse(proposed(cutting, 'input'), "one of two")
                cutting.stage_record_input([self._line(self.low_grade, 20)])
                self.assertEqual(proposed(cutting, 'input'), self.cuttable, "what the stage before made")

    def test_what_became_something_else_is_not_unexplained(self):
        ring = self._create_product("Ring", self.unit)
        _order, sorting, _cutting = self._create_gems()
        sorting.stage_record_input([self._line(self.rough, 120)])
        sorting.stage_record_output([self._line(ring, 2)])
        self.assertEqual(sorting.balance_text, "ct: in 120\nUnits: out 2")
        self.assertFalse(sorting.unexplained_text)
        sorting.stage_record_loss('waste', self.rough.id, 1)
        self.assertEqual(sorting.unexplained_text, "119 ct")

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


@tagged('post_install', '-at_install')
class TestOutputTour(GemCommon, HttpCase):
    """Something that nobody has seen before comes out of a stage."""

    def test_item_is_made_where_it_came_out(self):
        """It is counted as the stage counts, whatever the keyboard's decimal point is."""
        order = self._create_order(50, product=self.cut)
        sorting = self._as(order.workorder_ids[0], self.supervisor_user)
        sorting.stage_start()
        sorting.stage_record_input([self._line(self.rough, 120)])
        self.supervisor_user.group_ids += self.env.ref('product.group_product_manager')
        self.start_tour('/odoo/my-stages', 'mrp_production_stage_output', login=self.supervisor_user.login)
        made = self.env['product.product'].search([('name', '=', "Star sapphire")])
        self.assertEqual((made.uom_id, made.is_storable), (self.carat, True))
        self.assertEqual(
            self._entries(order.workorder_ids[0], 'output').mapped(lambda entry: (entry.product_id, entry.quantity)),
            [(made, 0.25), (self.cuttable, 95.5)])
