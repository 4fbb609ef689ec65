from odoo.tests import tagged

from .demo_common import DemoCommon


@tagged('post_install', '-at_install')
class TestJoineryDemo(DemoCommon):
    """The demo's joinery: of forty blanks six crack. They are made anew beside the others."""

    demo_files = ('people', 'joinery')

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.panel = cls._ref('product_panel')
        cls.operator = cls._ref('user_operator')
        cls.crack = cls._ref('defect_reason_crack')

    def _in_stock(self, product):
        self.env.invalidate_all()
        return product.with_context(location=self._ref_stock().id).qty_available

    def _ref_stock(self):
        return self.env.ref('stock.stock_location_stock')

    def _stages(self, order, user=None):
        self.env.flush_all()
        self.env.invalidate_all()
        return order.workorder_ids.with_user(user or self.operator)

    def _crack(self):
        """An order of forty, of which six crack at Planing and return to Sawing."""
        answer = self.env['mrp.production'].production_create(self.panel.id, 40)
        order = self.env['mrp.production'].browse(answer['production_id'])
        sawing, planing, *_others = self._stages(order)
        self._work(sawing)
        planing.stage_start()
        answer = planing.stage_report_defect(self.crack.id, 'return', qty=6, return_to=sawing.id)
        planing.stage_finish()
        return order, order.browse(answer['child_batch_id'])

    def test_the_demo_shows_a_split_order(self):
        order = self._ref('order_panels')
        child = order.child_batch_ids
        self.assertEqual((order.product_qty, child.product_qty), (34, 6))
        self.assertEqual((order.board_status, child.board_status), ('partial', 'pending'))
        self.assertEqual(order.workorder_ids.mapped('stage_status'), ['done', 'done', 'progress', 'waiting'])
        self.assertEqual(child.workorder_ids.mapped('stage_status'), ['ready', 'waiting', 'waiting', 'waiting'])
        self.assertEqual(child.workorder_ids[0].rework_cycle, 2)
        self.assertEqual(order.defect_ids.child_batch_id, child)

    def test_both_are_received(self):
        before, blanks = self._in_stock(self.panel), self._in_stock(self._ref('product_blank'))
        order, child = self._crack()
        assembly, finishing = self._stages(order)[2:]
        assembly.stage_start()
        self.assertEqual((assembly.sudo().stage_status, assembly.sudo().qty_ready), ('progress', 34))
        again = self._stages(child)
        self._work(again[0], again[1])
        assembly.stage_finish()
        self._work(finishing)
        self.assertEqual((order.state, order.move_finished_ids.quantity), ('done', 34))
        self.assertEqual(self._in_stock(self.panel) - before, 34)
        self._work(again[2], again[3])
        self.assertEqual((child.state, child.move_finished_ids.quantity), ('done', 6))
        self.assertEqual(self._in_stock(self.panel) - before, 40)
        self.assertEqual(blanks - self._in_stock(self._ref('product_blank')), 40, "none was sawn for nothing")

    def test_two_of_the_six_are_lost_in_their_second_cycle(self):
        before = self._in_stock(self.panel)
        order, child = self._crack()
        again = self._stages(child)
        self._work(again[0])
        lost = self._stages(child, self._ref('user_supervisor'))[1]
        lost.stage_report_defect(self.crack.id, 'write_off', qty=2)
        self.assertEqual((child.workorder_ids[1].qty_ready, child.move_finished_ids.product_uom_qty), (4, 4))
        self._work(*again[1:], *self._stages(order)[2:])
        self.assertEqual((order.state, child.state), ('done', 'done'))
        self.assertEqual(self._in_stock(self.panel) - before, 38)
