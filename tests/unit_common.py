from odoo.exceptions import UserError
from odoo.fields import Command

from .common import StageCommon


class UnitCommon(StageCommon):
    """A furniture maker: 12 wardrobes, unit by unit, through Cutting, Assembly and Packing.

    A wardrobe needs a board at the start of Cutting and two hinges at the completion of Assembly; 100 boards and 200
    hinges are in stock.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.board = cls._create_product("Board", cls.unit, cost=20.0)
        cls.hinge = cls._create_product("Hinge", cls.unit, cost=1.0)
        cls.wardrobe = cls._create_product("Wardrobe", cls.unit)
        cls._stock(cls.board, 100)
        cls._stock(cls.hinge, 200)
        cls.template = cls.env['mrp.bom'].create({
            'product_tmpl_id': cls.wardrobe.product_tmpl_id.id, 'use_stages': True, 'batch_mode': 'unit',
            'operation_ids': [
                Command.create({'name': "Cutting", 'sequence': 1, 'consumption_mode': 'start'}),
                Command.create({'name': "Assembly", 'sequence': 2}),
                Command.create({'name': "Packing", 'sequence': 3}),
            ],
        })
        cutting, assembly, _packing = cls.template.operation_ids
        cls.template.bom_line_ids = [
            Command.create({'product_id': cls.board.id, 'product_qty': 1, 'operation_id': cutting.id}),
            Command.create({'product_id': cls.hinge.id, 'product_qty': 2, 'operation_id': assembly.id}),
        ]
        cls.order = cls._create_order(12, product=cls.wardrobe)
        cls.cutting, cls.assembly, cls.packing = cls.order.workorder_ids

    def _by_olga(self, stage):
        return self._as(stage, self.operator_user)

    def _by_hugo(self, stage):
        return self._as(stage, self.helper_user)

    def _in_hand(self, stage):
        """Who has which unit in hand at a stage."""
        return {row.number: row.employee_id for row in stage._search_in_hand()}

    def _times(self, stage):
        return stage.time_ids.sorted(lambda time: (time.date_start, time.id))

    def _open_norm(self, product):
        """What the order has yet to use of a material."""
        moves = self.order.move_raw_ids.filtered(
            lambda move: move.product_id == product and move.state not in ('done', 'cancel'))
        return sum(moves.mapped('product_uom_qty'))

    def _snapshot(self, order=None):
        """All that an act on units could change."""
        order = order or self.order
        self.env.flush_all()
        self.env.invalidate_all()
        stages = order.workorder_ids
        return {
            'stages': stages.read([
                'stage_status', 'qty_produced', 'qty_lost', 'qty_held', 'is_started', 'available_from',
                'qty_supplied']),
            'units': order.unit_ids.read(['number', 'lot_id']),
            'rows': order.unit_ids.stage_ids.read(
                ['number', 'status', 'employee_id', 'rework_cycle', 'available_from']),
            'events': order.event_ids.ids,
            'times': stages.time_ids.read(['date_start', 'date_end', 'employee_id', 'unit_ids', 'is_paused']),
            'moves': order.move_raw_ids.read(['state', 'quantity', 'product_uom_qty']),
        }

    def _assert_refused(self, pattern, act, *args, order=None, **kwargs):
        """The act is refused with a sentence, and nothing has changed."""
        before = self._snapshot(order)
        with self.assertRaisesRegex(UserError, pattern) as refusal:
            act(*args, **kwargs)
        self.assertEqual(self._snapshot(order), before)
        self.assertRegex(str(refusal.exception), r'^[^%]+[.…]$')
