from odoo.fields import Command

from .test_deals import DealCommon

QUANTITIES = (100, 50, 50, 30, 20)


class AggregationCommon(DealCommon):
    """A print shop: to set the press up takes a plate and half an hour; a flyer takes a quarter of a sheet and half a
    minute at the press, and is cut. A hundred of them go into a bag."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.press = cls.env['mrp.workcenter'].create({'name': "Press", 'time_start': 30, 'costs_hour': 60})
        cls.paper = cls._create_product("Sheet", cls.unit, cost=0.10)
        cls.plate = cls._create_product("Plate", cls.unit, cost=7.77)
        cls.flyer = cls._create_product("Flyer", cls.unit)
        cls._stock(cls.paper, 1000)
        cls._stock(cls.plate, 20)
        cls.flyer_template = cls.env['mrp.bom'].create({
            'product_tmpl_id': cls.flyer.product_tmpl_id.id, 'use_stages': True,
            'operation_ids': [
                Command.create({
                    'name': "Printing", 'sequence': 1, 'time_cycle_manual': 0.5, 'consumption_mode': 'start',
                    'workcenter_id': cls.press.id}),
                Command.create({'name': "Cutting", 'sequence': 2, 'time_cycle_manual': 0.1}),
                Command.create({
                    'name': "Folding", 'sequence': 3, 'time_cycle_manual': 0.2, 'is_optional': True,
                    'activation': 'manual'}),
            ],
        })
        cls._set_triggers(cls.flyer_template)
        printing = cls.flyer_template.operation_ids[0]
        cls.flyer_template.bom_line_ids = [
            Command.create({'product_id': cls.paper.id, 'product_qty': 0.25, 'operation_id': printing.id}),
            Command.create({
                'product_id': cls.plate.id, 'product_qty': 1, 'norm_type': 'batch', 'operation_id': printing.id}),
            Command.create({
                'product_id': cls.bag.id, 'product_qty': 0, 'norm_type': 'formula', 'formula': 'ceil(qty / 100) / qty',
                'operation_id': cls.flyer_template.operation_ids[1].id}),
        ]

    @classmethod
    def _order_flyers(cls, qty=10, **vals):
        return cls._create_order(qty, product=cls.flyer, **vals)

    @classmethod
    def _sell_flyers(cls, quantities=QUANTITIES):
        """Return deals in production, each with an order of flyers, and these orders."""
        deals = cls.env['crm.lead'].union(*(
            cls._create_deal(name=f"Flyers {quantity}", stage_id=cls.accepted.id) for quantity in quantities))
        for deal, quantity in zip(deals, quantities):
            cls._sell(deal, quantity, cls.flyer)
        return deals, cls.env['mrp.production'].union(*(deal._get_production_orders() for deal in deals))

    def _aggregate(self, orders):
        batch = orders.with_user(self.supervisor_user).aggregate()
        self.env.flush_all()
        self.env.invalidate_all()
        return batch.sudo(False).with_env(self.env)

    def _dissolve(self, batch):
        batch.with_user(self.supervisor_user).dissolve()
        self.env.flush_all()
        self.env.invalidate_all()

    def _read_state(self, orders):
        """What must be as it was after a batch was dissolved, or after a refusal."""
        self.env.flush_all()
        self.env.invalidate_all()
        return [
            (
                order.read(['name', 'product_qty', 'date_start', 'date_finished', 'date_deadline', 'state', 'origin',
                            'board_status', 'reservation_state', 'is_planned', 'aggregated_into_id']),
                [(move.product_id, move.product_uom_qty, move.norm_qty, move.quantity, move.state, move.procure_method,
                  move.move_orig_ids) for move in order.move_raw_ids.sorted('id')],
                [(move.product_uom_qty, move.state, move.move_dest_ids) for move in order.move_finished_ids],
                [(stage.name, stage.stage_status, stage.state, stage.duration_expected, stage.leave_id.date_from,
                  stage.date_start, stage.date_finished) for stage in order.workorder_ids.sorted('id')],
                [(demand.sale_line_id, demand.quantity, demand.original_id) for demand in order.demand_ids],
                order.move_dest_ids,
            )
            for order in orders]
