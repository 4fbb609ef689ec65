import random

from odoo.exceptions import UserError
from odoo.tests import tagged

from .test_journal import GemCommon


@tagged('post_install', '-at_install')
class TestJournalRandom(GemCommon):
    """Random journals over tracked and untracked products in three units: whatever is recorded, taken back or
    cancelled, stock is what its moves say, nothing is made of nothing, and no move is left half done."""

    RUNS = 4
    ACTS = 25

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.products = cls.rough | cls.cuttable | cls.low_grade
        for name, unit, tracking in (
            ("Parcel", cls.carat, 'lot'), ("Metal", cls.kg, 'none'), ("Wire", cls.kg, 'lot'),
            ("Setting", cls.unit, 'none'), ("Clasp", cls.unit, 'serial'),
        ):
            cls.products |= cls._create_product(name, unit, cost=5, tracking=tracking)
        cls.untracked = cls.products.filtered(lambda product: product.tracking == 'none')
        for product in cls.products:
            if product.tracking == 'none':
                cls._stock(product, 100)
                continue
            for number in range(4):
                lot = cls.env['stock.lot'].create({'name': f"{product.name}-{number}", 'product_id': product.id})
                cls._stock(product, 1 if product.tracking == 'serial' else 25, lot)

    def test_random_journals(self):
        done = 0
        for seed in range(self.RUNS):
            with self.subTest(seed=seed):
                done += self._run(random.Random(seed))
        self.assertGreater(done, self.RUNS * self.ACTS / 3, "most random acts were refused: the test shows little")

    def _run(self, chance):
        order = self._create_order(50, product=self.cut)
        sorting, cutting = order.workorder_ids
        sorting.stage_start()
        sorting.stage_finish(qty=25, balance_reason="Random")
        cutting.stage_start()
        for stage in order.workorder_ids:
            stage.stage_record_input([self._line(chance.choice(self.untracked), chance.randint(5, 20))])
        before = self._get_total_value(order)
        self.assertAlmostEqual(before, 0)
        done = 0
        for number in range(self.ACTS):
            stage = chance.choice(order.workorder_ids)
            act, arguments, options = self._choose(chance, stage, number)
            try:
                with self.env.cr.savepoint():
                    getattr(stage, act)(*arguments, **options)
                done += 1
            except UserError:
                self.env.invalidate_all()
            self._check_order(order, before)
        if chance.random() < 0.5:
            order.action_cancel()
            returns = [
                {'move_id': move.id, 'qty': quantity}
                for move, quantity in order.move_raw_ids.filtered(
                    lambda move: move.state == 'done')._get_returnable_quantities().items() if quantity]
            try:
                with self.env.cr.savepoint():
                    order.return_materials(returns)
            except UserError:
                self.env.invalidate_all()
        else:
            for stage in order.workorder_ids:
                if not stage.is_started and stage.stage_status != 'done':
                    stage.stage_start()
                if stage.stage_status != 'done':
                    stage.stage_finish(balance_reason="Random")
            self.assertEqual(order.state, 'done')
        self._check_order(order, before)
        return done

    def _choose(self, chance, stage, number):
        """Return a random act on a stage with its arguments."""
        product = chance.choice(self.products | self.cut)
        quantity = 1 if product.tracking == 'serial' else chance.randint(1, 1000) / 100
        line = self._line(product, quantity)
        if product.uom_id == self.carat and chance.random() < 0.3:
            line = self._line(product, round(quantity / 5, 2), uom_id=self.env.ref('uom.product_uom_gram').id)
        lots = self.env['stock.lot'].search([('product_id', '=', product.id)])
        if lots and chance.random() < 0.5:
            line['lot_id'] = chance.choice(lots).id
        note = {'note': f"Act {number}"}
        return chance.choice((
            ('stage_record_input', [[line]], note), ('stage_record_input', [[line]], note),
            ('stage_record_output', [[line | {'lot_name': f"New-{number}"}]], note),
            ('stage_record_output', [[line, line]], note),
            ('stage_record_loss', [chance.choice(('waste', 'rejection', 'scrap'))], line | note),
            ('stage_record_loss', [chance.choice(('waste', 'rejection', 'scrap'))], line | note),
            ('stage_reverse_entry', [chance.choice(stage.entry_ids.ids or [1])], note),
            ('stage_reverse_entry', [chance.choice(stage.entry_ids.ids or [1])], note),
            ('stage_start', [], {}), ('stage_cancel_start', [], {}),
            ('stage_finish', [], {'qty': chance.randint(1, 20), 'balance_reason': "Random"}),
        ))

    def _check_order(self, order, before):
        self._assert_quants()
        entries = order.entry_ids
        self.assertLessEqual(set(entries.move_id.mapped('state')), {'done'})
        moves = self.env['stock.move'].search([('workorder_id', 'in', order.workorder_ids.ids)])
        self.assertLessEqual(set(moves.mapped('state')), {'done'}, "there is no norm: nothing is left open")
        for move in moves:
            self.assertAlmostEqual(move.quantity, sum(move.move_line_ids.mapped('quantity')))
            self.assertTrue(all(move.move_line_ids.mapped('picked')))
        for stage in order.workorder_ids:
            for unit, balance in stage._get_balances():
                if not any(
                    entry.kind != 'input' and not entry.is_reversed and entry.id < first.id
                    for first in entries.filtered(
                        lambda entry: entry.kind == 'input' and entry.workorder_id == stage
                        and entry.uom_id._has_common_reference(unit)).sorted('id')[:1]
                    for entry in stage.entry_ids.filtered(lambda entry: entry.uom_id._has_common_reference(unit))
                ) and balance.input:
                    self.assertGreaterEqual(balance.unexplained, 0)
        quants = self.env['stock.quant'].search([
            ('product_id', 'in', entries.product_id.ids), ('location_id.usage', '=', 'internal')])
        for quant in quants:
            self.assertGreaterEqual(quant.quantity, 0, quant.product_id.name)
        self.assertAlmostEqual(self._get_total_value(order), before, places=2)

    def _get_total_value(self, order):
        """What left stock less what came in, and what is still in production: zero, whatever happened."""
        moves = self.env['stock.move'].search([
            ('workorder_id', 'in', order.workorder_ids.ids), ('state', '=', 'done'),
        ]).filtered(lambda move: 'production' in (move.location_id | move.location_dest_id).mapped('usage'))
        inside = order.workorder_ids._get_value_inside() if order.state != 'done' else 0.0
        received = order.move_finished_ids.filtered(lambda move: move.state == 'done' and not move.stage_event_id)
        return (
            sum(moves.filtered('is_out').mapped('value')) - sum((moves - received).filtered('is_in').mapped('value'))
            - sum(received.mapped('value')) - inside)
